"""Rows of digits that touch: what is cut from them is whose it is said to be."""

import numpy as np
import pytest

from digits.data.touching import apart
from tests.strokes import RING

ZIGZAG = np.array([[0.0, 0.0], [700.0, 0.0], [0.0, 1000.0], [700.0, 1000.0]])
ROW = [[RING], [ZIGZAG], [RING]]
SEEDS = range(25)


def made(seed: int, row: list | None = None) -> tuple[list, list]:
    return apart(row or ROW, np.random.default_rng(seed))


def middle(glyph: np.ndarray) -> float:
    """Return how much of the ink lies near the glyph's middle, where a ring has none."""
    return float(glyph[11:17, 11:17].sum() / glyph.sum())


def test_many_digits_of_a_row_are_found_again() -> None:
    assert sum(len(made(seed)[0]) for seed in SEEDS) > 0.5 * len(ROW) * len(SEEDS)


def test_each_glyph_is_of_the_digit_that_it_is_said_to_be() -> None:
    found = [pair for seed in SEEDS for pair in made(seed)[0]]
    rings = [middle(glyph) for digit, glyph in found if digit != 1]
    zigzags = [middle(glyph) for digit, glyph in found if digit == 1]
    assert np.median(rings) < 0.05 < np.median(zigzags)


def test_some_pieces_are_made_of_two_digits() -> None:
    mixed = [glyph for seed in SEEDS for glyph in made(seed)[1]]
    assert len(mixed) > len(SEEDS) / 3


def test_of_a_row_one_piece_of_two_digits_is_taken_at_most() -> None:
    assert max(len(made(seed)[1]) for seed in SEEDS) == 1


def test_glyphs_have_their_form() -> None:
    digits, mixed = made(3)
    for glyph in [*(glyph for _, glyph in digits), *mixed]:
        assert (glyph.shape, glyph.dtype) == ((28, 28), np.uint8)
        assert glyph.max() > 100


def test_the_same_seed_gives_the_same() -> None:
    one, other = made(5), made(5)
    assert [(digit, glyph.tobytes()) for digit, glyph in one[0]] == [(d, g.tobytes()) for d, g in other[0]]
    assert [glyph.tobytes() for glyph in one[1]] == [glyph.tobytes() for glyph in other[1]]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_narrow_digit_that_is_overlapped_does_no_harm(seed: int) -> None:
    dot = np.array([[500.0, 500.0]])
    made(seed, [[dot], [RING], [dot]])
