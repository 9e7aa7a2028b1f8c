"""The networks that ship: found beside the package, opened when they are first needed, and kept."""

from collections.abc import Callable
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import TypeVar

from digits.artifact import Classifier, load
from digits.artifact.graph import Graph, load_graph

READER, INK, LINE = "reader.onnx", "ink.onnx", "line.onnx"

Opened = TypeVar("Opened")


def use_threads(count: int) -> None:
    """Let the ink network, where it is not open yet, compute on so many threads; 0 means all cores."""
    ink_network.cache_clear()
    _THREADS["ink"] = count


_THREADS = {"ink": 0}


@lru_cache(maxsize=1)
def glyph_network() -> Classifier:
    """Return the network that tells which digit a glyph is. Raises BadArtifact."""
    return _shipped(READER, load)


@lru_cache(maxsize=1)
def ink_network() -> Graph:
    """Return the network that finds the ink in a picture. Raises BadArtifact."""
    return _shipped(INK, lambda path: load_graph(path, "ink", _THREADS["ink"]))


@lru_cache(maxsize=1)
def line_network() -> Graph:
    """Return the network that reads a line. Raises BadArtifact."""
    return _shipped(LINE, lambda path: load_graph(path, "line"))


def _shipped(name: str, opened: Callable[[Path], Opened]) -> Opened:
    with resources.as_file(resources.files("digits") / "weights" / name) as path:
        return opened(path)
