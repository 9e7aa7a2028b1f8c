"""Rows that are drawn to learn from: what is told of them is where the ink is."""

import numpy as np
import pytest

from digits.base.records import CHARS
from digits.data.print import printed
from digits.data.row_drawing import BLANK, HIGH, OTHER, UNKNOWN, Item, Row, draw_items, finished
from digits.data.row_texts import number_text, print_text
from digits.images.strips import HEIGHT, STEP
from tests.strokes import RING, STEM

ZERO, ONE = [RING * HIGH / 1000], [STEM * HIGH / 1000]


def items(text: str) -> list[Item]:
    """Return `text` as items: "0" a ring, "1" a stem, "~" a ring that is something else."""
    return [
        Item(
            "" if sign == "~" else sign,
            [stroke + np.array([place * HIGH, 0]) for stroke in (ONE if sign == "1" else ZERO)],
        )
        for place, sign in enumerate(text)
    ]


def row(text: str, seed: int) -> Row:
    rng = np.random.default_rng(seed)
    made = finished(*draw_items(items(text), rng), rng)
    assert made is not None
    return made


@pytest.mark.parametrize("seed", range(12))
def test_a_row_says_what_stands_on_it_and_where(seed: int) -> None:
    made = row("0110", seed)
    assert made.strip.shape[0] == HEIGHT
    assert len(made.frames) == -(-made.strip.shape[1] // STEP)
    assert made.text in ("0110", "")  # struck out, it is nothing
    if made.text:
        centres = made.boxes[:, 0].astype(int)
        assert [CHARS[made.frames[centre]] for centre in centres] == list("0110")
        for centre, left, top, right, low in made.boxes:
            assert left - STEP <= (centre + 0.5) * STEP <= right + STEP
            assert 0 <= top < low <= HEIGHT


@pytest.mark.parametrize("seed", range(12))
def test_the_ink_of_a_digit_lies_in_its_box(seed: int) -> None:
    made = row("01", seed)
    for _, left, top, right, low in made.boxes:
        inside = made.strip[max(0, int(top)) : int(low) + 1, max(0, int(left)) : int(right) + 1]
        assert inside.max() > 60


@pytest.mark.parametrize("seed", range(6))
def test_what_is_something_else_is_told_place_by_place_and_is_no_text(seed: int) -> None:
    made = row("1~", seed)
    assert made.text in ("1", "")
    assert (made.frames == OTHER).any()


def test_around_a_digit_nothing_is_told_and_farther_away_it_is_paper() -> None:
    made = next(made for made in (row("01", seed) for seed in range(20)) if made.text)
    centre = int(made.boxes[0, 0])
    assert made.frames[centre - 1] == made.frames[centre + 1] == UNKNOWN
    assert made.frames[0] == made.frames[-1] == BLANK


def test_the_same_seed_gives_the_same_row() -> None:
    one, other = row("0101", 3), row("0101", 3)
    assert np.array_equal(one.strip, other.strip)
    assert np.array_equal(one.frames, other.frames)


def test_a_row_that_is_too_long_is_none() -> None:
    rng = np.random.default_rng(0)
    assert finished(*draw_items(items("1" * 60), rng), rng) is None


def test_numbers_are_digits_signs_and_blanks() -> None:
    rng = np.random.default_rng(0)
    texts = [number_text(rng) for _ in range(300)]
    assert set("".join(texts)) <= set(CHARS) | {" "}
    assert all(any(char.isdigit() for char in text) for text in texts)
    assert len(set(texts)) > 200


def test_print_has_a_box_for_each_character_around_its_ink() -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        text = print_text(rng)
        ink, boxes = printed(text, 30, rng)
        assert len(boxes) == len(text)
        for char, (left, top, right, low) in zip(text, boxes, strict=True):
            if char.isalnum():
                assert ink[max(0, top - 2) : low + 3, max(0, left - 2) : right + 3].max() > 60
