"""Cutting touching digits apart along paths of little ink from top to bottom (seams; Avidan and Shamir, 2007).

More paths are found than are needed, and every piece that lies between two of them. Which of these are digits, and so
which paths are right, is for the network to say (segmentation by recognition; LeCun et al., 1998, section V).
"""

from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from digits.images.glyph import stroke_width
from digits.images.marks import INKED, Mark

WORK = 48  # pixels of height at which paths are looked for
FEW, DENSE, MOST = 14, 7.0, 100  # paths through one mark: so many, or so many for each height of width, up to a bound
LEAST, FINEST = 4, 4 * WORK  # pixels of height: a lower mark is not cut, a higher one is shrunk before
# In shares of the mark's height:
WIDE = 0.5  # a narrower mark is not cut
APART = 0.11  # paths are no nearer to each other
NARROWEST, WIDEST = 0.12, 1.35  # a piece
TINY = 0.15  # of a piece's largest shape, by area: smaller ones are bits of the neighbours
SLOPE, DOWN = 3.0, 4.0  # what a step of a path costs beside the ink it crosses: askew more, and straight down

Ink = NDArray[np.uint8]


class Piece(NamedTuple):
    """What lies between two paths: `first` and `last` count them from 0, the mark's left side, on."""

    first: int
    last: int
    mark: Mark


@dataclass(frozen=True)
class Cuts:
    """All pieces that a mark can be cut into.

    crossed  for each path, and for the mark's two sides, how many lines it crosses: its ink by the lines' width
    clean    and whether it crosses none at all, but runs between two shapes
    pieces   every piece between two paths that is neither too narrow nor too wide for a digit
    """

    crossed: tuple[float, ...]
    clean: tuple[bool, ...]
    pieces: tuple[Piece, ...]


def cuts(mark: Mark, most: int = 0) -> Cuts:
    """Return the pieces that `mark` can be cut into; none if it is narrow. The whole mark is not among them.

    There are at most `most` paths; 0 lets their number grow with the mark's width.
    """
    _, _, width, height = mark.box
    if width < WIDE * height or height < LEAST:
        return Cuts((), (), ())
    if height > FINEST:
        return _coarsely(mark, most)
    small = _reduced(mark.ink)
    paths = _paths(small, most or min(max(FEW, round(DENSE * small.shape[1] / WORK)), MOST))
    thick = max(1.0, stroke_width(small)) * 255
    inks = [np.take_along_axis(small, path[:, None], 1) for path in paths]
    crossed = (0.0, *(float(ink.sum()) / thick for ink in inks), 0.0)
    clean = (True, *(bool(ink.max() < INKED) for ink in inks), True)
    owner = np.zeros(small.shape, np.uint8)  # how many paths each pixel lies to the right of
    for path in paths:
        owner += (np.arange(small.shape[1])[None] > path[:, None]).astype(np.uint8)
    full = np.asarray(cv2.resize(owner, mark.ink.shape[::-1], interpolation=cv2.INTER_NEAREST), np.uint8)
    edges = [0.0, *(float(path.mean()) / WORK for path in paths), small.shape[1] / WORK]
    between = [
        (first, last)
        for first, last in combinations(range(len(edges)), 2)
        if NARROWEST <= edges[last] - edges[first] <= WIDEST and (first, last) != (0, len(edges) - 1)
    ]
    pieces = ((first, last, _piece(mark, (full >= first) & (full < last))) for first, last in between)
    return Cuts(crossed, clean, tuple(Piece(first, last, piece) for first, last, piece in pieces if piece))


def _coarsely(mark: Mark, most: int) -> Cuts:
    """Return the pieces of a large mark, their ink at FINEST pixels of height: more than a glyph needs."""
    left, top, width, height = mark.box
    shrink = height / FINEST
    size = (max(1, round(mark.ink.shape[1] / shrink)), max(1, round(mark.ink.shape[0] / shrink)))
    ink = np.asarray(cv2.resize(mark.ink, size, interpolation=cv2.INTER_AREA), np.uint8)
    found = cuts(Mark((0, 0, round(width / shrink), FINEST), ink, mark.row, mark.touches), most)

    def enlarged(piece: Mark) -> Mark:
        x, y, wide, high = (round(each * shrink) for each in piece.box)
        return Mark((left + x, top + y, wide, high), piece.ink, piece.row, piece.touches)

    return Cuts(found.crossed, found.clean, tuple(each._replace(mark=enlarged(each.mark)) for each in found.pieces))


def _reduced(ink: Ink) -> Ink:
    """Return `ink` WORK pixels high; lines too thin for that are widened first, for a path must not slip through."""
    factor = ink.shape[0] // WORK
    if factor > 1:
        ink = np.asarray(cv2.dilate(ink, np.ones((factor, factor), np.uint8)), np.uint8)
    size = (max(3, round(ink.shape[1] * WORK / ink.shape[0])), WORK)
    return np.asarray(cv2.resize(ink, size, interpolation=cv2.INTER_AREA), np.uint8)


def _paths(ink: Ink, most: int) -> list[NDArray[np.int64]]:
    """Return the best paths from left to right, each the column (H,) at which it crosses each row; none cross."""
    down, from_above = _costs(ink)
    up, from_below = _costs(ink[::-1])
    middle = len(ink) // 2
    through = down[middle] + up[len(ink) - 1 - middle] - ink[middle]
    places = _valleys(through, max(2, round(APART * WORK)), most)
    paths = []
    for place in places:
        above = _followed(from_above, middle, place)
        below = _followed(from_below, len(ink) - 1 - middle, place)
        paths.append(np.concatenate([above, below[::-1][1:]]))
    return list(np.maximum.accumulate(paths)) if paths else []


def _costs(ink: Ink) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return what the cheapest path from the first row to each pixel costs, and the step to it from the row above."""
    height, width = ink.shape
    cost = ink.astype(np.float64) + DOWN
    steps = np.zeros(cost.shape, np.int64)
    options = np.full((3, width), np.inf)  # to come from the left, from straight above, from the right
    for row in range(1, height):
        before = cost[row - 1]
        options[0, 1:], options[1], options[2, :-1] = before[:-1] + SLOPE, before, before[1:] + SLOPE
        steps[row] = options.argmin(0) - 1
        cost[row] += options.min(0)
    return cost, steps


def _valleys(through: NDArray[np.float64], apart: int, most: int) -> list[int]:
    """Return at most `most` columns through which paths are cheaper than through all that are nearer than `apart`."""
    chosen: list[int] = []
    for place in np.argsort(through, kind="stable"):
        near_edge = place < apart or place >= len(through) - apart
        if not near_edge and all(abs(place - other) >= apart for other in chosen):
            chosen.append(int(place))
        if len(chosen) == most:
            break
    return sorted(chosen)


def _followed(steps: NDArray[np.int64], row: int, place: int) -> NDArray[np.int64]:
    """Return the columns (row + 1,) of the cheapest path from the first row to `place` in `row`."""
    path = np.empty(row + 1, np.int64)
    path[row] = place
    for each in range(row, 0, -1):
        path[each - 1] = path[each] + steps[each, path[each]]
    return path


def _piece(mark: Mark, chosen: NDArray[np.bool_]) -> Mark | None:
    """Return the mark of the `chosen` pixels of `mark`, or nothing if none has ink; tiny shapes are left out."""
    columns = np.flatnonzero(chosen.any(0))
    if not len(columns):
        return None
    start, end = int(columns[0]), int(columns[-1]) + 1
    ink = mark.ink[:, start:end] * chosen[:, start:end]
    _, labels, stats, _ = cv2.connectedComponentsWithStats((ink > INKED).astype(np.uint8), connectivity=8)
    if len(stats) < 2:
        return None
    areas = stats[:, cv2.CC_STAT_AREA]
    kept = areas >= TINY * areas[1:].max()
    kept[0] = False
    boxes = stats[kept]
    left, top = boxes[:, 0].min(), boxes[:, 1].min()
    right, bottom = (boxes[:, 0] + boxes[:, 2]).max(), (boxes[:, 1] + boxes[:, 3]).max()
    kept[0] = True  # the soft edges
    ink = (ink * kept[labels])[top:bottom, left:right]
    margin_x, margin_y = (min(each, 1) for each in mark.box[:2])  # of soft edge: in the mark's ink, not in its box
    box = (mark.box[0] - margin_x + start + int(left), mark.box[1] - margin_y + int(top), ink.shape[1], ink.shape[0])
    return Mark(box, ink, mark.row, mark.touches)
