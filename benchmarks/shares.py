"""Figures of benchmarks: shares with their 95% intervals (Wilson, 1927), wrong digits of all, and both in words."""

from collections.abc import Iterable
from typing import Any

from scipy.stats import binomtest

WIDE = 150  # columns of the screen, where it does not say

Figure = dict[str, Any]


def share(count: int, of: int) -> Figure:
    """Return `count` of `of` as a fraction with its 95% interval."""
    low, high = binomtest(count, of).proportion_ci(method="wilson") if of else (0.0, 1.0)
    return {"count": count, "of": of, "share": count / of if of else None, "interval": [float(low), float(high)]}


def digit_errors(pairs: Iterable[tuple[str, str]]) -> Figure:
    """Return how many digits are wrong of all that there are; `pairs` are what was read and what is there.

    It has no interval: the digits of one picture are not read independently, and there may be more errors than digits.
    """
    count = of = 0
    for read, label in pairs:
        count, of = count + distance(read, label), of + len(label)
    return {"count": count, "of": of, "share": count / of if of else None}


def distance(one: str, other: str) -> int:
    """Return how many signs must be put in, taken out or changed to make one text the other (Levenshtein, 1966)."""
    row = list(range(len(other) + 1))
    for i, sign in enumerate(one, 1):
        last, row = row, [i]
        for j, wanted in enumerate(other, 1):
            row.append(min(last[j] + 1, row[-1] + 1, last[j - 1] + (sign != wanted)))
    return row[-1]


def in_words(figure: Figure) -> str:
    """Return a count of so many, and its share."""
    return f"{figure['count']}/{figure['of']}" + ("" if figure["share"] is None else f" {figure['share']:.1%}")


def interval(figure: Figure) -> str:
    """Return a figure's 95% interval in words; nothing if it has none."""
    return f"({figure['interval'][0]:.1%} to {figure['interval'][1]:.1%})" if "interval" in figure else ""
