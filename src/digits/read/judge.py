"""What to make of the network's answers: which marks are digits, which of these are sure, what there is to doubt."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from digits.base.reading import Digit, Reading
from digits.base.records import NOT_A_DIGIT
from digits.images import Mark
from digits.images.marks import MAX_MARKS
from digits.read.seen import Answer, Place, Seen

DOUBTED = 0.75  # the least confidence of a digit among marks of which most are none


@dataclass(frozen=True)
class Limits:
    """What was asked for: one digit only, the confidence below which a digit is unsure, an answer in any case."""

    single: bool
    least: float
    force: bool


def judge(seen: Seen, answer: Answer, classes: tuple[str, ...], limits: Limits) -> Reading:
    """Return the Reading of a picture from the probabilities (N, K) of its glyphs.

    A mark that is likelier no digit than any digit is none, unless the picture is said to hold exactly one digit. Where
    most marks are none, as in a photograph or a text, the rest need a confidence of DOUBTED at least.
    """
    refused = answer.argmax(1) == classes.index(NOT_A_DIGIT) if NOT_A_DIGIT in classes else np.zeros(len(answer), bool)
    if limits.single:
        refused[:] = False
    if 2 * int(refused.sum()) > len(answer):
        limits = replace(limits, least=max(limits.least, DOUBTED))
    order = [*np.flatnonzero(~refused), *np.flatnonzero(refused)]
    made = [_digit(seen.marks[i], answer[i], classes, limits, refused=bool(refused[i])) for i in order]
    count = len(order) - int(refused.sum())
    warnings = _warnings([seen.marks[i][2] for i in order], made[:count], made[count:], limits)
    return Reading(seen.name, tuple(made[:count]), tuple(made[count:]), warnings, seen.glyphs[order])


def _digit(place: Place, row: NDArray[np.float32], classes: tuple[str, ...], limits: Limits, *, refused: bool) -> Digit:
    page, scale, mark = place
    likely = row.tolist()
    order = sorted(range(len(classes)), key=likely.__getitem__, reverse=True)
    first = order[0]
    if not refused and classes[first] == NOT_A_DIGIT:
        first = order[1]
    second = order[0] if first != order[0] else order[min(1, len(order) - 1)]
    left, top, width, height = (round(each * scale) for each in mark.box)
    confidence = likely[first]
    return Digit(
        label=classes[first],
        confidence=confidence,
        runner_up=classes[second],
        runner_up_confidence=likely[second],
        box=(left, top, max(1, width), max(1, height)),
        row=mark.row,
        page=page,
        sure=refused or limits.force or confidence >= limits.least,
        probabilities=tuple(likely),
    )


def _warnings(marks: list[Mark], digits: list[Digit], others: list[Digit], limits: Limits) -> tuple[str, ...]:
    """Say in plain words what there is to doubt."""
    told = []
    if not marks:
        told.append("looks blank")
    if len(marks) >= MAX_MARKS:
        told.append(f"more than {MAX_MARKS} shapes: only the largest were looked at")
    if any(mark.touches for mark in marks[: len(digits)]):
        told.append("ink touches the border")
    if limits.single and any(mark.shapes > 1 for mark in marks):
        told.append("two shapes in one mark")
    doubtful = sum(digit.confidence < limits.least for digit in digits)
    if doubtful:
        told.append(f"unsure of {_counted(doubtful, 'digit')}")
    if others:
        told.append(f"{_counted(len(others), 'mark')} that {'is' if len(others) == 1 else 'are'} no digit")
    return tuple(told)


def _counted(count: int, thing: str) -> str:
    return f"{count} {thing}" + "s" * (count != 1)
