"""Stroke augmentation and pens: slanted, stretched, turned, shaky, thin, thick, coarse."""

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from digits.data.strokes import Stroke, draw_page
from digits.images import to_glyph

THIN, THICK = 0.03, 0.22  # of the longer side: the pens that are drawn with
COARSE, FINE = (17, 32), 100  # pixels of the longer side: a digit on a tiny canvas, and one on paper
COARSE_SHARE = 0.35
WORN_SHARE = 0.12  # of the pages have gaps in their lines, as a dry pen or a low resolution leaves them
FINER = 0.12  # the thickest pen for what a thicker one would fill: a 0 with a stroke through it
LYING = 35.0  # degrees: a stroke that is less steep lies
NORMALISED_SHARE = 0.7  # of the glyphs get their lines thickened, as the reader does it


def vary(strokes: list[Stroke], rng: Generator) -> list[Stroke]:
    """Return `strokes` as another hand might: about 0.2 of slant, 6 degrees, 20 % of stretch, a shake."""
    everything = np.concatenate(strokes)
    centre = (everything.max(0) + everything.min(0)) / 2
    size = max(1.0, float(np.ptp(everything, axis=0).max()))
    turn, slant, stretch = rng.normal(0, 0.10), rng.normal(0, 0.18), np.exp(rng.normal(0, 0.10))
    cosine, sine = np.cos(turn), np.sin(turn)
    matrix = np.array([[cosine, sine], [-sine, cosine]]) @ np.array([[stretch, 0], [-slant, 1 / stretch]])
    waves, depth = rng.normal(0, 1, (2, 3, 2)), size * abs(rng.normal(0, 0.012))
    return [(stroke - centre) @ matrix + depth * _shake(stroke / size, waves) for stroke in strokes]


def _shake(places: NDArray[np.float64], waves: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a smooth displacement (P, 2) of `places` (P, 2): three waves across and three down."""
    angles = 2 * np.pi * places @ np.array([[1.0, 2.0, 3.5], [1.5, 2.5, 3.0]]) + waves[0].sum(1) * np.pi
    moved: NDArray[np.float64] = np.sin(angles) @ waves[1]
    return moved


def drawn(strokes: list[Stroke], rng: Generator, thick: float = THICK) -> NDArray[np.uint8]:
    """Return a glyph, uint8 (28, 28), of `strokes` drawn by a pen, at most `thick`, and at a size of chance."""
    thickness = float(rng.uniform(THIN, thick))
    if rng.random() < COARSE_SHARE:
        page = draw_page(strokes, int(rng.integers(*COARSE)), min(thickness, 0.15), smooth=rng.random() < 0.5)
    else:
        page = draw_page(strokes, FINE, thickness)
    if rng.random() < WORN_SHARE:
        _wear(page, rng)
    if rng.random() < 0.1:
        page = np.asarray(cv2.GaussianBlur(page, (3, 3), 0), np.uint8)
    return to_glyph(page) if rng.random() < NORMALISED_SHARE else to_glyph(page, stroke=None)


def _wear(page: NDArray[np.uint8], rng: Generator) -> None:
    """Wipe one to four small holes into the lines on `page`."""
    inked = np.argwhere(page > 0)
    for y, x in inked[rng.integers(0, len(inked), int(rng.integers(1, 5)))]:
        cv2.circle(page, (int(x), int(y)), max(1, round(page.shape[0] * rng.uniform(0.02, 0.06))), 0, cv2.FILLED)


def slashed(zero: list[Stroke], rng: Generator) -> list[Stroke]:
    """Return a 0 with a stroke through it, lying or rising to the right, as some write it to tell it from an O.

    A stroke that lies reaches beyond the 0 on both sides, for else it would be a theta.
    """
    angle = rng.uniform(0, 100)
    reach = rng.uniform(1.15, 1.7) if angle < LYING else rng.uniform(0.9, 1.45)
    return [*zero, struck(zero, angle, reach, rng)]


def struck(ring: list[Stroke], angle: float, reach: float, rng: Generator) -> Stroke:
    """Return a stroke through the middle of `ring` that rises by `angle` degrees; with a `reach` of 1 it just spans it.

    The ring is taken for an ellipse.
    """
    everything = np.concatenate(ring)
    low, high = everything.min(0), everything.max(0)
    along = np.array([np.cos(np.deg2rad(angle)), -np.sin(np.deg2rad(angle))])
    radius = 1 / np.linalg.norm(along / np.maximum((high - low) / 2, 1.0))
    ends = np.array([[-reach], [reach]]) * along * radius
    slash: Stroke = (low + high) / 2 + ends + rng.normal(0, 15, (2, 2))
    return slash


def flagged(rng: Generator) -> list[Stroke]:
    """Return a 1 with an up-stroke, short or as long as the stem; now and then with a foot."""
    angle, length = np.deg2rad(rng.uniform(25, 58)), rng.uniform(0.2, 0.85)
    flag = np.array([-np.sin(angle), np.cos(angle)]) * 1000 * length * np.clip(1.15 - angle / 2, 0.4, 1)
    bow = rng.normal(0, 30, 2)
    one = np.array([flag, flag / 2 + bow, [0, 0], [rng.normal(0, 25), 500], [rng.normal(0, 40), 1000]])
    foot = np.array([[-rng.uniform(150, 350), 1000.0], [rng.uniform(150, 350), 1000.0]])
    return [one, foot] if rng.random() < 0.15 else [one]


def evened(owners: NDArray[np.integer], count: int, rng: Generator) -> NDArray[np.int64]:
    """Return `count` indices into `owners`, int64: who wrote a hundred is drawn ten times as often as who wrote one."""
    _, place, sizes = np.unique(owners, return_inverse=True, return_counts=True)
    weights = sizes[place] ** -0.5
    return rng.choice(len(owners), count, p=weights / weights.sum())
