"""Calibration: a temperature for the probabilities, and a threshold from which an answer counts."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax

from digits.base.errors import BadData
from digits.base.records import NOT_A_DIGIT

REFUSED = 0.015  # of true digits may be refused, for the sake of those that would be wrong
LOWEST, HIGHEST = 0.05, 20.0  # temperatures that are tried


@dataclass(frozen=True)
class Claims:
    """What a threshold was measured to be worth on the validation part; all but the counts are fractions.

    digits      how many glyphs truly were digits, of these:
    refused     unsure, or taken for no digit
    error_rate  of the answered ones, answered wrong
    others      how many truly were none, of these:
    let_past    answered with a digit all the same
    """

    digits: int
    refused: float
    error_rate: float
    others: int
    let_past: float

    def to_dict(self) -> dict[str, Any]:
        """Return the figures as plain values, for the card."""
        return asdict(self)


def fit_temperature(logits: NDArray[np.float32], labels: NDArray[np.int64]) -> float:
    """Return by what to divide `logits` (N, K) for `labels` (N,) to be likeliest (Guo et al., 2017). Raises BadData."""
    if len(labels) == 0 or logits.shape[:1] != labels.shape:
        raise BadData(f"A temperature needs logits with as many labels, not {logits.shape} and {labels.shape}.")
    raw = logits.astype(np.float64)

    def loss(exponent: float) -> float:
        return -float(log_softmax(raw / np.exp(exponent), axis=1)[np.arange(len(labels)), labels].mean())

    return float(np.exp(minimize_scalar(loss, bounds=np.log([LOWEST, HIGHEST]), method="bounded").x))


def fit_threshold(
    logits: NDArray[np.float32], labels: NDArray[np.int64], classes: tuple[str, ...], temperature: float
) -> tuple[float, Claims]:
    """Return the highest threshold that refuses at most REFUSED of the true digits, and what it is worth.

    The confidence of an answer is the probability of the likeliest digit; where "not a digit" is likelier still, the
    glyph is refused whatever the threshold.
    """
    none = classes.index(NOT_A_DIGIT)
    said = softmax(logits.astype(np.float64) / temperature, axis=1)
    digits = np.delete(np.arange(len(classes)), none)
    answer, confidence = digits[said[:, digits].argmax(1)], said[:, digits].max(1)
    confidence = np.where(said.argmax(1) == none, -1.0, confidence)
    true = labels != none
    threshold = max(0.0, float(np.quantile(confidence[true], REFUSED, method="lower"))) if true.any() else 0.0
    answered = confidence >= threshold
    claims = Claims(
        digits=int(true.sum()),
        refused=_share(~answered, true),
        error_rate=_share(answer != labels, true & answered),
        others=int((~true).sum()),
        let_past=_share(answered, ~true),
    )
    return threshold, claims


def _share(what: NDArray[np.bool_], among: NDArray[np.bool_]) -> float:
    return float(what[among].mean()) if among.any() else 0.0
