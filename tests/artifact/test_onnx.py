"""Networks as ONNX: the same answers without torch, or no file."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, helper
from torch import Tensor, nn

from digits.artifact import Card, Classifier, export_onnx, load, save
from digits.artifact.onnx_export import BOUND, difference, trial_glyphs
from digits.artifact.onnx_file import AT_ONCE
from digits.artifact.weights import TorchClassifier
from digits.base.errors import BadArtifact, BadOutput, DigitsError
from digits.base.records import NOT_A_DIGIT, Samples
from digits.models import MODELS, GlyphNetwork, Network, as_tensor, build

TEN = tuple("0123456789")


def wrap(network: Network, **card: Any) -> TorchClassifier:
    classes = (*TEN, NOT_A_DIGIT)[: network.classes]
    return TorchClassifier(network, Card(network.model, network.hidden, classes, **card))


def settled(network: Network) -> Network:
    """Let the network see some glyphs, so that each batch norm has other statistics than those it starts with."""
    network.train()
    with torch.no_grad():
        for _ in range(5):
            network(as_tensor(trial_glyphs()))
    return network


@pytest.fixture(scope="module")
def small() -> TorchClassifier:
    card = {"temperature": 1.5, "threshold": 0.7, "claims": {"ece": 0.01}, "run": {"lr": 0.1, "note": 'ü "'}}
    return wrap(build("mlp", 4, 11), **card)


@pytest.fixture(scope="module")
def exported(small: TorchClassifier, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export_onnx(small, tmp_path_factory.mktemp("onnx") / "small.onnx")


@pytest.mark.parametrize("model", MODELS)
def test_every_model_answers_as_torch_does(model: str, tmp_path: Path, validation: Samples) -> None:
    before = wrap(settled(build(model, 6, 11)))
    after = load(export_onnx(before, tmp_path / "it.onnx"))
    said, wanted = after.logits(validation.glyphs), before.logits(validation.glyphs)
    assert said.dtype == np.float32
    assert np.abs(said - wanted).max() <= BOUND * max(1, np.abs(wanted).max())
    assert np.abs(after(validation.glyphs) - before(validation.glyphs)).max() <= BOUND
    assert before.network.training  # and is left in the mode it was in


def test_batch_norm_and_channels_last_answer_as_in_torch(tmp_path: Path) -> None:
    layers = nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1, bias=False),
        nn.BatchNorm2d(8),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(8, 8, 3, padding=1),
        nn.BatchNorm2d(8),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Dropout(0.5),
        nn.Linear(8, 10),
    )
    before = wrap(settled(GlyphNetwork("norm", 8, 10, layers.to(memory_format=torch.channels_last))))
    path = export_onnx(before, tmp_path / "it.onnx")
    assert difference(before, load(path)) <= BOUND
    assert "BatchNormalization" not in {node.op_type for node in onnx.load(path).graph.node}  # folded away


@pytest.mark.parametrize("size", [0, 1, 2, AT_ONCE - 1, AT_ONCE, AT_ONCE + 1, 105])
def test_any_number_of_glyphs_is_answered(
    size: int, small: TorchClassifier, exported: Path, drawn: Callable[..., Samples]
) -> None:
    glyphs = np.resize(drawn(105, 2).glyphs, (size, 28, 28)) if size else np.zeros((0, 28, 28), np.uint8)
    said = load(exported)(glyphs)
    assert said.shape == (size, 11)
    assert np.allclose(said, small(glyphs), atol=BOUND)


def test_glyphs_that_lie_scattered_in_memory_are_read(exported: Path, validation: Samples) -> None:
    classifier, turned = load(exported), validation.glyphs.transpose(0, 2, 1)
    assert np.array_equal(classifier(turned), classifier(turned.copy()))


def test_the_number_of_threads_changes_no_answer_beyond_rounding(exported: Path, validation: Samples) -> None:
    assert np.allclose(load(exported, threads=1)(validation.glyphs), load(exported)(validation.glyphs), atol=BOUND)


def test_the_card_travels(small: TorchClassifier, exported: Path) -> None:
    classifier = load(exported)
    assert classifier.card == small.card
    assert classifier.classes == (*TEN, "not a digit")


def test_the_file_is_whole_has_nothing_of_this_machine_and_comes_out_the_same_again(
    small: TorchClassifier, exported: Path, tmp_path: Path
) -> None:
    again = export_onnx(small, tmp_path / "again.onnx")
    assert [path.name for path in tmp_path.iterdir()] == ["again.onnx"]  # no data beside it
    content = again.read_bytes()
    assert content == exported.read_bytes()
    assert b".py" not in content
    weights = 4 * sum(each.numel() for each in small.network.parameters())
    assert len(content) < weights + 2_000


def test_loading_and_answering_load_no_torch(exported: Path) -> None:
    program = (
        "import sys, numpy as np; from digits.artifact import load;"
        f"print(load({str(exported)!r})(np.zeros((3, 28, 28), np.uint8)).shape,"
        "{'torch', 'scipy', 'torchmetrics', 'safetensors', 'onnx', 'PIL', 'cv2'} & sys.modules.keys())"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "(3, 11) set()\n"
    assert done.stderr == ""


class Fickle(nn.Module):
    """A layer that behaves otherwise while it is exported, as code with a branch for the exporter does."""

    def __init__(self, by: float) -> None:
        super().__init__()
        self.by = by

    def forward(self, logits: Tensor) -> Tensor:
        return logits + self.by if torch.compiler.is_exporting() else logits


class Random(nn.Module):
    """A layer that never answers the same twice."""

    def forward(self, logits: Tensor) -> Tensor:
        return logits + 1e-3 * torch.randn_like(logits)


@pytest.mark.parametrize("layer", [Fickle(1e-4), Fickle(float("nan")), Random()], ids=lambda each: str(each))
def test_a_graph_that_answers_otherwise_is_refused_and_nothing_is_written(layer: nn.Module, tmp_path: Path) -> None:
    network = GlyphNetwork("odd", 4, 10, nn.Sequential(nn.Flatten(), nn.Linear(784, 10), layer))
    with pytest.raises(BadArtifact, match="is not written: the exported network's answers are"):
        export_onnx(wrap(network), tmp_path / "it.onnx")
    assert list(tmp_path.iterdir()) == []


def test_a_graph_that_keeps_to_the_bound_is_written(tmp_path: Path) -> None:
    network = GlyphNetwork("odd", 4, 10, nn.Sequential(nn.Flatten(), nn.Linear(784, 10), Fickle(2e-6)))
    assert export_onnx(wrap(network), tmp_path / "it.onnx").is_file()


def test_weights_changed_after_the_export_show_as_a_difference(exported: Path) -> None:
    altered = wrap(build("mlp", 4, 11), temperature=1.5)
    assert difference(altered, load(exported)) <= BOUND
    with torch.no_grad():
        altered.network.layers[-1].bias[3] += 1e-3
    assert difference(altered, load(exported)) > BOUND


def test_a_refused_export_leaves_the_old_file(exported: Path) -> None:
    old = exported.read_bytes()
    with pytest.raises(BadArtifact, match="can only answer"):
        export_onnx(load(exported), exported)
    assert exported.read_bytes() == old


def test_what_came_from_onnx_cannot_be_saved_as_weights(exported: Path, tmp_path: Path) -> None:
    with pytest.raises(BadArtifact, match="can only answer"):
        save(load(exported), tmp_path / "it.safetensors")


def test_an_export_to_another_suffix_or_a_missing_folder_is_told(small: TorchClassifier, tmp_path: Path) -> None:
    with pytest.raises(BadArtifact, match=r"it\.pb: an exported network ends in \.onnx, not in '\.pb'\."):
        export_onnx(small, tmp_path / "it.pb")
    with pytest.raises(BadOutput, match="Cannot write"):
        export_onnx(small, tmp_path / "absent" / "it.onnx")


def altered(path: Path, to: Path, change: Callable[[onnx.ModelProto], object]) -> Path:
    """Write the ONNX file `path` to `to` after `change`."""
    model = onnx.load(path)
    change(model)
    to.write_bytes(model.SerializeToString())
    return to


def recard(**values: object) -> Callable[[onnx.ModelProto], object]:
    def change(model: onnx.ModelProto) -> None:
        entry = model.metadata_props[0]
        entry.value = json.dumps({**json.loads(entry.value), **values})

    return change


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda model: model.metadata_props.pop(), "has no card: it is an ONNX file"),
        (lambda model: model.metadata_props.__getitem__(0).__setattr__("value", "{"), "the card cannot be read"),
        (recard(classes=list(TEN)), r"has \[\('logits', .* \('N', 11\)\)\], where .* \('N', 10\)\) should be"),
        (recard(format=99), "Upgrade digits"),
        (recard(temperature=-1.0), "temperature is -1.0"),
    ],
)
def test_a_file_that_does_not_fit_its_card_is_refused(
    exported: Path, tmp_path: Path, change: Callable[[onnx.ModelProto], object], words: str
) -> None:
    with pytest.raises(BadArtifact, match=words) as caught:
        load(altered(exported, tmp_path / "it.onnx", change))
    assert "\n" not in str(caught.value)


def foreign(path: Path, *, name: str = "glyphs", kind: int = TensorProto.UINT8, shape: Any = ("N", 28, 28)) -> Path:
    """Write a graph made by hand, with a card: any input; it fails for fewer than six glyphs."""
    nodes = [
        helper.make_node("Cast", [name], ["ink"], to=TensorProto.FLOAT),
        helper.make_node("Reshape", ["ink", "flat"], ["rows"]),
        helper.make_node("Gather", ["rows", "five"], ["sixth"]),
        helper.make_node("Add", ["rows", "sixth"], ["sum"]),
        helper.make_node("MatMul", ["sum", "weights"], ["logits"]),
    ]
    tensors = [
        helper.make_tensor("flat", TensorProto.INT64, [2], [-1, 784]),
        helper.make_tensor("five", TensorProto.INT64, [1], [5]),
        helper.make_tensor("weights", TensorProto.FLOAT, [784, 10], [0.0] * 7840),
    ]
    asked = helper.make_tensor_value_info(name, kind, shape)
    answered = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["N", 10])
    graph = helper.make_graph(nodes, "foreign", [asked], [answered], tensors)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    model.metadata_props.add(key="digits.card", value=Card("linear", 10, TEN).to_json())
    path.write_bytes(model.SerializeToString())
    return path


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"name": "image"}, r"has \[\('image', .*, where \('glyphs', 'tensor\(uint8\)', \('N', 28, 28\)\) should be"),
        ({"name": "two\nlines"}, r"has \[\('two\\nlines', "),
        ({"kind": TensorProto.FLOAT}, r"has \[\('glyphs', 'tensor\(float\)'"),
        ({"shape": (4, 28, 28)}, r"\(4, 28, 28\)\)\], where"),
        ({"shape": ("N", 1, 28, 28)}, r"\('N', 1, 28, 28\)\)\], where"),
        ({"shape": ()}, "is no ONNX file, or is damaged"),  # ONNX Runtime sees that the layers cannot fit it
        ({}, "cannot answer"),  # the form is right, but it wants six glyphs at least
    ],
)
def test_a_foreign_graph_is_refused(tmp_path: Path, form: dict[str, Any], words: str) -> None:
    with pytest.raises(BadArtifact, match=words) as caught:
        load(foreign(tmp_path / "it.onnx", **form))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"no artifact", bytes(100), b"\x08\x0a", b"\x80\x04K\x01."])
def test_a_file_that_is_no_onnx_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "it.onnx"
    path.write_bytes(content)
    with pytest.raises(BadArtifact, match=r"it\.onnx"):
        load(path)


def test_every_truncated_file_is_refused(exported: Path, tmp_path: Path) -> None:
    path, content = tmp_path / "it.onnx", exported.read_bytes()
    for length in (*range(0, len(content), 499), *range(len(content) - 700, len(content), 7)):
        path.write_bytes(content[:length])
        with pytest.raises(BadArtifact):
            load(path)


def answer_or_error(path: Path) -> str:
    try:
        return str(load(path)(trial_glyphs()[:3]).shape)
    except DigitsError as error:
        return str(error)


def test_damaged_files_are_refused_or_answer_and_never_break(
    exported: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    rng, path, content = np.random.default_rng(5), tmp_path / "it.onnx", np.frombuffer(exported.read_bytes(), np.uint8)
    for _ in range(200):
        bad = content.copy()
        ends = np.r_[0:400, len(bad) - 900 : len(bad)]  # nodes and card; in between lie the weights
        bad[rng.choice(ends, 3)] = rng.integers(0, 256, 3)
        path.write_bytes(bad.tobytes())
        said = answer_or_error(path)
        assert said == "(3, 11)" or (said.startswith(str(path)) and "\n" not in said)
    assert capfd.readouterr() == ("", "")


def test_a_file_that_is_not_there_or_a_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadArtifact, match="There is no file"):
        load(tmp_path / "gone.onnx")
    (tmp_path / "folder.onnx").mkdir()
    with pytest.raises(BadArtifact, match="is a directory"):
        load(tmp_path / "folder.onnx")


def test_an_answer_does_not_depend_on_how_many_are_asked_beside_it(exported: Path, validation: Samples) -> None:
    classifier = load(exported)
    one_by_one = np.concatenate([classifier.logits(validation.glyphs[i : i + 1]) for i in range(len(validation))])
    assert np.allclose(one_by_one, classifier.logits(validation.glyphs), atol=BOUND)


def test_the_trial_is_always_the_same_and_of_all_kinds() -> None:
    trial = trial_glyphs()
    assert np.array_equal(trial, trial_glyphs())
    assert (trial.shape, trial.dtype) == ((64, 28, 28), np.uint8)
    assert (trial == 0).all((1, 2)).sum() == 1
    assert (trial == 255).all((1, 2)).sum() == 1


def test_a_difference_that_is_no_number_is_not_lost(small: TorchClassifier) -> None:
    broken = Classifier(lambda glyphs: np.full((len(glyphs), 11), np.nan, np.float32), replace(small.card))
    assert np.isnan(difference(small, broken))


def test_onnx_runtime_tells_nobody_of_us(tmp_path: Path) -> None:
    # It does so since 1.29, unless it is told not to before it is loaded; then it leaves its mark in the folder for
    # temporary files.
    program = "import digits, numpy; digits.Reader.load().read(numpy.zeros((28, 28), numpy.uint8))"
    environment = {key: value for key, value in os.environ.items() if key != "ORT_DISABLE_TELEMETRY"}
    subprocess.run([sys.executable, "-c", program], env={**environment, "TMPDIR": str(tmp_path)}, check=True)
    assert list(tmp_path.iterdir()) == []
