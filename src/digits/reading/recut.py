"""Touching digits: marks that the network doubts are cut again, and the likeliest row of pieces is taken (Viterbi)."""

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from digits.base.records import NOT_A_DIGIT
from digits.images import Cuts, cuts
from digits.reading.segmentation import Answer, PlacedMark, Segmented, glyphs_of

AMONG, ALONE = 0.5, 0.9  # the probability that each piece must have of being what it is taken for, among digits or not
DOUBT = 0.6  # the probability up to which the network is taken to be in doubt about a mark
BETTER = 0.15  # by how much a digit's must be above the whole mark's
SURE, COMPANY = 0.85, 0.5  # of a picture's marks so many must be so probable digits for the others to be among digits
WIDE = 0.7  # of its height: a narrower mark that is not among digits is not cut
CROSSING = 0.2  # what it costs, as a log-probability, for a path to cross a line
STEMS = frozenset("17")  # a shape that falls into nothing but these, not among digits, is a letter: H, M, N, V, W
SIGN = 0.9  # how likely a piece that is no digit is to stand in a mark
TINY = 1e-9  # stands for a probability that rounded to nothing
MOST = 1_500  # pieces of a picture: writing has few marks that touch, and noise has no end of them

Floats = NDArray[np.float32]  # (N,)


@dataclass(frozen=True, eq=False)
class Recut:
    """A picture, the answers to its marks, and the pieces of those that are doubted.

    ways    for each doubted mark its number, how it can be cut, and which of the pieces are its own
    pieces  of all these marks, like a picture of their own
    among   so many of the marks are digits beyond doubt that the others are taken to be among digits
    """

    segmented: Segmented
    answer: Answer
    ways: list[tuple[int, Cuts, slice]]
    pieces: Segmented
    classes: tuple[str, ...]
    among: bool

    def chosen(self, extra: Answer) -> tuple[Segmented, Answer]:
        """Return the picture with each mark whole or cut, whichever `extra`, the answers to the pieces, speaks for."""
        whole = self.answer[:, _digits(self.classes)].max(1)
        cut = {}
        for mark, ways, own in self.ways:
            path = likeliest(ways, extra[own], self.classes, float(whole[mark]) + BETTER, among=self.among)
            if path:
                cut[mark] = [own.start + piece for piece in path]
        marks: list[PlacedMark] = []
        glyphs, answers = [], []
        for mark in range(len(self.answer)):
            source, answer = (self.pieces, extra) if mark in cut else (self.segmented, self.answer)
            taken = cut.get(mark, [mark])
            marks += [source.marks[each] for each in taken]
            glyphs.append(source.glyphs[taken])
            answers.append(answer[taken])
        return Segmented(self.segmented.name, marks, np.concatenate(glyphs)), np.concatenate(answers)


def doubted(answer: Answer, classes: tuple[str, ...]) -> NDArray[np.intp]:
    """Return which marks the network has doubts about."""
    return np.flatnonzero(answer[:, _digits(classes)].max(1, initial=0) <= DOUBT)


def recut(segmented: Segmented, answer: Answer, classes: tuple[str, ...]) -> Recut:
    """Return `segmented` with all pieces of those marks that the network has doubts about."""
    among = bool((answer[:, _digits(classes)].max(1, initial=0) > SURE).mean() >= COMPANY)
    ways: list[tuple[int, Cuts, slice]] = []
    marks: list[PlacedMark] = []
    for index in doubted(answer, classes):
        page, scale, mark = segmented.marks[index]
        if not among and mark.box[2] < WIDE * mark.box[3]:
            continue
        found = cuts(mark)
        if found.pieces and len(marks) + len(found.pieces) <= MOST:
            ways.append((int(index), found, slice(len(marks), len(marks) + len(found.pieces))))
            marks += [(page, scale, piece.mark) for piece in found.pieces]
    return Recut(segmented, answer, ways, Segmented(segmented.name, marks, glyphs_of(marks)), classes, among)


def likeliest(
    ways: Cuts, answer: Answer, classes: tuple[str, ...], least: float = 0.0, *, among: bool = True
) -> list[int]:
    """Return which pieces, from left to right, make up the mark most likely; none if no pieces do.

    `answer` has the probabilities (N, K) of the pieces. A piece is a digit, of a probability above `least`; or, where
    it is cut off cleanly, no digit, such as the sign of a sum. Either must be believed, less firmly if the mark is
    `among` digits. The best way to each path is made of the best way to an earlier one and a piece between the two
    (Viterbi, 1967).
    """
    digits = _digits(classes)
    sure, labels = answer[:, digits].max(1), digits[answer[:, digits].argmax(1)]
    none = answer[:, classes.index(NOT_A_DIGIT)] if NOT_A_DIGIT in classes else np.zeros(len(answer), np.float32)
    apart = _apart(ways)
    none = np.where(apart, none, 0)
    path = _best_path(ways, sure, none)
    read = [piece for piece in path if sure[piece] >= none[piece]]
    if not read or not (among or apart[path].all() or any(classes[labels[piece]] not in STEMS for piece in read)):
        return []
    believed = AMONG if among else ALONE
    doubtful = sure[read].min() <= max(believed, least) or np.maximum(sure, none)[path].min() <= believed
    return [] if doubtful else path


def _apart(ways: Cuts) -> NDArray[np.bool_]:
    """Return of each piece whether it is made of whole shapes, with no line cut through."""
    return np.array([ways.clean[piece.first] and ways.clean[piece.last] for piece in ways.pieces], bool)


def _best_path(ways: Cuts, sure: Floats, none: Floats) -> list[int]:
    """Return the pieces of the likeliest way from the mark's left side to its right; none if there is no way."""
    last = len(ways.crossed) - 1
    score = [0.0] + [-math.inf] * last
    came: list[tuple[int, int]] = [(0, -1)] * (last + 1)
    for number, piece in enumerate(ways.pieces):  # from the left
        worth = math.log(max(float(sure[number]), float(none[number]) * SIGN, TINY))
        reached = score[piece.first] + worth - CROSSING * ways.crossed[piece.last]
        if reached > score[piece.last]:
            score[piece.last], came[piece.last] = reached, (piece.first, number)
    path = []
    while last > 0:
        last, number = came[last]
        path.append(number)
    return path[::-1] if -1 not in path else []


@cache
def _digits(classes: tuple[str, ...]) -> NDArray[np.intp]:
    return np.array([i for i, name in enumerate(classes) if name != NOT_A_DIGIT], np.intp)
