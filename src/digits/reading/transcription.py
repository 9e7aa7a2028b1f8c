"""Transcription: parts of lines as marks. Lone characters go through the glyph network, all else through the lines'.

A lone character that the glyph network doubts is asked about as a line too, and the answers are averaged. A network of
the user's own reads glyphs alone: see `glyphs`.
"""

from collections.abc import Sequence
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from digits.artifact import Classifier
from digits.images import Picture, to_glyph
from digits.reading.decision import Limits
from digits.reading.marks import (
    NOBODY,
    Transcript,
    Written,
    as_other,
    forced,
    lone,
    others_among_digits,
    spelled,
    with_digit,
)
from digits.reading.networks import line_network
from digits.reading.recognition import own_ink, recognise, with_glyphs
from digits.reading.segmentation import PlacedPart, Segmented, look_again, to_read
from digits.reading.turning import legibility, straightened

DOUBTED = 0.97  # a page of few marks, of which one is less certain, is looked at again
SURER = 0.02  # by how much it must gain by that
KNOWN = 0.97  # the least probability of a digit that is believed from a glyph that the line network passed over
SURE = 0.9  # the least probability of a digit that is believed from its glyph alone

WHOLE, CUT = 0.5, 0.2  # the weights of a glyph's probabilities beside the line's: of one that is whole, and cut off

Floats = NDArray[np.float64]
Ink = NDArray[np.uint8]


class Transcriber:
    """Turns parts into marks by two networks."""

    def __init__(self, classifier: Classifier) -> None:
        self.classifier = classifier

    @property
    def classes(self) -> tuple[str, ...]:
        """What the probabilities of a mark are of."""
        return self.classifier.classes

    def __call__(self, asked: Sequence[tuple[Segmented, Limits]]) -> list[Transcript]:
        """Return what is written on each picture. Most are read in one pass of each network over all of them."""
        chosen = [to_read(segmented, printed=limits.printed) for segmented, limits in asked]
        singles = [limits.single for _, limits in asked]
        flat = [(placed, single) for parts, single in zip(chosen, singles, strict=True) for placed in parts]
        written = iter(self._read(flat))
        out = []
        for parts, (segmented, limits) in zip(chosen, asked, strict=True):
            own = [next(written) for _ in parts]
            out.append(self._page_by_page(parts, own, segmented, limits))
        return out

    def _page_by_page(
        self, parts: list[PlacedPart], written: list[Written], segmented: Segmented, limits: Limits
    ) -> Transcript:
        told: list[str] = []
        final: list[Written] = []
        pairs = list(zip(parts, written, strict=True))
        for number, group in groupby(pairs, key=lambda pair: pair[0].page):
            own = list(group)
            if number in segmented.again and legibility([each for _, each in own]) < DOUBTED:
                final += self._looked_again(segmented.again[number], [each for _, each in own], number, limits.single)
                continue
            if limits.single:
                final += [each for _, each in own]
                continue
            page = straightened([placed for placed, _ in own], [each for _, each in own], self._read_lines)
            final += page.written
            told += [page.told] * bool(page.told)
        if segmented.printed and segmented.parts and not limits.printed:
            left_out = sum(_numbers(each) for each in self._read_lines(segmented.printed))
            if left_out:
                told.append(f"{left_out} printed {'number' if left_out == 1 else 'numbers'} left out")
        return Transcript(final, tuple(told))

    def _looked_again(self, picture: Picture, before: list[Written], page: int, single: bool) -> list[Written]:
        """Return what a page of few marks is read as, whichever of both ways to find its ink is surer."""
        after = self._read([(placed, single) for placed in look_again(picture, page, single)])
        return after if legibility(after) > legibility(before) + SURER else before

    def _read_lines(self, parts: Sequence[PlacedPart]) -> list[Written]:
        return self._read([(placed, False) for placed in parts])

    def _read(self, flat: Sequence[tuple[PlacedPart, bool]]) -> list[Written]:
        """Return the marks of each part; true beside it says that it is one digit."""
        glyphs = {i: to_glyph(placed.part.ink) for i, (placed, single) in enumerate(flat) if single or placed.part.lone}
        likely = dict(zip(glyphs, self._classified(list(glyphs.values())), strict=True))
        lines = [i for i, (_, single) in enumerate(flat) if not single and not (i in likely and _sure(likely[i]))]
        read = dict(zip(lines, self._spelled([flat[i][0] for i in lines]), strict=True))
        out = []
        for i, (placed, single) in enumerate(flat):
            if i not in likely:
                out.append(read[i])
            elif i in read:
                out.append(_joined(placed, glyphs[i], likely[i], read[i]))
            else:
                out.append(lone(placed, glyphs[i], forced(likely[i]) if single else likely[i]))
        return out

    def _spelled(self, parts: Sequence[PlacedPart]) -> list[Written]:
        """Return parts as the line network reads them, and the glyph network, which is asked about each digit."""
        if not parts:
            return []
        reads = recognise([placed.part for placed in parts], line_network())
        inks = [own_ink(placed.part, read.characters) for placed, read in zip(parts, reads, strict=True)]
        likely = iter(self._classified([to_glyph(ink) for each, _ in inks for ink in each]))
        out = []
        for placed, read, (own, whole) in zip(parts, reads, inks, strict=True):
            glyphs = np.array([next(likely) for _ in own]).reshape(len(own), len(self.classes))
            both = with_glyphs(read, glyphs, [WHOLE if each else CUT for each in whole])
            out.append(spelled(placed, both, own))
        return self._with_forgotten(parts, out)

    def _with_forgotten(self, parts: Sequence[PlacedPart], written: list[Written]) -> list[Written]:
        """Return parts whose other marks the glyph network was asked about: those it knows are digits among digits."""
        places = [(i, j) for i, each in enumerate(written) for j, mark in enumerate(each.marks) if mark.kind == "other"]
        answers = self._classified([written[i].marks[j].glyph for i, j in places])
        for (i, j), likely in zip(places, answers, strict=True):
            known = likely[:-1].max() >= KNOWN and j in others_among_digits(written[i])
            written[i] = with_digit(parts[i], written[i], j, likely) if known else as_other(written[i], j, likely)
        return written

    def _classified(self, glyphs: list[Ink]) -> Floats:
        """Return the probabilities, float64 (N, K), of each glyph."""
        if not glyphs:
            return np.empty((0, len(self.classes)))
        return self.classifier(np.stack(glyphs)).astype(np.float64)


def _numbers(written: Written) -> int:
    """Return how many numbers there are: digits that stand side by side are one."""
    chars = [mark.kind == "digit" for mark in written.marks]
    return sum(now and not before for before, now in zip([False, *chars[:-1]], chars, strict=True))


def _sure(likely: Floats) -> bool:
    return bool(likely[:-1].max() >= SURE)


def _joined(placed: PlacedPart, glyph: Ink, likely: Floats, line: Written) -> Written:
    """Return a lone part that both networks were asked about."""
    characters = [mark for mark in line.marks if mark.kind != "other"]
    if len(characters) > 1:
        return line
    if characters and characters[0].char.isdigit():
        return lone(placed, glyph, (likely + characters[0].likely) / 2)
    mixed = lone(placed, glyph, (likely + NOBODY) / 2)
    return line if characters and mixed.marks[0].kind == "other" else mixed
