"""Intervals over seeds, and the paired test."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from digits.base.errors import BadData
from digits.measure import mcnemar, mean_interval

ANSWERS = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=60)


@given(ANSWERS)
def test_p_is_the_chance_of_so_uneven_a_split(answers: list[tuple[bool, bool]]) -> None:
    first, second = np.array(answers).T
    pair = mcnemar(first, second)
    differ, fewer = pair.only_first + pair.only_second, min(pair.only_first, pair.only_second)
    assert (pair.only_first, pair.only_second) == ((first > second).sum(), (second > first).sum())
    assert pair.p == pytest.approx(min(1.0, 2 * binom.cdf(fewer, differ, 0.5)) if differ else 1.0)


@given(ANSWERS)
def test_the_order_of_the_two_makes_no_difference(answers: list[tuple[bool, bool]]) -> None:
    first, second = np.array(answers).T
    assert mcnemar(first, second).p == pytest.approx(mcnemar(second, first).p)


def test_answers_to_other_glyphs_are_refused() -> None:
    with pytest.raises(BadData, match="same glyphs"):
        mcnemar(np.ones(3, bool), np.ones(4, bool))


def test_the_interval_of_a_mean_is_students() -> None:
    low, high = mean_interval([0.90, 0.92, 0.94]) or (0, 0)
    assert (low, high) == pytest.approx((0.92 - 4.302653 * 0.02 / 3**0.5, 0.92 + 4.302653 * 0.02 / 3**0.5))


def test_an_interval_ends_at_0_and_1() -> None:
    assert mean_interval([0.1, 0.95]) == (0.0, 1.0)


def test_one_value_has_no_interval() -> None:
    assert mean_interval([0.9]) is None


def test_nineteen_in_twenty_intervals_hold_the_truth() -> None:
    rng = np.random.default_rng(0)
    drawn = 0.5 + 0.01 * rng.standard_normal((2000, 5))
    held = [low < 0.5 < high for low, high in map(mean_interval, drawn.tolist())]
    assert 0.93 < np.mean(held) < 0.97
