"""Frames, tables and ruled lines are taken off the page, and the digits stay."""

import cv2
import numpy as np
import pytest

from digits.images import find_marks, to_glyph
from digits.images.lines import without_frames, without_rules
from tests.pages import page, write

Mask = np.ndarray


def mask_of(ink: np.ndarray) -> tuple[Mask, np.ndarray, np.ndarray]:
    """Return a mask, its labels and its boxes, as `find_marks` hands them on."""
    mask = (ink > 127).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    left, top, width, height = stats[1:, :4].T.astype(np.int64)
    return mask, labels, np.stack([left, top, left + width, top + height], 1)


def boxes_in_a_row(ink: np.ndarray, count: int, side: int, gap: int = 0, left: int = 20, top: int = 28) -> np.ndarray:
    for place in range(count):
        start = left + place * (side + gap)
        cv2.rectangle(ink, (start, top), (start + side, top + side), 255, 2)
    return ink


def glyphs(ink: np.ndarray) -> np.ndarray:
    return np.stack([to_glyph(mark.ink) for mark in find_marks(ink)]).astype(float)


@pytest.mark.parametrize("gap", [0, 10], ids=["joined", "apart"])
@pytest.mark.parametrize("count", [2, 4, 6])
def test_the_boxes_of_a_form_are_left_out(count: int, gap: int) -> None:
    side = 64
    ink = write(page(120, 500), "471852"[:count], left=32, bottom=82, height=44, step=side + gap)
    plain = glyphs(ink)
    framed = glyphs(boxes_in_a_row(ink, count, side, gap))
    assert len(framed) == count
    assert np.abs(framed - plain).mean() < 3


@pytest.mark.parametrize("side", [20, 22, 26])
def test_small_boxes_are_left_out_too(side: int) -> None:
    ink = page(side + 16, 4 * side + 16)
    for place in range(4):
        left = 8 + place * (side - 1)
        cv2.rectangle(ink, (left, 8), (left + side - 1, 8 + side - 1), 255, 1)
        write(ink, "5", left=left + 6, bottom=8 + side - 4, height=side - 9, pen=2)
    marks = find_marks(ink)
    assert len(marks) == 4
    assert max(mark.box[2] for mark in marks) < side - 3


def test_a_digit_that_reaches_out_of_its_box_stays_whole() -> None:
    ink = write(page(120, 400), "4718", left=34, bottom=86, height=44, step=70)
    write(ink, "4", left=318, bottom=108, height=44)
    plain = glyphs(ink)
    framed = glyphs(boxes_in_a_row(ink, 5, 70))  # the stem of the second 4 ends below the last box
    assert len(framed) == 5
    assert np.abs(framed - plain).mean() < 6


@pytest.mark.parametrize("text", ["0834", "8068", "9608"])
@pytest.mark.parametrize("pen", [6, 10])
def test_a_chain_of_digits_with_holes_is_no_table(text: str, pen: int) -> None:
    ink = write(page(120, 320), text, bottom=100, height=76, pen=pen, step=48)
    mask, labels, boxes = mask_of(ink)
    assert without_frames(mask, labels, boxes) is mask


def test_a_table_is_left_out() -> None:
    ink = page(300, 300)
    for row, digits in enumerate(("490", "785", "261")):
        write(ink, digits, left=44, bottom=92 + 80 * row, height=44, step=80)
        boxes_in_a_row(ink, 3, 80, left=30, top=30 + 80 * row)
    marks = find_marks(ink)
    assert [mark.row for mark in marks] == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    assert max(max(mark.box[2:]) for mark in marks) < 60


def test_an_empty_table_has_nothing_on_it() -> None:
    ink = page(300, 300)
    for row in range(3):
        boxes_in_a_row(ink, 3, 80, left=30, top=30 + 80 * row)
    assert find_marks(write(ink, "5", left=44, bottom=92, height=44))[0].box[2] < 60


@pytest.mark.parametrize("left", [0, 10], ids=["across the page", "with a margin"])
@pytest.mark.parametrize("below", [0, 6], ids=["on the line", "above it"])
def test_ruled_lines_are_left_out(left: int, below: int) -> None:
    ink = page(300, 420)
    for row in range(3):
        foot = 92 + 80 * row
        write(ink, "4718", left=40, bottom=foot, height=44, step=80)
        cv2.line(ink, (left, foot + below), (419 - left, foot + below), 255, 2)
    marks = find_marks(ink)
    assert [mark.row for mark in marks] == [0] * 4 + [1] * 4 + [2] * 4
    assert max(max(mark.box[2:]) for mark in marks) < 60


def test_squared_paper_is_left_out() -> None:
    ink = write(page(320, 320), "3058", left=45, bottom=183, height=48, step=64)
    ink[::32] = ink[:, ::32] = 255
    assert len(find_marks(ink)) == 4


@pytest.mark.parametrize("pen", [1, 2, 5])
def test_a_rule_far_from_the_digits_changes_none_of_them(pen: int) -> None:
    ink = write(page(200, 420), "47182", left=30, bottom=100, height=60, step=76, pen=pen)
    plain = find_marks(ink)
    cv2.line(ink, (0, 140), (419, 140), 255, 2)
    for one, other in zip(plain, find_marks(ink), strict=True):
        assert one.box == other.box
        assert np.array_equal(one.ink, other.ink)


@pytest.mark.parametrize("digit", "0689")
def test_a_digit_with_a_hole_is_no_frame(digit: str) -> None:
    ink = write(page(), digit, left=100, bottom=110, height=90)
    cv2.circle(ink, (136, 66), 3, 255, cv2.FILLED)
    mask, labels, boxes = mask_of(ink)
    assert without_frames(mask, labels, boxes) is mask


def test_a_page_without_frames_comes_back_as_it_is() -> None:
    mask, labels, boxes = mask_of(write(page(), "471"))
    assert without_frames(mask, labels, boxes) is mask


def test_a_page_without_rules_comes_back_as_it_is() -> None:
    mask, _, _ = mask_of(write(page(), "471"))
    assert without_rules(mask, 56) is mask


def test_what_is_taken_away_was_there() -> None:
    ink = write(page(), "4718", left=32, bottom=82, height=44, step=64)
    mask, labels, boxes = mask_of(boxes_in_a_row(ink, 4, 64))
    cleared = without_frames(mask, labels, boxes)
    assert (cleared <= mask).all()
    assert cleared.sum() < mask.sum()


def test_a_digit_that_a_line_runs_through_is_mended() -> None:
    ink = write(page(120, 400), "8", left=150, bottom=100, height=76)
    whole = (ink > 127).astype(np.uint8)
    crossed = whole.copy()
    crossed[40:42] = 1
    mended = without_rules(crossed, 76)
    assert (mended != whole).sum() < 0.1 * whole.sum()
    assert cv2.connectedComponents(mended)[0] == 2  # paper, and the digit in one piece
