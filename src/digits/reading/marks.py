"""Marks: what stands at one place of a line, as a digit, a sign or something else, with its glyph and its box."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from digits.artifact.lattice import NOTHING, Lattice, joined
from digits.base.records import DIGITS
from digits.images import to_glyph
from digits.images.strips import STEP
from digits.reading.recognition import Character, Read, own_ink
from digits.reading.segmentation import PlacedPart

Kind = Literal["digit", "sign", "other"]
Box = tuple[float, float, float, float]  # left, top, right, bottom

TEN = len(DIGITS)
LARGE = 0.4  # of the line's usual height: a shape of no character that is smaller is a fleck
DOUBT = 0.2  # the line network's share where it passed over a mark that the glyph network knows
LEAST, TINY = -50.0, 2e-22  # stand for the logarithm of nothing, and for nothing
LEVEL = 0.4  # of the narrower one's width: shapes that share so much stand one above the other

Glyph = NDArray[np.uint8]  # (28, 28)

NOBODY = np.eye(TEN + 1)[TEN]  # the probabilities of what is no digit for sure, or has not been asked about
EMPTY = joined([])  # the lattice of what nobody asked the line network about


@dataclass(frozen=True, eq=False)
class Mark:
    """What stands at one place.

    kind    what it was found to be
    char    which digit or sign; "" for something else
    likely  float64 (K,): how likely each class of the network that tells digits is
    box     left, top, right, bottom in pixels of the picture as it is shown
    high    the usual height of its line there
    touches whether its part of the line reaches the page's border
    crowded whether the page has more shapes than were looked at
    shapes  how many shapes of some size it is made of
    """

    kind: Kind
    char: str
    likely: NDArray[np.float64]
    box: Box
    glyph: Glyph
    page: int
    row: int
    high: float
    touches: bool
    crowded: bool
    shapes: int = 1


@dataclass(frozen=True, eq=False)
class Written:
    """A part of a line as it was read: its marks from left to right, and how likely each string is."""

    marks: list[Mark]
    lattice: Lattice


@dataclass(frozen=True, eq=False)
class Transcript:
    """The parts of a picture as they were read, row by row, and what there is to say of them."""

    written: list[Written]
    told: tuple[str, ...] = ()


def lone(placed: PlacedPart, glyph: Glyph, likely: NDArray[np.float64]) -> Written:
    """Return a part that is one character, for what a glyph's probabilities, float64 (11,), tell of it."""
    best = int(likely.argmax())
    mark = _mark(placed, "" if best == TEN else DIGITS[best], likely, placed.part.box, glyph)
    heights = placed.part.shapes[:, 3] - placed.part.shapes[:, 1]
    mark = replace(mark, shapes=int((heights >= LARGE * heights.max()).sum()))
    return Written([mark], lattice_of(likely[:TEN], float(likely[TEN])))


def spelled(placed: PlacedPart, read: Read, inks: Sequence[NDArray[np.uint8]] | None = None) -> Written:
    """Return a part as it was read: its characters, whose own `inks` may be known, and what belongs to none of them."""
    part, characters = placed.part, read.characters
    inks = own_ink(part, characters)[0] if inks is None else inks
    left, top = max(part.box[0] - 1, 0), max(part.box[1] - 1, 0)
    marks = []
    for character, ink in zip(characters, inks, strict=True):
        x0, y0, x1, y1 = _tight(character, ink)
        box = (x0 + left, y0 + top, x1 + left, y1 + top)
        marks.append(_mark(placed, character.char, _digits(character), box, to_glyph(ink)))
    marks += left_over(placed, inks)
    return Written(sorted(marks, key=lambda mark: mark.box[0] + mark.box[2]), read.lattice)


def left_over(placed: PlacedPart, inks: Sequence[NDArray[np.uint8]]) -> list[Mark]:
    """Return what has ink in the part, and belongs to none of the characters that have `inks`."""
    part = placed.part
    left, top = max(part.box[0] - 1, 0), max(part.box[1] - 1, 0)
    marks = []
    for group in _groups(placed, inks):
        boxes = part.shapes[group] + [left, top, left, top]
        own = np.isin(part.labels, np.array(group) + 1)
        (x0, y0), (x1, y1) = boxes[:, :2].min(0).tolist(), boxes[:, 2:].max(0).tolist()
        glyph = to_glyph(np.asarray(part.ink * own, np.uint8))
        marks.append(_mark(placed, "", NOBODY, (float(x0), float(y0), float(x1), float(y1)), glyph))
    return marks


def others_among_digits(written: Written) -> list[int]:
    """Return which marks of a part are something else, where at least as many are digits; else none."""
    others = [i for i, mark in enumerate(written.marks) if mark.kind == "other"]
    digits = sum(mark.kind == "digit" for mark in written.marks)
    return others if len(others) <= digits else []


def as_other(written: Written, at: int, likely: NDArray[np.float64]) -> Written:
    """Return a part whose mark `at` is something else, by the line network for sure, by its glyph as `likely` says."""
    mark = replace(written.marks[at], likely=(likely + NOBODY) / 2)
    return Written([*written.marks[:at], mark, *written.marks[at + 1 :]], written.lattice)


def with_digit(placed: PlacedPart, written: Written, at: int, likely: NDArray[np.float64]) -> Written:
    """Return a part whose mark `at` is a digit, as its glyph's probabilities, float64 (11,), say, but for DOUBT.

    The lattice is mixed with them at the mark's middle: a mixture of experts (Jacobs et al., 1991) of fixed shares.
    """
    mark = written.marks[at]
    mixed = (1 - DOUBT) * likely
    mixed[TEN] += DOUBT
    best = int(likely[:TEN].argmax())
    marks = [
        *written.marks[:at],
        replace(mark, kind="digit", char=DIGITS[best], likely=mixed),
        *written.marks[at + 1 :],
    ]
    middle = (mark.box[0] + mark.box[2]) / 2 / placed.scale - max(placed.part.box[0] - 1, 0)
    logs = written.lattice.logs.copy()
    place = min(max(int(placed.part.strip.on_strip(middle, 0)[0] / STEP), 0), len(logs) - 1)
    glyph = lattice_of(likely[:TEN], float(likely[TEN])).logs[0]
    logs[place] = np.logaddexp(logs[place] + np.log(DOUBT), glyph + np.log(1 - DOUBT))
    return Written(marks, Lattice(logs))


def lattice_of(digits: NDArray[np.float64], nothing: float) -> Lattice:
    """Return the lattice of one place, for the probabilities (10,) of the digits there, and of nothing."""
    logs = np.full((1, NOTHING + 1), LEAST)
    logs[0, :TEN] = np.log(np.maximum(digits, TINY))
    logs[0, NOTHING] = float(np.log(max(nothing, TINY)))
    return Lattice(logs)


def _mark(placed: PlacedPart, char: str, likely: NDArray[np.float64], box: Box, glyph: Glyph) -> Mark:
    scale, part = placed.scale, placed.part
    left, top, right, low = (side * scale for side in box)
    kind: Kind = "other" if not char else "digit" if char.isdigit() else "sign"
    return Mark(
        kind,
        char,
        likely,
        (left, top, right, low),
        glyph,
        placed.page,
        part.row,
        part.strip.line.usual * scale,
        part.touches,
        part.crowded,
    )


def _digits(character: Character) -> NDArray[np.float64]:
    likely = np.empty(TEN + 1)
    likely[:TEN] = character.likely[:TEN]
    likely[TEN] = character.likely[TEN:].sum()
    return likely


def _tight(character: Character, ink: NDArray[np.uint8]) -> tuple[float, float, float, float]:
    """Return the box of the character's own ink, or the network's box where it has none."""
    rows, columns = np.flatnonzero((ink > 50).any(1)), np.flatnonzero((ink > 50).any(0))
    if not len(rows):
        return character.box
    return float(columns[0]), float(rows[0]), float(columns[-1] + 1), float(rows[-1] + 1)


def _groups(placed: PlacedPart, inks: Sequence[NDArray[np.uint8]]) -> list[list[int]]:
    """Return the shapes that no character has, those that stand one above the other together."""
    part = placed.part
    taken = np.zeros(len(part.shapes) + 1, bool)
    for ink in inks:
        taken[np.unique(part.labels[ink > 0])] = True
    size = (part.shapes[:, 2:] - part.shapes[:, :2]).max(1)
    free = [i for i in np.argsort(part.shapes[:, 0]) if not taken[i + 1] and size[i] >= LARGE * part.strip.line.usual]
    groups: list[list[int]] = []
    right = -np.inf
    for i in free:
        left, width = part.shapes[i, 0], part.shapes[i, 2] - part.shapes[i, 0]
        if groups and right - left >= LEVEL * width:
            groups[-1].append(int(i))
        else:
            groups.append([int(i)])
        right = max(right, float(part.shapes[i, 2]))
    return groups


def forced(likely: NDArray[np.float64], none: int = TEN) -> NDArray[np.float64]:
    """Return probabilities of which that of no digit is never the highest."""
    out = likely.copy()
    out[none] = min(out[none], np.nextafter(np.delete(out, none).max(), 0))
    return out
