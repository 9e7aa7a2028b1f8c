"""Negatives: glyphs of what is no digit, which a reader meets beside digits and must not answer for."""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from digits.base.records import SIDE
from digits.data.pens import drawn, struck, vary
from digits.data.strokes import Stroke, draw_page
from digits.images import to_glyph

Glyph = NDArray[np.uint8]  # (28, 28)
PAGE = 100  # pixels

# What some hand writes as another writes a digit: no fair examples of "not a digit".
LOOK_ALIKES = frozenset("OoDQIlLiSsZzqgbGyj|!/\\()[]'`,.")
# These are no digit when seen in a mirror, nor upside down.
TURNED = frozenset("347")


def scribble(rng: Generator) -> Glyph:
    """Return a curve without a plan: a walk whose direction drifts."""
    steps = int(rng.integers(80, 250))
    bend = np.cumsum(rng.normal(0, rng.uniform(0.3, 0.9), steps)) + rng.normal(0, 0.3) * np.arange(steps) / 10
    path = np.cumsum(np.stack([np.cos(bend), np.sin(bend)], 1), 0) * 20
    return drawn([path], rng)


def shape(rng: Generator) -> Glyph:
    """Return a filled or outlined figure: polygon, star, arrow, cross, box."""
    corners = int(rng.integers(3, 7))
    angles = (
        np.sort(rng.uniform(0, 2 * np.pi, corners)) if rng.random() < 0.5 else np.arange(corners) * 2 * np.pi / corners
    )
    radius = np.where(np.arange(corners) % 2, rng.uniform(0.3, 1), 1.0)
    places = np.stack([np.cos(angles) * rng.uniform(0.7, 1), np.sin(angles)], 1) * radius[:, None]
    outline = np.vstack([places, places[:1]]) * 500
    if corners < 5 and rng.random() < 0.4:  # with more corners, an outline is a 0 to many a hand
        return drawn(vary([outline], rng), rng)
    page = np.zeros((PAGE, PAGE), np.uint8)
    cv2.fillPoly(page, [np.round(outline / 1000 * 90 + 50).astype(np.int32)], 255, cv2.LINE_AA)
    return to_glyph(page)


def disc(rng: Generator) -> Glyph:
    """Return a dot, a blob or a dash: filled, at most four times as wide as high or as high as wide."""
    page = np.zeros((PAGE, PAGE), np.uint8)
    stretch = float(np.exp(rng.uniform(-0.3, 1.4)))
    axes = (max(2, round(45 * min(1.0, stretch))), max(2, round(45 * min(1.0, 1 / stretch))))
    cv2.ellipse(page, (50, 50), axes, float(rng.uniform(-20, 20)), 0, 360, 255, cv2.FILLED, cv2.LINE_AA)
    return to_glyph(page)


def bar(rng: Generator) -> Glyph:
    """Return lines that lie: a dash, an equals sign, a table's corner or crossing."""
    ends = np.array([[0.0, 500.0], [1000.0, 500.0]]) + rng.normal(0, 40, (2, 2))
    kind = rng.integers(4)
    if kind == 0:
        return drawn([ends], rng)
    if kind == 1:
        return drawn([ends, ends + np.array([0, rng.uniform(200, 500)])], rng)
    post = ends[:, ::-1] * rng.uniform(0.7, 1.3) + [rng.uniform(-500, 500) if kind == 2 else 0, 0]
    return drawn([ends, post], rng)


def texture(rng: Generator) -> Glyph:
    """Return a piece of something with grey levels everywhere: noise, clouds, stripes, a slope, a photograph's edge."""
    size = int(rng.integers(12, 60))
    raw = rng.normal(0, 1, (size, size)).astype(np.float32)
    field = np.asarray(cv2.GaussianBlur(raw, (0, 0), float(rng.uniform(0.4, size / 5))), np.float32)
    field = field + np.float32(rng.normal(0, 2)) * np.linspace(-1, 1, size, dtype=np.float32)[:, None] * field.std()
    field = (field - field.min()) / max(float(np.ptp(field)), 1e-6)
    contrast, floor = rng.uniform(1, 6), rng.uniform(0.0, 0.7)
    page = np.clip((field - floor) * contrast * 255, 0, 255).astype(np.uint8)
    if rng.random() < 0.4:
        return np.asarray(cv2.resize(page, (SIDE, SIDE), interpolation=cv2.INTER_AREA), np.uint8)
    return to_glyph(page)


def specks(rng: Generator) -> Glyph:
    """Return dots and short lines scattered about; now and then nothing at all."""
    page = np.zeros((PAGE, PAGE), np.uint8)
    for _ in range(int(rng.integers(0, 14))):
        start = rng.integers(5, PAGE - 5, 2)
        end = start + rng.integers(-8, 9, 2)
        cv2.line(page, start.tolist(), end.tolist(), int(rng.integers(60, 256)), int(rng.integers(1, 7)), cv2.LINE_AA)
    return to_glyph(page)


def arc(strokes: list[Stroke], rng: Generator) -> Glyph:
    """Return a piece of a digit, cut out by a window: of what is left, what is as wide as high."""
    page = draw_page(vary(strokes, rng), PAGE, float(rng.uniform(0.05, 0.2)))
    for _ in range(8):
        height, width = (int(each) for each in rng.integers(22, 48, 2))
        top, left = int(rng.integers(0, PAGE - height)), int(rng.integers(0, PAGE - width))
        piece = page[top : top + height, left : left + width]
        _, _, wide, high = cv2.boundingRect(piece)
        if min(wide, high) > 20 and wide > 0.8 * high:
            return to_glyph(piece)
    return texture(rng)


def theta(zero: list[Stroke], rng: Generator) -> list[Stroke]:
    """Return a 0 with a bar that lies inside of it."""
    return [*zero, struck(zero, rng.uniform(-12, 12), rng.uniform(0.5, 0.97), rng)]


def pair(left: list[Stroke], right: list[Stroke], rng: Generator) -> Glyph:
    """Return two digits in one box: side by side, touching or nearly so."""
    both = []
    start = 0.0
    for strokes in (vary(left, rng), vary(right, rng)):
        everything = np.concatenate(strokes)
        low, high = everything.min(0), everything.max(0)
        scale = rng.uniform(0.8, 1.1) * 1000 / max(1.0, high[1] - low[1], (high[0] - low[0]) / 1.5)
        both += [(stroke - low) * scale + [start, rng.uniform(-80, 80)] for stroke in strokes]
        start += (high[0] - low[0]) * scale + rng.uniform(-40, 250)
    return drawn(both, rng)


FREE: dict[Callable[[Generator], Glyph], float] = {  # made of nothing, with their shares
    scribble: 0.25,
    texture: 0.30,
    shape: 0.15,
    bar: 0.12,
    disc: 0.08,
    specks: 0.10,
}
