"""Two digits that touch, cut apart along the path of least ink from top to bottom (a seam; Avidan and Shamir, 2007)."""

import cv2
import numpy as np
from numpy.typing import NDArray

from digits.images.marks import Mark

WIDE = 0.7  # of its height: a narrower mark is not cut
WORK = 60  # pixels of height at which the path is looked for
PLACES = (0.5, 0.38, 0.62)  # of the width: around which a path is looked for
MOST = 4  # pieces

Ink = NDArray[np.uint8]


def cuts(mark: Mark) -> list[list[Mark]]:
    """Return ways to cut `mark` into two to four marks side by side, none if it is narrow."""
    _, _, width, height = mark.box
    ways = []
    if width > WIDE * height:
        ways += [_cut(mark, [place]) for place in PLACES]
    for count in range(3, MOST + 1):
        if width > 0.5 * count * height:
            ways.append(_cut(mark, [piece / count for piece in range(1, count)]))
    return [way for way in ways if len(way) > 1]


def _cut(mark: Mark, places: list[float]) -> list[Mark]:
    """Cut `mark` along the best paths near `places`, shares of its width."""
    small = _reduced(mark.ink)
    owner = np.zeros(small.shape, np.uint8)
    for place in places:
        path = _path(small, place, 0.5 / (len(places) + 1) / 2)
        owner += (np.arange(small.shape[1])[None] > path[:, None]).astype(np.uint8)
    full = cv2.resize(owner, mark.ink.shape[::-1], interpolation=cv2.INTER_NEAREST)
    pieces = [_piece(mark, np.where(full == number, mark.ink, 0).astype(np.uint8)) for number in range(len(places) + 1)]
    return [piece for piece in pieces if piece is not None]


def _reduced(ink: Ink) -> Ink:
    scale = WORK / ink.shape[0]
    size = (max(3, round(ink.shape[1] * scale)), WORK)
    return np.asarray(cv2.resize(ink, size, interpolation=cv2.INTER_AREA), np.uint8)


def _path(ink: Ink, place: float, reach: float) -> NDArray[np.int64]:
    """Return the column (H,) at which the path of least ink crosses each row; it stays within `reach` of `place`."""
    height, width = ink.shape
    low, high = round((place - reach) * width), max(round((place + reach) * width), round((place - reach) * width) + 1)
    middle = np.abs(np.arange(low, high) - place * width) / width * 20
    cost = ink[:, low:high].astype(np.float64) + 4 + middle
    steps = np.zeros(cost.shape, np.int64)
    options = np.full((3, high - low), np.inf)  # to come from the left, from straight above, from the right
    for row in range(1, height):
        options[0, 1:], options[1], options[2, :-1] = cost[row - 1, :-1] + 3, cost[row - 1], cost[row - 1, 1:] + 3
        steps[row] = options.argmin(0) - 1
        cost[row] += options.min(0)
    path = np.zeros(height, np.int64)
    path[-1] = cost[-1].argmin()
    for row in range(height - 1, 0, -1):
        path[row - 1] = path[row] + steps[row, path[row]]
    return np.asarray(path + low)


def _piece(mark: Mark, ink: Ink) -> Mark | None:
    """Return the mark of `ink`, a part of `mark`'s, or nothing if it is too little; tiny shapes in it are left out."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats((ink > 60).astype(np.uint8), connectivity=8)
    if len(stats) < 2:
        return None
    areas = stats[1:, cv2.CC_STAT_AREA]
    kept = np.flatnonzero(areas >= 0.15 * areas.max()) + 1
    ink = np.where(np.isin(labels, kept) | (labels == 0), ink, 0).astype(np.uint8)
    left, top, width, height = cv2.boundingRect((np.isin(labels, kept)).astype(np.uint8))
    if height < 0.35 * mark.box[3]:
        return None
    margin_x, margin_y = (min(each, 1) for each in mark.box[:2])  # of soft edge: in the mark's ink, not in its box
    box = (mark.box[0] - margin_x + left, mark.box[1] - margin_y + top, width, height)
    return Mark(box, ink[top : top + height, left : left + width], mark.row, mark.touches)
