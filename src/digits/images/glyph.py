"""One digit as MNIST draws it.

The recipe is the one LeCun et al. give for MNIST (Gradient-based learning applied to document recognition, 1998,
section III-A): scale to fit a 20 x 20 box with the aspect kept, grey levels from averaging, then centre by mass.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from digits.base.records import SIDE

BOX = 20  # pixels: the longer side of the ink


def to_glyph(ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the glyph of the one digit in `ink`, uint8 (H, W) with 0 paper and 255 ink, as uint8 (28, 28).

    A picture without ink gives an empty glyph.
    """
    glyph = np.zeros((SIDE, SIDE), np.uint8)
    left, top, width, height = cv2.boundingRect(ink)
    if width == 0:
        return glyph
    small = _fit(ink[top : top + height, left : left + width])
    rows, columns = small.shape
    y, x = (_start(small.sum(axis=1), rows), _start(small.sum(axis=0), columns))
    glyph[y : y + rows, x : x + columns] = small
    return glyph


def _fit(ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Scale `ink` until its longer side is BOX pixels; averaging areas on the way down, blending on the way up."""
    height, width = ink.shape
    scale = BOX / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(ink, size, interpolation=how), np.uint8)


def _start(mass: NDArray[np.integer], length: int) -> int:
    """Where a strip of `length` pixels starts so that its centre of `mass` falls on the glyph's centre."""
    centre = float((mass * (np.arange(length) + 0.5)).sum() / mass.sum())
    return int(np.clip(round(SIDE / 2 - centre), 0, SIDE - length))
