"""Line normalisation: the ink of one line of writing as a strip of fixed height, its digits of one size, level."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digits.images.glyph import stroke_width

INKED = 50  # ink level: what is above it counts as ink
HEIGHT = 48  # pixels of a strip
STEP = 2  # pixels of a strip for each place of the line network's answer
DIGIT = 34  # pixels of a digit of the line's usual height: what is taller or hangs lower still fits
PEN = 0.10  # of a digit's height: how wide a line is to be at least
TWICE = 2  # strips are made at twice their size, where lines can be thickened by less than a pixel
LEVEL = 0.02  # a line that rises by less is level
MARGIN = 10  # pixels of paper before and behind the line

Ink = NDArray[np.uint8]
Boxes = NDArray[np.int64]  # (N, 4): left, top, right, bottom


@dataclass(frozen=True)
class Line:
    """Where a line of writing runs: its digits' `usual` height, its `middle` at x = 0, and by how much it falls."""

    usual: float
    middle: float
    slope: float


@dataclass(frozen=True, eq=False)
class Strip:
    """A line as the network reads it.

    ink     uint8 (HEIGHT, W)
    scale   pixels of the strip for one pixel of the page
    line    where on the page it was
    """

    ink: Ink
    scale: float
    line: Line

    def on_page(self, x: float, y: float) -> tuple[float, float]:
        """Return the place on the ink that the strip was made of, for a place on the strip."""
        across = (x - MARGIN) / self.scale
        return across, self.line.middle + self.line.slope * across + (y - HEIGHT / 2) / self.scale

    def on_strip(self, x: float, y: float) -> tuple[float, float]:
        """Return the place on the strip, for a place on the ink that it was made of."""
        return MARGIN + x * self.scale, HEIGHT / 2 + (y - self.line.middle - self.line.slope * x) * self.scale


def find_line(boxes: Boxes, least: float = 1.0) -> Line:
    """Return how the line runs that the shapes in `boxes` make up; no digit is taken to be lower than `least`.

    Shapes of half the usual height and more tell; of three and more, the slope is the median of what pairs of them
    that lie apart say (Theil, 1950; Sen, 1968).
    """
    heights = (boxes[:, 3] - boxes[:, 1]).astype(np.float64)
    tall = heights >= 0.4 * heights.max()
    usual = max(least, float(np.partition(heights[tall], (2 * tall.sum()) // 3)[(2 * tall.sum()) // 3]))
    telling = heights >= 0.5 * min(usual, heights.max())
    x, y = (boxes[telling, 0] + boxes[telling, 2]) / 2, (boxes[telling, 1] + boxes[telling, 3]) / 2
    slope = 0.0
    if len(x) >= 3 and np.ptp(x) > 2 * usual:
        across, down = x[None] - x[:, None], y[None] - y[:, None]
        apart = across > 1.5 * usual
        slope = float(np.median(down[apart] / across[apart])) if apart.any() else 0.0
        slope = slope if abs(slope) > LEVEL else 0.0
    return Line(usual, float(np.median(y - slope * x)), slope)


def to_strip(ink: Ink, line: Line) -> Strip:
    """Return the strip of the `line` in `ink`, uint8 (H, W), which holds its ink and nobody else's."""
    scale = DIGIT / line.usual
    width = max(1, round(ink.shape[1] * scale))
    twice = TWICE * scale
    small = _reduced(ink, twice)
    across, down = (new / old for new, old in zip(small.shape[::-1], ink.shape[::-1], strict=True))
    sx, sy = TWICE * width / small.shape[1], twice / down  # what is left to scale is done with the turn
    shift = TWICE * HEIGHT / 2 - line.middle * twice
    matrix = np.array([[sx, 0, TWICE * MARGIN], [-line.slope * twice / across, sy, shift]])
    size = (TWICE * (width + 2 * MARGIN), TWICE * HEIGHT)
    large = np.asarray(cv2.warpAffine(small, matrix, size, flags=cv2.INTER_LINEAR), np.uint8)
    lacking = round(PEN * DIGIT * TWICE - stroke_width(large))
    if lacking >= 1:
        pen = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (lacking + 1, lacking + 1))
        large = np.asarray(cv2.dilate(large, pen), np.uint8)
    strip = np.asarray(cv2.resize(large, (size[0] // TWICE, HEIGHT), interpolation=cv2.INTER_AREA), np.uint8)
    return Strip(strip, scale, line)


def _reduced(ink: Ink, scale: float) -> Ink:
    """Return `ink` made smaller by averaging where it is to be scaled down, for a warp does not average."""
    if scale >= 0.75:
        return ink
    size = (max(1, round(ink.shape[1] * scale)), max(1, round(ink.shape[0] * scale)))
    return np.asarray(cv2.resize(ink, size, interpolation=cv2.INTER_AREA), np.uint8)
