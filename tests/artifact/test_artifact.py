"""Saved networks: the same again, or refused in one line."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file

from digits.artifact import Card, Classifier, load, save, softmax
from digits.artifact.weights import TorchClassifier
from digits.base.errors import BadArtifact, BadData
from digits.base.records import Samples
from digits.models import MODELS, build

GOLDEN = Path(__file__).parents[1] / "golden"
TEN = tuple("0123456789")


def made(model: str = "linear", seed: int = 3) -> TorchClassifier:
    return TorchClassifier(
        build(model, seed=seed),
        Card(model, 10, TEN, run={"lr": 0.1}, scores={"validation": {"accuracy": 0.5, "interval": [0.4, 0.6]}}),
    )


@pytest.mark.parametrize("model", MODELS)
def test_a_saved_network_comes_back_to_the_bit(model: str, tmp_path: Path, validation: Samples) -> None:
    before = made(model)
    after = load(save(before, tmp_path / "it.safetensors"))
    pairs = zip(before.network.state_dict().items(), after.network.state_dict().items(), strict=True)
    assert all(a == b and x.equal(y) for (a, x), (b, y) in pairs)
    assert np.array_equal(before.logits(validation.glyphs), after.logits(validation.glyphs))
    assert after.card == before.card


def test_probabilities_are_float32_rows_that_add_up_to_one(validation: Samples) -> None:
    said = made()(validation.glyphs)
    assert said.dtype == np.float32
    assert said.shape == (len(validation), 10)
    assert np.allclose(said.sum(1), 1)


def test_probabilities_are_those_of_logits_divided_by_the_temperature(validation: Samples) -> None:
    plain = made()
    warm = TorchClassifier(plain.network, replace(plain.card, temperature=2.5))
    wanted = torch.from_numpy(plain.logits(validation.glyphs)).div(2.5).softmax(1).numpy()
    assert np.array_equal(warm.logits(validation.glyphs), plain.logits(validation.glyphs))
    assert np.abs(warm(validation.glyphs) - wanted).max() < 1e-6


def test_softmax_stays_finite_for_huge_logits() -> None:
    said = softmax(np.array([[1e38, -1e38, 0], [1e4, 1e4, -1e4]], np.float32))
    assert said.dtype == np.float32
    assert said.tolist() == [[1, 0, 0], [0.5, 0.5, 0]]


def test_no_glyphs_get_no_answers() -> None:
    assert made("tinyvgg")(np.zeros((0, 28, 28), np.uint8)).shape == (0, 10)


@pytest.mark.parametrize(
    "glyphs",
    [
        np.zeros((2, 28, 28), np.float32),
        np.zeros((2, 28, 28), np.int64),
        np.zeros((28, 28), np.uint8),
        np.zeros((2, 28, 27), np.uint8),
        np.zeros((2, 1, 28, 28), np.uint8),
        np.zeros((), np.uint8),
        [[[0] * 28] * 28],
        torch.zeros(2, 28, 28, dtype=torch.uint8),
        None,
    ],
    ids=lambda each: f"{type(each).__name__} {getattr(each, 'dtype', '')} {tuple(getattr(each, 'shape', ()))}",
)
def test_what_are_no_glyphs_is_told_in_one_line(glyphs: object) -> None:
    with pytest.raises(BadData, match=r"^Glyphs must be an array of uint8 \(N, 28, 28\), not .*\.$"):
        made()(glyphs)


def test_anything_that_gives_logits_makes_a_classifier(validation: Samples) -> None:
    sure = Classifier(lambda glyphs: np.eye(10, dtype=np.float32)[glyphs[:, 0, 0] % 10] * 9, made().card)
    assert sure(validation.glyphs).argmax(1).tolist() == (validation.glyphs[:, 0, 0] % 10).tolist()
    assert sure.score(validation).samples == len(validation)


def test_a_network_of_other_classes_is_not_scored(validation: Samples) -> None:
    with pytest.raises(BadData, match="the network knows"):
        made().score(replace(validation, classes=tuple("abcdefghij")))


def test_glyphs_that_may_not_be_written_are_read(validation: Samples) -> None:
    glyphs = validation.glyphs.copy()
    glyphs.flags.writeable = False
    assert np.array_equal(made()(glyphs), made()(validation.glyphs))


def changed(path: Path, *, drop: str = "", add: str = "", **card: object) -> Path:
    """Save a network, then write it again with a tensor dropped or added, or its card changed."""
    save(made(), path)
    with safe_open(path, framework="pt") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        own = json.loads(file.metadata()["digits.card"])
    tensors.pop(drop, None)
    if add:
        tensors[add] = torch.zeros(1)
    save_file(tensors, path, {"digits.card": json.dumps({**own, **card})})
    return path


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"drop": "layers.2.bias"}, "lacks layers.2.bias"),
        ({"add": "layers.9.bias"}, "has unknown layers.9.bias"),
        ({"hidden": 11}, "has another shape of layers.1"),
        ({"model": "mlp"}, "does not fit the mlp"),
        ({"model": "resnet"}, "There is no model 'resnet'"),
        ({"format": 99}, "Upgrade digits"),
        ({"hidden": 10**9}, "1000000000 hidden units"),
        ({"classes": "0123456789"}, "no list"),
        ({"classes": [1, 2]}, "must be a tuple of 1 to 1,000 names"),
        ({"scores": {"validation": {}}}, "scores lack"),
        ({"data": {"train": {"name": 3}}}, "data lack"),
        ({"data": []}, "cannot be read"),
        ({"temperature": 0.0}, "temperature is 0.0"),
        ({"threshold": 1.5}, "threshold is 1.5"),
        ({"claims": [0.01]}, "claims is no table"),
        ({"run": [["lr", 1]]}, "no table of names and values"),
    ],
)
def test_a_file_that_does_not_fit_its_card_is_refused(tmp_path: Path, change: dict, words: str) -> None:
    with pytest.raises(BadArtifact, match=words):
        load(changed(tmp_path / "it.safetensors", **change))


@pytest.mark.parametrize("content", [b"", b"no artifact", b"\x80\x04K\x01.", bytes(100), b"\x08\0\0\0\0\0\0\0{}      "])
def test_a_file_that_is_no_artifact_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "it.safetensors"
    path.write_bytes(content)
    with pytest.raises(BadArtifact):
        load(path)


def test_every_truncated_artifact_is_refused(tmp_path: Path) -> None:
    path = save(made(), tmp_path / "it.safetensors")
    content = path.read_bytes()
    for length in range(0, len(content), 997):
        path.write_bytes(content[:length])
        with pytest.raises(BadArtifact):
            load(path)


def test_a_pickle_is_not_even_opened(tmp_path: Path) -> None:
    torch.save(build("linear").state_dict(), tmp_path / "it.pth")
    with pytest.raises(BadArtifact, match=r"ends in \.safetensors or \.onnx, not in '\.pth'"):
        load(tmp_path / "it.pth")


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadArtifact, match="There is no file"):
        load(tmp_path / "gone.safetensors")


def test_an_artifact_of_format_1_still_answers_as_it_did() -> None:
    stored, classifier = np.load(GOLDEN / "linear.npz"), load(GOLDEN / "linear.safetensors")
    assert np.abs(classifier(stored["glyphs"]) - stored["probabilities"]).max() < 1e-6
    card = classifier.card
    assert (card.format, card.temperature, card.threshold, card.claims) == (Card.FORMAT, 1.0, 0.0, {})
    assert set(card.data) == {"train", "validation"}


def test_a_card_of_format_2_is_read_under_the_names_of_today() -> None:
    about, figures = {"name": "mnist", "samples": 9, "sha256": "0"}, {"accuracy": 0.5, "interval": [0.4, 0.6]}
    told = json.loads(Card("linear", 10, TEN).to_json())
    told |= {"format": 2, "data": {"learn": about, "check": about}, "scores": {"check": figures, "test": figures}}
    card = Card.from_json(json.dumps(told))
    assert card.data == {"train": about, "validation": about}
    assert card.scores == {"validation": figures, "test": figures}


def test_the_new_fields_of_the_card_travel(tmp_path: Path) -> None:
    before = made()
    card = replace(before.card, temperature=1.25, threshold=0.6, claims={"error_rate": 0.001, "refused": 0.02})
    assert load(save(TorchClassifier(before.network, card), tmp_path / "it.safetensors")).card == card


def test_the_floor_is_light() -> None:
    heavy = "{'torch', 'scipy', 'torchmetrics', 'safetensors', 'onnx', 'onnxruntime', 'PIL', 'cv2'}"
    program = f"import sys; from digits.artifact import Card, Classifier, load; print({heavy} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_without_torch_a_network_of_torch_is_told_with_the_extra_to_install(tmp_path: Path) -> None:
    path = save(made(), tmp_path / "it.safetensors")
    program = f"import sys; sys.modules['torch'] = None; from digits.artifact import load; load({str(path)!r})"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stderr.endswith(
        "it.safetensors needs torch, which is not installed: "
        "pip install '.[train]' in the folder that digits came in.\n"
    )
