"""Two or more sides of a comparison: run by turns, summed up, printed side by side."""

import json
import statistics
import sys
from collections.abc import Callable, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from shares import WIDE, in_words

Figures = dict[str, Any]


def alternate(rounds: int, sides: dict[str, Callable[[], float]]) -> dict[str, list[float]]:
    """Run the sides in turn, `rounds` times, after one round that does not count; return what each returned."""
    took: dict[str, list[float]] = {name: [] for name in sides}
    for number in range(rounds + 1):
        for name, side in sides.items():
            value = side()
            if number:
                took[name].append(value)
    return took


def compared(took: dict[str, list[float]], *, more_is_better: bool = False) -> Figures:
    """Return each side's values and median, and how many times better the first side is, in the median of rounds."""
    first = next(iter(took.values()))
    return {
        name: {
            "each": [float(f"{value:.5g}") for value in values],
            "median": statistics.median(values),
            "ratio": statistics.median(
                own / value if more_is_better else value / own for value, own in zip(values, first, strict=True)
            ),
        }
        for name, values in took.items()
    }


def show(title: str, figures: Figures, wanted: Mapping[str, str]) -> None:
    """Print figures: what was compared with how many times better the first side is, the rest in words."""
    console = Console(width=None if sys.stdout.isatty() else WIDE)
    table = Table("what", "wanted", "figure", "beside it (times better)", title=title, title_justify="left")
    for what, figure in figures.items():
        if what == "runs":
            continue
        first, beside = _sides(figure)
        table.add_row(what, wanted.get(what, ""), first, beside)
    console.print(table)


def _sides(figure: Any) -> tuple[str, str]:
    if isinstance(figure, dict) and "count" in figure:
        return in_words(figure), ""
    if isinstance(figure, dict) and all(isinstance(each, dict) and "ratio" in each for each in figure.values()):
        first, *rest = (f"{name} {_number(each['median'])}" for name, each in figure.items())
        ratios = [each["ratio"] for each in figure.values()][1:]
        return first, "   ".join(f"{words} ({ratio:.3g}x)" for words, ratio in zip(rest, ratios, strict=True))
    return figure if isinstance(figure, str) else json.dumps(figure, ensure_ascii=False), ""


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.4g}"
