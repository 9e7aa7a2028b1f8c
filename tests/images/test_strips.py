"""Strips: a line of any size and slope becomes a strip of one height, and places lead there and back."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digits.images.strips import DIGIT, HEIGHT, Line, Strip, find_line, to_strip
from tests.pages import page, write


def boxes_of(ink: np.ndarray) -> np.ndarray:
    _, _, stats, _ = cv2.connectedComponentsWithStats((ink > 50).astype(np.uint8), connectivity=8)
    boxes = stats[1:, :4].astype(np.int64)
    boxes[:, 2:] += boxes[:, :2]
    return boxes


def strip_of(ink: np.ndarray) -> Strip:
    return to_strip(ink, find_line(boxes_of(ink)))


@pytest.mark.parametrize("scale", [0.5, 1, 3])
def test_digits_come_out_at_one_height(scale: float) -> None:
    ink = np.asarray(cv2.resize(write(page(), "3058"), None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))
    strip = strip_of(ink)
    assert strip.ink.shape[0] == HEIGHT
    rows = np.flatnonzero((strip.ink > 100).any(1))
    assert np.ptp(rows) + 1 == pytest.approx(DIGIT, abs=4)
    assert (rows[0] + rows[-1]) / 2 == pytest.approx(HEIGHT / 2, abs=2)


@pytest.mark.parametrize("climb", [-14, 14])
def test_a_line_that_slopes_is_made_level(climb: int) -> None:
    ink = page(300, 700)
    for place, digit in enumerate("3058264"):
        write(ink, digit, left=20 + 90 * place, bottom=200 - climb * (place - 3))
    strip = strip_of(ink)
    assert strip.line.slope == pytest.approx(-climb / 90, abs=0.03)
    rows = np.flatnonzero((strip.ink > 100).any(1))
    assert np.ptp(rows) + 1 < 1.3 * DIGIT


def test_thin_lines_are_thickened() -> None:
    ink = page(400, 900)
    cv2.polylines(ink, [np.array([[50, 50], [50, 350]]), np.array([[300, 50], [500, 50], [400, 350]])], False, 255, 2)
    assert (strip_of(ink).ink > 127).sum(1).max() >= 3


def test_a_sign_that_is_alone_is_not_made_as_high_as_a_digit() -> None:
    ink = page()
    ink[60:66, 40:90] = 255
    low = to_strip(ink, find_line(boxes_of(ink), 60))
    assert np.ptp(np.flatnonzero((low.ink > 100).any(1))) < DIGIT / 3


def test_a_page_of_specks_has_a_line_too() -> None:
    assert find_line(np.array([[3, 4, 4, 5]])) == Line(1.0, 4.5, 0.0)


@given(st.floats(1, 300), st.floats(-50, 50), st.floats(-0.3, 0.3), st.floats(0, 500), st.floats(0, 100))
def test_a_place_leads_to_the_strip_and_back(usual: float, middle: float, slope: float, x: float, y: float) -> None:
    strip = Strip(np.zeros((HEIGHT, 8), np.uint8), DIGIT / usual, Line(usual, middle, slope))
    assert strip.on_page(*strip.on_strip(x, y)) == pytest.approx((x, y), abs=1e-3)
