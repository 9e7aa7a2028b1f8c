"""Ink extraction: a picture as ink on paper, bright on black, whatever the light, the paper and the pen.

Ink is what differs from the paper right around it. The paper's own brightness is estimated by a morphological closing,
which wipes out all dark ink that is narrower than a third of the picture (the top-hat transform; Meyer, 1979); bright
ink is turned over first. So shadows, vignettes and colour casts go, and thick strokes stay.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from digits.images.colour import telling
from digits.images.decode import WIDE, Bounds, Picture, decode
from digits.images.glyph import stroke_width
from digits.images.surface import Terms, reduced, surface

PAPER_SIDE = 160  # pixels of the longer side at which the paper is estimated
SURFACE_SIDE = 80  # and at which it is told which of two levels is paper
WIDEST = 0.34  # of the picture's shorter side: what is wider is paper, not ink
SHARP = 0.2  # of the ink's depth: the least step from one pixel to the next at the edge of a line
FAINTEST = 6.0  # grey levels that ink must differ from its paper by at least
DARKEST = 24  # grey level: paper that is darker does not tell how much light there is
DIMMEST = 4  # times darker than its brightest place may paper be, to be made as bright
FAINT_SHARE = 0.3  # of the ink's own level: what is less than half of this is not ink
OVER_NOISE = 5.0  # standard deviations of the noise that it must differ by
FEWEST = 5  # pixels of ink, else the page is blank
OUTSTANDING = 1.4  # times what noise reaches: the least level of ink on a noisy page
SAMPLED = 40_000  # pixels that the noise is estimated from

FEW = 10_000  # pixels of a small picture
LEVELS = np.arange(256, dtype=np.float64)
RIDGE = 1e-3 * np.eye(6, dtype=np.float32)  # keeps a fit to pixels that all lie in one line from failing

Grey = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Page:
    """One page of a picture.

    ink    uint8 (H, W), 0 paper, 255 ink; all 0 where the page is blank
    scale  pixels of the picture as it is shown for one pixel of ink
    """

    ink: Grey
    scale: float


def open_pages(source: Any, name: str = "", bounds: Bounds = WIDE) -> Iterator[Page]:
    """Yield the pages of `source`: a path, bytes, a PIL image or an array; most pictures have one.

    `name` is what an error calls it. Raises BadPicture, also for what is beyond `bounds`.
    """
    for picture in decode(source, name, bounds):
        yield as_page(picture)


def as_page(picture: Picture) -> Page:
    """Return the picture as ink on paper."""
    pixels = picture.pixels
    dark, light = (pixels, pixels) if pixels.ndim == 2 else telling(pixels)
    return Page(_ink(dark, light), picture.size[0] / pixels.shape[1])


def _ink(dark: Grey, light: Grey) -> Grey:
    """Return ink, uint8 (H, W), of the darkest and the brightest channel of a picture."""
    half = dark if dark is light else np.asarray(cv2.addWeighted(dark, 0.5, light, 0.5, 0), np.uint8)
    counts = _counts(half)
    if 2 * counts.max() >= half.size:
        return _ink_on_flat(dark, light, int((half == counts.argmax()).argmax()))
    bend, skewness = _lighting(half)
    grey = np.asarray(cv2.bitwise_not(light), np.uint8) if skewness > 0 else dark
    small = reduced(grey, PAPER_SIDE)
    paper = _paper(small, -bend if skewness > 0 else bend)
    if not _has_edges(np.asarray(cv2.subtract(paper, small), np.uint8)):
        return np.zeros_like(grey)
    if paper.shape != grey.shape:
        paper = np.asarray(cv2.resize(paper, grey.shape[::-1], interpolation=cv2.INTER_LINEAR), np.uint8)
    light = np.asarray(cv2.bitwise_not(paper), np.uint8) if skewness > 0 else paper  # not turned over
    lit = np.maximum(light, max(DARKEST, round(float(light.max()) / DIMMEST)))  # in half the light, ink differs by half
    ink = cv2.divide(cv2.subtract(paper, grey), lit, scale=float(lit.max()))
    brightened = float(lit.max()) / float(np.median(lit[::8, ::8]))
    return _stretched(np.asarray(ink, np.uint8), _noise(grey) * brightened)


def _ink_on_flat(dark: Grey, light: Grey, place: int) -> Grey:
    """Return the ink on paper that is of one level everywhere, as on a canvas; `place` is a pixel of such paper."""
    darker = dark.flat[place] - np.minimum(dark, dark.flat[place])
    brighter = np.maximum(light, light.flat[place]) - light.flat[place]
    return _stretched(max(darker, brighter, key=cv2.sumElems), 0.0)


def _paper(small: Grey, bend: Terms) -> Grey:
    """Return the paper behind the dark ink of `small`: its closing, as it is or with the light made even first.

    At the border, a closing takes paper that lies in shadow for ink; even light mends that where the light is as
    simple as `bend`, and spoils it where it is not: the one that leaves less ink is right. A second closing, by a
    window that suits the lines found by the first, leaves still less of shadows.
    """
    light = (surface(*small.shape)[0] @ bend).reshape(small.shape)
    side = max(5, round(WIDEST * min(small.shape))) | 1
    plain, even = _closed(small, side).astype(np.float32), _closed(small - light, side) + light
    evened = bool(even.sum() < plain.sum())
    paper = even if evened else plain
    narrow = _window(np.clip(paper - small, 0, 255).astype(np.uint8))
    if 5 < narrow < 0.7 * side:
        paper = _closed(small - light, narrow) + light if evened else _closed(small, narrow).astype(np.float32)
    return np.asarray(np.clip(paper + 0.5, 0, 255), np.uint8)


def _closed(grey: NDArray[Any], side: int) -> NDArray[Any]:
    return np.asarray(cv2.morphologyEx(grey, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8)))


def _window(ink: Grey) -> int:
    """Return the side of a window five times as wide as the lines in `ink`; 0 if no shape of some size is inside it."""
    mask = (ink > max(FAINTEST, 0.35 * float(ink.max()))).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    left, top, width, height, _ = stats[1:].T
    inside = (left > 0) & (top > 0) & (left + width < ink.shape[1]) & (top + height < ink.shape[0])
    inside &= np.maximum(width, height) > 0.08 * min(ink.shape)
    if not inside.any():
        return 0
    lines = np.concatenate([[False], inside])[labels].astype(np.uint8)
    return round(5 * stroke_width(lines)) | 1


def _has_edges(ink: Grey) -> bool:
    """Whether something in `ink` begins at once, as lines do, and not by and by, as shadows do."""
    steps = [np.abs(np.diff(ink.astype(np.int16), axis=axis)).max(initial=0) for axis in (0, 1)]
    return float(max(steps)) > max(FAINTEST / 2, SHARP * float(ink.max()))


def _lighting(grey: Grey) -> tuple[Terms, float]:
    """Return how the light falls on the paper, as the terms of `surface`, and the skewness of what differs from it.

    The surface is fitted to all pixels, then twice to the 70 % that lie nearest to it. Ink is what is rarer than
    paper: the skewness is below 0 if it is darker, above 0 if it is brighter. Where it lies does not matter: it may
    touch the border.
    """
    small = reduced(grey, SURFACE_SIDE)
    form, inverse = surface(*small.shape)
    levels = small.ravel().astype(np.float32)
    middle, nearest = levels.size // 2, int(0.7 * levels.size)
    bend = inverse @ levels
    for _ in range(2):
        distance = np.abs(levels - form @ bend)
        near = distance <= np.partition(distance, nearest)[nearest]
        part = form[near]
        bend = np.linalg.solve(part.T @ part + RIDGE, part.T @ levels[near])
    apart = levels - form @ bend
    apart -= np.partition(apart, middle)[middle]
    return bend, float((apart * apart) @ apart)


def _noise(grey: Grey) -> float:
    """Return the standard deviation of the noise in `grey`: what a 3 x 3 median takes away, away from the edges."""
    height, width = grey.shape
    rows = max(3, min(height, SAMPLED // width))
    middle = grey[(height - rows) // 2 :][:rows] if height > rows else grey
    taken = cv2.absdiff(middle, cv2.medianBlur(np.ascontiguousarray(middle), 3))
    return float(np.sort(taken, axis=None)[: int(0.7 * taken.size) + 1].mean()) * 2.6  # the mean of its lower 70 %


def _stretched(ink: Grey, noise: float) -> Grey:
    """Return `ink` stretched so that noise is 0 and the ink's own level 255; all 0 where there is nothing but noise.

    Half of all pixels at least are paper; what these differ by is the closing's doing, which follows noise upwards.
    """
    counts = _counts(ink)
    paper = int(counts.cumsum().searchsorted(ink.size / 2))
    floor = max(FAINTEST, OVER_NOISE * noise)
    counts[: min(paper + int(floor), 255) + 1] = 0
    if counts.sum() < FEWEST:
        return np.zeros_like(ink)
    level = _level(counts) - paper
    if floor > FAINTEST and level < OUTSTANDING * floor:
        return np.zeros_like(ink)
    zero = min(max(floor, FAINT_SHARE * level), level) / 2
    table = np.minimum(np.maximum((LEVELS - paper - zero) * 255 / (level - zero), 0), 255).astype(np.uint8)
    return np.asarray(cv2.LUT(ink, table), np.uint8)


def _counts(grey: Grey) -> NDArray[np.int64]:
    """Return how many pixels have each of the 256 grey levels."""
    if grey.size < FEW:  # OpenCV takes longer to begin
        return np.bincount(grey.ravel(), minlength=256)
    return cv2.calcHist([grey], [0], None, [256], [0, 256]).ravel().astype(np.int64)


def _level(counts: NDArray[np.int64]) -> float:
    """Return the grey level of full ink: the median of what lies above the middle between faint and strong."""
    mean = math.ceil(float(counts @ LEVELS) / float(counts.sum()))
    strong = counts[mean:].cumsum()
    return mean + float(strong.searchsorted(strong[-1] / 2))
