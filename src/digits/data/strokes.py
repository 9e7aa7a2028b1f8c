"""Pen strokes to glyphs: what a tablet recorded, drawn at any width. The stored form is described in `unpack`."""

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from digits.images import to_glyph

Stroke = NDArray[np.float64]  # (P, 2): x right, y down

HEIGHT = 120  # pixels of the longer side while drawing: six for each of the glyph's twenty
WIDTH = 0.12  # of the longer side; MNIST's own pens leave about this
FRACTION = 4  # bits of a pixel that OpenCV is told when drawing


def unpack(
    points: NDArray[np.int16], stroke_end: NDArray[np.int32], sample_end: NDArray[np.int32]
) -> Iterator[list[Stroke]]:
    """Yield each sample's strokes in order.

    points      int16 (P, 2), all pen positions of all samples, one after another
    stroke_end  where in points each stroke ends
    sample_end  where in stroke_end each sample ends
    """
    strokes = np.split(points.astype(np.float64), stroke_end[:-1])
    first = 0
    for last in sample_end:
        yield strokes[first:last]
        first = last


def draw(strokes: list[Stroke], width: float = WIDTH) -> NDArray[np.uint8]:
    """Return the glyph, uint8 (28, 28), of one sample's strokes drawn with a round pen.

    `width` is the pen's, as a fraction of the longer side of the drawing.
    """
    return to_glyph(draw_page(strokes, HEIGHT, width), stroke=None)


def draw_page(strokes: list[Stroke], height: int, width: float, *, smooth: bool = True) -> NDArray[np.uint8]:
    """Return a page, uint8 (height + 2, height + 2), with the strokes drawn into it by a round pen.

    The drawing's longer side is `height` pixels, the pen `width` of that, and at least one pixel; without `smooth`
    pixels are ink or paper and nothing between.
    """
    everything = np.concatenate(strokes)
    low, high = everything.min(0), everything.max(0)
    pen = max(1, round(width * height))
    scale = (height - pen) / max(1.0, float((high - low).max()))
    page = np.zeros((height + 2, height + 2), np.uint8)
    line = cv2.LINE_AA if smooth else cv2.LINE_8
    for stroke in strokes:
        path = np.round(((stroke - low) * scale + 1 + pen / 2) * (1 << FRACTION)).astype(np.int32)
        start = (int(path[0, 0]), int(path[0, 1]))
        cv2.circle(page, start, (pen << FRACTION) // 2, 255, cv2.FILLED, line, FRACTION)  # a dot is one point
        cv2.polylines(page, [path.reshape(-1, 1, 2)], False, 255, pen, line, FRACTION)
    return page
