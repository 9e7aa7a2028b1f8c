"""What ink goes through before it is read: coarse and soft pixels, gaps, and leftovers of lines and neighbours."""

from typing import Any

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Ink = NDArray[np.uint8]

COARSE_SHARE, SOFT_SHARE, HOLED_SHARE = 0.3, 0.15, 0.15
LINE_SHARE, FLECK_SHARE, NEIGHBOUR_SHARE, STRUCK_SHARE, RING_SHARE = 0.10, 0.10, 0.04, 0.015, 0.015


def worn(ink: Ink, rng: Generator) -> Ink:
    """Return `ink` of the same size as a low resolution, a threshold, a soft focus or a dry pen leave it."""
    chance = rng.random()
    if chance < COARSE_SHARE:
        factor = rng.uniform(0.18, 0.6)
        small = cv2.resize(ink, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        if rng.random() < 0.5:
            strong = float(np.percentile(small[small > 20], 80)) if (small > 20).any() else 255.0
            small = np.asarray((small > strong * rng.uniform(0.25, 0.6)) * 255, np.uint8)
        ink = np.asarray(cv2.resize(small, ink.shape[::-1], interpolation=cv2.INTER_LINEAR), np.uint8)
    elif chance < COARSE_SHARE + SOFT_SHARE:
        ink = np.asarray(cv2.GaussianBlur(ink, (0, 0), rng.uniform(0.5, 3)), np.uint8)
    if rng.random() < HOLED_SHARE:
        inked = np.argwhere(ink > 0)
        for y, x in inked[rng.integers(0, len(inked), int(rng.integers(1, 6)))] if len(inked) else ():
            cv2.circle(ink, (int(x), int(y)), int(rng.integers(1, 6)), 0, cv2.FILLED)
    return ink


def leftovers(ink: Ink, boxed: list[Any], rng: Generator) -> tuple[Ink, list[Any]]:
    """Return `ink` with what else may be left on it, and its boxed characters: struck out ones are something else.

    Thin lines across or below, flecks, the edge of a neighbour; a stroke through everything; a ring around it.
    """
    height, width = ink.shape
    if rng.random() < LINE_SHARE:
        _thin_lines(ink, rng)
    if rng.random() < FLECK_SHARE:
        for _ in range(int(rng.integers(1, 7))):
            x, y = int(rng.integers(0, width)), int(rng.integers(0, height))
            cv2.circle(ink, (x, y), int(rng.integers(1, 4)), int(rng.integers(60, 255)), cv2.FILLED)
    chance = rng.random()
    if chance < STRUCK_SHARE:
        _strike(ink, rng)
        boxed = [("", box) for _, box in boxed]
    elif chance < STRUCK_SHARE + RING_SHARE and width < 3.5 * height:
        ink, boxed = _ringed(ink, boxed, rng)
    elif chance < STRUCK_SHARE + RING_SHARE + NEIGHBOUR_SHARE:
        top = rng.random() < 0.5
        for _ in range(int(rng.integers(1, 4))):
            x, y = int(rng.integers(0, width)), 0 if top else height
            axes = (int(rng.integers(4, 24)), int(rng.integers(2, 10)))
            cv2.ellipse(
                ink, (x, y), axes, float(rng.uniform(0, 180)), 0, 360, 255, int(rng.integers(2, 6)), cv2.LINE_AA
            )
    return ink, boxed


def _thin_lines(ink: Ink, rng: Generator) -> None:
    """Draw one to three pieces of lines that were on the paper: level or upright, thin, often broken."""
    height, width = ink.shape
    for _ in range(int(rng.integers(1, 4))):
        level = rng.random() < 0.7
        start = np.array([rng.uniform(-0.1, 0.8) * width, rng.uniform(0, 1) * height])
        length = rng.uniform(0.2, 3) * height
        along = np.array([1, rng.normal(0, 0.06)]) if level else np.array([rng.normal(0, 0.06), 1])
        thick, strong = int(rng.integers(1, 4)), int(rng.integers(90, 256))
        pieces = 1 if rng.random() < 0.5 else int(rng.integers(2, 6))
        for piece in range(pieces):
            ends = [start + along * length * (piece + part) / pieces for part in (0, rng.uniform(0.3, 1))]
            first, last = (end.astype(int).tolist() for end in ends)
            cv2.line(ink, first, last, strong, thick, cv2.LINE_AA)


def _strike(ink: Ink, rng: Generator) -> None:
    """Strike everything out: one or two strokes through the middle, a zigzag, or a cross."""
    height, width = ink.shape
    pen = max(2, round(0.09 * 64 * rng.uniform(0.6, 1.5)))
    ends = np.array([[rng.uniform(0, 0.08), rng.uniform(0.3, 0.75)], [rng.uniform(0.92, 1), rng.uniform(0.3, 0.75)]])
    paths = [ends]
    kind = rng.integers(4)
    if kind == 1:
        paths.append(ends + np.array([0, rng.uniform(0.1, 0.25)]))
    elif kind == 2:
        count = int(rng.integers(5, 14))
        paths = [np.stack([np.linspace(0.02, 0.98, count), 0.5 + 0.35 * (-1.0) ** np.arange(count)], 1)]
    elif kind == 3:
        paths = [np.array([[0.02, 0.05], [0.98, 0.95]]), np.array([[0.02, 0.95], [0.98, 0.05]])]
    for path in paths:
        places = np.round(path * [width - 1, height - 1] * 16).astype(np.int32).reshape(-1, 1, 2)
        cv2.polylines(ink, [places], False, 255, pen, cv2.LINE_AA, 4)


def _ringed(ink: Ink, boxed: list[Any], rng: Generator) -> tuple[Ink, list[Any]]:
    """Draw a ring around everything, on paper that is larger by what it needs."""
    room = int(rng.uniform(0.25, 0.5) * max(ink.shape))
    large = np.asarray(cv2.copyMakeBorder(ink, room, room, room, room, cv2.BORDER_CONSTANT), np.uint8)
    centre = (large.shape[1] // 2 + int(rng.normal(0, 3)), large.shape[0] // 2 + int(rng.normal(0, 3)))
    axes = (large.shape[1] // 2 - 5, large.shape[0] // 2 - 5)
    cv2.ellipse(large, centre, axes, float(rng.normal(0, 6)), 0, 360, 255, int(rng.integers(2, 7)), cv2.LINE_AA)
    return large, [(char, tuple(v + room for v in box)) for char, box in boxed]
