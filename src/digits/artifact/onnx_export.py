"""ONNX export: the network is traced, and the file is written only if it answers as torch does."""

import copy
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from torch import Tensor

from digits.artifact.classifier import Classifier
from digits.artifact.onnx_file import ANSWERED, ASKED, KEY, from_bytes
from digits.artifact.weights import network_of
from digits.base.errors import BadArtifact
from digits.base.files import write_whole
from digits.base.records import SIDE, Card
from digits.models import Network

BOUND = 1e-5  # of `difference`
SIZES = (1, 2, 64)  # of the batches that both must answer alike


def write(classifier: Classifier, path: Path) -> Path:
    """Write the network of torch behind `classifier` to `path` as ONNX; return the path.

    Raises BadArtifact, and writes nothing, unless ONNX Runtime's answers lie within 1e-5 of torch's: see `difference`.
    Raises BadOutput.
    """
    content = to_onnx(network_of(classifier), classifier.card)
    again = from_bytes(content, path, at_once=max(SIZES))
    apart = difference(classifier, again) if isinstance(again, Classifier) else np.inf
    if not apart <= BOUND:  # not a number is refused too
        raise BadArtifact(
            f"{path} is not written: the exported network's answers are {apart:.1e} off those of torch; "
            f"at most {BOUND:.0e} is allowed."
        )
    return write_whole(path, content)


def difference(one: Classifier, other: Classifier) -> float:
    """Return how far two networks' answers to the trial glyphs lie apart, in batches of 1, 2 and 64.

    It is the largest of two: that of any probability, and that of any logit, divided by the largest logit of its glyph
    where that is above 1. Without the division two correct orders of summing would differ by more than 1e-5: float32
    keeps seven digits, and logits of 20 are common.
    """
    trial = trial_glyphs()
    return float(np.max([_apart(one, other, trial[:size]) for size in SIZES]))


def _apart(one: Classifier, other: Classifier, glyphs: NDArray[np.uint8]) -> float:
    mine, its = one.logits(glyphs), other.logits(glyphs)
    scale = np.abs(mine).max(1, keepdims=True).clip(min=1)
    return float(np.max([np.abs(mine - its) / scale, np.abs(one(glyphs) - other(glyphs))]))  # max keeps a NaN


def trial_glyphs() -> NDArray[np.uint8]:
    """Return 64 glyphs, uint8 (64, 28, 28), always the same: 46 of strokes, 8 of noise, 8 of specks, blank, full."""
    rng = np.random.default_rng(28)
    strokes = [_stroke(rng) for _ in range(46)]
    noise = rng.integers(0, 256, (8, SIDE, SIDE))
    specks = 255 * (rng.random((8, SIDE, SIDE)) < 0.1)
    plain = [np.full((SIDE, SIDE), ink) for ink in (0, 255)]
    return np.stack([*strokes, *noise, *specks, *plain]).astype(np.uint8)


def _stroke(rng: np.random.Generator) -> NDArray[np.float64]:
    """Draw one bent line: the ink falls off over the last pixel of its half width."""
    start, bend, end = rng.uniform(4, 24, (3, 2))
    t = np.linspace(0, 1, 50)[:, None]
    line = (1 - t) ** 2 * start + 2 * t * (1 - t) * bend + t**2 * end  # (50, 2): a quadratic Bézier curve
    pixels = np.moveaxis(np.indices((SIDE, SIDE)), 0, -1)[:, :, None]  # (28, 28, 1, 2)
    away = np.sqrt(((pixels - line) ** 2).sum(-1)).min(-1)  # (28, 28)
    ink: NDArray[np.float64] = 255 * (rng.uniform(0.5, 3) + 0.5 - away).clip(0, 1)
    return ink


def to_onnx(network: Network, card: Card) -> bytes:
    """Return an ONNX file of `network` in evaluation mode, for any number of glyphs, with `card` in its metadata."""
    example = torch.zeros(2, SIDE, SIDE, dtype=torch.uint8)  # two: a batch of one would be taken for a constant
    return as_bytes(traced(network, example, {0: torch.export.Dim("N")}, (ASKED, ANSWERED)), card)


def traced(network: Network, example: Tensor, free: dict[int, Any], names: tuple[str, str]) -> onnx.ModelProto:
    """Return `network` in evaluation mode as ONNX, for inputs like `example` but of any length in its `free` sides."""
    plain = copy.deepcopy(network).cpu().eval()
    plain.to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]  # channels-last would be traced too
    with _silence():
        program = torch.onnx.export(
            plain,
            (example,),
            dynamo=True,
            input_names=names[:1],
            output_names=names[1:],
            dynamic_shapes=(free,),
            verbose=False,
        )
    if program is None:  # what torch says of the older exporter only
        raise BadArtifact("torch gave back no ONNX program: export with another version of it.")
    return _bare(program.model_proto)


def as_bytes(model: onnx.ModelProto, card: Card) -> bytes:
    """Return the file of `model`, with `card` in its metadata."""
    model.metadata_props.add(key=KEY, value=card.to_json())
    content: bytes = model.SerializeToString(deterministic=True)
    return content


@contextmanager
def _silence() -> Iterator[None]:
    """Keep the exporter's own talk, about libraries that it would also know, off the screen."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)


def _bare(model: onnx.ModelProto) -> onnx.ModelProto:
    """Take away what the exporter notes for its own makers: half of a small file, and paths of this machine."""
    graph = model.graph
    del graph.value_info[:]
    for each in (model, graph, *graph.node, *graph.input, *graph.output, *graph.initializer):
        del each.metadata_props[:]
        each.doc_string = ""
    return model
