"""A comparison as a table and as CSV. Every number comes from the record."""

import csv
from io import StringIO
from itertools import pairwise

import numpy as np

from digits.train import Comparison, Contender

TITLES = (
    "contender",
    "acc. %",
    "95% of\nmean",
    "lowest–\nhighest",
    "n",
    "para-\nmeters",
    "multi-\nadds",
    "secs",
    "dev.",
)


def comparison_table(made: Comparison) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Return the headings, broken into lines, and a row of words for each contender, the best on validation first."""
    return TITLES, [_words(each, made.part) for each in made.contenders]


def pairs_in_words(made: Comparison) -> list[tuple[str, str, str, str]]:
    """Return a row of words for each pair of neighbours: who, right only by the first, only by the second, p."""
    names = [each.name for each in made.contenders]
    return [
        (f"{first}, {second}", f"{pair.only_first:,}", f"{pair.only_second:,}", f"{pair.p:.2g}")
        for (first, second), pair in zip(pairwise(names), made.pairs, strict=True)
    ]


def comparison_csv(made: Comparison) -> str:
    """Return the comparison as CSV text: one row for each contender, bare numbers, accuracies as fractions."""
    text = StringIO()
    rows = [_values(each, made, place) for place, each in enumerate(made.contenders)]
    writer = csv.DictWriter(text, rows[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _words(each: Contender, part: str) -> tuple[str, ...]:
    accuracies, interval = each.accuracies(part), each.interval(part)
    return (
        each.name,
        f"{100 * each.mean(part):.2f}",
        f"{100 * interval[0]:.2f}–{100 * interval[1]:.2f}" if interval else "–",
        f"{100 * min(accuracies):.2f}–{100 * max(accuracies):.2f}" if interval else "–",
        f"{len(accuracies)}",
        f"{each.parameters:,}" if each.parameters else "–",
        f"{each.multiply_adds / 1000:,.0f}k" if each.multiply_adds else "–",
        f"{np.median(each.seconds):.1f}",
        each.device,
    )


def _values(each: Contender, made: Comparison, place: int) -> dict[str, object]:
    accuracies, interval = each.accuracies(made.part), each.interval(made.part) or ("", "")
    return {
        "contender": each.name,
        "part": made.part,
        "mean_accuracy": each.mean(made.part),
        "mean_low": interval[0],
        "mean_high": interval[1],
        "lowest": min(accuracies),
        "highest": max(accuracies),
        "networks": len(accuracies),
        "validation_mean_accuracy": each.mean("validation"),
        "learning_rate": each.run.lr if each.run else "",
        "epochs": each.run.epochs if each.run else "",
        "parameters": each.parameters or "",
        "multiply_adds": each.multiply_adds or "",
        "train_seconds": round(float(np.median(each.seconds)), 3),
        "device": each.device,
        "p_against_next": made.pairs[place].p if place < len(made.pairs) else "",
    }
