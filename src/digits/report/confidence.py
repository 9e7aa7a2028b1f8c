"""Figures of an evaluation: calibration, risk against coverage, corruptions."""

import numpy as np
from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from digits.measure import Reliability, RiskCoverage
from digits.report.plots import COLOURS, STYLE
from digits.train.evaluation import Evaluation

BLUE, RED = COLOURS[:2]


def reliability_figure(before: Reliability, after: Reliability, temperature: float) -> Figure:
    """Return the reliability diagram, without and with the temperature, and how many answers each bin has."""
    with rc_context(STYLE):
        figure = Figure(figsize=(10, 5), layout="constrained")
        top, bottom = figure.subplots(2, 2, sharex=True, sharey="row", height_ratios=[4, 1])
        titles = ("as it was trained", f"after temperature {temperature:.2f}, fitted on validation")
        for column, (bins, title) in enumerate(zip((before, after), titles, strict=True)):
            axes = top[column]
            axes.plot([0, 1], [0, 1], "--", color="grey", linewidth=1, label="as sure as right")
            axes.plot(bins.confidence, bins.accuracy, "o-", color=BLUE, markersize=5)
            axes.set_title(f"{title}: ECE {bins.ece:.2%}", fontsize=11)
            axes.grid(alpha=0.3)
            bottom[column].bar(bins.confidence, bins.glyphs, width=0.03, color=BLUE)
            bottom[column].set(yscale="log", xlabel="confidence", xlim=(0, 1.02))
            for each in (axes, bottom[column]):
                each.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        top[0].yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        top[0].set(ylabel="right", ylim=(0, 1.05))
        top[0].legend(frameon=False)
        bottom[0].set_ylabel("glyphs")
    return figure


def risk_figure(risk: RiskCoverage) -> Figure:
    """Return the risk-coverage curve: how many of the surest answers are wrong."""
    with rc_context(STYLE):
        figure = Figure(figsize=(7, 4), layout="constrained")
        axes = figure.subplots()
        axes.plot(risk.coverage, risk.risk, color=BLUE, linewidth=2)
        marked = (0.9, 0.99, 1.0)
        axes.plot(marked, [risk.risk_at(each) for each in marked], "o", color=RED)
        words = [f"{each:.0%} answered: {risk.risk_at(each):.2%} wrong" for each in marked]
        axes.text(0.03, 0.95, "\n".join(words), transform=axes.transAxes, va="top", fontsize=10)
        axes.set(xlabel="share of glyphs answered, the surest first", ylabel="of these, wrong", xlim=(0, 1.01))
        axes.set_ylim(0, max(risk.risk_at(1.0) * 1.35, max(risk.risk) * 1.05, 1e-4))
        axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=2))
        axes.grid(alpha=0.3)
        axes.set_title(f"area under the curve {risk.area:.3%}", fontsize=11)
    return figure


def corruptions_figure(made: Evaluation, clean: float) -> Figure:
    """Return the accuracy under each corruption, the worst last, beside that on clean glyphs."""
    names = sorted(made.corruptions, key=lambda name: -made.corruptions[name])
    heights = np.array([made.corruptions[name] for name in names])
    with rc_context(STYLE):
        figure = Figure(figsize=(8, 5), layout="constrained")
        axes = figure.subplots()
        axes.barh(names, heights, color=BLUE)
        for place, height in enumerate(heights):
            axes.annotate(
                f"{height:.1%}",
                (height, place),
                xytext=(4, 0),
                textcoords="offset points",
                va="center",
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
            )
        axes.axvline(clean, color="grey", linestyle="--", linewidth=1, zorder=0)
        axes.annotate(
            f"clean {clean:.2%}", (clean, -0.75), xytext=(-4, 0), textcoords="offset points", ha="right", fontsize=9
        )
        axes.set(
            xlim=(0, 1.1),
            title=f"accuracy under corruptions of {made.corrupted:,} glyphs, mean {made.corrupted_mean:.2%}",
        )
        axes.set_xticks(np.linspace(0, 1, 6))
        axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        axes.spines["bottom"].set_bounds(0, 1)
        axes.set_ylim(len(names) - 0.4, -1.1)
    return figure
