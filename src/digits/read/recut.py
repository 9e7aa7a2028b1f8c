"""Marks that the network doubts, cut into pieces that it believes: of all ways to cut, the likeliest."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digits.base.records import NOT_A_DIGIT
from digits.images import Cuts, cuts
from digits.read.seen import Answer, Place, Seen, glyphs_of

LEAST = 0.75  # the probability of a digit that each piece must have,
BETTER = 0.15  # and by how much that must be above the whole mark's
CROSSING = 0.35  # what it costs, as a log-probability, for a path to cross a line beyond the first
MOST_CUT = 40  # marks of a picture: writing has few that touch, and noise has no end of them


@dataclass(frozen=True, eq=False)
class Recut:
    """A picture, the answers to its marks, and the pieces of those that are doubted.

    ways    for each doubted mark its number, how it can be cut, and which of the pieces are its own
    pieces  of all these marks, like a picture of their own
    digits  which columns of an answer are digits
    """

    seen: Seen
    answer: Answer
    ways: list[tuple[int, Cuts, slice]]
    pieces: Seen
    digits: NDArray[np.intp]

    def chosen(self, extra: Answer) -> tuple[Seen, Answer]:
        """Return the picture with each mark whole or cut, whichever `extra`, the answers to the pieces, speaks for."""
        if not self.ways:
            return self.seen, self.answer
        best = self.answer[:, self.digits].max(1)
        likely = extra[:, self.digits].max(1)
        cut = {}
        for mark, ways, own in self.ways:
            path = likeliest(ways, likely[own])
            if path and likely[own][path].min() > max(LEAST, best[mark] + BETTER):
                cut[mark] = [own.start + piece for piece in path]
        marks: list[Place] = []
        glyphs, answers = [], []
        for mark in range(len(self.answer)):
            source, answer = (self.pieces, extra) if mark in cut else (self.seen, self.answer)
            chosen = cut.get(mark, [mark])
            marks += [source.marks[each] for each in chosen]
            glyphs.append(source.glyphs[chosen])
            answers.append(answer[chosen])
        return Seen(self.seen.name, marks, np.concatenate(glyphs)), np.concatenate(answers)


def recut(seen: Seen, answer: Answer, classes: tuple[str, ...]) -> Recut:
    """Return `seen` with all pieces of those marks that the network has doubts about."""
    digits = np.array([i for i, name in enumerate(classes) if name != NOT_A_DIGIT], np.intp)
    ways: list[tuple[int, Cuts, slice]] = []
    marks: list[Place] = []
    for index in np.flatnonzero(answer[:, digits].max(1, initial=0) + BETTER <= 1)[:MOST_CUT]:
        page, scale, mark = seen.marks[index]
        found = cuts(mark)
        if found.pieces:
            ways.append((int(index), found, slice(len(marks), len(marks) + len(found.pieces))))
            marks += [(page, scale, piece.mark) for piece in found.pieces]
    return Recut(seen, answer, ways, Seen(seen.name, marks, glyphs_of(marks)), digits)


def likeliest(ways: Cuts, likely: NDArray[np.float32]) -> list[int]:
    """Return which pieces, from left to right, make up the mark most likely; none if no pieces do.

    `likely` has the probability that each piece is the digit it looks like. The best way to each path is made of the
    best way to an earlier one and a piece between the two (Viterbi, 1967).
    """
    last = len(ways.crossed) - 1
    score = [0.0] + [-math.inf] * last
    came: list[tuple[int, int]] = [(-1, -1)] * (last + 1)
    for number, piece in sorted(enumerate(ways.pieces), key=lambda each: each[1].first):
        crossing = CROSSING * max(0.0, ways.crossed[piece.last] - 1)
        reached = score[piece.first] + math.log(max(float(likely[number]), 1e-9)) - crossing
        if reached > score[piece.last]:
            score[piece.last], came[piece.last] = reached, (piece.first, number)
    path = []
    while last > 0 and came[last][1] >= 0:
        last, chosen = came[last]
        path.append(chosen)
    return path[::-1] if last == 0 else []
