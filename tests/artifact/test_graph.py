"""Networks that are no classifiers: saved and loaded strictly, and exported for inputs of any size."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch

from digits.artifact import Card, Classifier, Graph, export_onnx, graph_export, load, load_network, save
from digits.artifact.graph import load_graph
from digits.artifact.graph_export import HALF_BOUND, difference, trial
from digits.artifact.onnx_export import as_bytes
from digits.artifact.weights import TorchGraph, write_tensors
from digits.base.errors import BadArtifact
from digits.data import CATALOG
from digits.models import as_tensor, build

CLASSES = {"line": CATALOG["rows"].classes, "ink": CATALOG["scenes"].classes}


def made(model: str) -> TorchGraph:
    """Return a small network that has seen some inputs, so that each batch norm has statistics of its own."""
    network = build(model, 12, len(CLASSES[model]), seed=3)
    card = Card(model, 12, CLASSES[model], temperature=1.5, claims={"rows": 9}, parameters=7)
    with torch.no_grad():
        for _ in range(5):
            network(as_tensor(trial(card)[-1]))
    return TorchGraph(network, card)


def bare(path: Path) -> onnx.ModelProto:
    """Return the graph of an ONNX file without its card."""
    model = onnx.load(path)
    del model.metadata_props[:]
    return model


@pytest.fixture(scope="module", params=list(CLASSES))
def graph(request: pytest.FixtureRequest) -> TorchGraph:
    return made(request.param)


@pytest.fixture(scope="module")
def exported(graph: TorchGraph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export_onnx(graph, tmp_path_factory.mktemp("graph") / "it.onnx")


def test_a_saved_graph_comes_back_to_the_bit(graph: TorchGraph, tmp_path: Path) -> None:
    again = load_network(save(graph, tmp_path / "it.safetensors"))
    assert isinstance(again, Graph)
    assert again.card == graph.card
    for values in trial(graph.card):
        assert np.array_equal(again(values), graph(values))


def test_a_saved_graph_must_have_just_its_tensors(graph: TorchGraph, tmp_path: Path) -> None:
    tensors = dict(graph.network.state_dict())
    name, tensor = tensors.popitem()
    for wrong in (tensors, {**tensors, name: tensor, "more": tensor}, {**tensors, name: torch.zeros(3, 3)}):
        path = write_tensors(tmp_path / "it.safetensors", wrong, {"digits.card": graph.card.to_json()})
        with pytest.raises(BadArtifact, match=f"does not fit the {graph.card.model}"):
            load_network(path)


def test_the_export_answers_as_torch_does_at_any_size(graph: TorchGraph, exported: Path) -> None:
    again = load_network(exported)
    assert isinstance(again, Graph)
    assert again.card == graph.card
    for values in trial(graph.card):
        out = again(values)
        assert out.dtype == np.float32
        assert out.shape == graph(values).shape
    assert difference(graph, again) <= HALF_BOUND


def test_weights_of_an_export_take_two_bytes_and_nothing_of_this_machine(graph: TorchGraph, exported: Path) -> None:
    content = exported.read_bytes()
    weights = sum(each.numel() for each in graph.network.parameters())
    assert b".py" not in content
    assert len(content) < 3 * weights + 25_000
    kinds = {each.data_type for each in onnx.load(exported).graph.initializer}
    assert onnx.TensorProto.FLOAT16 in kinds
    onnx.checker.check_model(onnx.load(exported))


def test_an_export_that_would_answer_otherwise_is_not_written(
    graph: TorchGraph, exported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(graph_export, "to_onnx", lambda _: bare(exported))  # tracing takes seconds
    monkeypatch.setattr(graph_export, "BOUND", 0.0)
    with pytest.raises(BadArtifact, match="is not written"):
        export_onnx(graph, tmp_path / "it.onnx")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", [".safetensors", ".onnx"])
def test_a_graph_is_no_classifier(suffix: str, graph: TorchGraph, exported: Path, tmp_path: Path) -> None:
    path = exported if suffix == ".onnx" else save(graph, tmp_path / "it.safetensors")
    with pytest.raises(BadArtifact, match=f"is a network of the kind '{graph.card.model}'"):
        load(path)
    assert load_graph(path, graph.card.model).card == graph.card


def test_a_classifier_is_no_graph_and_one_kind_not_the_other(tmp_path: Path, network: Path) -> None:
    assert isinstance(load_network(network), Classifier)
    path = save(made("ink"), tmp_path / "it.safetensors")
    for wrong in (network, path):
        with pytest.raises(BadArtifact, match="where 'line' is needed"):
            load_graph(wrong, "line")


def test_a_file_that_does_not_keep_to_its_card_is_told(
    graph: TorchGraph, exported: Path, network: Path, tmp_path: Path
) -> None:
    path = tmp_path / "it.onnx"
    path.write_bytes(as_bytes(bare(network), graph.card))
    with pytest.raises(BadArtifact, match=r"it\.onnx cannot answer"):
        load_network(path)
    path.write_bytes(as_bytes(bare(exported), replace(graph.card, classes=("a", "b", "c"))))
    with pytest.raises(BadArtifact, match="does not fit its card: it answers float32"):
        load_network(path)


def test_an_exported_graph_answers_without_torch(exported: Path, graph: TorchGraph) -> None:
    program = (
        "import sys; from pathlib import Path; from digits.artifact.graph import load_graph;"
        f"load_graph(Path({str(exported)!r}), {graph.card.model!r}); print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_an_exported_graph_cannot_be_saved(exported: Path, tmp_path: Path) -> None:
    with pytest.raises(BadArtifact, match="can only answer"):
        save(load_network(exported), tmp_path / "it.safetensors")
