"""Digits that touch are cut into pieces that lie side by side, and nothing is invented."""

import cv2
import numpy as np
import pytest

from digits.images import Mark, cuts, find_marks
from tests.pages import page, write


def touching(text: str, left: int = 30, step: int = 40) -> tuple[np.ndarray, Mark]:
    """Return the page with `text` joined by a stroke along its feet, and its one mark."""
    ink = write(page(140, 400), text, left=left, bottom=110, height=72, step=step)
    cv2.line(ink, (left + 20, 106), (left + 20 + step * (len(text) - 1), 106), 255, 4)
    (mark,) = find_marks(ink)
    return ink, mark


def ways(text: str) -> list[list[Mark]]:
    return cuts(touching(text)[1])


@pytest.mark.parametrize("text", ["35", "62", "83"])
def test_two_that_touch_are_cut_in_two(text: str) -> None:
    assert 2 in [len(way) for way in ways(text)]


@pytest.mark.parametrize("text", ["352", "628"])
def test_three_that_touch_are_cut_in_three(text: str) -> None:
    assert 3 in [len(way) for way in ways(text)]


def test_a_narrow_mark_is_not_cut() -> None:
    assert cuts(Mark((5, 5, 40, 60), np.full((60, 40), 255, np.uint8))) == []


@pytest.mark.parametrize("text", ["35", "62", "352"])
def test_pieces_lie_side_by_side(text: str) -> None:
    for way in ways(text):
        middles = [piece.box[0] + piece.box[2] / 2 for piece in way]
        assert middles == sorted(middles)
        assert min(np.diff(middles)) > 20


@pytest.mark.parametrize("left", [30, -4], ids=["amid the page", "at its border"])
def test_a_pieces_box_says_where_on_the_page_its_ink_is(left: int) -> None:
    ink, mark = touching("35", left=left)
    for piece in (piece for way in cuts(mark) for piece in way):
        x, y, width, height = piece.box
        there = ink[y : y + height, x : x + width].astype(int)
        assert there.shape == piece.ink.shape
        assert (piece.ink <= there + 1).all()


@pytest.mark.parametrize("text", ["35", "62", "352"])
def test_no_ink_is_in_two_pieces(text: str) -> None:
    ink, mark = touching(text)
    for way in cuts(mark):
        sum_of_all = np.zeros(ink.shape, int)
        for piece in way:
            x, y, width, height = piece.box
            sum_of_all[y : y + height, x : x + width] += piece.ink
        assert (sum_of_all <= ink.astype(int) + 1).all()


def test_little_ink_is_lost() -> None:
    _, mark = touching("35")
    for way in cuts(mark):
        assert sum(int(piece.ink.sum()) for piece in way) > 0.9 * mark.ink.sum()


def test_the_cut_runs_where_the_ink_is_least() -> None:
    ink = page(100, 140)
    ink[20:80, 20:58] = ink[20:80, 62:100] = 255
    ink[48:52, 58:62] = 255  # a bridge of four pixels
    (mark,) = find_marks(ink)
    assert all(38 <= piece.box[2] <= 42 for piece in cuts(mark)[0])


def test_pieces_stand_in_their_marks_row() -> None:
    _, mark = touching("35")
    moved = Mark(mark.box, mark.ink, row=3, touches=True)
    assert {(piece.row, piece.touches) for way in cuts(moved) for piece in way} == {(3, True)}


@pytest.mark.parametrize("shape", [(1, 40), (2, 2), (3, 300), (40, 40)], ids=str)
def test_a_mark_of_any_shape_can_be_cut_or_not(shape: tuple[int, int]) -> None:
    mark = Mark((5, 5, shape[1], shape[0]), np.full(shape, 255, np.uint8))
    assert all(2 <= len(way) <= 4 for way in cuts(mark))
