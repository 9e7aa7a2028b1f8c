"""The same strokes by other hands and other pens: always a glyph, from the seed alone, and really different."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.random import Generator

from digits.data.pens import THICK, THIN, drawn, evened, flagged, slashed, struck, vary
from digits.data.strokes import draw_page
from digits.images import stroke_width
from tests.strokes import BAR, DOT, RING, STEM

DRAWINGS = {"stem": [STEM], "bar": [BAR], "cross": [STEM, BAR], "ring": [RING], "dot": [DOT]}
MAKERS: dict[str, Callable[[Generator], list[np.ndarray]]] = {
    "varied": lambda rng: vary([RING, BAR], rng),
    "slashed": lambda rng: slashed([RING], rng),
    "flagged": flagged,
}


def seeded(count: int) -> list[Generator]:
    return [np.random.default_rng(seed) for seed in range(count)]


def aspect(page: np.ndarray) -> float:
    """Return the width of the ink as a share of its height."""
    rows, columns = np.nonzero(page)
    return float(np.ptp(columns) / np.ptp(rows))


@pytest.mark.parametrize("name", DRAWINGS)
def test_any_strokes_give_glyphs(name: str) -> None:
    for rng in seeded(20):
        glyph = drawn(vary(DRAWINGS[name], rng), rng)
        assert (glyph.shape, glyph.dtype) == ((28, 28), np.uint8)
        assert glyph.max() > 100


@pytest.mark.parametrize("name", DRAWINGS)
def test_the_same_seed_gives_the_same_glyph(name: str) -> None:
    one, other = ([drawn(vary(DRAWINGS[name], rng), rng) for rng in seeded(5)] for _ in range(2))
    assert np.array_equal(one, other)


def test_another_seed_gives_another_glyph() -> None:
    glyphs = {drawn(vary([RING], rng), rng).tobytes() for rng in seeded(30)}
    assert len(glyphs) == 30


def test_pens_are_thin_and_thick() -> None:
    widths = [stroke_width(drawn([RING], rng)) / 20 for rng in seeded(150)]
    assert min(widths) < 2.5 * THIN
    assert max(widths) > 0.9 * THICK
    thin, thick = np.percentile(widths, [10, 90])
    assert thick > 1.6 * thin


@pytest.mark.parametrize("maker", MAKERS)
def test_strokes_are_numbers_in_pairs(maker: str) -> None:
    for rng in seeded(20):
        for stroke in MAKERS[maker](rng):
            assert stroke.shape[1:] == (2,)
            assert np.isfinite(stroke).all()


def test_the_strokes_given_are_left_as_they_were() -> None:
    before = RING.copy()
    vary([RING], np.random.default_rng(0))
    slashed([RING], np.random.default_rng(0))
    assert np.array_equal(RING, before)


def test_another_hand_slants_turns_and_stretches_but_little() -> None:
    aspects = [aspect(draw_page(vary([RING], rng), 100, 0.05)) for rng in seeded(100)]
    assert 0.5 < np.median(aspects) < 0.75  # the ring itself is 0.6 as wide as high
    assert np.std(aspects) > 0.03
    assert max(aspects) < 1.2


def test_a_slashed_zero_has_a_stroke_through_its_middle() -> None:
    for rng in seeded(20):
        ring, slash = slashed([RING], rng)
        assert np.array_equal(ring, RING)
        assert np.abs(slash.mean(0) - 500).max() < 80
        assert np.linalg.norm(slash[1] - slash[0]) > 500


def test_a_slash_that_lies_reaches_beyond_its_zero() -> None:
    for rng in seeded(60):
        _, slash = slashed([RING], rng)
        across, down = np.abs(slash[1] - slash[0])
        if down < 0.3 * across:
            assert across > 620  # the ring is 600 wide


def test_a_stroke_of_reach_1_spans_the_ring() -> None:
    rng = np.random.default_rng(0)
    assert np.linalg.norm(np.diff(struck([RING], 0, 1, rng), axis=0)) == pytest.approx(600, abs=80)
    assert np.linalg.norm(np.diff(struck([RING], 90, 1, rng), axis=0)) == pytest.approx(1000, abs=80)


def test_a_finer_pen_can_be_asked_for() -> None:
    widths = [stroke_width(drawn([RING], rng, 0.06)) / 20 for rng in seeded(60)]
    assert np.percentile(widths, 90) < 0.25


def test_a_flagged_one_rises_to_a_stem_that_goes_down() -> None:
    for rng in seeded(20):
        one = flagged(rng)[0]
        assert one[0, 0] < -50  # it starts on the left,
        assert 0 < one[0, 1] < 1000  # below the top,
        assert np.array_equal(one[2], [0, 0])  # and goes up to it
        assert one[-1, 1] == 1000


def test_who_wrote_a_hundred_is_drawn_ten_times_as_often_as_who_wrote_one() -> None:
    owners = np.array([7] * 100 + [3])
    drawn_from = owners[evened(owners, 20_000, np.random.default_rng(0))]
    assert (drawn_from == 3).mean() == pytest.approx(1 / 11, rel=0.1)
