"""Data that the tests draw themselves."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from digits.base.records import Samples
from digits.images import to_glyph

SIZE = 64


def draw_digit(label: int, rng: np.random.Generator) -> np.ndarray:
    """Return a glyph of `label` in one of OpenCV's line fonts, slanted and thickened at random."""
    page = np.zeros((SIZE, SIZE), np.uint8)
    font = (cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_SCRIPT_SIMPLEX)[rng.integers(3)]
    cv2.putText(page, str(label), (16, 48), font, 1.5, 255, int(rng.integers(2, 6)), cv2.LINE_AA)
    slant = np.array([[1, rng.uniform(-0.3, 0.3), 0], [0, 1, 0]], np.float32)
    return to_glyph(cv2.warpAffine(page, slant, (SIZE, SIZE)))


def draw_samples(count: int, seed: int, part: str = "learn") -> Samples:
    """Return `count` drawn digits, the ten classes in turn."""
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % 10
    return Samples(np.stack([draw_digit(label, rng) for label in labels]), labels, name="drawn", part=part)


@pytest.fixture(scope="session")
def drawn() -> Callable[..., Samples]:
    """Draw samples: `drawn(count, seed, part)`."""
    return draw_samples


@pytest.fixture(scope="session")
def learn() -> Samples:
    """Enough to learn from: 500 drawn digits."""
    return draw_samples(500, 1)


@pytest.fixture(scope="session")
def check() -> Samples:
    """A check part: 105 drawn digits, so that no batch size divides it."""
    return draw_samples(105, 2, "check")


@pytest.fixture(scope="session")
def test_part() -> Samples:
    """A test part: 105 drawn digits."""
    return draw_samples(105, 3, "test")
