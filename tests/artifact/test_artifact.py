"""Saved networks: the same again, or refused in one line."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file

from digits.artifact import Card, Classifier, load, save
from digits.base.errors import BadArtifact
from digits.base.records import Samples
from digits.models import MODELS, build

GOLDEN = Path(__file__).parents[1] / "golden"
TEN = tuple("0123456789")


def made(model: str = "linear", seed: int = 3) -> Classifier:
    return Classifier(
        build(model, seed=seed),
        Card(model, 10, TEN, run={"lr": 0.1}, scores={"check": {"accuracy": 0.5, "interval": [0.4, 0.6]}}),
    )


@pytest.mark.parametrize("model", MODELS)
def test_a_saved_network_comes_back_to_the_bit(model: str, tmp_path: Path, check: Samples) -> None:
    before = made(model)
    after = load(save(before, tmp_path / "it.safetensors"))
    pairs = zip(before.network.state_dict().items(), after.network.state_dict().items(), strict=True)
    assert all(a == b and x.equal(y) for (a, x), (b, y) in pairs)
    assert np.array_equal(before.logits(check.glyphs), after.logits(check.glyphs))
    assert after.card == before.card


def test_probabilities_are_float32_rows_that_add_up_to_one(check: Samples) -> None:
    said = made()(check.glyphs)
    assert said.dtype == np.float32
    assert said.shape == (len(check), 10)
    assert np.allclose(said.sum(1), 1)


def test_glyphs_that_may_not_be_written_are_read(check: Samples) -> None:
    glyphs = check.glyphs.copy()
    glyphs.flags.writeable = False
    assert np.array_equal(made()(glyphs), made()(check.glyphs))


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
        ({"scores": {"check": {}}}, "scores lack"),
        ({"data": {"learn": {"name": 3}}}, "data lack"),
        ({"data": []}, "cannot be read"),
        ({"run": [["lr", 1]]}, "no table of settings"),
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
    with pytest.raises(BadArtifact, match=r"ends in \.safetensors"):
        load(tmp_path / "it.pth")


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadArtifact, match="There is no file"):
        load(tmp_path / "gone.safetensors")


def test_an_artifact_of_format_1_still_answers_as_it_did() -> None:
    stored = np.load(GOLDEN / "linear.npz")
    said = load(GOLDEN / "linear.safetensors")(stored["glyphs"])
    assert np.abs(said - stored["probabilities"]).max() < 1e-6
