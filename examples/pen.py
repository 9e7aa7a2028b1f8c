"""Handwriting out of strokes: `write` says where the pen goes, `cover` how much of each pixel it inks.

Whatever is drawn follows from the random generator that is handed in. Positions are rounded to sixteenths of a pixel
and pixels are averaged as whole numbers, so that every machine draws the same.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from shapes import SHAPES

Floats = NDArray[np.float64]
Path = Floats  # (P, 3): x right and y down in pixels, how hard the pen is pressed around 1

FINER = 4  # times finer than the picture the pen is drawn, in each direction
FRACTION = 4  # bits of a pixel that OpenCV is told
STEP = 0.3  # pixels between two points of a path


@dataclass(frozen=True)
class Hand:
    """How somebody writes.

    height   of a character, in pixels
    slant    to the right for each pixel up
    slope    down for each pixel to the right, of the line of writing
    gap      between characters, as a fraction of the height; below 0 they touch
    wobble   of the points a character goes through, as a fraction of the height
    uneven   how much sizes, gaps and places differ, as a fraction of the height
    ways     which way of SHAPES a character is written, where it matters; else it is drawn by lot
    """

    height: float
    slant: float = 0.12
    slope: float = 0.0
    gap: float = 0.28
    wobble: float = 0.018
    uneven: float = 0.06
    ways: dict[str, int] = field(default_factory=dict)


def write(text: str, start: tuple[float, float], hand: Hand, rng: np.random.Generator) -> list[Path]:
    """Return the strokes of `text`, written from `start`, the left end of its line; a space leaves a gap.

    A character is written in the same way throughout. Raises KeyError for one that SHAPES does not have.
    """
    ways = {each: int(rng.integers(len(SHAPES[each]))) for each in sorted(set(text) - {" "})} | hand.ways
    paths: list[Path] = []
    x, y = start
    for each in text:
        if each == " ":
            x += 0.55 * hand.height
            continue
        size = hand.height * (1 + hand.uneven * rng.uniform(-1, 1))
        drop = hand.height * 0.5 * hand.uneven * rng.uniform(-1, 1)
        drawn = _character(SHAPES[each][ways[each]], size, hand, rng)
        left = min(path[:, 0].min() for path in drawn)
        place = (x - left, y + (x - start[0]) * hand.slope + drop)
        paths += shift(drawn, *place)
        x = max(path[:, 0].max() for path in paths[-len(drawn) :])
        x += hand.height * (hand.gap + hand.uneven * rng.uniform(-1, 1))
    return paths


def extent(paths: Iterable[Path]) -> tuple[float, float, float, float]:
    """Return the left, top, right and bottom of where the pen goes."""
    points = np.concatenate(list(paths))
    return (*points[:, :2].min(0), *points[:, :2].max(0))


def shift(paths: Iterable[Path], x: float, y: float) -> list[Path]:
    """Return the strokes moved by `x` to the right and `y` down."""
    return [path + np.array([x, y, 0]) for path in paths]


def centred(paths: Sequence[Path], x: float, y: float) -> list[Path]:
    """Return the strokes moved so that their middle lies on `x`, `y`."""
    left, top, right, bottom = extent(paths)
    return shift(paths, x - (left + right) / 2, y - (top + bottom) / 2)


def cover(paths: Iterable[Path], size: tuple[int, int], width: float, taper: float = 0.35) -> NDArray[np.uint8]:
    """Return how much of each pixel is inked, uint8 (height, width), by a round pen of `width` pixels.

    `size` is (width, height). `taper` is how much thinner and fainter a stroke is at its ends.
    """
    page = np.zeros((size[1] * FINER, size[0] * FINER), np.uint8)
    for path in paths:
        pressed = path[:, 2] * _tapered(path, 2.2 * width, taper)
        radii = np.maximum(FINER * width * pressed / 2, 0.5)
        places = np.round(path[:, :2] * FINER * (1 << FRACTION)).astype(int)
        inks = np.clip(235 * pressed**0.5 + 20, 0, 255).astype(int)
        for place, radius, ink in zip(places.tolist(), (radii * (1 << FRACTION)).astype(int), inks, strict=True):
            cv2.circle(page, place, int(radius), int(ink), cv2.FILLED, cv2.LINE_8, FRACTION)
    parts = page.reshape(size[1], FINER, size[0], FINER).sum((1, 3), dtype=np.int64)
    return (parts // FINER**2).astype(np.uint8)


def _character(way: str, size: float, hand: Hand, rng: np.random.Generator) -> list[Path]:
    """Return the strokes of one character with its lower left corner at 0, 0."""
    stretch, lean = 1 + hand.uneven * rng.uniform(-1, 1), hand.slant + 0.4 * hand.uneven * rng.uniform(-1, 1)
    paths = []
    for stroke in way.split("|"):
        corners, points = _points(stroke)
        points = (points - (0, 100)) / 100 + hand.wobble * rng.uniform(-1, 1, points.shape)
        points = np.stack([points[:, 0] * stretch - lean * points[:, 1], points[:, 1]], 1) * size
        ends = [0, *corners, len(points) - 1]
        runs = [_curve(points[a : b + 1]) for a, b in pairwise(ends) if b > a]
        paths.append(_unsteady(np.concatenate(runs), size, rng))
    return paths


def _points(stroke: str) -> tuple[list[int], Floats]:
    """Return which points of a stroke are corners, and all its points (P, 2)."""
    words = stroke.split()
    points = [[float(number) for number in word.rstrip("!").split(",")] for word in words]
    return [place for place, word in enumerate(words) if word.endswith("!")], np.array(points)


def _curve(points: Floats) -> Floats:
    """Return a curve through `points` (P, 2): a centripetal Catmull-Rom spline, a point for each STEP."""
    around = np.concatenate([2 * points[:1] - points[1:2], points, 2 * points[-1:] - points[-2:-1]])
    pieces = [_piece(around[place : place + 4]) for place in range(len(points) - 1)]
    return np.concatenate([*pieces, points[-1:]])


def _piece(p: Floats) -> Floats:
    """Return the curve from the second to the third of four points, without its end (Barry and Goldman, 1988)."""
    knots = np.concatenate([[0], np.cumsum(np.sqrt(np.maximum(_lengths(p), 1e-6)))])
    count = max(2, int(_lengths(p)[1] / STEP))
    at = np.linspace(knots[1], knots[2], count, endpoint=False)[:, None]

    def between(first: Floats, second: Floats, i: int, j: int) -> Floats:
        return ((knots[j] - at) * first + (at - knots[i]) * second) / (knots[j] - knots[i])

    a = [between(p[i], p[i + 1], i, i + 1) for i in range(3)]
    b = [between(a[i], a[i + 1], i, i + 2) for i in range(2)]
    return between(b[0], b[1], 1, 2)


def _unsteady(curve: Floats, size: float, rng: np.random.Generator) -> Path:
    """Return `curve` (P, 2) with a slight tremble, and with how hard the pen is pressed."""
    way = np.concatenate([[0], np.cumsum(_lengths(curve))]) / size
    knots = np.arange(0, way[-1] + 0.36, 0.18)
    tremble = [size * 0.008 * np.interp(way, knots, rng.uniform(-1, 1, len(knots))) for _ in range(2)]
    pressed = 1 + np.interp(way, knots, rng.uniform(-0.16, 0.16, len(knots)))
    return np.column_stack([curve + np.stack(tremble, 1), pressed])


def _tapered(path: Path, reach: float, taper: float) -> Floats:
    """Return a factor for each point: 1, and down to 1 - taper within `reach` pixels of the ends."""
    way = np.concatenate([[0], np.cumsum(_lengths(path))])
    from_end = np.minimum(way, way[-1] - way) / reach
    return 1 - taper * (1 - np.minimum(from_end, 1))


def _lengths(points: Floats) -> Floats:
    steps = np.diff(points[:, :2], axis=0)
    return np.sqrt((steps * steps).sum(1))
