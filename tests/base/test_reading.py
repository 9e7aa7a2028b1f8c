"""What the reader found, as text and as plain values."""

import json

import numpy as np
import pytest

from digits.base.reading import Digit, Line, Reading


class Half:
    """Strings of which every one has half the probability of the one before."""

    def probability(self, text: str) -> float:
        return 0.5 ** len(text)

    def alternatives(self, count: int = 5) -> list[tuple[str, float]]:
        return [("1" * place, 0.5**place) for place in range(1, count + 1)]


def digit(label: str, row: int = 0, page: int = 0, sure: bool = True) -> Digit:
    likely = tuple(0.9123456789 if str(number) == label else 0.0087654321 for number in range(10))
    return Digit(label, 0.9123456789, "7", 0.0087654321, (10, 20, 30, 40), row, page, sure, likely)


def line(text: str, likeliest: str = "", row: int = 0) -> Line:
    """Return a line of `text`; "?" is an unsure 5."""
    digits = tuple(digit(sign if sign != "?" else "5", row, sure=sign != "?") for sign in text if sign in "0123456789?")
    return Line(text, digits, (10, 20, 30, 40), row, 0, likeliest or text.replace("?", "5"), Half())


def reading(*texts: str, others: tuple[Digit, ...] = ()) -> Reading:
    lines = tuple(line(text, row=row) for row, text in enumerate(texts))
    count = sum(len(each.digits) for each in lines) + len(others)
    glyphs = np.arange(count * 28 * 28, dtype=np.uint8).reshape(-1, 28, 28)
    return Reading("it.png", lines, others, ("looks odd",), glyphs)


def test_an_unsure_digit_is_a_question_mark() -> None:
    assert (digit("3").text, digit("3", sure=False).text) == ("3", "?")


def test_the_text_has_a_line_for_each_row() -> None:
    it = reading("12", "-3?.5", "40 17")
    assert it.rows == ("12", "-3?.5", "40 17")
    assert it.text == "12\n-3?.5\n40 17"


def test_digits_only_are_digits_only() -> None:
    assert reading("12", "-3?.5", "40 17").digits_only == "12\n3?5\n4017"
    assert reading("12/05").without_signs().text == "1205"


def test_a_reading_without_signs_keeps_its_digits() -> None:
    it = reading("-3?.5", "40 17")
    assert it.without_signs().digits == it.digits
    assert it.without_signs().lines[0].probability() == it.lines[0].probability()


def test_digits_are_those_of_the_lines_in_order() -> None:
    assert [each.label for each in reading("12", "3?").digits] == list("1235")


def test_a_reading_of_nothing_is_an_empty_text() -> None:
    assert (reading().text, reading().digits_only, reading().rows, reading().digits) == ("", "", (), ())
    assert reading().without_signs().lines == ()


def test_a_lines_probability_is_its_strings() -> None:
    assert line("3?").probability() == 0.25  # of 35
    assert line("3?").probability("123") == 0.125
    assert line("3").alternatives(2) == [("1", 0.5), ("11", 0.25)]


def test_plain_values_come_back_from_json() -> None:
    it = reading("1", "?-2", others=(digit("9"),))
    told = it.to_dict()
    assert json.loads(json.dumps(told)) == told
    assert told["rows"] == ["1", "?-2"]
    assert told["digits_only"] == "1\n?2"
    assert [each["label"] for each in told["digits"] + told["others"]] == ["1", "5", "2", "9"]
    assert [each["text"] for each in told["lines"]] == ["1", "?-2"]
    assert told["lines"][0]["probability"] == pytest.approx(0.5)
    assert told["warnings"] == ["looks odd"]


def test_a_digits_plain_values_are_short() -> None:
    told = reading("1").to_dict()["digits"][0]
    assert told["confidence"] == 0.912346
    assert told["box"] == [10, 20, 30, 40]
    assert told["probabilities"][0] == 0.008765


def test_glyphs_are_told_only_if_asked_for() -> None:
    it = reading("1")
    assert "glyphs" not in it.to_dict()
    assert np.array_equal(it.to_dict(glyphs=True)["glyphs"], it.glyphs)
