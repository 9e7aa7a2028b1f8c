"""Touching digits: rows cut apart as the reader does it, to train on digits with a bit of their neighbour."""

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from digits.data.pens import vary
from digits.data.strokes import Stroke
from digits.images import Mark, cuts, to_glyph

HIGH = 64  # pixels of a digit
OVERLAP, GAP = -0.14, 0.06  # of a digit's height: how far the next one starts from the last one's end
THIN, THICK = 0.05, 0.16  # pens, of the height
PATHS = 14  # that a row is cut along
OWN = 0.8  # the share of its digit's ink that a piece has, times the share of its ink that is the digit's
LOWEST = 0.35  # of the row's height: lower pieces are left alone
BOTH = 0.35  # a piece that has so much of two digits is none

Ink = NDArray[np.uint8]
Glyph = NDArray[np.uint8]  # (28, 28)


def apart(row: list[list[Stroke]], rng: Generator) -> tuple[list[tuple[int, Glyph]], list[Glyph]]:
    """Return what comes of cutting a `row` of digits that touch: (which of them, its glyph), and what is none of them.

    Of the pieces that are made up of two digits, one at most.
    """
    covers = _written(row, rng)
    mark = _mark(np.maximum.reduce(covers))
    if mark is None:
        return [], []
    pieces = [piece.mark for piece in cuts(mark, PATHS).pieces if piece.mark.box[3] >= LOWEST * mark.box[3]]
    shares = np.array([list(_shares(piece, covers)) for piece in pieces]).reshape(-1, len(row), 2)
    own, pure = shares[..., 0], shares[..., 1]  # (pieces, digits)
    worth = own * pure
    good = [(digit, worth[:, digit].argmax()) for digit in range(len(row)) if worth[:, digit].max(initial=0) >= OWN]
    mixed = np.flatnonzero((own >= BOTH).sum(1) >= 2)
    chosen = rng.choice(mixed, min(1, len(mixed)))
    return [(digit, to_glyph(pieces[at].ink)) for digit, at in good], [to_glyph(pieces[at].ink) for at in chosen]


def _written(row: list[list[Stroke]], rng: Generator) -> list[Ink]:
    """Return the ink of each digit of the row, all on pages of one size."""
    placed, right = [], 0.0
    for strokes in row:
        varied = vary(strokes, rng)
        everything = np.concatenate(varied)
        low, high = everything.min(0), everything.max(0)
        scale = HIGH * rng.uniform(0.85, 1.1) / max(1.0, high[1] - low[1], (high[0] - low[0]) / 1.5)
        down = HIGH * (0.15 + rng.uniform(-0.08, 0.08))
        placed.append([(stroke - low) * scale + [right, down] for stroke in varied])
        right += (high[0] - low[0]) * scale + HIGH * rng.uniform(OVERLAP, GAP)
    pen = max(2, round(HIGH * rng.uniform(THIN, THICK)))
    everything = np.concatenate([stroke for strokes in placed for stroke in strokes])
    start = everything.min(0) - pen
    width, height = (everything.max(0) - start + pen).round().astype(int)
    return [_inked([stroke - start for stroke in strokes], (height, width), pen) for strokes in placed]


def _inked(strokes: list[Stroke], size: tuple[int, int], pen: int) -> Ink:
    page = np.zeros(size, np.uint8)
    for stroke in strokes:
        path = np.round(stroke * 16).astype(np.int32).reshape(-1, 1, 2)
        cv2.polylines(page, [path], False, 255, pen, cv2.LINE_AA, 4)
    return page


def _mark(ink: Ink) -> Mark | None:
    """Return the mark of all `ink`, or nothing if it has no room for its soft edge."""
    left, top, width, height = cv2.boundingRect(ink)
    if left == 0 or top == 0:
        return None
    return Mark((left, top, width, height), ink[top - 1 : top + height + 1, left - 1 : left + width + 1])


def _shares(piece: Mark, covers: list[Ink]) -> Iterator[tuple[float, float]]:
    """Yield of each digit how much of its ink the piece has, and how much of the piece's ink is the digit's."""
    left, top, width, height = piece.box
    total = max(1.0, float(piece.ink.sum()))
    for cover in covers:
        common = float(np.minimum(piece.ink, cover[top : top + height, left : left + width]).sum())
        yield common / max(1.0, float(cover.sum())), common / total
