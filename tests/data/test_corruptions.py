"""Fifteen corruptions: what each does, and what all have in common."""

from collections.abc import Callable

import numpy as np
import pytest

from digits.base.errors import UnknownName
from digits.base.records import Samples
from digits.data.corruptions import CORRUPTIONS, corrupted


@pytest.fixture(scope="module")
def few(drawn: Callable[..., Samples]) -> Samples:
    return drawn(40, 5, "test")


def test_there_are_fifteen() -> None:
    assert len(CORRUPTIONS) == 15


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_glyphs_stay_glyphs_and_come_out_otherwise(few: Samples, name: str) -> None:
    made = corrupted(few, name)
    assert (made.glyphs.shape, made.glyphs.dtype) == (few.glyphs.shape, np.uint8)
    assert (made.labels == few.labels).all()
    assert (made.glyphs != few.glyphs).any(axis=(1, 2)).all()


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_the_same_seed_gives_the_same_glyphs_and_leaves_the_old_ones_alone(few: Samples, name: str) -> None:
    before = few.glyphs.copy()
    assert (corrupted(few, name, 3).glyphs == corrupted(few, name, 3).glyphs).all()
    assert (few.glyphs == before).all()


@pytest.mark.parametrize("name", sorted(CORRUPTIONS.keys() - {"brightness", "stripe", "edges"}))
def test_another_seed_gives_other_glyphs(few: Samples, name: str) -> None:
    assert (corrupted(few, name, 3).glyphs != corrupted(few, name, 4).glyphs).any()


@pytest.mark.parametrize("name", ["spatter", "dotted line", "zigzag", "brightness"])
def test_what_adds_ink_takes_none_away(few: Samples, name: str) -> None:
    assert (corrupted(few, name).glyphs >= few.glyphs).all()


def test_scale_halves_and_shift_moves(few: Samples) -> None:
    def spread(glyphs: np.ndarray) -> np.ndarray:
        rows = (glyphs > 40).any(2)
        return rows.sum(1)

    assert (spread(corrupted(few, "scale").glyphs) < 0.75 * spread(few.glyphs)).all()
    centre = np.array([np.average(np.arange(28), weights=glyph.sum(0) + 1e-9) for glyph in few.glyphs])
    moved = [np.average(np.arange(28), weights=glyph.sum(0) + 1e-9) for glyph in corrupted(few, "translate").glyphs]
    assert (np.abs(centre - moved) > 1.5).all()


def test_a_stripe_exchanges_ink_and_paper_in_seven_columns(few: Samples) -> None:
    made = corrupted(few, "stripe").glyphs.astype(int)
    other = (made + few.glyphs == 255).all(1)
    assert (other.sum(1) == 7).all()


def test_an_unknown_corruption_is_told(few: Samples) -> None:
    with pytest.raises(UnknownName, match="Did you mean 'shear'"):
        corrupted(few, "sheer")
