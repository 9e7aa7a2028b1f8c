"""Lines as they are read: digits, signs, blanks and turned pages, by a line network of one rule."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digits.artifact import Card, Classifier
from digits.base.records import DIGITS, NOT_A_DIGIT
from digits.reading import Reader
from digits.reading.transcription import Transcriber
from tests.reading.bars import HIGH, line_graph, wide
from tests.reading.test_reader import rule


@pytest.fixture(autouse=True)
def bars_are_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a bar be a digit to both networks."""
    monkeypatch.setattr("digits.reading.transcription.line_network", line_graph)


def reader() -> Reader:
    card = Card("linear", 10, (*DIGITS, NOT_A_DIGIT), threshold=0.6)
    classifier = Classifier(lambda glyphs: rule(glyphs, {}), card)
    it = Reader(classifier)
    it._transcriber = Transcriber(classifier)  # as the one that ships
    return it


def written(*rows: str, gap: int = 20, height: int = 120, feet: bool = False) -> np.ndarray:
    """Return a picture of rows of bars; "-" lies, a blank is a gap of a bar's height.

    With `feet`, a bar is narrow but for its lowest third: it shows which way is up.
    """
    picture = np.full((height * len(rows) + 30, 1200), 255, np.uint8)
    for number, row in enumerate(rows):
        left, top = 30, 30 + height * number
        for sign in row:
            if sign == " ":
                left += HIGH
            elif sign == "-":
                picture[top + 26 : top + 34, left : left + 36] = 0
                left += 36 + gap
            else:
                right = left + wide(int(sign))
                picture[top : top + HIGH, left:right] = 0
                if feet:
                    picture[top : top + 2 * HIGH // 3, left + 8 : right] = 255
                left = right + gap
    return picture


def test_a_row_is_read_as_it_is_written() -> None:
    reading = reader().read(written("402-17"))
    assert reading.text == "402-17"
    assert reading.digits_only == "40217"
    assert "".join(digit.label for digit in reading.digits) == "40217"


def test_a_wide_gap_is_a_blank() -> None:
    assert reader().read(written("40 217", "35")).rows == ("40 217", "35")


def test_digits_that_all_stand_wide_apart_are_one_number() -> None:
    assert reader().read(written("40217", gap=60)).text == "40217"


def test_a_sign_without_a_digit_beside_it_is_no_text() -> None:
    reading = reader().read(written("--"))
    assert reading.text == ""
    assert reading.lines == ()


def test_a_sign_far_from_the_digits_is_no_text() -> None:
    assert reader().read(written("-   42")).text == "42"


def test_boxes_are_where_the_ink_is() -> None:
    (line,) = reader().read(written("42-0")).lines
    assert line.digits[0].box == pytest.approx((30, 30, wide(4), HIGH), abs=2)
    assert line.box[:2] == pytest.approx((30, 30), abs=2)


def test_a_rows_probability_is_that_of_the_whole_string() -> None:
    (line,) = reader().read(written("42-0")).lines
    (best, second) = line.alternatives(2)
    assert line.probability() == pytest.approx(best[1])
    assert best[0] == "42-0"
    assert line.probability("42-0") == line.probability("4 2-0") > 0.9
    assert line.probability("43-0") < second[1] * 1.001
    assert line.probability("what") == 0


def test_a_row_of_parts_has_one_probability() -> None:
    (line,) = reader().read(written("40     217", "35")).lines[:1]
    assert line.text == "40 217"
    assert line.probability() == pytest.approx(line.probability("40217"))
    assert line.probability() > 0.9


WAYS = {1: "a quarter turn to the left", 2: "upside down", 3: "a quarter turn to the right"}


@pytest.mark.parametrize("quarters", WAYS)
def test_a_turned_page_is_read_and_told(quarters: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digits.reading.transcription.line_network", lambda: line_graph(standing=True))
    picture = written("4021", "7735", "1904", feet=True)
    reading = reader().read(np.ascontiguousarray(np.rot90(picture, quarters)))
    assert reading.rows == ("4021", "7735", "1904")
    assert f"read as if it lay {WAYS[quarters]}" in reading.warnings


def test_the_boxes_of_a_turned_page_lie_where_the_ink_is() -> None:
    picture = np.ascontiguousarray(np.rot90(written("4021", "7735", "1904"), 1))
    for digit in reader().read(picture).digits:
        left, top, width, height = digit.box
        inside = picture[top : top + height, left : left + width]
        assert (inside < 128).mean() > 0.8


def test_an_upright_page_is_not_turned() -> None:
    assert not reader().read(written("4021", "7735")).warnings


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text("0123456789-", min_size=1, max_size=6).filter(lambda t: t[0] != "-"), min_size=1, max_size=3))
def test_whatever_is_written_digits_only_are_its_digits(rows: list[str]) -> None:
    wanted = "\n".join("".join(filter(str.isdigit, row)) for row in rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("digits.reading.transcription.line_network", line_graph)
        assert reader().read(written(*rows)).digits_only == wanted
