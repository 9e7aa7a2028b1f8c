"""Background estimation: a picture made small, and a surface of the second degree fitted to its light."""

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

Terms = NDArray[np.float32]


@lru_cache(maxsize=64)
def surface(height: int, width: int) -> tuple[Terms, Terms]:
    """Return the six terms of a surface of the second degree at each pixel, (height * width, 6), and their inverse."""
    y, x = (np.mgrid[0:height, 0:width].reshape(2, -1) / [[height], [width]] - 0.5).astype(np.float32)
    terms = np.stack([np.ones_like(x), x, y, x * x, y * y, x * y], 1)
    return terms, np.linalg.pinv(terms)


def reduced(picture: NDArray[np.uint8], longer: int) -> NDArray[np.uint8]:
    """Return `picture`, (H, W) or (H, W, 3), with its longer side at most `longer` pixels, by averaging areas."""
    shrink = longer / max(picture.shape)
    if shrink >= 1:
        return picture
    size = (max(1, round(picture.shape[1] * shrink)), max(1, round(picture.shape[0] * shrink)))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
