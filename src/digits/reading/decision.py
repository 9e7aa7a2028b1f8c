"""The decision over the network's answers: which marks are digits, which are sure, what there is to warn of."""

from dataclasses import dataclass, replace

from digits.base.reading import Digit, Reading
from digits.base.records import NOT_A_DIGIT
from digits.images import Mark
from digits.images.marks import MAX_MARKS
from digits.reading.segmentation import Answer, PlacedMark, Segmented

DOUBTED = 0.75  # the least confidence of a digit among marks of which most are none


@dataclass(frozen=True)
class Limits:
    """What was asked for: one digit only, the confidence below which a digit is unsure, an answer in any case."""

    single: bool
    least: float
    force: bool


def decide(segmented: Segmented, answer: Answer, classes: tuple[str, ...], limits: Limits) -> Reading:
    """Return the Reading of a picture from the probabilities (N, K) of its glyphs.

    A mark that is likelier no digit than any digit is none, unless the picture is said to hold exactly one digit. Where
    most marks are none, as in a photograph or a text, the rest need a confidence of DOUBTED at least.
    """
    rows = answer.tolist()  # plain numbers: numpy takes longer over a few
    none = classes.index(NOT_A_DIGIT) if NOT_A_DIGIT in classes and not limits.single else -1
    read: list[int] = []
    refused: list[int] = []
    for i, row in enumerate(rows):
        (refused if row.index(max(row)) == none else read).append(i)
    if len(refused) > len(read):
        limits = replace(limits, least=max(limits.least, DOUBTED))
    digits = tuple(_digit(segmented.marks[i], rows[i], classes, limits, refused=False) for i in read)
    others = tuple(_digit(segmented.marks[i], rows[i], classes, limits, refused=True) for i in refused)
    warnings = _warnings([segmented.marks[i][2] for i in read + refused], digits, others, limits)
    return Reading(segmented.name, digits, others, warnings, segmented.glyphs[read + refused])


def _digit(place: PlacedMark, likely: list[float], classes: tuple[str, ...], limits: Limits, *, refused: bool) -> Digit:
    page, scale, mark = place
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


def _warnings(
    marks: list[Mark], digits: tuple[Digit, ...], others: tuple[Digit, ...], limits: Limits
) -> tuple[str, ...]:
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
