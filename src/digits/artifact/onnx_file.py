"""ONNX files as networks, answered by ONNX Runtime: no torch here. docs/format.md has the layout."""

import os
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digits.artifact.classifier import Classifier
from digits.artifact.graph import Graph, Values, check_form
from digits.base.errors import BadArtifact
from digits.base.files import reason
from digits.base.records import GRAPHS, SIDE, Card

os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")  # since 1.29 it tells its maker of each process; it looks only once
import onnxruntime as ort

KEY = "digits.card"
ASKED, ANSWERED = "glyphs", "logits"  # the graph's only input and output
AT_ONCE = 32  # glyphs: as quick as any number from 16 to 1,000, and the more there are, the more memory they take
Form = tuple[str, str, tuple[Any, ...]]  # name, type, shape


def read(path: Path, threads: int = 0) -> Classifier | Graph:
    """Return the network in `path`, answered on so many threads; 0 means all cores. Raises BadArtifact."""
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise BadArtifact(f"There is no file {path}.") from error
    except OSError as error:
        raise BadArtifact(f"Cannot read {path}: {reason(error)}.") from error
    return from_bytes(content, path, threads)


def from_bytes(content: bytes, path: Path, threads: int = 0, at_once: int = AT_ONCE) -> Classifier | Graph:
    """Return the network in `content`, the bytes of an ONNX file; `path` is for errors. Raises BadArtifact.

    It answers `at_once` glyphs in one run of the graph, so that any number of glyphs needs the memory of so many.
    """
    session, metadata, forms = _open(content, path, threads)
    card = _card(metadata, path)
    if card.model in GRAPHS:
        return _as_graph(session, card, forms, path)
    _check_forms(forms, len(card.classes), path)
    classifier = Classifier(partial(_answer, session, len(card.classes), at_once), card)
    try:
        classifier.logits(np.zeros((2, SIDE, SIDE), np.uint8))
    except Exception as error:  # a graph may promise a form that it does not keep
        raise BadArtifact(f"{path} cannot answer ({_first_line(error)}).") from error
    return classifier


def _as_graph(session: ort.InferenceSession, card: Card, forms: list[list[Form]], path: Path) -> Graph:
    """Return the session as a graph with one input and one output, whatever they are called. Raises BadArtifact."""
    if [len(side) for side in forms] != [1, 1]:
        raise BadArtifact(f"{path} does not fit its card: a {card.model} network has one input and one output.")
    (asked, *_), (answered, *_) = (side[0] for side in forms)

    def answer(values: Values) -> NDArray[np.float32]:
        out: NDArray[np.float32] = session.run([answered], {asked: values})[0]
        return out

    graph = Graph(answer, card)
    check_form(graph, path)
    return graph


def _open(content: bytes, path: Path, threads: int) -> tuple[ort.InferenceSession, dict[str, str], list[list[Form]]]:
    try:
        session = ort.InferenceSession(
            content, _options(threads), providers=["CPUExecutionProvider"], enable_fallback=0
        )  # the fallback prints and tries the same again
        sides = session.get_inputs(), session.get_outputs()
        forms = [[(node.name, node.type, tuple(node.shape)) for node in nodes] for nodes in sides]
        return session, session.get_modelmeta().custom_metadata_map, forms
    except Exception as error:  # ONNX Runtime's errors have no other base in common, and names may be no UTF-8
        raise BadArtifact(f"{path} is no ONNX file, or is damaged ({_first_line(error)}).") from error


def _options(threads: int) -> ort.SessionOptions:
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1  # a network of layers is one chain of operations
    # a thread that waits must not spin: beside another busy program, or threads that decode, it takes half the speed
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 4  # what matters comes as an exception as well
    return options


def _card(metadata: dict[str, str], path: Path) -> Card:
    if KEY not in metadata:
        raise BadArtifact(f"{path} has no card: it is an ONNX file, but no network of digits.")
    try:
        return Card.from_json(metadata[KEY])
    except BadArtifact as error:
        raise BadArtifact(f"{path} cannot be used: {error}") from error


def _check_forms(forms: list[list[Form]], classes: int, path: Path) -> None:
    """Raise BadArtifact unless the graph turns uint8 (N, 28, 28), for any N, into float32 (N, classes)."""
    wanted = (ASKED, "tensor(uint8)", ("N", SIDE, SIDE)), (ANSWERED, "tensor(float)", ("N", classes))
    for found, form in zip(forms, wanted, strict=True):
        if len(found) != 1 or not _fits(found[0], form):
            raise BadArtifact(
                f"{path} does not fit its card: its graph has {str(found)[:200]}, where {form} should be."
            )


def _fits(found: Form, wanted: Form) -> bool:
    """Whether both are the same but for the first side, which has any name or none for any length."""
    first, *rest = found[2] or (0,)
    return not isinstance(first, int) and (*found[:2], tuple(rest)) == (*wanted[:2], wanted[2][1:])


def _answer(
    session: ort.InferenceSession, classes: int, at_once: int, glyphs: NDArray[np.uint8]
) -> NDArray[np.float32]:
    out = np.empty((len(glyphs), classes), np.float32)
    for first in range(0, len(glyphs), at_once):
        part = slice(first, first + at_once)
        out[part] = session.run([ANSWERED], {ASKED: np.ascontiguousarray(glyphs[part])})[0]
    return out


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0][:200]
