"""Reliability diagram and risk-coverage curve: what confidence is worth."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digits.measure.scores import BINS


@dataclass(frozen=True)
class Reliability:
    """Answers sorted into 15 equal bins of confidence; a bin without answers is left out.

    confidence, accuracy   their means in each bin
    glyphs                 how many there are in it
    """

    confidence: tuple[float, ...]
    accuracy: tuple[float, ...]
    glyphs: tuple[int, ...]

    @property
    def ece(self) -> float:
        """The expected calibration error: the gap between the two, weighted by glyphs (Guo et al., 2017)."""
        gap = np.abs(np.subtract(self.confidence, self.accuracy))
        return float(np.average(gap, weights=self.glyphs))


@dataclass(frozen=True)
class RiskCoverage:
    """What share of the answers is wrong if only the surest share of glyphs is answered (El-Yaniv and Wiener, 2010).

    coverage, risk   of the surest 1 to N glyphs, at most a thousand points
    area             under the curve: the mean risk over all coverages
    """

    coverage: tuple[float, ...]
    risk: tuple[float, ...]
    area: float

    def risk_at(self, coverage: float) -> float:
        """Return the share of wrong answers among the surest share `coverage` of glyphs."""
        return float(np.interp(coverage, self.coverage, self.risk))


def reliability(probabilities: NDArray[np.float32], labels: NDArray[np.int64]) -> Reliability:
    """Return the Reliability of `probabilities`, float (N, K), for `labels`, int (N,)."""
    confidence, right = probabilities.max(1).astype(np.float64), probabilities.argmax(1) == labels
    place = np.minimum(np.ceil(confidence * BINS).astype(int) - 1, BINS - 1)
    glyphs = np.bincount(place, minlength=BINS)
    used = glyphs > 0
    sure, hit = (np.bincount(place, weights=each, minlength=BINS)[used] / glyphs[used] for each in (confidence, right))
    return Reliability(tuple(sure.tolist()), tuple(hit.tolist()), tuple(glyphs[used].tolist()))


def risk_coverage(probabilities: NDArray[np.float32], labels: NDArray[np.int64], points: int = 1000) -> RiskCoverage:
    """Return the RiskCoverage of `probabilities`, float (N, K), for `labels`, int (N,)."""
    order = np.argsort(-probabilities.max(1), kind="stable")
    wrong = (probabilities.argmax(1) != labels)[order]
    count = np.arange(1, len(wrong) + 1)
    risk = np.cumsum(wrong) / count
    kept = np.unique(np.linspace(0, len(wrong) - 1, min(points, len(wrong))).astype(int))
    return RiskCoverage(tuple((count[kept] / len(wrong)).tolist()), tuple(risk[kept].tolist()), float(risk.mean()))
