"""Corruptions: fifteen ways in which a glyph may come to harm, to measure robustness.

In the manner of MNIST-C (Mu and Gilmer, 2019), written from what each is: not those files, and not to be compared with
figures on them. Each takes glyphs, uint8 (N, 28, 28), and a numpy generator, and returns as many, uint8.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from digits.base.errors import check_name
from digits.base.records import SIDE, Samples

Glyphs = NDArray[np.uint8]
Rng = np.random.Generator
Corrupt = Callable[[Glyphs, Rng], Glyphs]
MIDDLE = (SIDE - 1) / 2


def corrupted(samples: Samples, name: str, seed: int = 0) -> Samples:
    """Return `samples` with each glyph corrupted in the way called `name`, the same for the same seed.

    Raises UnknownName.
    """
    check_name("corruption", name, CORRUPTIONS)
    rng = np.random.default_rng([seed, list(CORRUPTIONS).index(name)])
    glyphs = CORRUPTIONS[name](samples.glyphs, rng)
    return Samples(glyphs, samples.labels, samples.classes, f"{samples.name}, {name}", samples.part)


def _shot_noise(glyphs: Glyphs, rng: Rng) -> Glyphs:
    """Too little light: each pixel counts a few photons, five at full ink."""
    return _ink(rng.poisson(glyphs / 255 * 5) / 5 * 255)


def _impulse_noise(glyphs: Glyphs, rng: Rng) -> Glyphs:
    """Dead pixels: one in five is all ink or all paper."""
    chance = rng.random(glyphs.shape)
    return np.where(chance < 0.1, 0, np.where(chance > 0.9, 255, glyphs)).astype(np.uint8)


def _glass_blur(glyph: Glyphs, rng: Rng) -> Glyphs:
    """Frosted glass: each pixel is seen from up to two pixels away, then all is smoothed."""
    rows, columns = np.mgrid[:SIDE, :SIDE]
    shift = rng.integers(-2, 3, (2, SIDE, SIDE))
    moved = glyph[np.clip(rows + shift[0], 0, SIDE - 1), np.clip(columns + shift[1], 0, SIDE - 1)]
    return _ink(cv2.GaussianBlur(moved, (0, 0), 0.8))


def _motion_blur(glyph: Glyphs, rng: Rng) -> Glyphs:
    """A hand that moved: each point is drawn out over seven pixels in one direction."""
    turn = cv2.getRotationMatrix2D((3, 3), float(rng.uniform(0, 180)), 1)
    line = np.zeros((7, 7), np.float32)
    line[3] = 1
    kernel = cv2.warpAffine(line, turn, (7, 7))
    return _ink(cv2.filter2D(glyph, -1, kernel / kernel.sum()))


def _shear(glyph: Glyphs, rng: Rng) -> Glyphs:
    """Leaning: the top goes sideways by up to three quarters of the height against the bottom."""
    lean = _either_way(rng, 0.4, 0.75)
    return _mapped(glyph, np.array([[1, lean], [0, 1]]))


def _scale(glyph: Glyphs, rng: Rng) -> Glyphs:
    """Written small: half to two thirds of the size."""
    return _mapped(glyph, np.eye(2) / rng.uniform(0.5, 0.67))


def _rotate(glyph: Glyphs, rng: Rng) -> Glyphs:
    """Turned by 20 to 40 degrees."""
    angle = np.radians(_either_way(rng, 20, 40))
    return _mapped(glyph, np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]))


def _translate(glyph: Glyphs, rng: Rng) -> Glyphs:
    """Out of the middle by three to six pixels each way, ink that leaves the glyph lost."""
    return _mapped(glyph, np.eye(2), np.array([_either_way(rng, 3, 6), _either_way(rng, 3, 6)]))


def _brightness(glyphs: Glyphs, rng: Rng) -> Glyphs:
    """Grey paper: two to three fifths of full ink over everything."""
    more = rng.uniform(0.4, 0.6, (len(glyphs), 1, 1)) * 255
    return _ink(glyphs + more)


def _stripe(glyphs: Glyphs, rng: Rng) -> Glyphs:
    """An upright band, seven pixels wide, where ink and paper are exchanged."""
    out = glyphs.copy()
    for glyph, left in zip(out, rng.integers(7, 15, len(glyphs)), strict=True):
        glyph[:, left : left + 7] = 255 - glyph[:, left : left + 7]
    return out


def _fog(glyph: Glyphs, rng: Rng) -> Glyphs:
    """Clouds: smooth noise of all sizes, the larger the stronger, laid over the glyph."""
    return _ink(0.7 * glyph + 0.6 * 255 * _clouds(rng))


def _spatter(glyph: Glyphs, rng: Rng) -> Glyphs:
    """Drops of ink: the highest tenth of smooth noise."""
    noise = cv2.GaussianBlur(rng.standard_normal((SIDE, SIDE)).astype(np.float32), (0, 0), 1.2)
    drops = np.clip((noise - np.quantile(noise, 0.9)) / noise.std() * 2, 0, 1)
    return _ink(np.maximum(glyph, 255 * drops))


def _dotted_line(glyph: Glyphs, rng: Rng) -> Glyphs:
    """A line of dots across, each two pixels wide, with two between them."""
    ends = np.array([[0, rng.uniform(4, 24)], [SIDE, rng.uniform(4, 24)]])
    out = glyph.copy()
    for share in np.arange(0, 1, 4 / SIDE):
        x, y = (ends[0] + share * (ends[1] - ends[0])).astype(int)
        out[y : y + 2, x : x + 2] = 255
    return out


def _zigzag(glyph: Glyphs, rng: Rng) -> Glyphs:
    """A line that goes up and down across the glyph, eight times."""
    height, swing = rng.uniform(8, 20), rng.uniform(2, 5)
    across = np.linspace(0, SIDE, 9)
    down = height + swing * (-1) ** np.arange(9) + rng.uniform(-4, 4) * np.linspace(-1, 1, 9)
    points = np.stack([across, down], 1)
    out = glyph.copy()
    cv2.polylines(out, [np.round(points * 16).astype(np.int32)], False, 255, 1, cv2.LINE_AA, 4)
    return out


def _edges(glyph: Glyphs, rng: Rng) -> Glyphs:  # noqa: ARG001
    """Outlines only (Canny, 1986)."""
    return _ink(cv2.Canny(glyph, 60, 160))


def _each(corrupt: Corrupt, glyphs: Glyphs, rng: Rng) -> Glyphs:
    return np.stack([corrupt(glyph, rng) for glyph in glyphs])


def _ink(values: Any) -> Glyphs:
    out: Glyphs = np.clip(np.round(values), 0, 255).astype(np.uint8)
    return out


def _either_way(rng: Rng, least: float, most: float) -> float:
    return float(rng.uniform(least, most) * rng.choice([-1, 1]))


def _mapped(glyph: Glyphs, matrix: NDArray[Any], shift: NDArray[Any] | None = None) -> Glyphs:
    """Return the glyph whose pixel p shows the old one's `matrix` (p - middle) + middle - `shift`."""
    offset = MIDDLE - matrix @ [MIDDLE, MIDDLE] - (0 if shift is None else shift)
    whole = np.column_stack([matrix, offset])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return _ink(cv2.warpAffine(glyph, whole, (SIDE, SIDE), flags=flags))


def _clouds(rng: Rng) -> NDArray[np.float32]:
    """Return noise from 0 to 1, float32 (28, 28): the sum of octaves, each half as strong and twice as fine."""
    clouds = np.zeros((SIDE, SIDE), np.float32)
    for octave in range(4):
        coarse = rng.random((2 + 2**octave, 2 + 2**octave)).astype(np.float32)
        clouds += cv2.resize(coarse, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC) / 2**octave
    low, high = clouds.min(), clouds.max()
    out: NDArray[np.float32] = (clouds - low) / (high - low)
    return out


CORRUPTIONS: dict[str, Corrupt] = {
    "shot noise": _shot_noise,
    "impulse noise": _impulse_noise,
    "glass blur": partial(_each, _glass_blur),
    "motion blur": partial(_each, _motion_blur),
    "shear": partial(_each, _shear),
    "scale": partial(_each, _scale),
    "rotate": partial(_each, _rotate),
    "brightness": _brightness,
    "translate": partial(_each, _translate),
    "stripe": _stripe,
    "fog": partial(_each, _fog),
    "spatter": partial(_each, _spatter),
    "dotted line": partial(_each, _dotted_line),
    "zigzag": partial(_each, _zigzag),
    "edges": partial(_each, _edges),
}
