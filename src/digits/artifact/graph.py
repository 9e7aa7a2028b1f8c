"""Graphs: networks that are no classifiers, as ONNX files with a card: arrays in, arrays out, without torch."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digits.artifact.onnx_file import card_of, open_session
from digits.base.errors import BadArtifact
from digits.base.files import reason
from digits.base.records import Card


class Graph:
    """A network with one input and one output. Call it; it is safe to use from several threads."""

    def __init__(self, session: Any, card: Card) -> None:
        self._session, self.card = session, card
        self._asked, self._answered = session.get_inputs()[0].name, session.get_outputs()[0].name

    def __call__(self, values: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the network's answer to `values`."""
        out: NDArray[np.float32] = self._session.run([self._answered], {self._asked: values})[0]
        return out


def load_graph(path: Path, model: str, threads: int = 0) -> Graph:
    """Return the network in `path`, which must be called `model` on its card. Raises BadArtifact."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadArtifact(f"Cannot read {path}: {reason(error)}.") from error
    session, metadata, _ = open_session(content, path, threads)
    card = card_of(metadata, path)
    if card.model != model:
        raise BadArtifact(f"{path} is a network of the kind {card.model!r}, where {model!r} is needed.")
    return Graph(session, card)
