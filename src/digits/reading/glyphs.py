"""Reading by a network of the user's own: marks are connected shapes, and it says what each of their glyphs is.

Such a network knows no signs, and not what lies beside a glyph. Where a mark is wider than a digit, the line network
is asked whether it is several that touch, and where one ends.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from digits.artifact import Classifier
from digits.artifact.lattice import joined
from digits.base.records import DIGITS, NOT_A_DIGIT
from digits.images import to_glyph
from digits.reading.decision import Limits
from digits.reading.marks import (
    EMPTY,
    NOBODY,
    TEN,
    Kind,
    Mark,
    Transcript,
    Written,
    forced,
    lattice_of,
    left_over,
    lone,
    spelled,
)
from digits.reading.networks import line_network
from digits.reading.recognition import recognise
from digits.reading.segmentation import PlacedPart, Segmented, to_read

WIDE = 1.2  # of its height: a wider mark may be several digits


class GlyphTranscriber:
    """Turns parts into marks by one classifier of glyphs."""

    def __init__(self, classifier: Classifier) -> None:
        self.classifier = classifier
        self._none = classifier.classes.index(NOT_A_DIGIT) if NOT_A_DIGIT in classifier.classes else -1
        self._known = classifier.classes[:TEN] == DIGITS

    @property
    def classes(self) -> tuple[str, ...]:
        """What the probabilities of a mark are of."""
        return self.classifier.classes

    def __call__(self, asked: Sequence[tuple[Segmented, Limits]]) -> list[Transcript]:
        """Return what is written on each picture, in one pass of the network over all of them."""
        found = [
            [_found(placed, limits.single) for placed in to_read(segmented, printed=limits.printed)]
            for segmented, limits in asked
        ]
        marks = [mark for parts in found for part in parts for mark in part]
        glyphs = np.stack([mark.glyph for mark in marks]) if marks else np.empty((0, 28, 28), np.uint8)
        answers = iter(self.classifier(glyphs).astype(np.float64))
        return [
            Transcript([self._named(part, answers, limits.single) for part in parts])
            for parts, (_, limits) in zip(found, asked, strict=True)
        ]

    def _named(self, part: list[Mark], answers: Iterator[NDArray[np.float64]], single: bool) -> Written:
        marks = []
        for mark in part:
            likely = next(answers)
            likely = forced(likely, self._none) if single and self._none >= 0 else likely
            best = int(likely.argmax())
            kind: Kind = "other" if best == self._none else "digit"
            marks.append(replace(mark, kind=kind, char="" if kind == "other" else self.classes[best], likely=likely))
        if not (self._known and marks):
            return Written(marks, EMPTY)
        nothing = [float(mark.likely[self._none]) if self._none >= 0 else 0.0 for mark in marks]
        return Written(marks, joined(lattice_of(mark.likely[:TEN], n) for mark, n in zip(marks, nothing, strict=True)))


def _found(placed: PlacedPart, single: bool) -> list[Mark]:
    """Return the marks of a part, from left to right."""
    if single or placed.part.lone:
        return lone(placed, to_glyph(placed.part.ink), NOBODY).marks
    marks = left_over(placed, [])
    if all(mark.box[2] - mark.box[0] <= WIDE * (mark.box[3] - mark.box[1]) for mark in marks):
        return marks
    read = [mark for mark in spelled(placed, recognise([placed.part], line_network())[0]).marks if mark.kind == "digit"]
    out: list[Mark] = []
    for mark in marks:
        inside = [each for each in read if mark.box[0] <= (each.box[0] + each.box[2]) / 2 <= mark.box[2]]
        out += inside if len(inside) > 1 else [mark]
    return out
