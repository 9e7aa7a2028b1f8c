"""The decision over what was read: which marks are digits, which are sure, what there is to warn of."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from digits.artifact.lattice import joined
from digits.base.reading import Digit, Line, Reading
from digits.base.records import NOT_A_DIGIT
from digits.images.lines import MOST
from digits.reading.marks import Mark, Written

DOUBTED = 0.75  # the least confidence of a digit among marks of which most are none
APART, FARTHER = 0.7, 2.2  # a gap is one between numbers if wider than so many heights, and so many usual gaps
BESIDE = 1.2  # heights that a sign may stand away from a digit
PAIRED = "+-x=/:.,"  # signs that hold together what stands on both sides


@dataclass(frozen=True)
class Limits:
    """What was asked for: one digit only, the confidence below which a digit is unsure, an answer in any case."""

    single: bool
    least: float
    force: bool
    printed: bool = False


def decide(
    name: str, parts: Sequence[Written], classes: tuple[str, ...], limits: Limits, told: Sequence[str] = ()
) -> Reading:
    """Return the Reading of a picture's parts, which come row by row; `told` is what there is to warn of besides.

    Where most marks are no digits, as in a photograph or a text, the rest need a confidence of DOUBTED at least.
    """
    marks = [mark for part in parts for mark in part.marks]
    none = classes.index(NOT_A_DIGIT) if NOT_A_DIGIT in classes else -1
    read = sum(mark.kind == "digit" for mark in marks)
    refused = sum(mark.kind == "other" for mark in marks)
    if refused > read:
        limits = replace(limits, least=max(limits.least, DOUBTED))
    usual = _usual_gap(parts)
    lines: list[Line] = []
    others: list[Digit] = []
    glyphs: list[NDArray[np.uint8]] = []
    other_glyphs: list[NDArray[np.uint8]] = []
    touches = False
    for row in _rows(parts):
        kept = _with_signs([mark for part in row for mark in part.marks])
        digits = {id(mark): _digit(mark, classes, none, limits) for mark in kept if mark.kind == "digit"}
        if digits:
            chosen = [mark for mark in kept if mark.kind != "other"]
            text = _text(chosen, digits, usual)
            lattice = joined(part.lattice for part in row)
            own = tuple(digits[id(mark)] for mark in chosen if id(mark) in digits)
            first = row[0].marks[0]
            likeliest = "".join(digits[id(mark)].label if id(mark) in digits else mark.char for mark in chosen)
            lines.append(Line(text, own, _around(chosen), first.row, first.page, likeliest, lattice))
            glyphs += [mark.glyph for mark in chosen if id(mark) in digits]
            touches |= any(mark.touches for mark in chosen)
        for mark in (each for part in row for each in part.marks if each.kind == "other"):
            others.append(_digit(mark, classes, none, limits, refused=True))
            other_glyphs.append(mark.glyph)
    found = tuple(digit for line in lines for digit in line.digits)
    parted = limits.single and any(mark.shapes > 1 for mark in marks)
    warnings = _warnings(marks, found, others, limits, touches=touches, parted=parted)
    stack = np.stack([*glyphs, *other_glyphs]) if glyphs or other_glyphs else np.empty((0, 28, 28), np.uint8)
    return Reading(name, tuple(lines), tuple(others), (*warnings, *told), stack)


def _rows(parts: Sequence[Written]) -> list[list[Written]]:
    rows: list[list[Written]] = []
    before = None
    for part in parts:
        if not part.marks:
            continue
        place = part.marks[0].page, part.marks[0].row
        if place == before:
            rows[-1].append(part)
        else:
            rows.append([part])
        before = place
    return rows


def _usual_gap(parts: Sequence[Written]) -> float:
    """Return the gap between neighbouring digits that is usual on the page, in heights of a digit."""
    gaps = [
        (after.box[0] - before.box[2]) / after.high
        for part in parts
        for before, after in zip(part.marks[:-1], part.marks[1:], strict=True)
        if before.kind == "digit" and after.kind == "digit"
    ]
    return float(np.median(gaps)) if gaps else 0.0


def _with_signs(marks: list[Mark]) -> list[Mark]:
    """Return the marks of a row without those signs that stand beside no digit."""
    kept = []
    for i, mark in enumerate(marks):
        if mark.kind != "sign":
            kept.append(mark)
            continue
        near = [marks[j] for j in (i - 1, i + 1, i - 2, i + 2) if 0 <= j < len(marks)]
        if any(
            each.kind == "digit" and max(each.box[0] - mark.box[2], mark.box[0] - each.box[2]) <= BESIDE * mark.high
            for each in near
        ):
            kept.append(mark)
    return kept


def _text(marks: list[Mark], digits: dict[int, Digit], usual: float) -> str:
    out = ""
    for i, mark in enumerate(marks):
        if i:
            before = marks[i - 1]
            gap = (mark.box[0] - before.box[2]) / mark.high
            paired = mark.char in PAIRED or before.char in PAIRED
            if gap > max(APART, FARTHER * usual) and not paired:
                out += " "
        out += digits[id(mark)].text if id(mark) in digits else mark.char
    return out


def _around(marks: list[Mark]) -> tuple[int, int, int, int]:
    boxes = np.array([mark.box for mark in marks])
    (left, top), (right, low) = boxes[:, :2].min(0), boxes[:, 2:].max(0)
    return round(left), round(top), max(1, round(right - left)), max(1, round(low - top))


def _digit(mark: Mark, classes: tuple[str, ...], none: int, limits: Limits, *, refused: bool = False) -> Digit:
    likely = mark.likely.tolist()
    order = sorted(range(len(likely)), key=likely.__getitem__, reverse=True)
    first = order[0]
    if not refused and first == none:
        first = order[1]
    second = order[0] if first != order[0] else order[min(1, len(order) - 1)]
    left, top, right, low = mark.box
    return Digit(
        label=classes[first],
        confidence=likely[first],
        runner_up=classes[second],
        runner_up_confidence=likely[second],
        box=(round(left), round(top), max(1, round(right - left)), max(1, round(low - top))),
        row=mark.row,
        page=mark.page,
        sure=refused or limits.force or likely[first] >= limits.least,
        probabilities=tuple(likely),
    )


def _warnings(
    marks: Sequence[Mark],
    digits: Sequence[Digit],
    others: Sequence[Digit],
    limits: Limits,
    *,
    touches: bool,
    parted: bool,
) -> tuple[str, ...]:
    """Say in plain words what there is to doubt."""
    told = []
    if not marks:
        told.append("looks blank")
    elif not (digits or others):
        told.append("nothing but signs")
    if any(mark.crowded for mark in marks):
        told.append(f"more than {MOST} shapes: only the largest were looked at")
    if touches:
        told.append("ink touches the border")
    if parted:
        told.append("two shapes in one mark")
    doubtful = sum(digit.confidence < limits.least for digit in digits)
    if doubtful:
        told.append(f"unsure of {_counted(doubtful, 'digit')}")
    if others:
        told.append(f"{_counted(len(others), 'mark')} that {'is' if len(others) == 1 else 'are'} no digit")
    return tuple(told)


def _counted(count: int, thing: str) -> str:
    return f"{count} {thing}" + "s" * (count != 1)
