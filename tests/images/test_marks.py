"""Marks: where digits may stand, in reading order, without what was on the paper before."""

import time
from collections.abc import Callable

import cv2
import numpy as np
import pytest

from digits.images import Mark, find_marks
from digits.images.marks import MAX_MARKS, _in_rows
from tests.pages import page, write

ROWS = ("1204", "356", "7890")


def three_rows(climb: int = 0) -> np.ndarray:
    """Return a page of ROWS, each digit `climb` pixels higher than the one to its left."""
    ink = page(400, 420)
    for number, row in enumerate(ROWS):
        for place, digit in enumerate(row):
            write(ink, digit, left=20 + 90 * place, bottom=140 + 100 * number - climb * place)
    return ink


def rows_of(marks: list[Mark]) -> list[int]:
    return [sum(mark.row == row for mark in marks) for row in range(max(mark.row for mark in marks) + 1)]


@pytest.mark.parametrize("degrees", [8, 13, 16])
def test_close_rows_that_slope_stay_apart(degrees: int) -> None:
    ink, climb = page(900, 1000), np.tan(np.deg2rad(degrees))
    for number, row in enumerate(("314159", "271828", "662607")):
        for place, digit in enumerate(row):
            write(ink, digit, left=60 + 80 * place, bottom=round(460 + 66 * number - climb * 80 * place), height=52)
    assert rows_of(find_marks(ink)) == [6, 6, 6]


def test_a_sign_that_stands_high_does_not_part_the_digits_beside_it() -> None:
    boxes = [(20, 30, 40, 60), (80, 31, 30, 5), (130, 40, 40, 55)]  # the sign is level with the first digit's top only
    marks = _in_rows([Mark(box, np.full(box[:1:-1], 255, np.uint8)) for box in boxes])
    assert [mark.box for mark in marks] == boxes
    assert rows_of(marks) == [3]


def test_each_digit_is_a_mark() -> None:
    assert len(find_marks(write(page(), "30582"))) == 5


def test_marks_of_a_row_go_from_left_to_right() -> None:
    lefts = [mark.box[0] for mark in find_marks(write(page(), "30582"))]
    assert lefts == sorted(lefts)


def test_the_box_is_where_the_ink_is() -> None:
    ink = page()
    ink[30:90, 100:140] = 255
    assert [mark.box for mark in find_marks(ink)] == [(100, 30, 40, 60)]


@pytest.mark.parametrize("climb", [-22, -12, 0, 12, 22])
def test_rows_are_kept_apart_also_where_they_slope(climb: int) -> None:
    marks = find_marks(three_rows(climb))
    assert rows_of(marks) == [4, 3, 4]
    assert [mark.row for mark in marks] == sorted(mark.row for mark in marks)


@pytest.mark.parametrize("degrees", [-8, 8])
def test_a_page_that_was_laid_askew_is_read_row_by_row(degrees: int) -> None:
    turn = cv2.getRotationMatrix2D((210, 200), degrees, 0.9)
    assert rows_of(find_marks(cv2.warpAffine(three_rows(), turn, (420, 400)))) == [4, 3, 4]


def test_digits_of_different_size_stand_in_one_row() -> None:
    ink = write(page(), "3", height=40)
    write(ink, "8", left=80, height=70)
    write(ink, "5", left=160, height=50)
    assert [mark.row for mark in find_marks(ink)] == [0, 0, 0]


def test_the_bar_of_a_5_that_stands_apart_belongs_to_it() -> None:
    ink = write(page(), "3", left=120, bottom=94)
    cv2.line(ink, (40, 30), (80, 30), 255, 5)
    bow = np.array([[40, 40], [38, 60], [60, 56], [78, 70], [70, 90], [40, 94]])
    cv2.polylines(ink, [bow], False, 255, 5)
    assert len(find_marks(ink)) == 2


def test_the_stem_of_a_4_that_stands_apart_belongs_to_it() -> None:
    ink = write(page(), "3", left=140, bottom=100)
    cv2.polylines(ink, [np.array([[60, 30], [30, 70], [66, 70]])], False, 255, 5)
    cv2.line(ink, (73, 62), (73, 96), 255, 5)
    assert len(find_marks(ink)) == 2


def test_a_digit_with_gaps_in_its_line_is_one_mark() -> None:
    ink = write(page(), "8", height=80, bottom=100)
    ink[70:73] = 0
    assert len(find_marks(ink)) == 1


def test_specks_are_left_out() -> None:
    ink = write(page(), "3058")
    for place in ((70, 8), (140, 110), (300, 60)):
        cv2.circle(ink, place, 2, 255, cv2.FILLED)
    assert len(find_marks(ink)) == 4


def test_what_is_longer_than_writing_and_touches_the_border_is_left_out() -> None:
    ink = write(page(), "305", left=100, bottom=100)
    cv2.fillPoly(ink, [np.array([[0, 0], [110, 0], [70, 16], [30, 30], [0, 119]])], 255)  # a corner in the dark
    assert len(find_marks(ink)) == 3


def test_a_digit_that_touches_the_border_says_so() -> None:
    ink = write(page(), "3", left=-12)
    write(ink, "5", left=100)
    assert [mark.touches for mark in find_marks(ink)] == [True, False]


def test_faint_ink_is_made_strong() -> None:
    ink = write(page(), "3")
    faint = (ink * 0.7).astype(np.uint8)
    assert find_marks(faint)[0].ink.max() == 255


def test_a_mark_has_none_of_its_neighbours_ink() -> None:
    ink = page()
    cv2.line(ink, (40, 20), (80, 90), 255, 5)
    cv2.line(ink, (70, 20), (110, 90), 255, 5)  # its box overlaps the first
    first, second = find_marks(ink)
    both = sum(int((mark.ink > 127).sum()) for mark in (first, second))
    assert both == (ink > 127).sum()


def test_single_takes_all_ink_for_one_mark() -> None:
    marks = find_marks(write(page(), "305"), single=True)
    assert [mark.shapes for mark in marks] == [3]


def test_single_leaves_out_specks_far_away() -> None:
    ink = write(page(200, 200), "8", left=60, bottom=150, height=100)
    alone = find_marks(ink, single=True)
    cv2.circle(ink, (190, 10), 2, 255, cv2.FILLED)
    assert [mark.box for mark in find_marks(ink, single=True)] == [mark.box for mark in alone]


@pytest.mark.parametrize("single", [False, True])
def test_an_empty_page_has_no_marks(single: bool) -> None:
    assert find_marks(page(), single=single) == []


NOISE: dict[str, Callable[[np.random.Generator, tuple[int, int]], np.ndarray]] = {
    "grey": lambda rng, shape: rng.integers(0, 256, shape),
    "dots": lambda rng, shape: 255 * (rng.random(shape) < 0.02),
    "dense dots": lambda rng, shape: 255 * (rng.random(shape) < 0.1),
    "clouds": lambda rng, shape: (cv2.GaussianBlur(rng.normal(size=shape), (0, 0), 3) * 2000).clip(0, 255),
    "tiles": lambda rng, shape: np.kron(np.ones((shape[0] // 4, shape[1] // 4)), np.pad(np.ones((3, 3)), (0, 1))) * 255,  # noqa: ARG005
}


@pytest.mark.parametrize("kind", NOISE)
def test_a_page_full_of_noise_takes_bounded_time_and_gives_bounded_marks(kind: str) -> None:
    ink = NOISE[kind](np.random.default_rng(0), (1600, 1600)).astype(np.uint8)
    began = time.process_time()
    marks = find_marks(ink)
    assert time.process_time() - began < 2
    assert len(marks) <= MAX_MARKS


@pytest.mark.parametrize("kind", NOISE)
def test_boxes_lie_inside_the_page(kind: str) -> None:
    for mark in find_marks(NOISE[kind](np.random.default_rng(1), (100, 160)).astype(np.uint8)):
        left, top, width, height = mark.box
        assert 0 <= left < left + width <= 160
        assert 0 <= top < top + height <= 100


def test_the_largest_marks_are_taken_where_there_are_too_many() -> None:
    ink = np.kron(np.ones((24, 24), np.uint8), np.pad(np.full((14, 6), 255, np.uint8), ((0, 6), (0, 14))))
    cv2.rectangle(ink, (200, 200), (216, 218), 255, cv2.FILLED)
    assert (200, 200, 17, 19) in [mark.box for mark in find_marks(ink)]
