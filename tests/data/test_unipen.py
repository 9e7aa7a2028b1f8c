"""Pen strokes: unpacked, drawn, and read from UNIPEN's files with their writers."""

from pathlib import Path

import numpy as np
import pytest

from digits.base.errors import BadData
from digits.data import samples
from digits.data.strokes import draw, draw_page, unpack
from digits.data.unipen import unipen
from tests.strokes import BAR, DOT, RING, STEM, keep, pack, stored

THREE = stored([[STEM], [STEM, BAR], [BAR]], "147", ["train", "validation", "train"], [5, 3, 9])


def test_strokes_come_back_as_they_were_packed() -> None:
    drawings = [[STEM], [STEM, BAR], [DOT]]
    for one, other in zip(unpack(**pack(drawings)), drawings, strict=True):
        assert [stroke.tolist() for stroke in one] == [stroke.tolist() for stroke in other]


@pytest.mark.parametrize("strokes", [[STEM], [BAR], [STEM, BAR], [DOT]])
def test_strokes_are_drawn_within_the_box(strokes: list[np.ndarray]) -> None:
    glyph = draw(strokes)
    assert glyph.max() > 200
    assert np.ptp(np.nonzero(glyph), axis=1).max() <= 20


def test_a_wider_pen_leaves_more_ink() -> None:
    assert draw([STEM, BAR], 0.2).sum() > 1.5 * draw([STEM, BAR], 0.1).sum()


@pytest.mark.parametrize("strokes", [[STEM], [BAR], [RING], [STEM, BAR]])
@pytest.mark.parametrize("width", [0.01, 0.1, 0.25])
def test_a_drawing_is_as_large_as_asked_whatever_the_pen(strokes: list[np.ndarray], width: float) -> None:
    page = draw_page(strokes, 60, width)
    assert page.shape == (62, 62)
    assert max(np.ptp(np.nonzero(page > 127), axis=1) + 1) == pytest.approx(60, abs=2)


def test_a_page_that_is_not_smooth_is_ink_or_paper() -> None:
    assert set(np.unique(draw_page([RING], 30, 0.1, smooth=False))) == {0, 255}


def test_unipen_is_read_by_its_own_split(tmp_path: Path) -> None:
    keep(tmp_path, "digits", THREE)
    assert samples("unipen", "train", tmp_path).labels.tolist() == [1, 7]
    with pytest.raises(BadData, match="has no test part"):
        samples("unipen", "test", tmp_path)


@pytest.mark.parametrize("kind", ["digits", "letters", "symbols"])
def test_strokes_come_with_their_labels_and_writers(tmp_path: Path, kind: str) -> None:
    keep(tmp_path, kind, THREE)
    written = unipen(kind, "train", tmp_path)
    assert written.labels.tolist() == ["1", "7"]
    assert written.writers.tolist() == [5, 9]
    assert [stroke.tolist() for stroke in written.strokes[1]] == [BAR.tolist()]


def test_taking_some_keeps_strokes_labels_and_writers_together(tmp_path: Path) -> None:
    keep(tmp_path, "digits", THREE)
    taken = unipen("digits", "train", tmp_path).take(np.array([False, True]))
    assert len(taken) == 1
    assert (taken.labels.tolist(), taken.writers.tolist()) == (["7"], [9])
    assert np.array_equal(taken.strokes[0][0], BAR)


WRONG = {
    "sample_end": np.array([1, 2, 9]),
    "stroke_end": np.array([2, 1]),
    "label": np.array(["1"]),
    "writer": np.array([1]),
    "points": np.zeros((4, 3), np.int16),
}


@pytest.mark.parametrize("name", WRONG)
def test_strokes_that_do_not_fit_are_told(tmp_path: Path, name: str) -> None:
    keep(tmp_path, "digits", {**THREE, name: WRONG[name]})
    with pytest.raises(BadData, match="do not match"):
        samples("unipen", "train", tmp_path)


@pytest.mark.parametrize("name", THREE)
def test_a_file_that_lacks_an_array_is_told(tmp_path: Path, name: str) -> None:
    keep(tmp_path, "digits", {key: array for key, array in THREE.items() if key != name})
    with pytest.raises(BadData, match="cannot be read"):
        unipen("digits", "train", tmp_path)


def test_an_npz_with_pickled_objects_is_refused(tmp_path: Path) -> None:
    keep(tmp_path, "digits", {"points": np.array([object()], dtype=object)})
    with pytest.raises(BadData, match="cannot be read"):
        samples("unipen", "train", tmp_path)
