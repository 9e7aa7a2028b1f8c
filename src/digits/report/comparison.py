"""A comparison as a table, as CSV and as a figure. Every number comes from the record."""

import csv
import json
from io import StringIO
from itertools import pairwise
from pathlib import Path

import numpy as np
from matplotlib import rc_context
from matplotlib.figure import Figure

from digits.base.files import write_whole
from digits.base.provenance import provenance
from digits.report.plots import COLOURS, STYLE, to_png
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


def write_comparison(made: Comparison, data: str, command: str, folder: Path) -> None:
    """Write comparison.json, results.csv and comparison.png into `folder`, each whole or absent. Raises BadOutput."""
    record = {"format": 2, "command": command, "data": data, **provenance(), **made.to_dict()}
    write_whole(folder / "comparison.json", json.dumps(record, indent=1) + "\n")
    write_whole(folder / "results.csv", comparison_csv(made))
    write_whole(folder / "comparison.png", to_png(intervals_figure(made, data)))


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


def intervals_figure(made: Comparison, data: str) -> Figure:
    """Return the figure: a dot for each network, the mean with its interval over seeds, beside the training time."""
    with rc_context(STYLE):
        figure = Figure(figsize=(10, 0.5 * len(made.contenders) + 1.6), layout="constrained")
        left, right = figure.subplots(1, 2, sharey=True, width_ratios=[3, 2])
        for place, each in enumerate(made.contenders):
            colour = COLOURS[place % len(COLOURS)]
            accuracies = 100 * np.array(each.accuracies(made.part))
            left.plot(accuracies, np.full(len(accuracies), place), "o", color=colour, alpha=0.3, markersize=8)
            low, high = each.interval(made.part) or (each.mean(made.part),) * 2
            left.plot([100 * low, 100 * high], [place, place], color=colour, linewidth=2.5)
            left.plot(100 * each.mean(made.part), place, "|", color=colour, markersize=16, markeredgewidth=2.5)
            right.barh(place, np.median(each.seconds), color=colour)
            right.annotate(
                f"{np.median(each.seconds):.1f} s",
                (float(np.median(each.seconds)), place),
                xytext=(5, 0),
                textcoords="offset points",
                va="center",
            )
        left.set_yticks(range(len(made.contenders)), [each.name for each in made.contenders])
        left.set(
            title=f"accuracy on {data}'s {made.part} part, %", xlabel="each network, and the mean with its 95% interval"
        )
        left.grid(axis="x", alpha=0.3)
        left.ticklabel_format(axis="x", useOffset=False)
        right.set_xlim(0, 1.25 * max(float(np.median(each.seconds)) for each in made.contenders))
        right.set(title="training time, seconds (median)")
        right.tick_params(axis="y", length=0)
        left.set_ylim(len(made.contenders) - 0.4, -0.6)
    return figure


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
