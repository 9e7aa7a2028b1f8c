"""Frames, tables and ruled lines: found and taken away, for they were on the paper before the writing."""

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.uint8]  # (H, W), 0 or 1
Boxes = NDArray[np.int64]  # (N, 4): left, top, right, bottom

STRAIGHT = 0.55  # the share of a frame that lies on long lines
CLEAR = 1.25  # of the content's height: lines in a frame are at least so long; a digit's own are shorter
LEAST = 12  # pixels: nothing that can be read is in a smaller frame,
ALONE = 24  # nor in the cells of a smaller table, if there is nothing else on the page
MOST = 200  # shapes on a page that may be frames: the largest
LONG = 2.2  # of the usual height: longer lines are ruled, wherever they are


def without_frames(mask: Mask, labels: NDArray[np.int32], boxes: Boxes) -> Mask:
    """Return `mask` without the lines of every shape that frames others: boxes of a form, tables, squared paper.

    Digits that touch such a line stay, mended where the line crossed them. `mask` itself comes back if there is none.
    """
    size = boxes[:, 2:] - boxes[:, :2]
    if not (size.min(1) >= LEAST).any() or (len(boxes) == 1 and size.max() < ALONE):
        return mask
    cleared = mask
    longer, (lefts, tops, rights, bottoms) = size.max(1), np.ascontiguousarray(boxes.T)
    candidates = np.flatnonzero((size >= 0.3 * size.max(0)).all(1))
    for i in candidates[np.argsort(-size[candidates].min(1), kind="stable")][:MOST]:
        left, top, right, bottom = boxes[i]
        inside = (lefts > left) & (tops > top) & (rights < right) & (bottoms < bottom)
        inside &= longer >= 0.08 * size[i].min()
        own = (labels[top:bottom, left:right] == i + 1).astype(np.uint8)
        hollow = own.mean() < 0.4
        framed = inside.sum() >= 3 or longer[inside].max(initial=0) >= 0.25 * size[i].min()  # more than a dot in a 0
        if not hollow or not (framed or _is_table(own)):
            continue
        content = float(np.median(longer[inside])) if framed else size[i].min()  # of a table that they touch, unknown
        lines = _lines(own, max(8, round(min(CLEAR * content, 0.6 * size[i].min()))))
        if lines.sum() >= STRAIGHT * own.sum():
            cleared = cleared.copy() if cleared is mask else cleared
            cleared[top:bottom, left:right] &= (own ^ 1) | _mended(own, lines)
    return cleared


def _is_table(own: Mask) -> bool:
    """Whether a hollow shape closes off several rooms of its own size's tenth and more: cells whose digits touch it."""
    contours, hierarchy = cv2.findContours(own, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    if hierarchy is None:
        return False
    rooms = [cv2.boundingRect(c) for c, (_, _, _, parent) in zip(contours, hierarchy[0], strict=True) if parent >= 0]
    return sum(int(w > 0.08 * own.shape[1] and h > 0.08 * own.shape[0]) for _, _, w, h in rooms) >= 4


def without_rules(mask: Mask, usual: float) -> Mask:
    """Return `mask` without lines longer than LONG times the `usual` height, mended where they crossed something."""
    length = max(12, round(LONG * usual))
    if length >= max(mask.shape):
        return mask
    lines = _lines(mask, length)
    if not lines.any():
        return mask
    return np.maximum(np.where(lines, 0, mask), _mended(mask, lines))  # a pen of one pixel is to stay


def _lines(mask: Mask, length: int) -> Mask:
    """Return what of `mask` lies on level or upright lines of at least `length` pixels, with their rough edges."""
    level = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    upright = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((length, 1), np.uint8))
    rough = cv2.max(cv2.dilate(level, np.ones((3, 1), np.uint8)), cv2.dilate(upright, np.ones((1, 3), np.uint8)))
    return np.asarray(cv2.min(rough, mask), np.uint8)


def _mended(mask: Mask, lines: Mask) -> Mask:
    """Return what is left of `mask` without `lines`, and of the lines what joins two pieces across them."""
    rest = np.where(lines, 0, mask).astype(np.uint8)
    if not rest.any():
        return rest
    thick = max(3, round(2 * float(lines.sum()) / max(1.0, _outline(lines)))) + 2
    across = cv2.morphologyEx(rest, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (thick, thick)))
    rest = np.asarray(cv2.max(rest, cv2.min(across, lines)), np.uint8)
    pair = np.ones((2, 2), np.uint8)  # the anchor of the second step is opposite the first's, else all moves by a pixel
    return np.asarray(cv2.dilate(cv2.erode(rest, pair), pair, anchor=(0, 0)), np.uint8)


def _outline(mask: Mask) -> float:
    return float(np.abs(np.diff(mask.astype(np.int8), axis=0)).sum() + np.abs(np.diff(mask.astype(np.int8))).sum())
