"""A glyph is drawn as MNIST draws it, whatever the ink."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from digits.images import to_glyph

PAGES = st.tuples(st.integers(1, 60), st.integers(1, 60)).flatmap(lambda shape: arrays(np.uint8, shape))


def box(glyph: np.ndarray) -> tuple[int, int]:
    rows, columns = np.flatnonzero(glyph.any(1)), np.flatnonzero(glyph.any(0))
    return (int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1) if len(rows) else (0, 0)


@given(PAGES)
def test_any_ink_fits_the_box_of_20(page: np.ndarray) -> None:
    glyph = to_glyph(page)
    assert glyph.shape == (28, 28)
    assert glyph.dtype == np.uint8
    assert max(box(glyph)) <= 20


def test_blank_paper_gives_an_empty_glyph() -> None:
    assert not to_glyph(np.zeros((50, 40), np.uint8)).any()


@given(st.integers(1, 40), st.integers(1, 40))
def test_the_aspect_is_kept(height: int, width: int) -> None:
    glyph = to_glyph(np.full((height, width), 255, np.uint8))
    scale = 20 / max(height, width)
    assert box(glyph) == (max(1, round(height * scale)), max(1, round(width * scale)))


def test_the_centre_of_mass_is_the_centre_of_the_glyph() -> None:
    page = np.zeros((100, 100), np.uint8)
    page[20:70, 30:36] = 255  # a stem
    page[66:70, 30:50] = 255  # a foot to its right
    rows, columns = np.nonzero(to_glyph(page))
    assert abs(rows.mean() - 13.5) <= 0.5
    assert abs(columns.mean() - 13.5) <= 0.5


def test_where_the_ink_lies_on_the_page_does_not_matter() -> None:
    rng = np.random.default_rng(0)
    ink = rng.integers(0, 256, (30, 17), dtype=np.uint8)
    ink[0, 0] = ink[-1, -1] = 255
    assert np.array_equal(to_glyph(ink), to_glyph(np.pad(ink, ((5, 9), (40, 2)))))
