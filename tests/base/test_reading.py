"""What the reader found, as text and as plain values."""

import json

import numpy as np

from digits.base.reading import Digit, Reading


def digit(label: str, row: int = 0, page: int = 0, sure: bool = True) -> Digit:
    likely = tuple(0.9123456789 if str(number) == label else 0.0087654321 for number in range(10))
    return Digit(label, 0.9123456789, "7", 0.0087654321, (10, 20, 30, 40), row, page, sure, likely)


def reading(*digits: Digit, others: tuple[Digit, ...] = ()) -> Reading:
    glyphs = np.arange((len(digits) + len(others)) * 28 * 28, dtype=np.uint8).reshape(-1, 28, 28)
    return Reading("it.png", digits, others, ("looks odd",), glyphs)


def test_an_unsure_digit_is_a_question_mark() -> None:
    assert (digit("3").text, digit("3", sure=False).text) == ("3", "?")


def test_digits_stand_in_their_rows() -> None:
    it = reading(digit("1"), digit("2"), digit("3", row=1), digit("4", row=1, sure=False), digit("5", row=2))
    assert it.rows == ("12", "3?", "5")
    assert it.text == "12\n3?\n5"


def test_the_same_row_of_another_page_is_another_row() -> None:
    assert reading(digit("1"), digit("2", page=1), digit("3", row=1, page=1)).rows == ("1", "2", "3")


def test_a_row_that_has_no_digits_is_left_out() -> None:
    assert reading(digit("1"), digit("3", row=2), others=(digit("2", row=1),)).rows == ("1", "3")


def test_a_reading_of_nothing_is_an_empty_text() -> None:
    assert (reading().text, reading().rows) == ("", ())


def test_plain_values_come_back_from_json() -> None:
    it = reading(digit("1"), digit("2", row=1, sure=False), others=(digit("9"),))
    told = it.to_dict()
    assert json.loads(json.dumps(told)) == told
    assert told["rows"] == ["1", "?"]
    assert [each["label"] for each in told["digits"] + told["others"]] == ["1", "2", "9"]
    assert told["warnings"] == ["looks odd"]


def test_a_digits_plain_values_are_short() -> None:
    told = reading(digit("1")).to_dict()["digits"][0]
    assert told["confidence"] == 0.912346
    assert told["box"] == [10, 20, 30, 40]
    assert told["probabilities"][0] == 0.008765


def test_glyphs_are_told_only_if_asked_for() -> None:
    it = reading(digit("1"))
    assert "glyphs" not in it.to_dict()
    assert np.array_equal(it.to_dict(glyphs=True)["glyphs"], it.glyphs)
