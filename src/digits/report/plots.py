"""Figures: a record in, a matplotlib figure out. No global state: pyplot is not used."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter
from numpy.typing import NDArray

from digits.base.errors import BadSetting
from digits.base.records import Samples
from digits.measure import Scores
from digits.train import Comparison, Study

COLOURS = ("#4477aa", "#cc6677", "#228833", "#aa7700", "#66ccee", "#aa3377")  # Tol's, safe for the colour-blind
STYLE: Any = {"axes.spines.top": False, "axes.spines.right": False, "axes.axisbelow": True, "font.size": 10}
ACROSS = 5  # glyphs in a row


def to_png(figure: Figure) -> bytes:
    """Return the figure as the bytes of a PNG file."""
    file = BytesIO()
    figure.savefig(file, format="png", dpi=150, facecolor="white")
    return file.getvalue()


def samples_figure(samples: Samples, count: int, seed: int) -> Figure:
    """Return `count` glyphs with their labels, drawn from all of `samples` without replacement. Raises BadSetting."""
    if not 1 <= count <= min(len(samples), 200):
        raise BadSetting(f"Cannot show {count} glyphs: choose 1 to {min(len(samples), 200)}.")
    if seed < 0:
        raise BadSetting(f"The seed is {seed}; it must be 0 or more.")
    chosen = np.random.default_rng(seed).choice(len(samples), count, replace=False)
    titles = [samples.classes[label] for label in samples.labels[chosen]]
    title = f"{samples.name}, {samples.part}: {count} of {len(samples):,} (seed {seed})"
    return _gallery(samples.glyphs[chosen], titles, title)


def curves_figure(made: Study) -> Figure:
    """Return loss and accuracy by epoch: dashed while training, solid on validation."""
    with rc_context(STYLE):
        figure = Figure(figsize=(11, 4), layout="constrained")
        loss, accuracy = figure.subplots(1, 2)
        for colour, entry in zip(COLOURS, made.entries, strict=False):
            for axes, what in ((loss, "loss"), (accuracy, "accuracy")):
                log = entry.trained.log
                epochs = [row.epoch for row in log]
                for part, line in (("train", "--"), ("validation", "-")):
                    heights = [getattr(row, f"{part}_{what}") for row in log]
                    label = entry.name if part == "validation" else None
                    axes.plot(epochs, heights, line, color=colour, label=label, marker="o", markersize=4)
        for axes, title in ((loss, "loss"), (accuracy, "accuracy")):
            axes.set(title=title, xlabel="epoch")
            axes.xaxis.set_major_locator(MaxNLocator(integer=True))
            axes.grid(alpha=0.3)
        accuracy.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        loss.set_ylim(bottom=0)
        loss.plot([], [], "-", color="grey", label="on validation")
        loss.plot([], [], "--", color="grey", label="while training")
        figure.legend(*loss.get_legend_handles_labels(), loc="outside right center", frameon=False)
    return figure


def comparison_figure(made: Study) -> Figure:
    """Return the bar chart of the runs: test accuracy with its 95% interval, and training time."""
    with rc_context(STYLE):
        figure = Figure(figsize=(10, 0.6 * len(made.entries) + 1.4), layout="constrained")
        left, right = figure.subplots(1, 2, sharey=True, width_ratios=[3, 2])
        names = [entry.name for entry in made.entries]
        colours = COLOURS[: len(names)]
        accuracies = np.array([entry.test.accuracy for entry in made.entries])
        low, high = np.array([entry.test.interval for entry in made.entries]).T
        left.barh(names, accuracies, color=colours, xerr=(accuracies - low, high - accuracies), capsize=4)
        _label_bars(left, high, [f"{accuracy:.2%}" for accuracy in accuracies])
        left.set(xlim=(0, 1.16), title=f"accuracy on {made.data}'s test part, 95% interval")
        left.set_xticks(np.linspace(0, 1, 6))
        left.spines["bottom"].set_bounds(0, 1)
        left.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        seconds = np.array([entry.trained.train_seconds for entry in made.entries])
        right.barh(names, seconds, color=colours)
        _label_bars(right, seconds, [f"{each:.1f} s" for each in seconds])
        right.set(xlim=(0, seconds.max() * 1.25), title=f"training time on {made.entries[0].trained.device}, seconds")
        right.tick_params(axis="y", length=0)
        left.invert_yaxis()
    return figure


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


def confusion_figure(scores: Scores, title: str) -> Figure:
    """Return the confusion matrix: true classes down, answers across, each row shaded by its shares."""
    names = [each.name for each in scores.classes]
    counts = np.array(scores.confusion)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    figure = Figure(figsize=(7, 7), layout="constrained")
    axes = figure.subplots()
    axes.imshow(shares**0.5, cmap="Blues", vmin=0, vmax=1)  # the root lets one mistake in a thousand be seen
    axes.set(title=title, xlabel="answered", ylabel="true")
    axes.set_xticks(range(len(names)), names, rotation=45 if max(map(len, names)) > 2 else 0)
    axes.set_yticks(range(len(names)), names)
    for (row, column), count in np.ndenumerate(counts):
        colour = "white" if shares[row, column] > 0.3 else "black" if count else "#b8c4d0"
        axes.text(column, row, f"{count}", ha="center", va="center", color=colour)
    return figure


def errors_figure(samples: Samples, probabilities: NDArray[np.float32], title: str, count: int = 20) -> Figure:
    """Return the worst mistakes: wrong answers, the surest first, with what was true and what was said."""
    said, confidence = probabilities.argmax(1), probabilities.max(1)
    wrong = np.flatnonzero(said != samples.labels)
    worst = wrong[np.argsort(-confidence[wrong], kind="stable")][:count]
    names = samples.classes
    titles = [f"{names[samples.labels[i]]}, read as {names[said[i]]}\n{confidence[i]:.1%} sure" for i in worst]
    return _gallery(samples.glyphs[worst], titles, f"{title}: the {len(worst)} worst of {len(wrong)} mistakes")


def _gallery(glyphs: NDArray[np.uint8], titles: Sequence[str], title: str) -> Figure:
    """Draw glyphs as ink on paper, a title over each."""
    rows = max(1, -(-len(glyphs) // ACROSS))
    lines = max((each.count("\n") for each in titles), default=0) + 1
    figure = Figure(figsize=(1.5 * ACROSS, (1.5 + 0.18 * lines) * rows + 0.4), layout="constrained")
    figure.suptitle(title, fontsize=11)
    for place, axes in enumerate(np.ravel(figure.subplots(rows, ACROSS, squeeze=False))):
        axes.set(xticks=[], yticks=[])
        axes.spines[:].set_color("#d0d4da")
        axes.set_visible(place < len(glyphs))
        if place < len(glyphs):
            axes.imshow(glyphs[place], cmap="gray_r", vmin=0, vmax=255)
            axes.set_title(titles[place], fontsize=9)
    return figure


def _label_bars(axes: Axes, ends: NDArray[np.float64], words: Sequence[str]) -> None:
    for place, (end, word) in enumerate(zip(ends, words, strict=True)):
        axes.annotate(word, (end, place), xytext=(5, 0), textcoords="offset points", va="center")
