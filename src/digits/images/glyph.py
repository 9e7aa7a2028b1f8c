"""Normalising one digit to a glyph, as MNIST draws it.

The recipe is the one LeCun et al. give for MNIST (Gradient-based learning applied to document recognition, 1998,
section III-A): scale to fit a 20 x 20 box with the aspect kept, grey levels from averaging, then centre by mass. One
step comes before it: lines thinner than MNIST's are thickened, for half of what people draw on canvases is.
"""

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from digits.base.records import SIDE

BOX = 20  # pixels: the longer side of the ink
STROKE = 0.13  # of the longer side: how wide a line is to be at least
WORK = 60  # pixels of the longer side while lines are measured and thickened: three for each of the glyph's twenty

MIDDLES = np.arange(SIDE) + 0.5  # of pixels

Ink = NDArray[np.uint8]


def to_glyph(ink: Ink, stroke: float | None = STROKE) -> Ink:
    """Return the glyph of the one digit in `ink`, uint8 (H, W) with 0 paper and 255 ink, as uint8 (28, 28).

    Lines thinner than `stroke`, a fraction of the longer side, are thickened to it; None leaves them as they are.
    A picture without ink gives an empty glyph.
    """
    left, top, width, height = cv2.boundingRect(ink)
    if width == 0:
        return np.zeros((SIDE, SIDE), np.uint8)
    ink = ink[top : top + height, left : left + width]
    return _centre(_fit(ink if stroke is None else _thicken(ink, stroke), BOX))


def stroke_width(ink: Ink) -> float:
    """Return the mean width of the lines in `ink`, uint8 (H, W), in pixels: twice the area by the outline's length.

    Both are integrals over grey levels (the outline is the total variation), so that soft and faint lines are
    measured as well as sharp ones. A picture without ink has width 0.
    """
    padded = np.zeros((ink.shape[0] + 2, ink.shape[1] + 2), np.float32)
    padded[1:-1, 1:-1] = ink
    corner = padded[:-1, :-1]
    outline = float(cv2.magnitude(padded[1:, :-1] - corner, padded[:-1, 1:] - corner).sum())
    return 2 * float(padded.sum()) / outline if outline else 0.0


def _thicken(ink: Ink, stroke: float) -> Ink:
    """Return `ink` with its longer side near WORK pixels and its lines at least `stroke` of that wide."""
    longer = max(ink.shape)
    if longer > WORK:
        ink, longer = _fit(ink, WORK), WORK
    lacking = round(stroke * WORK - stroke_width(ink) * WORK / longer)
    if lacking < 1:
        return ink
    margin = lacking // 2 + 1
    padded = cv2.copyMakeBorder(_fit(ink, WORK), margin, margin, margin, margin, cv2.BORDER_CONSTANT)
    thick = np.asarray(cv2.dilate(padded, _pen(lacking + 1)), np.uint8)
    left, top, width, height = cv2.boundingRect(thick)
    return thick[top : top + height, left : left + width]


@cache
def _pen(width: int) -> Ink:
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width)), np.uint8)


def _fit(ink: Ink, longer: int) -> Ink:
    """Scale `ink` until its longer side is `longer` pixels; averaging areas on the way down, blending on the way up."""
    height, width = ink.shape
    scale = longer / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(ink, size, interpolation=how), np.uint8)


def _centre(small: Ink) -> Ink:
    """Lay `small` on an empty glyph with its centre of mass in the middle."""
    glyph = np.zeros((SIDE, SIDE), np.uint8)
    rows, columns = small.shape
    y, x = _start(small.sum(axis=1), rows), _start(small.sum(axis=0), columns)
    glyph[y : y + rows, x : x + columns] = small
    return glyph


def _start(mass: NDArray[np.integer], length: int) -> int:
    """Where a strip of `length` pixels starts so that its centre of `mass` falls on the glyph's centre."""
    total = mass.sum()
    centre = float(mass @ MIDDLES[:length] / total) if total else length / 2
    return min(max(round(SIDE / 2 - centre), 0), SIDE - length)
