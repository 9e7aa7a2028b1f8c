"""What is no digit: glyphs of every kind, from the seed alone, and none of them a digit by design."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.random import Generator

from digits.data.negatives import FREE, LOOK_ALIKES, TURNED, arc, disc, pair, theta
from digits.data.pens import drawn, vary
from digits.data.strokes import Stroke
from tests.strokes import BAR, RING, STEM

Maker = Callable[[Generator], np.ndarray]
MADE: dict[str, Maker] = {
    **{maker.__name__: maker for maker in FREE},
    "arc": lambda rng: arc([RING], rng),
    "pair": lambda rng: pair([STEM, BAR], [RING], rng),
}


def many(maker: Maker, count: int = 40) -> np.ndarray:
    return np.stack([maker(np.random.default_rng(seed)) for seed in range(count)])


@pytest.mark.parametrize("name", MADE)
def test_each_kind_gives_glyphs(name: str) -> None:
    glyphs = many(MADE[name])
    assert (glyphs.shape, glyphs.dtype) == ((40, 28, 28), np.uint8)


@pytest.mark.parametrize("name", MADE)
def test_the_same_seed_gives_the_same_glyph(name: str) -> None:
    assert np.array_equal(many(MADE[name], 5), many(MADE[name], 5))


@pytest.mark.parametrize("name", MADE)
def test_each_kind_has_variety(name: str) -> None:
    assert len({glyph.tobytes() for glyph in many(MADE[name])}) > 20


@pytest.mark.parametrize("name", sorted(set(MADE) - {"specks"}))
def test_all_but_specks_have_ink(name: str) -> None:
    assert (many(MADE[name]).max((1, 2)) > 60).all()


def test_a_theta_has_a_bar_that_stays_inside() -> None:
    for seed in range(40):
        ring, bar = theta([RING], np.random.default_rng(seed))
        assert np.array_equal(ring, RING)
        assert abs(bar[1, 1] - bar[0, 1]) < 250
        assert 180 < bar[:, 0].min() < bar[:, 0].max() < 820  # the ring is 600 wide, around 500


def test_the_shares_add_up_to_one() -> None:
    assert sum(FREE.values()) == pytest.approx(1)
    assert min(FREE.values()) > 0


def test_a_disc_is_never_a_thin_upright_line() -> None:
    for glyph in many(disc, 100):
        rows, columns = np.nonzero(glyph > 60)
        assert np.ptp(columns) + 1 > 0.2 * (np.ptp(rows) + 1)


def aspects(glyphs: np.ndarray) -> np.ndarray:
    """Return how wide the ink of each glyph is for its height."""
    places = [np.nonzero(glyph) for glyph in glyphs]
    return np.array([np.ptp(columns) / np.ptp(rows) for rows, columns in places])


def test_a_pair_is_as_wide_as_two() -> None:
    def alone(rng: Generator) -> np.ndarray:
        return drawn(vary([RING], rng), rng)

    both = aspects(many(lambda rng: pair([RING], [RING], rng)))
    assert np.median(both) > 1.5 * np.median(aspects(many(alone)))


@pytest.mark.parametrize("strokes", [[RING], [STEM]], ids=["ring", "stem"])
def test_a_piece_of_a_digit_is_a_glyph_whatever_the_digit(strokes: list[Stroke]) -> None:
    assert (many(lambda rng: arc(strokes, rng)).max((1, 2)) > 0).all()


@pytest.mark.parametrize("sign", "OolI|SZzqgb")
def test_what_looks_like_a_digit_is_not_taught_as_none(sign: str) -> None:
    assert sign in LOOK_ALIKES


@pytest.mark.parametrize("digit", "01256890")
def test_digits_that_are_digits_in_a_mirror_too_are_not_turned(digit: str) -> None:
    assert digit not in TURNED
