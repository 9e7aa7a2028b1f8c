"""Graphs: networks that are no classifiers, as callers see them: an array in, an array out, a card beside.

One reads lines, one finds ink. Light: torch and ONNX Runtime are loaded by what makes one.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digits.base.errors import BadArtifact
from digits.base.records import Card

Values = NDArray[np.uint8]
Shape = tuple[int, ...]

# Of each graph: the smallest input, and the shape of its answer to an input of so many classes.
FORMS: dict[str, tuple[Shape, Callable[[Shape, int], Shape]]] = {
    "line": ((1, 48, 16), lambda asked, classes: (asked[0], asked[2] // 2, classes + 4)),
    "ink": ((1, 3, 32, 32), lambda asked, classes: (asked[0], classes, *asked[2:])),
}


class Graph:
    """Whatever answers arrays with arrays, with its card. Call it; it is safe to use from several threads.

    `answer` turns uint8 (N, 48, W) into float32 (N, W / 2, K + 4) if it reads lines, W a multiple of 4; and uint8
    (N, 3, H, W) into float32 logits (N, K, H, W) if it finds ink, H and W multiples of 32.
    """

    def __init__(self, answer: Callable[[Values], NDArray[np.float32]], card: Card) -> None:
        self._answer = answer
        self.card = card

    def __call__(self, values: Values) -> NDArray[np.float32]:
        """Return the network's answer to `values`."""
        return self._answer(values)

    def details(self) -> dict[str, str]:
        """Return what there is to tell of the network itself, by name, in words."""
        return {"parameters": f"{self.card.parameters:,}"}


def check_form(graph: Graph, path: Path) -> None:
    """Raise BadArtifact unless `graph`, from `path`, answers the smallest input in the form that its card tells."""
    asked, form = FORMS[graph.card.model]
    wanted = form(asked, len(graph.card.classes))
    try:
        out = graph(np.zeros(asked, np.uint8))
    except Exception as error:  # ONNX Runtime's errors have no other base in common
        raise BadArtifact(f"{path} cannot answer ({str(error).strip().partition(chr(10))[0][:200]}).") from error
    if out.shape != wanted or out.dtype != np.float32:
        raise BadArtifact(f"{path} does not fit its card: it answers {out.dtype} {out.shape}, not float32 {wanted}.")


def load_graph(path: Path, model: str, threads: int = 0) -> Graph:
    """Return the graph in `path`, which must be called `model` on its card. Raises BadArtifact, MissingExtra."""
    from digits.artifact.files import load_network

    graph = load_network(path, threads=threads)
    if not isinstance(graph, Graph) or graph.card.model != model:
        raise BadArtifact(f"{path} is a network of the kind {graph.card.model!r}, where {model!r} is needed.")
    return graph
