"""Props: what lies on a sheet or is drawn over it and is no writing: highlighters, stamps, discs, hairs, rings."""

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from digits.data.print import printed
from digits.data.row_drawing import draw_stroke
from digits.data.row_texts import print_text
from digits.data.stationery import Form, line

PENS = ((200, 30, 40), (40, 70, 200), (30, 110, 60), (20, 20, 30), (230, 120, 30))  # what rings are drawn with

Ink = NDArray[np.uint8]
Picture = NDArray[np.float32]  # (S, S, 3)


def line_colour(paper: NDArray[np.float32], bright: bool, rng: Generator) -> NDArray[np.float32]:
    """Return the colour of what is ruled or printed on `paper`, float32 (3,): near it or far from it, or a tint."""
    lines = paper * rng.uniform(0.05, 0.92) if bright else paper + rng.uniform(15, 150)
    if rng.random() < 0.3:
        lines = np.array([[220, 90, 90], [120, 150, 220], [140, 200, 160], [230, 150, 90]])[rng.integers(4)] * (
            paper.max() / 255
        )
    return np.clip(lines + rng.normal(0, float(rng.choice([3, 25])), 3), 0, 255).astype(np.float32)


def paint(
    picture: NDArray[np.float32], cover: Ink | NDArray[np.float32], ink: NDArray[np.float32], share: float = 1.0
) -> None:
    """Lay `ink` over the picture where `cover` is."""
    if not cover.any():
        return
    part = (cover.astype(np.float32) * np.float32(share / 255))[..., None]
    picture += (ink - picture) * part


def things(picture: NDArray[np.float32], form: Form, paper: NDArray[np.float32], bright: bool, rng: Generator) -> None:
    """Put on the sheet what is no writing: highlighters, stamps and discs, holes, drawings, logos."""
    side, high = form.side, form.high
    if rng.random() < 0.07 and bright:  # a highlighter lets through what is dark
        pens = np.array([[255, 245, 60], [120, 255, 120], [255, 140, 200], [120, 220, 255], [255, 190, 80]])
        x, y, long = rng.uniform(-0.2, 0.6) * side, rng.uniform(0, 0.8) * side, rng.uniform(2, 8) * high
        if form.rows:
            x, y, _ = form.rows[rng.integers(len(form.rows))]
        cover = np.zeros((side, side), np.uint8)
        y += high / 2
        line(cover, (x, y), (x + long, y + rng.normal(0, 0.1) * high), max(2, round(high * rng.uniform(0.8, 1.8))))
        tint = pens[rng.integers(len(pens))] / 255 * (1 - (f := rng.uniform(0, 0.4))) + f
        picture *= 1 - (cover.astype(np.float32) / 255)[..., None] * (1 - tint.astype(np.float32))
    for _ in range(int(rng.choice([0, 1, 2, 3], p=[0.86, 0.08, 0.04, 0.02]))):
        cover = np.zeros((side, side), np.uint8)
        centre, radius = rng.integers(0, side, 2).tolist(), max(3, int(high * rng.uniform(0.3, 3)))
        kind = rng.integers(5)
        thick = cv2.FILLED if kind < 2 else max(1, int(high * rng.uniform(0.03, 0.2)))
        if kind == 4:
            points = rng.integers(0, side, (int(rng.integers(3, 7)), 1, 2)) // 2 + rng.integers(0, side // 2)
            cv2.fillPoly(cover, [points.astype(np.int32)], 255, cv2.LINE_AA)
        else:
            cv2.ellipse(
                cover,
                centre,
                (radius, int(radius * rng.uniform(0.7, 1))),
                rng.uniform(0, 180),
                0,
                360,
                255,
                thick,
                cv2.LINE_AA,
            )
        if kind == 2:
            ink, _ = printed(print_text(rng), max(7, radius // 3), rng)
            stamp(cover, ink, centre[0] - ink.shape[1] // 2, centre[1] - ink.shape[0] // 2)
        paint(picture, cover, line_colour(paper, bright, rng), rng.uniform(0.3, 1))


def afterwards(
    picture: NDArray[np.float32], form: Form, writing: Ink, paper: NDArray[np.float32], rng: Generator
) -> None:
    """Draw over the writing what is none: hairs and wavy lines, rings around numbers, underlines, erasing."""
    side, high = form.side, form.high
    cover = np.zeros((side, side), np.uint8)
    if rng.random() < 0.05:
        steps = np.linspace(-0.1, 1.1, 24)
        bend = rng.normal(0, 0.12, 3)
        wave = sum(bend[k] * np.sin(2 * np.pi * (k + 0.7) * steps + rng.uniform(0, 6.3)) for k in range(3))
        path = np.stack([steps * side, (rng.uniform(0.1, 0.9) + wave) * side], 1)
        path = path if rng.random() < 0.7 else path[:, ::-1]
        draw_stroke(cover, path, max(1, round(high * rng.uniform(0.01, 0.06))))
    spots = np.argwhere(writing[:: max(1, side // 64), :: max(1, side // 64)] > 0) * max(1, side // 64)
    if len(spots):
        y, x = spots[rng.integers(len(spots))].tolist()
        if rng.random() < 0.1:
            axes = (round(high * rng.uniform(0.75, 2.5)), round(high * rng.uniform(0.75, 1.2)))
            cv2.ellipse(
                cover,
                (x, y),
                axes,
                rng.normal(0, 8),
                0,
                360,
                255,
                max(1, round(high * rng.uniform(0.03, 0.12))),
                cv2.LINE_AA,
            )
        if rng.random() < 0.05:
            low = y + high * rng.uniform(0.3, 0.7)
            line(
                cover,
                (x - high * rng.uniform(0.3, 2), low),
                (x + high * rng.uniform(0.3, 2), low + rng.normal(0, 0.1) * high),
                max(1, round(high * rng.uniform(0.03, 0.12))),
            )
    if cover.any():
        rest = np.where(writing > 60, 0, cover).astype(np.uint8) if rng.random() < 0.5 else cover
        tint = paper * np.float32(rng.uniform(0.05, 0.6))
        if rng.random() < 0.5:
            tint = np.array(PENS[rng.integers(len(PENS))], np.float32) + rng.normal(0, 20, 3).astype(np.float32)
        paint(picture, rest, np.clip(tint, 0, 255), rng.uniform(0.6, 1))


def stamp(layer: Ink, ink: Ink, x: int, y: int) -> None:
    """Lay `ink` onto the layer with its corner at x, y."""
    height, width = layer.shape
    left, top, right, low = max(0, x), max(0, y), min(width, x + ink.shape[1]), min(height, y + ink.shape[0])
    if left < right and top < low:
        part = layer[top:low, left:right]
        np.maximum(part, ink[top - y : low - y, left - x : right - x], out=part)
