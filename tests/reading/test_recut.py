"""Of all ways to cut a mark, the likeliest: pieces that are digits, and signs that stand apart."""

import numpy as np
import pytest

from digits.base.records import DIGITS, NOT_A_DIGIT
from digits.images import Cuts, Mark
from digits.images.cuts import Piece
from digits.reading.recut import ALONE, AMONG, SURE, doubted, likeliest, recut
from digits.reading.segmentation import Segmented, glyphs_of

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
    said[doubtful] = (4, AMONG - 0.05)
    assert likeliest(ways((0, 1), (1, 2)), answers(*said), CLASSES) == []


def test_alone_each_piece_must_be_believed_more_firmly_than_among_digits() -> None:
    found, said = ways((0, 1), (1, 2)), answers((3, (AMONG + ALONE) / 2), (5, 0.95))
    assert likeliest(found, said, CLASSES, among=True) == [0, 1]
    assert likeliest(found, said, CLASSES, among=False) == []


def test_each_digit_must_be_as_sure_as_is_asked_for() -> None:
    said = answers((3, 0.9), (5, 0.9))
    assert likeliest(ways((0, 1), (1, 2)), said, CLASSES, least=0.95) == []


def test_a_sign_that_stands_apart_is_cut_off() -> None:
    said = answers((NONE, 0.95), (5, 0.95))
    assert likeliest(ways((0, 1), (1, 2), clean=True, crossed=0), said, CLASSES) == [0, 1]


def test_what_is_no_digit_is_not_cut_out_of_a_line() -> None:
    assert likeliest(ways((0, 1), (1, 2)), answers((NONE, 0.95), (5, 0.95)), CLASSES) == []


def test_a_sign_beside_stems_does_not_make_a_number_of_a_letter() -> None:
    found = Cuts((0.0, 0.0, 1.0, 0.0), (True, True, False, True), tuple(Piece(i, i + 1, MARK) for i in range(3)))
    said = answers((NONE, 0.95), (1, 0.99), (7, 0.99))
    said[0, 4] = 0.03  # what the sign would be next says nothing
    assert likeliest(found, said, CLASSES, among=False) == []


def test_a_piece_is_rather_a_digit_than_a_sign() -> None:
    said = answers((NONE, 0.5), (5, 0.95))
    said[0, 3] = 0.48
    assert likeliest(ways((0, 1), (1, 2), clean=True, crossed=0), said, CLASSES) == []
    said[0, NONE], said[0, 3] = 0.47, 0.51
    assert likeliest(ways((0, 1), (1, 2), clean=True, crossed=0), said, CLASSES) == [0, 1]


def test_signs_alone_are_left_as_they_are() -> None:
    said = answers((NONE, 0.95), (NONE, 0.95))
    assert likeliest(ways((0, 1), (1, 2), clean=True, crossed=0), said, CLASSES) == []


def test_what_falls_into_nothing_but_ones_and_sevens_is_a_letter_but_among_digits() -> None:
    found, said = ways((0, 1), (1, 2)), answers((1, 0.99), (7, 0.99))
    assert likeliest(found, said, CLASSES, among=False) == []
    assert likeliest(found, said, CLASSES, among=True) == [0, 1]


def test_ones_that_stand_apart_are_ones() -> None:
    found, said = ways((0, 1), (1, 2), clean=True, crossed=0), answers((1, 0.99), (1, 0.99))
    assert likeliest(found, said, CLASSES, among=False) == [0, 1]


def segmented(*widths: int) -> Segmented:
    """Return a picture of filled boxes, 40 high and so wide."""
    marks = [Mark((60 * i, 0, wide, 40), np.full((40, wide), 255, np.uint8)) for i, wide in enumerate(widths)]
    places = [(0, 1.0, mark) for mark in marks]
    return Segmented("", places, glyphs_of(places))


def test_only_what_is_in_doubt_is_cut() -> None:
    said = answers((3, SURE + 0.1), (NONE, 0.9))
    assert doubted(said, CLASSES).tolist() == [1]
    assert [mark for mark, _, _ in recut(segmented(50, 50), said, CLASSES).ways] == [1]


def test_a_mark_with_too_many_pieces_leaves_the_others_their_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    doubtful = answers((NONE, 0.9), (NONE, 0.9))
    one = recut(segmented(50), doubtful[:1], CLASSES)
    monkeypatch.setattr("digits.reading.recut.MOST", len(one.pieces.marks))
    assert [mark for mark, _, _ in recut(segmented(400, 50), doubtful, CLASSES).ways] == [1]


def test_a_narrow_mark_is_cut_only_among_digits() -> None:
    narrow = segmented(25, 25)
    assert recut(narrow, answers((NONE, 0.9), (NONE, 0.9)), CLASSES).ways == []
    assert [mark for mark, _, _ in recut(narrow, answers((3, SURE + 0.1), (NONE, 0.9)), CLASSES).ways] == [1]


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
