"""Colour to grey: the levels that tell ink from paper best."""

import cv2
import numpy as np
from numpy.typing import NDArray

from digits.images.surface import reduced, surface

SMALL = 80  # pixels of the longer side at which colours are compared
COLOURLESS = 12  # levels that the channels of a grey picture may differ by, as a JPEG's do
EVEN = 0.4  # of the largest weight: where each colour has more, the axis is that of light, and no better than they are
BETTER = 1.6  # times the contrast of the plain channel that another mixture of colours must have

Grey = NDArray[np.uint8]


def telling(pixels: NDArray[np.uint8]) -> tuple[Grey, Grey]:
    """Return two grey pictures of `pixels`, (H, W, 3): in which to look for dark ink, and in which for bright ink.

    Dark ink is darkest in one channel, bright ink brightest in one: these are the least and the most of the three.
    They miss ink that is about as light as its paper, such as green on red. If the axis along which the colours differ
    most (their first principal component; Pearson, 1901) tells clearly more, both pictures are the levels along it.
    """
    red, green, blue = cv2.split(pixels)
    dark, light = (np.asarray(most(most(red, green), blue), np.uint8) for most in (cv2.min, cv2.max))
    if int(cv2.subtract(light, dark).max()) < COLOURLESS:
        return dark, light
    weights = _axis(reduced(pixels, SMALL))
    if weights is None:
        return dark, light
    levels = np.hstack([weights, -255 * np.minimum(weights, 0).sum()])
    along = np.asarray(cv2.transform(pixels, levels[None]), np.uint8)
    return along, along


def _axis(small: NDArray[np.uint8]) -> NDArray[np.float64] | None:
    """Return the weights (3,) of the mixture of colours that tells most, if it is worth while; else None.

    Light that falls unevenly is taken away before: it is no contrast. More light is more in the mixture too.
    """
    colours = small.reshape(-1, 3).astype(np.float32)
    levels = np.column_stack([colours, colours.min(1), colours.max(1)])
    form, inverse = surface(*small.shape[:2])
    levels -= form @ (inverse @ levels)
    spread, axes = np.linalg.eigh(np.cov(levels[:, :3].T))
    axis = axes[:, -1].astype(np.float64)
    weights = (axis if axis.sum() > 0 else -axis) / np.abs(axis).sum()
    if weights.min() > EVEN * weights.max():
        return None
    half = levels[:, 3] + levels[:, 4]
    half -= np.median(half)
    plain = levels[:, 4] if float((half**3).sum()) > 0 else levels[:, 3]
    contrast = float(np.sqrt(max(spread[-1], 0.0)) / np.abs(axis).sum())
    return weights if contrast > BETTER * float(plain.std()) else None
