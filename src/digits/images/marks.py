"""Marks: boxes where digits may stand, in reading order, each with its own ink.

Connected shapes are the start. Lines and frames are taken away, pieces of one broken digit joined, specks and what
belongs to the page's edge left out, and the rest sorted into rows. Whether a mark is a digit is not decided here.
"""

from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from digits.images.lines import without_frames, without_rules

INKED, STRONG = 50, 140  # ink levels: a shape is what is connected above the first and somewhere above the second
MAX_MARKS = 400  # a page may have: of more, the largest are taken

# All in shares of the height that is usual among the page's shapes:
SPECK = 0.25  # what is smaller in both directions, when nothing larger is beside it, is left out
BESIDE = 0.12  # a piece that is no farther away than this belongs to its neighbour
ABOVE = 0.3  # and one that lies above or below it, no farther than this
SMALL = 0.7  # a piece beside another is no larger than this
TALLEST = 1.5  # pieces are not joined to what is higher than this
LEVEL = 0.4  # of the narrower one's width: pieces that share so much stand one above the other
EDGE = 1.7  # what touches the page's border and is longer than this is not writing

LOW = 0.6  # of the next mark's height: a lower mark, such as a sign, may stand above or below the line of writing

NEXT = np.ones((3, 3), np.uint8)

Ink = NDArray[np.uint8]
Boxes = NDArray[np.int64]  # (N, 4): left, top, right, bottom


@dataclass(frozen=True, eq=False)
class Mark:
    """A box on a page that may hold a digit.

    box      left, top, width, height in pixels of the page
    ink      uint8: the mark's own ink, without its neighbours', and a pixel of soft edge around the box
    row      which row of the page, from 0
    touches  it reaches the page's border
    shapes   how many shapes of some size it is made of, which do not touch
    """

    box: tuple[int, int, int, int]
    ink: Ink
    row: int = 0
    touches: bool = False
    shapes: int = 1


def find_marks(ink: Ink, *, single: bool = False) -> list[Mark]:
    """Return the marks on a page of `ink`, uint8 (H, W), row by row and from left to right; at most MAX_MARKS.

    `single` says that the page has exactly one digit: all its ink is one mark, but for specks far away.
    """
    mask = (ink > INKED).astype(np.uint8)
    labels, boxes = _shapes(mask, ink)
    if single:
        near = _gathered(boxes)
        return [_mark(ink, labels, boxes, near)] if len(near) else []
    if len(boxes):
        usual = _usual(boxes[:, 3] - boxes[:, 1])  # a rule is long, but not high, and does not count here
        cleared = without_rules(without_frames(mask, labels, boxes), usual)
        if cleared is not mask:
            labels, boxes = _shapes(cleared, ink)
    if len(boxes) == 1:
        return [_mark(ink, labels, boxes, [0])]
    groups = _joined(boxes, _usual_height(boxes, ink.shape), ink.shape)[:MAX_MARKS]
    return _in_rows([_mark(ink, labels, boxes, group) for group in groups])


def _shapes(mask: Ink, ink: Ink) -> tuple[NDArray[np.int32], Boxes]:
    """Return the connected shapes of `mask`: labels (H, W), shape i having i + 1, and their boxes (N, 4)."""
    _, found, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
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
    if not len(boxes):
        return 0.0
    inside = ~_at_border(boxes, shape)
    longer = (boxes[:, 2:] - boxes[:, :2]).max(1)
    if inside.any() and longer[inside].max() > 0.25 * longer.max():
        longer = longer[inside]
    return _usual(longer)


def _usual(sizes: NDArray[np.int64]) -> float:
    """Return the size that three in four of `sizes`, but for specks, do not exceed."""
    return _three_quarters(sizes[sizes >= 0.4 * sizes.max()]) if len(sizes) > 1 else float(sizes[0])


def _three_quarters(values: NDArray[Any]) -> float:
    """Return the value that three in four do not exceed. (numpy's percentile takes much longer.)"""
    if len(values) == 1:
        return float(values[0])
    place = (3 * len(values)) // 4
    return float(np.partition(values, place)[place])


def _at_border(boxes: Boxes, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    touching: NDArray[np.bool_] = (boxes[:, :2] <= 0).any(1) | (boxes[:, 2] >= shape[1]) | (boxes[:, 3] >= shape[0])
    return touching


def _gathered(boxes: Boxes) -> list[int]:
    """Return which shapes are one digit's: the largest and all that is not both tiny and far away."""
    if not len(boxes):
        return []
    sizes = (boxes[:, 2:] - boxes[:, :2]).max(1)
    largest = boxes[sizes.argmax()]
    height = sizes.max()
    gaps = np.maximum(np.maximum(largest[:2] - boxes[:, 2:], boxes[:, :2] - largest[2:]), 0).max(1)
    return [int(i) for i in np.flatnonzero((sizes >= 0.3 * height) | (gaps <= 0.25 * height))]


def _joined(boxes: Boxes, usual: float, shape: tuple[int, ...]) -> list[list[int]]:
    """Return groups of shapes that belong together; edges and specks are in none."""
    size = boxes[:, 2:] - boxes[:, :2]
    longer = size.max(1) if len(size) else np.zeros(0)
    edge = _at_border(boxes, shape) & (longer > EDGE * usual)
    candidates = [int(i) for i in np.argsort(-longer, kind="stable") if not edge[i]][: 4 * MAX_MARKS]
    groups: list[list[int]] = []
    frames = np.empty((len(candidates), 4), np.int64)
    for i in candidates:  # from the largest down: each piece joins the nearest larger one, or starts a group
        gaps = _distances(frames[: len(groups)], boxes[i], usual)
        nearest = int(gaps.argmin()) if groups else -1
        if groups and gaps[nearest] <= 1:
            groups[nearest].append(i)
            frames[nearest] = _union(frames[nearest], boxes[i])
        elif longer[i] >= SPECK * usual:
            frames[len(groups)] = boxes[i]
            groups.append([i])
    return groups


def _union(one: Boxes, other: Boxes) -> Boxes:
    return np.concatenate([np.minimum(one[..., :2], other[..., :2]), np.maximum(one[..., 2:], other[..., 2:])], -1)


def _distances(frames: Boxes, piece: Boxes, usual: float) -> NDArray[np.float64]:
    """Return how far `piece` is from each of `frames`, larger shapes; up to 1 it is a part of it, above it is none."""
    union = _union(frames, np.broadcast_to(piece, frames.shape))
    size, whole = piece[2:] - piece[:2], union[:, 2:] - union[:, :2]
    gap = np.maximum(frames[:, :2], piece[:2]) - np.minimum(frames[:, 2:], piece[2:])
    narrower = np.minimum(size[0], frames[:, 2] - frames[:, 0])
    above = np.maximum(gap[:, 1], 0) / (ABOVE * usual)
    beside = np.maximum(gap.max(1), 0) / (BESIDE * usual) + 1e-3 if size.max() <= SMALL * usual else np.inf
    distance = np.where(-gap[:, 0] >= LEVEL * narrower, above, beside)
    return np.where((whole > TALLEST * usual).any(1), np.inf, distance)


def _mark(ink: Ink, labels: NDArray[np.int32], boxes: Boxes, group: list[int]) -> Mark:
    """Return the mark of the shapes in `group`: their ink with its soft edges, stretched to full strength."""
    height, width = ink.shape
    alone = len(group) == 1  # numpy takes longer over one box than over all of its ink
    own_boxes = boxes[group]
    frame = own_boxes[0] if alone else np.concatenate([own_boxes[:, :2].min(0), own_boxes[:, 2:].max(0)])
    low, high = frame[:2].tolist(), frame[2:].tolist()
    left, top, right, bottom = max(low[0] - 1, 0), max(low[1] - 1, 0), min(high[0] + 1, width), min(high[1] + 1, height)
    part = labels[top:bottom, left:right]
    own = part == group[0] + 1 if alone else np.isin(part, np.array(group) + 1)
    grown = cv2.dilate(own.view(np.uint8), NEXT) * ((part == 0) | own)
    piece = ink[top:bottom, left:right] * grown
    strength = _three_quarters(piece[own])
    piece = np.asarray(cv2.convertScaleAbs(piece, alpha=255 / strength), np.uint8) if strength < 250 else piece
    heights = own_boxes[:, 3] - own_boxes[:, 1]
    shapes = 1 if alone else int((heights >= 0.4 * heights.max()).sum())
    touches = low[0] <= 0 or low[1] <= 0 or high[0] >= width or high[1] >= height
    return Mark((low[0], low[1], high[0] - low[0], high[1] - low[1]), piece, 0, touches, shapes)


def _in_rows(marks: list[Mark]) -> list[Mark]:
    """Return the marks with their rows, in reading order: from the left, each joins the row that it is level with."""
    rows: list[list[Mark]] = []
    for mark in sorted(marks, key=lambda each: each.box[0]):
        levels = [_level_with(row, mark) for row in rows]
        best = int(np.argmax(levels)) if levels else -1
        if levels and levels[best] > 0.3:
            rows[best].append(mark)
        else:
            rows.append([mark])
    rows.sort(key=lambda row: np.median([mark.box[1] + mark.box[3] / 2 for mark in row]))
    return [replace(mark, row=number) if number else mark for number, row in enumerate(rows) for mark in row]


def _level_with(row: list[Mark], mark: Mark) -> float:
    """Return how level `mark` is with the end of `row`: with its last mark, or one before if those after it are low."""
    levels = []
    for one in reversed(row):
        levels.append(_level(one, mark))
        if one.box[3] >= LOW * mark.box[3]:
            break
    return max(levels)


def _level(one: Mark, other: Mark) -> float:
    """Return the share of the lower mark's height at which both stand."""
    (_, top, _, height), (_, other_top, _, other_height) = one.box, other.box
    common = min(top + height, other_top + other_height) - max(top, other_top)
    return common / min(height, other_height)
