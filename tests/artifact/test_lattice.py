"""Lattices: probabilities of whole strings, against all ways to lay them that there are."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digits.artifact.lattice import NOTHING, Lattice, joined
from digits.base.records import CHARS

PLACES = 4
USED = ("0", "1", ".", "")  # what the small lattices have, "" for nothing


def lattice(seed: int, places: int = PLACES) -> Lattice:
    """Return a lattice in which only the characters of USED are likely at all."""
    logits = np.full((places, NOTHING + 1), -40.0)
    columns = [CHARS.index(char) if char else NOTHING for char in USED]
    logits[:, columns] = np.random.default_rng(seed).normal(0, 2, (places, len(columns)))
    return Lattice(logits - np.logaddexp.reduce(logits, 1, keepdims=True))


def every_string(it: Lattice) -> dict[str, float]:
    """Return the probability of every string that it may be, from every way along the places."""
    found: dict[str, float] = {}
    for way in itertools.product(USED, repeat=len(it.logs)):
        text = "".join(char for char, _ in itertools.groupby(way))
        logs = (it.logs[place, CHARS.index(char) if char else NOTHING] for place, char in enumerate(way))
        found[text] = found.get(text, 0.0) + math.exp(sum(logs))
    return found


@pytest.mark.parametrize("seed", range(4))
def test_a_strings_probability_is_the_sum_over_all_its_ways(seed: int) -> None:
    it = lattice(seed)
    for text, likely in every_string(it).items():
        assert it.probability(text) == pytest.approx(likely, rel=1e-9)


def test_all_strings_together_are_certain() -> None:
    assert sum(every_string(lattice(1)).values()) == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_the_alternatives_are_the_likeliest_strings(seed: int) -> None:
    it = lattice(seed)
    wanted = sorted(every_string(it).items(), key=lambda pair: -pair[1])[:3]
    assert [text for text, _ in it.alternatives(3)] == [text for text, _ in wanted]
    assert [likely for _, likely in it.alternatives(3)] == pytest.approx([likely for _, likely in wanted])
    assert it.best == wanted[0][0]


def test_equal_neighbours_need_a_place_between() -> None:
    assert lattice(0, 1).probability("11") == 0
    assert lattice(0, 2).probability("11") == 0
    assert lattice(0, 3).probability("11") > 0


def test_blanks_do_not_count_and_unknown_characters_are_impossible() -> None:
    it = lattice(2)
    assert it.probability("1 0") == it.probability("10")
    assert it.probability("1?") == it.probability("x0x0x0") == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("text", ["0", "10", "11", "1.0"])
def test_what_may_stand_instead_is_weighed_by_the_strings_that_differ_there(text: str) -> None:
    it = lattice(3, 6)
    got = it.instead(text)
    for place in range(len(text)):
        others = [it.probability(text[:place] + char + text[place + 1 :]) for char in [*CHARS, ""]]
        assert got[place] == pytest.approx(np.array(others) / sum(others), abs=1e-9)


def test_the_places_of_a_string_are_where_its_characters_are_likeliest() -> None:
    logits = np.zeros((9, NOTHING + 1))
    logits[:, NOTHING] = 8
    for place, char in ((1, "1"), (4, "."), (7, "1")):
        logits[place, CHARS.index(char)] = 16
    it = Lattice(logits - np.logaddexp.reduce(logits, 1, keepdims=True))
    assert it.best == "1.1"
    assert it.places("1.1") == [1, 4, 7]


def test_parts_that_are_joined_are_independent() -> None:
    one, other = lattice(4), lattice(5)
    both = joined([one, other])
    ways = [(a, b) for a in every_string(one) for b in every_string(other) if a + b == "10"]
    wanted = sum(one.probability(a) * other.probability(b) for a, b in ways)
    assert both.probability("10") == pytest.approx(wanted, rel=1e-6)


def test_equal_characters_on_both_sides_of_a_join_stay_two() -> None:
    logits = np.zeros((1, NOTHING + 1))
    logits[0, CHARS.index("1")] = 30
    sure = Lattice(logits - np.logaddexp.reduce(logits, 1, keepdims=True))
    assert joined([sure, sure]).best == "11"


def test_nothing_joined_says_nothing() -> None:
    assert joined([]).best == ""
    assert joined([]).probability("") == 1


@given(st.integers(0, 10_000), st.integers(1, 12))
def test_no_string_is_more_than_certain(seed: int, places: int) -> None:
    it = lattice(seed, places)
    found = it.alternatives(5)
    assert sum(likely for _, likely in found) <= 1 + 1e-9
    assert [likely for _, likely in found] == sorted((likely for _, likely in found), reverse=True)
