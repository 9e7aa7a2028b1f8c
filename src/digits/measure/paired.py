"""Statistical tests: intervals over seeds, and McNemar's paired test."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest, sem, t

from digits.base.errors import BadData


class Pair(NamedTuple):
    """Two networks on the same glyphs: how many only the first has right, how many only the second, and p.

    p is the chance of so uneven a split, or one more so, if both were right equally often.
    """

    only_first: int
    only_second: int
    p: float


def mcnemar(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> Pair:
    """Return the Pair of two networks' right answers, bool (N,), by the exact test (McNemar, 1947). Raises BadData."""
    if first.shape != second.shape or first.ndim != 1:
        raise BadData(f"A paired test needs answers to the same glyphs, not {first.shape} and {second.shape}.")
    only_first, only_second = int((first & ~second).sum()), int((second & ~first).sum())
    differ = only_first + only_second
    return Pair(only_first, only_second, float(binomtest(only_first, differ).pvalue) if differ else 1.0)


def mean_interval(values: Sequence[float]) -> tuple[float, float] | None:
    """Return the 95% interval of the mean of fractions `values` by Student's t (1908); None for a single value.

    It tells how far the mean of this many seeds may lie from that of very many, and nothing of the choice of glyphs. It
    ends at 0 and 1, which few and unlike values would have it pass.
    """
    if len(values) < 2:
        return None
    half = float(sem(values) * t.ppf(0.975, len(values) - 1))
    mean = float(np.mean(values))
    return max(0.0, mean - half), min(1.0, mean + half)
