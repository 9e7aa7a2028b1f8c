"""Lines: the shapes of a page in rows and parts, in reading order, each with its own ink."""

import time
from collections.abc import Callable

import cv2
import numpy as np
import pytest

from digits.images import Part, find_lines, single_part
from digits.images.lines import ALL, MOST
from tests.pages import page, write

ROWS = ("1204", "356", "7890")


def three_rows(climb: int = 0) -> np.ndarray:
    """Return a page of ROWS, each digit `climb` pixels higher than the one to its left."""
    ink = page(400, 420)
    for number, row in enumerate(ROWS):
        for place, digit in enumerate(row):
            write(ink, digit, left=20 + 90 * place, bottom=140 + 100 * number - climb * place)
    return ink


def rows_of(parts: list[Part]) -> list[int]:
    """Return how many shapes each row has."""
    counts: dict[int, int] = {}
    for part in parts:
        counts[part.row] = counts.get(part.row, 0) + len(part.shapes)
    return [counts[row] for row in sorted(counts)]


@pytest.mark.parametrize("degrees", [8, 13, 16])
def test_close_rows_that_slope_stay_apart(degrees: int) -> None:
    ink, climb = page(900, 1000), np.tan(np.deg2rad(degrees))
    for number, row in enumerate(("314159", "271828", "662607")):
        for place, digit in enumerate(row):
            write(ink, digit, left=60 + 80 * place, bottom=round(460 + 66 * number - climb * 80 * place), height=52)
    assert rows_of(find_lines(ink)) == [6, 6, 6]


def test_a_number_is_one_part() -> None:
    (part,) = find_lines(write(page(), "30582"))
    assert len(part.shapes) == 5
    assert not part.lone


def test_a_digit_alone_is_lone() -> None:
    (part,) = find_lines(write(page(), "3"))
    assert part.lone


def test_the_box_is_where_the_ink_is() -> None:
    ink = page()
    ink[30:90, 100:140] = 255
    assert [part.box for part in find_lines(ink)] == [(100, 30, 140, 90)]


@pytest.mark.parametrize("climb", [-22, -12, 0, 12, 22])
def test_rows_are_kept_apart_also_where_they_slope(climb: int) -> None:
    parts = find_lines(three_rows(climb))
    assert rows_of(parts) == [4, 3, 4]
    assert [part.row for part in parts] == sorted(part.row for part in parts)


@pytest.mark.parametrize("degrees", [-8, 8])
def test_a_page_that_was_laid_askew_is_read_row_by_row(degrees: int) -> None:
    turn = cv2.getRotationMatrix2D((210, 200), degrees, 0.9)
    assert rows_of(find_lines(np.asarray(cv2.warpAffine(three_rows(), turn, (420, 400))))) == [4, 3, 4]


def test_a_wide_gap_parts_a_row() -> None:
    ink = write(page(120, 700), "35")
    write(ink, "82", left=560)
    parts = find_lines(ink)
    assert [part.row for part in parts] == [0, 0]
    assert parts[0].box[2] < parts[1].box[0]


def test_digits_of_different_size_stand_in_one_row() -> None:
    ink = write(page(), "3", height=40)
    write(ink, "8", left=80, height=70)
    write(ink, "5", left=160, height=50)
    assert {part.row for part in find_lines(ink)} == {0}


def test_a_point_belongs_to_its_row() -> None:
    ink = write(page(200, 320), "3", left=20, bottom=90)
    write(ink, "5", left=120, bottom=90)
    cv2.circle(ink, (90, 86), 3, 255, cv2.FILLED)
    (part,) = find_lines(ink)
    assert len(part.shapes) == 3


def test_flecks_far_from_every_row_are_left_out() -> None:
    ink = write(page(400, 420), "3058", bottom=90)
    cv2.circle(ink, (300, 300), 2, 255, cv2.FILLED)
    (part,) = find_lines(ink)
    assert len(part.shapes) == 4


def test_what_is_longer_than_writing_and_touches_the_border_is_left_out() -> None:
    ink = write(page(), "305", left=100, bottom=100)
    cv2.fillPoly(ink, [np.array([[0, 0], [110, 0], [70, 16], [30, 30], [0, 119]])], 255)  # a corner in the dark
    assert sum(len(part.shapes) for part in find_lines(ink)) == 3


def test_a_part_that_touches_the_border_says_so() -> None:
    assert [part.touches for part in find_lines(write(page(), "3", left=-12))] == [True]
    assert [part.touches for part in find_lines(write(page(), "3", left=40))] == [False]


def test_faint_ink_is_made_strong() -> None:
    ink = write(page(), "3")
    assert find_lines((ink * 0.7).astype(np.uint8))[0].ink.max() == 255


def test_a_row_has_none_of_its_neighbours_ink() -> None:
    ink = page(200, 200)
    cv2.line(ink, (20, 20), (20, 90), 255, 5)
    cv2.line(ink, (60, 80), (60, 150), 255, 5)  # its box overlaps the first
    parts = find_lines(ink)
    assert sum(int((part.ink > 127).sum()) for part in parts) == (ink > 127).sum()


def test_single_takes_all_ink_for_one_part() -> None:
    (part,) = single_part(write(page(), "305"))
    assert len(part.shapes) == 3


def test_single_leaves_out_specks_far_away() -> None:
    ink = write(page(200, 200), "8", left=60, bottom=150, height=100)
    alone = single_part(ink)
    cv2.circle(ink, (190, 10), 2, 255, cv2.FILLED)
    assert [part.box for part in single_part(ink)] == [part.box for part in alone]


def test_an_empty_page_has_no_lines() -> None:
    assert find_lines(page()) == single_part(page()) == []


NOISE: dict[str, Callable[[np.random.Generator, tuple[int, int]], np.ndarray]] = {
    "grey": lambda rng, shape: rng.integers(0, 256, shape),
    "dots": lambda rng, shape: 255 * (rng.random(shape) < 0.02),
    "dense dots": lambda rng, shape: 255 * (rng.random(shape) < 0.1),
    "clouds": lambda rng, shape: (cv2.GaussianBlur(rng.normal(size=shape), (0, 0), 3) * 2000).clip(0, 255),
    "tiles": lambda rng, shape: np.kron(np.ones((shape[0] // 4, shape[1] // 4)), np.pad(np.ones((3, 3)), (0, 1))) * 255,  # noqa: ARG005
}


@pytest.mark.parametrize("kind", NOISE)
def test_a_page_full_of_noise_takes_bounded_time_and_gives_bounded_shapes(kind: str) -> None:
    ink = NOISE[kind](np.random.default_rng(0), (1600, 1600)).astype(np.uint8)
    began = time.process_time()
    parts = find_lines(ink)
    assert time.process_time() - began < 2
    assert sum(part.strip.ink.shape[1] for part in parts) <= 2 * ALL
    assert sum(len(part.shapes) for part in parts) <= 5 * MOST


def test_a_page_of_which_shapes_were_left_out_says_so() -> None:
    dots = NOISE["dense dots"](np.random.default_rng(0), (800, 800)).astype(np.uint8)
    assert all(part.crowded for part in find_lines(dots))
    assert not any(part.crowded for part in find_lines(three_rows()))


def test_pieces_of_a_broken_digit_stand_in_one_row() -> None:
    ink = write(page(), "8", height=80, bottom=100)
    write(ink, "35", left=110, height=80, bottom=100)
    ink[60:66, :100] = 0
    assert {part.row for part in find_lines(ink)} == {0}


@pytest.mark.parametrize("kind", NOISE)
def test_boxes_lie_inside_the_page(kind: str) -> None:
    for part in find_lines(NOISE[kind](np.random.default_rng(1), (100, 160)).astype(np.uint8)):
        left, top, right, low = part.box
        assert 0 <= left < right <= 160
        assert 0 <= top < low <= 100
