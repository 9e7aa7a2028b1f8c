"""Stationery: what was on the paper before the writing, and where on it one writes: rulings, boxes, tables, lines."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from digits.data.strokes import FRACTION

Ink = NDArray[np.uint8]
Point = tuple[float, float]


@dataclass(eq=False)
class Form:
    """A blank form on paper of `side` pixels, for digits `high` pixels high.

    marks   of each colour of line: how much of it covers each pixel, uint8
    slots   where a character may stand alone: left, top, width, height
    rows    where a line of writing may stand: left, top of the digits, right
    """

    side: int
    high: float
    marks: list[Ink] = field(default_factory=list)
    slots: list[tuple[float, float, float, float]] = field(default_factory=list)
    rows: list[tuple[float, float, float]] = field(default_factory=list)

    def layer(self) -> Ink:
        """Return a new layer of lines."""
        self.marks.append(np.zeros((self.side, self.side), np.uint8))
        return self.marks[-1]


def line(ink: Ink, a: Point, b: Point, width: int, dash: tuple[float, float] | None = None) -> None:
    """Draw a line, whole or in dashes of (length, gap)."""
    start, end = np.array(a, float), np.array(b, float)
    length = float(np.linalg.norm(end - start))
    if dash is None or length < 1:
        pieces = [(0.0, length)]
    else:
        pieces = [(at, min(at + dash[0], length)) for at in np.arange(0, length, sum(dash))]
    along = (end - start) / max(length, 1e-6)
    for first, last in pieces:
        p, q = (np.round((start + along * v) * (1 << FRACTION)).astype(int).tolist() for v in (first, last))
        cv2.line(ink, p, q, 255, width, cv2.LINE_AA, FRACTION)


def _width(form: Form, rng: Generator) -> int:
    return max(1, round(form.high * float(np.clip(rng.lognormal(np.log(0.035), 0.6), 0.01, 0.14))))


def _dash(form: Form, rng: Generator) -> tuple[float, float] | None:
    if rng.random() < 0.7:
        return None
    size = form.high * rng.uniform(0.02, 0.3)
    return (max(1.0, size), max(2.0, size * rng.uniform(0.6, 2)))


def plain(form: Form, rng: Generator) -> None:
    """Nothing but lines of writing, here and there."""
    top = rng.uniform(-0.4, 1.2) * form.high
    step = form.high * rng.uniform(1.15, 3.2)
    while top < form.side:
        form.rows.append((rng.uniform(-0.6, 1.6) * form.high, top, form.side))
        top += step * rng.uniform(0.9, 1.15)


def ruled(form: Form, rng: Generator) -> None:
    """Ruled paper, written on the lines or across them; now and then with a margin."""
    ink, width, step = form.layer(), _width(form, rng), form.high * rng.uniform(0.5, 2.8)
    dash = _dash(form, rng) if rng.random() < 0.3 else None
    first = rng.uniform(0, step)
    for y in np.arange(first, form.side, step):
        line(ink, (0, y), (form.side, y), width, dash)
    across = max(1, round(form.high * 1.1 / step + rng.uniform(-0.3, 0.9)))
    drop = rng.normal(0, 0.12) if rng.random() < 0.7 else rng.uniform(-0.6, 0.6)
    for y in np.arange(first + rng.integers(0, across) * step, form.side + form.high, step * across):
        form.rows.append((rng.uniform(-0.6, 2.5) * form.high, y - form.high * (1 + drop), form.side))
    if rng.random() < 0.4:
        margin(form, rng)


def margin(form: Form, rng: Generator) -> None:
    """A margin: an upright line of another colour, sometimes two."""
    ink, x = form.layer(), rng.uniform(0, 1) * form.side
    for shift in (0.0, form.high * rng.uniform(0.06, 0.2))[: int(rng.integers(1, 3))]:
        line(ink, (x + shift, 0), (x + shift, form.side), _width(form, rng))


def squared(form: Form, rng: Generator) -> None:
    """Squared paper, fine or coarse, sometimes of dots; written into the squares or over them."""
    ink, width, step = (
        form.layer(),
        _width(form, rng),
        form.high * float(rng.choice([0.5, 0.7, 1, 1.15, 1.4, 1.8, 2.2])),
    )
    step *= rng.uniform(0.9, 1.1)
    x0, y0 = rng.uniform(0, step, 2)
    if rng.random() < 0.15:
        for x in np.arange(x0, form.side, step):
            for y in np.arange(y0, form.side, step):
                cv2.circle(ink, (int(x), int(y)), max(1, width), 255, cv2.FILLED, cv2.LINE_AA)
    else:
        for at in np.arange(x0, form.side, step):
            line(ink, (at, 0), (at, form.side), width)
        for at in np.arange(y0, form.side, step):
            line(ink, (0, at), (form.side, at), width)
    if step > 0.9 * form.high and rng.random() < 0.6:
        every = int(rng.integers(1, 4))
        for y in np.arange(y0, form.side, step * every):
            for x in np.arange(x0, form.side, step * int(rng.integers(1, 3))):
                form.slots.append((x, y, step, step))
    else:
        plain(form, rng)
    if rng.random() < 0.25:
        margin(form, rng)


def boxes(form: Form, rng: Generator) -> None:
    """Boxes for one digit each: apart, joined, or a comb of ticks; whole, dashed, dotted; with rows of them."""
    ink, width, dash = form.layer(), _width(form, rng), _dash(form, rng)
    high = form.high * rng.uniform(1.0, 1.7)
    wide = high * rng.uniform(0.6, 1.15)
    gap = 0.0 if rng.random() < 0.6 else wide * rng.uniform(0.08, 0.5)
    comb = rng.random() < 0.3
    tick = high * (1.0 if rng.random() < 0.3 else rng.uniform(0.2, 0.7))
    top = rng.uniform(-0.2, 1.5) * high
    while top < form.side:
        left, count = rng.uniform(-0.5, 1.5) * wide, int(rng.integers(1, 12))
        for i in range(count):
            x = left + i * (wide + gap)
            if comb:
                line(ink, (x, top + high), (x + wide + gap, top + high), width, dash)
                line(ink, (x, top + high - tick), (x, top + high), width, dash)
                if i == count - 1:
                    line(ink, (x + wide + gap, top + high - tick), (x + wide + gap, top + high), width, dash)
            else:
                corners = [(x, top), (x + wide, top), (x + wide, top + high), (x, top + high)]
                for a, b in zip(corners, [*corners[1:], corners[0]], strict=True):
                    line(ink, a, b, width, dash)
            form.slots.append((x, top, wide, high))
        top += high * rng.uniform(1.2, 3)


def table(form: Form, rng: Generator) -> None:
    """A table: columns of their own widths, rows of one height, a frame that may be thicker."""
    ink, width = form.layer(), _width(form, rng)
    high = form.high * rng.uniform(1.1, 2.4)
    xs = [rng.uniform(-0.5, 1) * form.high]
    while xs[-1] < form.side * rng.uniform(0.7, 1.4):
        xs.append(xs[-1] + form.high * rng.uniform(1.0, 5))
    ys = list(np.arange(rng.uniform(-0.5, 1) * high, form.side * rng.uniform(0.7, 1.3), high))
    if len(ys) < 2:
        return plain(form, rng)
    level, upright = rng.random() < 0.92, rng.random() < 0.92
    for i, y in enumerate(ys):
        if level or i in (0, len(ys) - 1):
            line(ink, (xs[0], y), (xs[-1], y), width * (2 if i == 0 and rng.random() < 0.3 else 1))
    for i, x in enumerate(xs):
        if upright or i in (0, len(xs) - 1):
            line(ink, (x, ys[0]), (x, ys[-1]), width)
    for y in ys[:-1]:
        for x, end in pairwise(xs):
            if rng.random() < 0.6:
                form.rows.append(
                    (x + rng.uniform(-0.05, 0.3) * form.high, y + (high - form.high) * rng.uniform(0, 1), end)
                )
    return None


def sudoku(form: Form, rng: Generator) -> None:
    """A square grid with thicker lines every third, and single digits in it."""
    ink, cell = form.layer(), form.high * rng.uniform(1.2, 2.0)
    width = _width(form, rng)
    x0, y0 = rng.uniform(-2, 1.5, 2) * cell
    for i in range(10):
        thick = width * (2 if i % 3 == 0 else 1)
        line(ink, (x0 + i * cell, y0), (x0 + i * cell, y0 + 9 * cell), thick)
        line(ink, (x0, y0 + i * cell), (x0 + 9 * cell, y0 + i * cell), thick)
    for i in range(9):
        for j in range(9):
            if rng.random() < 0.45:
                form.slots.append((x0 + i * cell, y0 + j * cell, cell, cell))


def answers(form: Form, rng: Generator) -> None:
    """Answer lines: short level lines that one writes on, close under the digits or through their feet."""
    ink, width, dash = form.layer(), _width(form, rng), _dash(form, rng)
    top = rng.uniform(0.1, 1.5) * form.high
    while top < form.side:
        left = rng.uniform(-0.3, 0.6) * form.side
        long = form.high * rng.uniform(0.8, 7)
        y = top + form.high * (1 + rng.normal(0.05, 0.12))
        line(ink, (left, y), (left + long, y + rng.normal(0, 0.03) * form.high), width, dash)
        form.rows.append((left + rng.uniform(-0.1, 0.4) * form.high, top, left + long))
        top += form.high * rng.uniform(1.4, 3.5)


def edges(form: Form, rng: Generator) -> None:
    """A tight crop of a box or cell: its walls, or what is left of them, at the picture's own edges."""
    ink, width = form.layer(), _width(form, rng) + int(rng.integers(0, 3))
    for side in range(4):
        if rng.random() < 0.55:
            at, tilt = rng.uniform(0, 0.08) * form.side, rng.normal(0, 0.015) * form.side
            ends = [(at, -5.0), (at + tilt, form.side + 5.0)]
            if side % 2:
                ends = [(y, x) for x, y in ends]
            if side >= 2:
                ends = [(form.side - x, form.side - y) for x, y in ends]
            line(ink, ends[0], ends[1], width)
    plain(form, rng)


FORMS: dict[Callable[[Form, Generator], None], float] = {
    plain: 0.24,
    ruled: 0.18,
    squared: 0.14,
    boxes: 0.15,
    table: 0.12,
    sudoku: 0.03,
    answers: 0.08,
    edges: 0.06,
}
