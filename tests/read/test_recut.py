"""Of all ways to cut a mark, the likeliest: pieces that are digits, and signs that stand apart."""

import numpy as np
import pytest

from digits.base.records import DIGITS, NOT_A_DIGIT
from digits.images import Cuts, Mark
from digits.images.cuts import Piece
from digits.read.recut import LEAST, likeliest

CLASSES = (*DIGITS, NOT_A_DIGIT)
NONE = 10
MARK = Mark((0, 0, 10, 10), np.full((10, 10), 255, np.uint8))


def ways(*between: tuple[int, int], crossed: float = 1.0, clean: bool = False) -> Cuts:
    """Return cuts with these pieces, over paths that all cross as many lines."""
    last = max(end for _, end in between)
    inner = last - 1
    sides = (0.0, *[crossed] * inner, 0.0), (True, *[clean] * inner, True)
    return Cuts(*sides, tuple(Piece(first, end, MARK) for first, end in between))


def answers(*said: tuple[int, float]) -> np.ndarray:
    """Return an answer for each piece: the class with that probability, the rest spread over the others."""
    out = np.empty((len(said), 11), np.float32)
    for row, (label, probability) in zip(out, said, strict=True):
        row[:] = (1 - probability) / 10
        row[label] = probability
    return out


def test_two_digits_side_by_side_are_found() -> None:
    assert likeliest(ways((0, 1), (1, 2)), answers((3, 0.9), (5, 0.9)), CLASSES) == [0, 1]


def test_of_two_ways_the_likelier_is_taken() -> None:
    both = ways((0, 1), (1, 3), (0, 2), (2, 3))
    assert likeliest(both, answers((3, 0.9), (5, 0.8), (3, 0.99), (5, 0.99)), CLASSES) == [2, 3]


def test_fewer_pieces_are_taken_where_all_are_as_likely() -> None:
    assert likeliest(
        ways((0, 1), (1, 2), (2, 3), (1, 3)), answers((3, 0.9), (5, 0.9), (5, 0.9), (6, 0.9)), CLASSES
    ) == [0, 3]


@pytest.mark.parametrize("doubtful", [0, 1])
def test_each_piece_must_be_believed(doubtful: int) -> None:
    said = [(3, 0.95), (5, 0.95)]
    said[doubtful] = (4, LEAST - 0.05)
    assert likeliest(ways((0, 1), (1, 2)), answers(*said), CLASSES) == []


def test_each_digit_must_be_as_sure_as_is_asked_for() -> None:
    said = answers((3, 0.9), (5, 0.9))
    assert likeliest(ways((0, 1), (1, 2)), said, CLASSES, least=0.95) == []


def test_a_sign_that_stands_apart_is_cut_off() -> None:
    said = answers((NONE, 0.95), (5, 0.95))
    assert likeliest(ways((0, 1), (1, 2), clean=True, crossed=0), said, CLASSES) == [0, 1]


def test_what_is_no_digit_is_not_cut_out_of_a_line() -> None:
    assert likeliest(ways((0, 1), (1, 2)), answers((NONE, 0.95), (5, 0.95)), CLASSES) == []


def test_signs_alone_are_left_as_they_are() -> None:
    said = answers((NONE, 0.95), (NONE, 0.95))
    assert likeliest(ways((0, 1), (1, 2), clean=True, crossed=0), said, CLASSES) == []


def test_what_falls_into_nothing_but_ones_is_a_letter() -> None:
    assert likeliest(ways((0, 1), (1, 2)), answers((1, 0.99), (1, 0.99)), CLASSES) == []


def test_paths_through_many_lines_are_avoided() -> None:
    pieces = tuple(Piece(first, last, MARK) for first, last in ((0, 1), (1, 3), (0, 2), (2, 3)))
    said = answers((3, 0.9), (5, 0.9), (3, 0.95), (5, 0.95))
    assert likeliest(Cuts((0.0, 1.0, 3.0, 0.0), (True, False, False, True), pieces), said, CLASSES) == [0, 1]


def test_without_a_way_from_side_to_side_nothing_is_cut() -> None:
    pieces = (Piece(0, 1, MARK), Piece(2, 3, MARK))
    found = Cuts((0.0, 1.0, 1.0, 0.0), (True, False, False, True), pieces)
    assert likeliest(found, answers((3, 0.99), (5, 0.99)), CLASSES) == []


def test_a_network_that_knows_only_digits_can_cut_too() -> None:
    said = answers((3, 0.99), (5, 0.99))[:, :10]
    assert likeliest(ways((0, 1), (1, 2)), said, DIGITS) == [0, 1]
