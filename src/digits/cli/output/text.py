"""Readings as text for people: one line each, or all that there is to tell of one."""

import math
import os
from collections.abc import Iterator

import rich_click as click

from digits.base.errors import shown
from digits.base.reading import Digit, Failure, Reading

NOTHING = "nothing"
BETWEEN = " | "  # rows that are told in one line: a blank parts numbers of a row
WIDEST_NAME, USUAL_TEXT = 40, 10  # signs: columns of the lines are padded to these
MOST_DOUBTS = 5  # that are told one by one
WORTH_TELLING = 0.001  # the least confidence of a runner-up


def percent(confidence: float) -> str:
    """Return `confidence` as a percentage; rounded down, for it should not promise more than it is."""
    return f"{math.floor(confidence * 1000 + 1e-6) / 10:.1f}%"


def trouble(failure: Failure) -> str:
    """Return one line that says which picture could not be read, and why."""
    known = failure.name in ("", "-") or shown(failure.name) in failure.reason
    return failure.reason if known else f"{shown(failure.name)}: {failure.reason}"


def name_column(names: list[str]) -> int:
    """Return how many signs wide the column of `names` is."""
    return min(max((len(shown(name)) for name in names), default=0), WIDEST_NAME)


def as_line(reading: Reading, width: int) -> str:
    """Return the reading in one line: the name, `width` signs wide, the least confidence, the text, the warnings."""
    least = percent(reading.least_sure.confidence) if reading.least_sure else ""
    text = BETWEEN.join(reading.rows) or NOTHING
    padding = " " * max(0, USUAL_TEXT - len(text)) if reading.warnings else ""
    warned = f"{padding}  {_doubt('; '.join(reading.warnings))}" if reading.warnings else ""
    return f"{shown(reading.name):{width}s}  {least:>6s}  {_strong(text)}{warned}"


def as_lines(reading: Reading) -> str:
    """Return the reading of the one picture asked for: each row of digits, and indented what there is to doubt."""
    rows = [_strong(row) for row in reading.rows or (NOTHING,)]
    return "\n".join([*rows, *(f"  {_doubt(each)}" for each in reading.warnings), *_doubts(reading)])


def _doubts(reading: Reading) -> Iterator[str]:
    """Yield a line for each digit that is unsure, or else for the one that is least sure."""
    unsure = [(digit, place) for digit, place in _places(reading) if not digit.sure]
    for digit, place in unsure[:MOST_DOUBTS]:
        yield f"    {place}: {_choice(digit)}"
    if len(unsure) > MOST_DOUBTS:
        yield f"    and {len(unsure) - MOST_DOUBTS} more: --json or --show tells all"
    if len(reading.digits) == 1 and not unsure:
        yield f"  {_choice(reading.digits[0])}"
    elif reading.digits and not unsure:
        digit, place = min(_places(reading), key=lambda pair: pair[0].confidence)
        yield f"  least sure is {place}: {_choice(digit)}"


def _choice(digit: Digit) -> str:
    second = f", else {digit.runner_up} with {percent(digit.runner_up_confidence)}"
    return f"{digit.label} with {percent(digit.confidence)}" + second * (digit.runner_up_confidence >= WORTH_TELLING)


def _places(reading: Reading) -> Iterator[tuple[Digit, str]]:
    """Yield each digit and where it stands, in words."""
    rows, row, column = len(reading.rows), 0, 0
    before = None
    for digit in reading.digits:
        row, column = (row, column + 1) if (digit.page, digit.row) == before else (row + 1, 1)
        before = digit.page, digit.row
        yield digit, f"row {row}, digit {column}" if rows > 1 else f"digit {column}"


def _strong(text: str) -> str:
    return click.style(text, bold=True) if _coloured() else text


def _doubt(text: str) -> str:
    return click.style(text, fg="yellow") if _coloured() else text


def _coloured() -> bool:
    """Whether colour is welcome, see no-color.org; where there is no terminal, click takes it away."""
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
