"""Digits that touch are cut along many paths; between two of them lie pieces, and nothing is invented."""

import time
from itertools import pairwise

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from digits.images import Mark, cuts, find_marks
from digits.images.cuts import MOST, WIDEST, Piece
from tests.pages import page, write

TEXTS = ["35", "62", "352", "6280"]


def touching(text: str, left: int = 30, step: int = 40) -> tuple[np.ndarray, Mark]:
    """Return the page with `text` joined by a stroke along its feet, and its one mark."""
    ink = write(page(140, 400), text, left=left, bottom=110, height=72, step=step)
    cv2.line(ink, (left + 20, 106), (left + 20 + step * (len(text) - 1), 106), 255, 4)
    (mark,) = find_marks(ink)
    return ink, mark


def bars(bridge: int) -> Mark:
    """Return the mark of two bars, joined by a bridge of so many levels of ink."""
    ink = np.zeros((60, 90), np.uint8)
    ink[:, :38] = ink[:, 52:] = 255
    ink[28:32, 38:52] = bridge
    return Mark((10, 10, 88, 58), ink)


def spread(piece: Piece, shape: tuple[int, ...]) -> np.ndarray:
    """Return a piece's ink where it stands on its page."""
    x, y, width, height = piece.mark.box
    ink = np.zeros(shape, int)
    ink[y : y + height, x : x + width] = piece.mark.ink
    return ink


@pytest.mark.parametrize("text", TEXTS[:3])
def test_each_digit_is_a_piece(text: str) -> None:
    ink, mark = touching(text, step=46)
    pieces = [spread(piece, ink.shape) for piece in cuts(mark).pieces]
    for place, sign in enumerate(text):
        alone = write(page(140, 400), sign, left=30 + 46 * place, bottom=110, height=72).astype(int)
        assert max(np.minimum(alone, piece).sum() / np.maximum(alone, piece).sum() for piece in pieces) > 0.75


def test_a_narrow_mark_is_not_cut() -> None:
    assert cuts(Mark((5, 5, 29, 60), np.full((60, 29), 255, np.uint8))).pieces == ()


@pytest.mark.parametrize("text", TEXTS)
def test_no_ink_is_in_two_pieces_that_stand_side_by_side(text: str) -> None:
    ink, mark = touching(text)
    found = cuts(mark)
    for one in found.pieces:
        for other in found.pieces:
            if one.last <= other.first:
                assert (spread(one, ink.shape) + spread(other, ink.shape) <= ink.astype(int) + 1).all()


def test_little_ink_is_lost() -> None:
    ink, mark = touching("35")
    found = cuts(mark)
    last = len(found.crossed) - 1
    pairs = [
        spread(one, ink.shape).sum() + spread(other, ink.shape).sum()
        for one in found.pieces
        for other in found.pieces
        if one.first == 0 and one.last == other.first and other.last == last
    ]
    assert pairs
    assert min(pairs) > 0.8 * mark.ink.sum()


@pytest.mark.parametrize("left", [30, -4], ids=["amid the page", "at its border"])
def test_a_pieces_box_says_where_on_the_page_its_ink_is(left: int) -> None:
    ink, mark = touching("35", left=left)
    for piece in cuts(mark).pieces:
        x, y, width, height = piece.mark.box
        there = ink[y : y + height, x : x + width].astype(int)
        assert there.shape == piece.mark.ink.shape
        assert (piece.mark.ink <= there + 1).all()


def test_a_line_of_one_pixel_is_not_slipped_through() -> None:
    ink = np.zeros((400, 600), np.uint8)
    cv2.polylines(ink, [np.array([[5, 5], [150, 395], [300, 5], [450, 395], [595, 5]])], False, 255, 1)
    found = cuts(Mark((0, 0, 600, 400), ink))
    assert found.clean.count(True) == 2  # the mark's two sides
    assert min(found.crossed[1:-1]) > 0.3


def test_the_pieces_of_a_large_mark_stand_where_their_ink_is() -> None:
    large = np.zeros((720, 1100), np.uint8)
    large[20:700, 100:400] = large[20:700, 700:1000] = large[340:380, 400:700] = 255
    (mark,) = find_marks(large)
    found = cuts(mark)
    assert found.pieces
    assert max(piece.mark.ink.shape[0] for piece in found.pieces) < 250
    for piece in found.pieces:
        left, top, width, height = piece.mark.box
        assert 92 <= left < left + width <= 1008
        assert 12 <= top < top + height <= 708
    assert any(abs(piece.mark.box[0] - 100) < 8 and piece.mark.box[1] <= 28 for piece in found.pieces)


def test_however_long_a_mark_is_the_paths_are_bounded() -> None:
    ink = np.zeros((12, 12_000), np.uint8)
    ink[5:8] = 255
    began = time.monotonic()
    assert len(cuts(Mark((0, 0, 12_000, 12), ink)).crossed) <= MOST + 2
    assert time.monotonic() - began < 5


def test_a_path_runs_through_the_bridge() -> None:
    found = cuts(bars(255))
    halves = [piece for piece in found.pieces if piece.first == 0 and 36 <= piece.mark.box[2] <= 54]
    assert halves
    assert min(found.crossed[1:-1]) < 0.3


def test_a_path_is_clean_where_it_runs_between_two_shapes() -> None:
    found = cuts(bars(0))
    place = found.clean.index(True, 1)
    assert 0 < place < len(found.clean) - 1
    assert found.crossed[place] == 0


def test_no_path_through_a_bridge_is_clean() -> None:
    assert cuts(bars(255)).clean.count(True) == 2  # the mark's two sides


def test_a_longer_chain_is_cut_along_more_paths() -> None:
    counts = [len(cuts(touching(text)[1]).crossed) for text in ("62", "62803", "6280362")]
    assert counts == sorted(set(counts))


def test_pieces_stand_in_their_marks_row() -> None:
    _, mark = touching("35")
    moved = Mark(mark.box, mark.ink, row=3, touches=True)
    assert {(piece.mark.row, piece.mark.touches) for piece in cuts(moved).pieces} == {(3, True)}


@settings(max_examples=60, deadline=None)
@given(arrays(np.uint8, st.tuples(st.integers(1, 40), st.integers(1, 120))))
def test_a_mark_of_any_ink_can_be_cut_or_not(ink: np.ndarray) -> None:
    mark = Mark((3, 3, ink.shape[1], ink.shape[0]), ink)
    found = cuts(mark, 9)
    assert len(found.crossed) == len(found.clean) <= 9 + 2
    for piece in found.pieces:
        assert 0 <= piece.first < piece.last < len(found.crossed)
        assert piece.mark.ink.max() > 0
        assert piece.mark.box[2] <= 2 * WIDEST * ink.shape[0] + 2
    assert all(one.first <= other.first for one, other in pairwise(found.pieces))
