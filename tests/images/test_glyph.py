"""A glyph is drawn as MNIST draws it, whatever the ink."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from digits.images import stroke_width, to_glyph
from digits.images.glyph import STROKE
from tests.pages import page, write

PAGES = st.tuples(st.integers(1, 60), st.integers(1, 60)).flatmap(lambda shape: arrays(np.uint8, shape))


def box(glyph: np.ndarray) -> tuple[int, int]:
    rows, columns = np.flatnonzero(glyph.any(1)), np.flatnonzero(glyph.any(0))
    return (int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1) if len(rows) else (0, 0)


@given(PAGES)
def test_any_ink_fits_the_box_of_20(ink: np.ndarray) -> None:
    glyph = to_glyph(ink)
    assert glyph.shape == (28, 28)
    assert glyph.dtype == np.uint8
    assert max(box(glyph)) <= 20


def test_blank_paper_gives_an_empty_glyph() -> None:
    assert not to_glyph(np.zeros((50, 40), np.uint8)).any()


@given(st.integers(1, 40), st.integers(1, 40))
def test_the_aspect_is_kept(height: int, width: int) -> None:
    glyph = to_glyph(np.full((height, width), 255, np.uint8), stroke=None)
    scale = 20 / max(height, width)
    assert box(glyph) == (max(1, round(height * scale)), max(1, round(width * scale)))


def test_the_centre_of_mass_is_the_centre_of_the_glyph() -> None:
    ink = page(100, 100)
    ink[20:70, 30:36] = 255  # a stem
    ink[66:70, 30:50] = 255  # a foot to its right
    glyph = to_glyph(ink)
    assert abs(np.average(np.arange(28), weights=glyph.sum(1)) - 13.5) <= 0.5
    assert abs(np.average(np.arange(28), weights=glyph.sum(0)) - 13.5) <= 0.5


def test_where_the_ink_lies_on_the_page_does_not_matter() -> None:
    rng = np.random.default_rng(0)
    ink = rng.integers(0, 256, (30, 17), dtype=np.uint8)
    ink[0, 0] = ink[-1, -1] = 255
    assert np.array_equal(to_glyph(ink), to_glyph(np.pad(ink, ((5, 9), (40, 2)))))


# Lines


def digit(text: str, pen: int, height: int = 150) -> np.ndarray:
    """Return the ink of one digit, written with a pen of that many pixels."""
    return write(page(2 * height, 2 * height), text, left=height // 2, bottom=3 * height // 2, height=height, pen=pen)


@pytest.mark.parametrize("text", "0123456789")
@pytest.mark.parametrize("pen", [2, 5, 10])
def test_a_thin_pen_leaves_nearly_the_glyph_of_one_of_the_least_width(text: str, pen: int) -> None:
    wanted = to_glyph(digit(text, round(STROKE * 150)), stroke=None).astype(int)
    thin, mended = (np.abs(to_glyph(digit(text, pen), stroke).astype(int) - wanted).mean() for stroke in (None, STROKE))
    assert mended < 0.75 * thin


@pytest.mark.parametrize("text", "0123456789")
def test_thick_lines_are_left_as_they_are(text: str) -> None:
    ink = digit(text, 30)
    assert np.abs(to_glyph(ink).astype(int) - to_glyph(ink, stroke=None)).mean() < 2


@pytest.mark.parametrize("text", "0123456789")
def test_a_wider_stroke_leaves_more_ink(text: str) -> None:
    ink = digit(text, 4)
    assert to_glyph(ink, stroke=None).sum() < to_glyph(ink, 0.1).sum() < to_glyph(ink, 0.2).sum()


@pytest.mark.parametrize("text", "0123456789")
@pytest.mark.parametrize("pen", [12, 24])
def test_the_glyph_of_a_glyph_is_nearly_itself(text: str, pen: int) -> None:
    glyph = to_glyph(digit(text, pen))
    assert np.abs(to_glyph(glyph).astype(int) - glyph).mean() < 2


@pytest.mark.parametrize("text", "0123456789")
@pytest.mark.parametrize("pen", [4, 12])
def test_the_same_drawing_twice_as_large_gives_nearly_the_same_glyph(text: str, pen: int) -> None:
    ink = digit(text, pen)
    larger = np.asarray(cv2.resize(ink, None, fx=2, fy=2, interpolation=cv2.INTER_NEAREST))
    assert np.abs(to_glyph(larger).astype(int) - to_glyph(ink)).mean() < 3


@given(PAGES)
def test_lines_are_never_made_thinner(ink: np.ndarray) -> None:
    assert to_glyph(ink).sum() >= 0.9 * to_glyph(ink, stroke=None).sum()


@pytest.mark.parametrize("width", [1, 2, 5, 20])
def test_the_width_of_a_long_line_is_measured(width: int) -> None:
    ink = page(220, 400)
    ink[100 : 100 + width, 10:390] = 255
    assert stroke_width(ink) == pytest.approx(width, rel=0.06)


def test_a_faint_line_is_as_wide_as_a_strong_one() -> None:
    ink = digit("8", 6)
    assert stroke_width(ink // 4) == pytest.approx(stroke_width(ink), rel=0.05)


def test_a_picture_without_ink_has_no_width() -> None:
    assert stroke_width(page()) == 0
