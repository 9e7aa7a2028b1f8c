"""Scenes to learn to find ink from: sheets of every kind with writing and print on them, as cameras see them.

A scene is a picture and two layers of the same size: how much each pixel is handwriting, and how much it is print.
Everything else that is drawn (rulings, boxes, stamps, rings, shadows) is neither.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from digits.data.photos import anything, clouds, colour, fingers, gutter, lit, on_desk, seen, turned
from digits.data.print import printed
from digits.data.props import afterwards, line_colour, paint, stamp, things
from digits.data.row_drawing import HIGH, Item, draw_stroke
from digits.data.row_texts import number_text, print_text
from digits.data.rows import Rows, tick
from digits.data.stationery import FORMS, Form

SIDE = 320
SMALLEST, LARGEST = 11.0, 110.0  # pixels of a digit
HUGE_SHARE, HUGE = 0.08, 290.0  # and in tight crops
THICK_SHARE, THICK = 0.07, 0.36  # of a digit's height: markers, and digits that were made small
MOST = 100  # characters on a scene
NOTHING_SHARE = 0.05  # of the scenes have no paper
PRINT_SHARE = 0.34  # have print on them
STRAIGHT = "1147"  # digits of straight strokes, which a ruling is most like

Ink = NDArray[np.uint8]
Place = TypeVar("Place")


@dataclass(frozen=True, eq=False)
class Scene:
    """A picture, uint8 (S, S, 3), and its layers, uint8 (2, S, S): handwriting and print."""

    picture: Ink
    layers: Ink


class Scenes:
    """Draws scenes with one part's writers, each a function of its seed."""

    def __init__(self, part: str, data_dir: Path | str | None = None, rows: Rows | None = None) -> None:
        self.rows = rows or Rows(part, data_dir)

    def scene(self, rng: Generator, side: int = SIDE) -> Scene:
        """Return a scene of chance, `side` pixels wide and high."""
        if rng.random() < NOTHING_SHARE:
            return Scene(seen(lit(anything(side, rng), rng), 1.0, rng), np.zeros((2, side, side), np.uint8))
        askew = rng.random() < 0.5
        whole = round(side * 1.35) if askew else side
        high = float(np.exp(rng.uniform(np.log(SMALLEST), np.log(LARGEST))))
        if rng.random() < HUGE_SHARE:
            high = float(rng.uniform(0.35, 0.95) * min(HUGE, side))
        picture, layers, pen = self._sheet(high, whole, rng)
        if rng.random() < 0.12:
            gutter(picture, rng)
        if rng.random() < 0.35:
            picture = on_desk(picture, layers, rng)
        if rng.random() < 0.04:
            fingers(picture, layers, rng)
        if rng.random() < 0.8:
            picture = lit(picture, rng)
        if askew:
            picture, layers = turned(picture, layers, side, rng)
        out = seen(picture, pen, rng)
        if rng.random() < 0.05:
            out = 255 - out
        return Scene(out, np.stack(layers))

    def _sheet(self, high: float, side: int, rng: Generator) -> tuple[NDArray[np.float32], list[Ink], float]:
        """Return the sheet as it lies there in even light, its layers, and the pen's width."""
        bright = rng.random() < 0.84
        paper = colour(rng, *((150, 255) if bright else (0, 110)), float(rng.choice([2, 6, 25])))
        if rng.random() < 0.25:
            paper[:] = paper.mean()
        picture = np.ones((side, side, 3), np.float32) * paper
        if rng.random() < 0.6:
            picture += clouds(rng, side, int(rng.choice([4, 8, 32])), 2, 0.7)[..., None] * np.float32(rng.uniform(0, 9))
        form = Form(side, high)
        kinds = list(FORMS)
        kinds[rng.choice(len(kinds), p=np.array(list(FORMS.values())) / sum(FORMS.values()))](form, rng)
        for ink in form.marks:
            paint(picture, ink, line_colour(paper, bright, rng), float(rng.uniform(0.2, 1)))
        thick = rng.random() < (0.35 if high > LARGEST else THICK_SHARE)
        pen = high * float(
            rng.uniform(0.18, THICK) if thick else np.clip(rng.lognormal(np.log(0.075), 0.5), 0.02, 0.24)
        )
        writing, print_ = np.zeros((side, side), np.uint8), np.zeros((side, side), np.uint8)
        empty = rng.random() < 0.07
        if rng.random() < PRINT_SHARE or empty:
            self._print(print_, form, rng)
        things(picture, form, paper, bright, rng)
        if not empty:
            self._write(writing, form, max(1, round(pen)), rng)
        if rng.random() < 0.05 and print_.any():
            writing = np.where(print_ > 30, np.minimum(writing, 255 - print_), writing).astype(np.uint8)
        paint(
            picture, print_, paper * np.float32(0.15) if bright else 255 - paper * np.float32(0.3), rng.uniform(0.6, 1)
        )
        over = form.marks[-1] if form.marks and rng.random() < 0.3 else None
        cover = _pressed(writing, pen, rng)
        paint(picture, cover, ink_colour(paper, bright, rng))
        if over is not None and rng.random() < 0.5:  # some lines are darker than what is written over them
            paint(picture, over, line_colour(paper, bright, rng), 0.5)
        if not empty:
            afterwards(picture, form, writing, paper, rng)
        return picture, [writing, print_], pen

    def _write(self, layer: Ink, form: Form, pen: int, rng: Generator) -> None:
        left = MOST
        share = rng.uniform(0.25, 1)
        scale = form.high / HIGH
        for x, y, wide, tall in _shuffled(form.slots, rng):
            if left and rng.random() < share and x < form.side and y < form.side:
                text = str(rng.choice(list(STRAIGHT))) if rng.random() < 0.25 else str(rng.integers(10))
                items = self.rows.written(text, rng) if rng.random() < 0.93 else self.rows.letters(rng)[:1]
                size = min(form.high, 1.3 * tall) * rng.uniform(0.75, 1.35) / HIGH
                place = (
                    x + (wide - _width(items) * size) * rng.uniform(0.2, 0.8),
                    y + (tall - HIGH * size) * rng.uniform(0.1, 0.9),
                )
                _draw(layer, items, size, place, pen)
                left -= 1
        for start, top, end in _shuffled(form.rows, rng):
            x = start
            while x < min(end, form.side) and left > 0:
                if rng.random() > share:
                    x += form.high * rng.uniform(1, 4)
                    continue
                items = self._words(rng)
                _draw(layer, items, scale, (x, top), pen)
                left -= len(items)
                x += _width(items) * scale + form.high * rng.uniform(0.3, 2.5)
                if end < form.side:  # a cell has one number
                    break

    def _words(self, rng: Generator) -> list[Item]:
        chance = rng.random()
        if chance < 0.16:
            return self.rows.word(rng)
        if chance < 0.2:
            return [Item("", [tick(rng)])]
        if chance < 0.4:
            return self.rows.written("".join(rng.choice(list(STRAIGHT), rng.integers(1, 6))), rng)
        return self.rows.written(number_text(rng), rng)

    def _print(self, layer: Ink, form: Form, rng: Generator) -> None:
        """Print some lines where it pleases, or where one would write."""
        high = form.high * float(np.exp(rng.normal(-0.5, 0.45)))
        for _ in range(int(rng.integers(1, 7))):
            text = " ".join(print_text(rng) for _ in range(int(rng.integers(1, 4))))
            ink, _ = printed(text, max(7, min(round(high), 100)), rng)
            x, y = rng.uniform(-0.2, 0.8) * form.side, rng.uniform(-0.1, 1) * form.side
            if form.rows and rng.random() < 0.5:
                x, y, _ = form.rows[rng.integers(len(form.rows))]
            if rng.random() < 0.9 and _inked(layer, round(x), round(y), ink.shape):
                continue
            stamp(layer, ink, round(x), round(y))


def ink_colour(paper: NDArray[np.float32], bright: bool, rng: Generator) -> NDArray[np.float32]:
    """Return the colour of a pen on `paper`: dark, blue, red, faint as pencil, or chalk."""
    ink: NDArray[Any]
    if bright:
        share = rng.uniform(0.02, 0.55) if rng.random() < 0.75 else rng.uniform(0.55, 0.9)
        ink = paper * share + rng.normal(0, float(rng.choice([3, 12, 40])), 3)
        if rng.random() < 0.3:
            pens = np.array([[30, 50, 150], [40, 70, 200], [190, 30, 40], [30, 110, 60], [200, 60, 140], [90, 60, 140]])
            ink = pens[rng.integers(len(pens))] + rng.normal(0, 25, 3)
            ink = ink * (1 - (f := rng.uniform(0, 0.5))) + paper * f
    else:
        ink = paper + rng.uniform(45, 230) + rng.normal(0, float(rng.choice([3, 35])), 3)
    ink = np.clip(ink, 0, 255)
    if np.abs(ink - paper).max() < 12:
        ink = paper * 0.75 if bright else paper + 50
    return np.asarray(ink, np.float32)


def _pressed(writing: Ink, pen: float, rng: Generator) -> NDArray[np.float32]:
    """Return how much ink the pen left: less here and there, with soft edges."""
    cover: NDArray[np.float32] = writing.astype(np.float32)
    if rng.random() < 0.5:
        gone = np.float32(rng.uniform(0, 0.6)) * (clouds(rng, len(writing), 24, 3, 0.8) * 0.5 + 0.5)
        cover = np.asarray(cover * (1 - gone), np.float32)
    if rng.random() < 0.15:  # a pencil or chalk skips over the grain of the paper
        cover = np.asarray(cover * rng.random(cover.shape) ** rng.uniform(0.1, 0.7), np.float32)
    if rng.random() < 0.5:
        cover = np.asarray(cv2.GaussianBlur(cover, (0, 0), rng.uniform(0.3, 0.8 + pen * 0.08)), np.float32)
    return cover


def _shuffled(places: Sequence[Place], rng: Generator) -> list[Place]:
    return [places[i] for i in rng.permutation(len(places))]


def _inked(layer: Ink, x: int, y: int, shape: tuple[int, ...]) -> bool:
    """Whether there is ink in a box of `shape` at x, y."""
    return bool(layer[max(0, y) : max(0, y + shape[0]), max(0, x) : max(0, x + shape[1])].any())


def _width(items: list[Item]) -> float:
    return max((float(stroke[:, 0].max()) for item in items for stroke in item.strokes), default=0.0)


def _draw(layer: Ink, items: list[Item], scale: float, place: tuple[float, float], pen: int) -> None:
    for item in items:
        for stroke in item.strokes:
            draw_stroke(layer, stroke * scale + np.array(place), pen)
