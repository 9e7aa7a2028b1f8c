"""ONNX export of graphs, for lines and pictures of any size: weights kept as float16, which halves the file.

The graph turns them into float32 before it begins, so that it computes as torch does. What rounding them costs is
measured, and nothing is written if it is more than can be told.
"""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from digits.artifact.graph import Graph
from digits.artifact.onnx_export import as_bytes, traced, trial_glyphs
from digits.artifact.onnx_file import from_bytes
from digits.artifact.weights import network_of
from digits.base.errors import BadArtifact
from digits.base.files import write_whole
from digits.base.records import Card
from digits.models import Network

BOUND = 1e-4  # of `difference`, with weights as they are
HALF_BOUND = 0.02  # and with weights of half the bits
FEWEST = 256  # numbers: a smaller tensor is kept as it is
LONGEST = 20_000  # pixels of a side, at most

NAMES = {"line": ("strips", "answers"), "ink": ("pictures", "logits")}


def write(graph: Graph, path: Path) -> Path:
    """Write the network of torch behind `graph` to `path` as ONNX; return the path.

    Raises BadArtifact, and writes nothing, unless ONNX Runtime's answers lie near torch's: within BOUND with the
    weights as they are, within HALF_BOUND as they are written. Raises BadOutput.
    """
    network = network_of(graph)
    model = to_onnx(network)
    for proto, bound in ((model, BOUND), (halved(model), HALF_BOUND)):
        content = as_bytes(proto, graph.card)
        apart = difference(graph, _opened(content, path))
        if not apart <= bound:  # not a number is refused too
            raise BadArtifact(
                f"{path} is not written: the exported network's answers are {apart:.1e} off those of torch; "
                f"at most {bound:.0e} is allowed."
            )
    return write_whole(path, content)


def to_onnx(network: Network) -> onnx.ModelProto:
    """Return `network` in evaluation mode as ONNX, for any number of inputs of any size that it can take."""
    side = torch.export.Dim
    if network.model == "line":
        example, free = torch.zeros(2, 48, 96, dtype=torch.uint8), {2: 4 * side("columns", min=4, max=LONGEST // 4)}
    else:
        example = torch.zeros(2, 3, 64, 96, dtype=torch.uint8)
        free = {2 + i: 32 * side(name, min=1, max=LONGEST // 32) for i, name in enumerate(("high", "wide"))}
    return traced(network, example, {0: side("N"), **free}, NAMES[network.model])


def halved(model: onnx.ModelProto) -> onnx.ModelProto:
    """Return `model` with all large tensors of float32 kept as float16, and turned back before they are used."""
    out = onnx.ModelProto()
    out.CopyFrom(model)
    graph, kept, casts = out.graph, [], []
    for each in graph.initializer:
        values = numpy_helper.to_array(each)
        if each.data_type == TensorProto.FLOAT and values.size >= FEWEST:
            casts.append(helper.make_node("Cast", [f"{each.name}.half"], [each.name], to=TensorProto.FLOAT))
            kept.append(numpy_helper.from_array(values.astype(np.float16), f"{each.name}.half"))
        else:
            kept.append(each)
    nodes = [*casts, *graph.node]
    del graph.initializer[:], graph.node[:]
    graph.initializer.extend(kept)
    graph.node.extend(nodes)
    return out


def difference(one: Graph, other: Graph) -> float:
    """Return how far two graphs' answers to the trial inputs lie apart: the largest difference of any probability.

    Of boxes, it is that in heights of a digit. A NaN in either is returned as such.
    """
    return float(np.max([np.abs(_said(one, each) - _said(other, each)).max() for each in trial(one.card)]))


def _said(graph: Graph, values: NDArray[np.uint8]) -> NDArray[Any]:
    """Return the answer to `values` with its logits turned into probabilities."""
    out = graph(values)
    if graph.card.model == "ink":
        said: NDArray[Any] = 1 / (1 + np.exp(-out))
        return said
    logits, boxes = np.split(out, [len(graph.card.classes)], axis=2)
    powers = np.exp(logits - logits.max(2, keepdims=True))
    return np.concatenate([powers / powers.sum(2, keepdims=True), boxes], 2)


def trial(card: Card) -> list[NDArray[np.uint8]]:
    """Return inputs of several sizes, always the same: glyphs side by side in a line, or on noisy paper."""
    glyphs, rng = trial_glyphs(), np.random.default_rng(28)
    if card.model == "line":
        rows = [np.hstack(list(glyphs[first : first + 9])) for first in range(0, 54, 9)]  # uint8 (28, 252)
        strips = np.pad(np.stack(rows), [(0, 0), (10, 10), (0, 0)])
        return [strips[:1, :, :32], strips[1:3, :, :100], strips]
    sheet = np.vstack([np.hstack(list(glyphs[first : first + 8])) for first in range(0, 64, 8)])  # uint8 (224, 224)
    paper = rng.integers(150, 256, (2, 3, 224, 224)) - sheet // 2
    pictures = np.stack([paper[0], 255 - paper[1]]).astype(np.uint8)
    return [pictures[:1, :, :32, :32], pictures[:, :, :96, :160], pictures]


def _opened(content: bytes, path: Path) -> Graph:
    graph = from_bytes(content, path)
    if not isinstance(graph, Graph):
        raise BadArtifact(f"{path} is not written: its card is of no graph.")
    return graph
