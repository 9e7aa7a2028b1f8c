"""Classifier: a trained network as callers see it: glyphs in, probabilities out, a card beside."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from digits.base.errors import BadData
from digits.base.extras import require_extra
from digits.base.records import SIDE, Card, Samples

if TYPE_CHECKING:
    from digits.measure import Scores

Answer = Callable[[NDArray[np.uint8]], NDArray[np.float32]]  # (N, 28, 28) -> (N, K), N at least 1


class Classifier:
    """Whatever answers glyphs with logits, with its card. Call it for probabilities; it does not know torch.

    `answer` turns uint8 (N, 28, 28) into float32 logits (N, K), and is only asked about arrays of that form.
    """

    def __init__(self, answer: Answer, card: Card) -> None:
        self._answer = answer
        self.card = card

    @property
    def classes(self) -> tuple[str, ...]:
        """What each column of the probabilities stands for."""
        return self.card.classes

    def logits(self, glyphs: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the logits, float32 (N, K), of uint8 `glyphs` (N, 28, 28), N from 0. Raises BadData."""
        _check(glyphs)
        if len(glyphs) == 0:
            return np.empty((0, len(self.classes)), np.float32)
        return self._answer(glyphs)

    def __call__(self, glyphs: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the probabilities, float32 (N, K), of uint8 `glyphs` (N, 28, 28), N from 0. Raises BadData.

        Each row adds up to one. The logits are divided by the temperature on the card before.
        """
        return softmax(self.logits(glyphs), self.card.temperature)

    def score(self, samples: Samples) -> "Scores":
        """Return the Scores of the network's answers to `samples`.

        The network may know more classes than they have, "not a digit" after the ten digits. Raises BadData if it
        knows others.
        """
        if samples.classes != self.classes[: len(samples.classes)]:
            raise BadData(f"{samples.name} has the classes {samples.classes}; the network knows {self.classes}.")
        with require_extra("train", "Scoring"):
            from digits.measure import score
        return score(self(samples.glyphs), samples.labels, self.classes)

    def details(self) -> dict[str, str]:
        """Return what there is to tell of the network itself, by name, in words."""
        return {"parameters": f"{self.card.parameters:,}"}


def softmax(logits: NDArray[np.float32], temperature: float = 1.0) -> NDArray[np.float32]:
    """Return the probabilities, float32 (N, K), of float32 `logits` (N, K) divided by `temperature`."""
    powers = np.exp((logits - logits.max(1, keepdims=True)) / np.float32(temperature))  # the largest is 1: no overflow
    out: NDArray[np.float32] = powers / powers.sum(1, keepdims=True)
    return out


def _check(glyphs: Any) -> None:
    dtype, shape = getattr(glyphs, "dtype", type(glyphs).__name__), getattr(glyphs, "shape", "")
    if not isinstance(glyphs, np.ndarray) or dtype != np.uint8 or len(shape) != 3 or shape[1:] != (SIDE, SIDE):
        raise BadData(f"Glyphs must be an array of uint8 (N, {SIDE}, {SIDE}), not {dtype} {shape}".rstrip() + ".")
