"""Lines of writing: the connected shapes of a page, sorted into rows, each cut where its gaps are wide.

Which shapes are digits is not decided here, and neither is where one character ends: the line network reads a line as
a whole. Small shapes, such as points and the dots of a colon, belong to the row that they lie in.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from digits.images.strips import DIGIT, INKED, Strip, find_line, to_strip

STRONG = 140  # ink level: a shape is connected above INKED, and somewhere above this
MOST = 400  # shapes that rows are made of: of more, the largest are taken; and four times as many small ones
WIDEST = 1400  # pixels of a strip: a longer line is cut
ALL = 40_000  # pixels of all strips of a page, one behind the other: a page of noise has no end of them

# All in shares of the height that is usual among the page's shapes:
TALL = 0.45  # shapes that rows are made of are so high, or wide
SPECK = 0.04  # what is smaller in both directions is nothing
EDGE = 1.7  # what touches the page's border and is longer than this is not writing
PARTED = 2.2  # gaps of a row that are wider than this part it, in its own usual height
LOW = 0.6  # of the next shape's height: a lower shape, such as a sign, may stand above or below the line of writing
LEVEL = 0.3  # of the lower one's height: shapes of a row share so much
OVER, ABOVE = 0.4, 0.3  # pieces of a digit share so much of the narrower's width, and are no farther apart
PIECED = 1.4  # and together no higher than this
NEAR = 0.45  # how far from its row's band a small shape may lie
LONE = 1.25  # of its height: a part of a row that is no wider may be one character

Ink = NDArray[np.uint8]
Boxes = NDArray[np.int64]  # (N, 4): left, top, right, bottom


@dataclass(frozen=True, eq=False)
class Part:
    """A stretch of a row without wide gaps: what the line network reads at once.

    box      left, top, right, bottom on the page
    ink      uint8: its own ink, without its neighbours', with a margin of one pixel around the box
    shapes   of each shape its box, (N, 4), in pixels of `ink`
    labels   int32, like `ink`: which shape each pixel belongs to, from 1
    strip    the line as the network reads it
    row      which row of the page, from 0
    touches  it reaches the page's border
    crowded  the page has more shapes than were looked at: the largest were
    """

    box: tuple[int, int, int, int]
    ink: Ink
    shapes: Boxes
    labels: NDArray[np.int32]
    strip: Strip
    row: int = 0
    touches: bool = False
    crowded: bool = False

    @property
    def lone(self) -> bool:
        """Whether it may be a single character: hardly wider than high, and no two high shapes side by side."""
        left, top, right, low = self.box
        if right - left > LONE * (low - top):
            return False
        heights = self.shapes[:, 3] - self.shapes[:, 1]
        tall = self.shapes[heights >= 0.5 * heights.max()]
        tall = tall[np.argsort(tall[:, 0])]
        return bool((tall[1:, 0] < np.maximum.accumulate(tall[:, 2])[:-1]).all())


def find_lines(ink: Ink) -> list[Part]:
    """Return the parts of all rows on a page of `ink`, uint8 (H, W), row by row and from left to right."""
    labels, boxes = _shapes(ink)
    if not len(boxes):
        return []
    usual = _usual_height(boxes, ink.shape)
    size = boxes[:, 2:] - boxes[:, :2]
    longer = size.max(1)
    edge = _at_border(boxes, ink.shape) & (longer > EDGE * usual)
    order = np.argsort(-longer, kind="stable")
    order = order[~edge[order] & (longer[order] >= SPECK * usual)]
    high = longer[order] >= TALL * usual
    tall, small = order[high].tolist(), order[~high].tolist()
    rows = _in_rows(boxes, tall[:MOST], usual)
    _join(rows, boxes, small[: 4 * MOST], usual)
    groups = [(number, group) for number, row in enumerate(rows) for group in _parted(boxes, row, usual)]
    kept = _bounded(groups, boxes, usual)
    crowded = len(tall) > MOST or len(small) > 4 * MOST or len(kept) < len(groups)
    return [replace(_part(ink, labels, boxes, group, usual), row=row, crowded=crowded) for row, group in kept]


def single_part(ink: Ink) -> list[Part]:
    """Return all ink of a page that holds exactly one digit as one part, but for far specks; none if it is blank."""
    labels, boxes = _shapes(ink)
    if not len(boxes):
        return []
    sizes = (boxes[:, 2:] - boxes[:, :2]).max(1)
    largest = boxes[sizes.argmax()]
    gaps = np.maximum(np.maximum(largest[:2] - boxes[:, 2:], boxes[:, :2] - largest[2:]), 0).max(1)
    near = (sizes >= 0.3 * sizes.max()) | (gaps <= 0.25 * sizes.max())
    return [_part(ink, labels, boxes, [int(i) for i in np.flatnonzero(near)], float(sizes.max()))]


def _shapes(ink: Ink) -> tuple[NDArray[np.int32], Boxes]:
    """Return the connected shapes of `ink`: labels (H, W), shape i having i + 1, and their boxes (N, 4)."""
    _, found, stats, _ = cv2.connectedComponentsWithStats((ink > INKED).astype(np.uint8), connectivity=8)
    labels = np.asarray(found, np.int32)
    boxes = stats[1:, :4].astype(np.int64)
    boxes[:, 2:] += boxes[:, :2]
    if len(boxes) == 1 and ink.max() > STRONG:  # the usual case among small pictures
        return labels, boxes
    strong = np.bincount(labels[ink > STRONG], minlength=len(stats)) > 0
    kept = np.flatnonzero(strong[1:]) + 1
    if len(kept) < len(boxes):
        new = np.zeros(len(stats), np.int32)
        new[kept] = np.arange(1, len(kept) + 1)
        labels = new[labels]
    return labels, boxes[kept - 1]


def _usual_height(boxes: Boxes, shape: tuple[int, ...]) -> float:
    """Return the height that is usual among the shapes: that which three in four, but for specks, do not exceed."""
    inside = ~_at_border(boxes, shape)
    longer = (boxes[:, 2:] - boxes[:, :2]).max(1)
    if inside.any() and longer[inside].max() > 0.25 * longer.max():
        longer = longer[inside]
    if len(longer) == 1:
        return float(longer[0])
    large = longer[longer >= 0.4 * longer.max()]
    place = (3 * len(large)) // 4
    return float(np.partition(large, place)[place])


def _at_border(boxes: Boxes, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    touching: NDArray[np.bool_] = (boxes[:, :2] <= 0).any(1) | (boxes[:, 2] >= shape[1]) | (boxes[:, 3] >= shape[0])
    return touching


def _in_rows(boxes: Boxes, tall: list[int], usual: float) -> list[list[int]]:
    """Return the shapes of each row, from the top: from the left, each joins the row that it is level with.

    So do pieces of one broken digit, one close above the other, that are together no higher than a digit may be.
    """
    rows: list[list[int]] = []
    order = sorted(tall, key=lambda i: (boxes[i, 0], boxes[i, 1]))
    pieces = _stacked(boxes[order], usual)
    row_of = np.full(len(order), -1)  # of those that have one already
    for place, i in enumerate(order):
        levels = [_level_with(boxes, row, i) for row in rows]
        for row in np.unique(row_of[:place][pieces[place, :place]]):
            levels[row] = 1.0
        best = int(np.argmax(levels)) if levels else -1
        if levels and levels[best] > LEVEL:
            rows[best].append(i)
        else:
            best = len(rows)
            rows.append([i])
        row_of[place] = best
    rows.sort(key=lambda row: float(np.median([boxes[i, 1] + boxes[i, 3] for i in row])))
    return rows


def _level_with(boxes: Boxes, row: list[int], i: int) -> float:
    """Return how level shape `i` is with the end of `row`: with its last shape, or one before if those are low."""
    high = boxes[i, 3] - boxes[i, 1]
    best = 0.0
    for one in reversed(row):
        tall = boxes[one, 3] - boxes[one, 1]
        common = min(boxes[one, 3], boxes[i, 3]) - max(boxes[one, 1], boxes[i, 1])
        best = max(best, float(common) / max(1, min(tall, high)))
        if tall >= LOW * high:
            break
    return best


def _stacked(boxes: Boxes, usual: float) -> NDArray[np.bool_]:
    """Return which shapes (N, N) are pieces of one digit, one above the other."""
    own, other = boxes[:, None], boxes[None]
    across, down = (
        np.minimum(own[..., k + 2], other[..., k + 2]) - np.maximum(own[..., k], other[..., k]) for k in (0, 1)
    )
    width = boxes[:, 2] - boxes[:, 0]
    high = np.maximum(own[..., 3], other[..., 3]) - np.minimum(own[..., 1], other[..., 1])
    enough: NDArray[np.bool_] = across >= OVER * np.minimum(width[:, None], width)
    return enough & (down >= -ABOVE * usual) & (high <= PIECED * usual)


def _join(rows: list[list[int]], boxes: Boxes, small: list[int], usual: float) -> None:
    """Give each small shape to the row beside whose nearest shape it lies, if it lies near one."""
    if not small or not rows:
        return
    tall = boxes[[i for row in rows for i in row]][None]
    owner = np.array([number for number, row in enumerate(rows) for _ in row])
    low = boxes[small][:, None]
    gaps = np.maximum(np.maximum(tall[..., :2] - low[..., 2:], low[..., :2] - tall[..., 2:]), 0)
    far = gaps[..., 0] / PARTED + gaps[..., 1] / NEAR
    for i, nearest, distance in zip(small, far.argmin(1), far.min(1), strict=True):
        if distance <= usual:
            rows[owner[nearest]].append(i)


def _parted(boxes: Boxes, row: list[int], usual: float) -> list[list[int]]:
    """Return the row's shapes from left to right, cut where a gap is wider than PARTED, or the row gets too long."""
    order = sorted(row, key=lambda i: int(boxes[i, 0]))
    own = max(float(np.median(boxes[order, 3] - boxes[order, 1])), 0.5 * usual)
    groups: list[list[int]] = [[order[0]]]
    start, right = int(boxes[order[0], 0]), int(boxes[order[0], 2])
    for i in order[1:]:
        left = int(boxes[i, 0])
        if left - right > PARTED * own or (left - start) * DIGIT > WIDEST * own:
            groups.append([])
            start = left
        groups[-1].append(i)
        right = max(right, int(boxes[i, 2]))
    return groups


def _bounded(groups: list[tuple[int, list[int]]], boxes: Boxes, usual: float) -> list[tuple[int, list[int]]]:
    """Return those `groups`, with their rows, whose strips are no longer than ALL together: the highest first."""
    heights = [max(float(np.max(boxes[group, 3] - boxes[group, 1])), 0.5 * usual) for _, group in groups]
    lengths = [
        float(boxes[group, 2].max() - boxes[group, 0].min()) * DIGIT / high
        for (_, group), high in zip(groups, heights, strict=True)
    ]
    if sum(lengths) <= ALL:
        return groups
    order = sorted(range(len(groups)), key=lambda i: -heights[i])
    total = np.cumsum([lengths[i] for i in order])
    kept = {i for i, so_far in zip(order, total, strict=True) if so_far <= ALL}
    return [group for i, group in enumerate(groups) if i in kept]


def _part(ink: Ink, labels: NDArray[np.int32], boxes: Boxes, group: list[int], usual: float) -> Part:
    """Return the part that the shapes in `group` make up: their ink with its soft edges, at full strength."""
    height, width = ink.shape
    own_boxes = boxes[group]
    low, high = own_boxes[:, :2].min(0), own_boxes[:, 2:].max(0)
    left, top, right, bottom = max(low[0] - 1, 0), max(low[1] - 1, 0), min(high[0] + 1, width), min(high[1] + 1, height)
    part = labels[top:bottom, left:right]
    table = np.zeros(len(boxes) + 1, np.int32)
    table[np.array(group) + 1] = np.arange(1, len(group) + 1)
    own = table[part]
    grown = cv2.dilate((own > 0).view(np.uint8), np.ones((3, 3), np.uint8)) * ((part == 0) | (own > 0))
    piece = ink[top:bottom, left:right] * grown
    values = piece[own > 0]
    place = (3 * len(values)) // 4
    strength = float(np.partition(values, place)[place])
    piece = np.asarray(cv2.convertScaleAbs(piece, alpha=255 / strength), np.uint8) if strength < 250 else piece
    shapes = own_boxes - [left, top, left, top]
    touches = bool(low[0] <= 0 or low[1] <= 0 or high[0] >= width or high[1] >= height)
    strip = to_strip(piece, find_line(shapes, 0.5 * usual))
    box = (int(low[0]), int(low[1]), int(high[0]), int(high[1]))
    return Part(box, piece, shapes, own, strip, 0, touches)
