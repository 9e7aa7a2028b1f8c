"""The records of reading: Digit, Line, Reading, and Failure for a picture that could not be read."""

from dataclasses import asdict, dataclass, field, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

UNSURE = "?"


class Strings(Protocol):
    """What knows how likely whole strings are."""

    def probability(self, text: str) -> float:
        """Return the probability of the whole string `text`, blanks left out."""

    def alternatives(self, count: int = 5) -> list[tuple[str, float]]:
        """Return the `count` likeliest strings with their probabilities, the likeliest first."""


@dataclass(frozen=True)
class Digit:
    """One digit as it was read, or one mark that was refused.

    label                  the likeliest digit; of a mark that was refused: "not a digit"
    confidence             its probability, calibrated, 0 to 1
    runner_up              the second likeliest class, "not a digit" among them
    runner_up_confidence   its probability
    box                    left, top, width, height in pixels of the picture as it is shown
    row, page              where it stands, both counted from 0
    sure                   the confidence reached the threshold, or the answer was forced
    probabilities          of every class of the network, in its order
    """

    label: str
    confidence: float
    runner_up: str
    runner_up_confidence: float
    box: tuple[int, int, int, int]
    row: int
    page: int
    sure: bool
    probabilities: tuple[float, ...]

    @property
    def text(self) -> str:
        """The digit, or "?" where it is unsure."""
        return self.label if self.sure else UNSURE


@dataclass(frozen=True, eq=False)
class Line:
    """One row of a picture that has digits.

    text        what is written: digits, the signs among them, a blank where numbers stand apart; "?" is unsure
    digits      from left to right
    box         left, top, width, height of all of it, in pixels of the picture as it is shown
    row, page   which one it is, both counted from 0
    """

    text: str
    digits: tuple[Digit, ...]
    box: tuple[int, int, int, int]
    row: int
    page: int
    _likeliest: str = field(repr=False)
    _strings: Strings = field(repr=False)

    def probability(self, text: str | None = None) -> float:
        """Return how likely `text` is what the whole row says, calibrated; its own where none is given, "?" filled in.

        Blanks do not count. Strings that the row was not read as have their probabilities too, down to nothing:
        `probability("30764")` tells how likely that very number is.
        """
        return self._strings.probability(self._likeliest if text is None else text)

    def alternatives(self, count: int = 5) -> list[tuple[str, float]]:
        """Return the `count` likeliest strings, without blanks, each with its probability, the likeliest first."""
        return self._strings.alternatives(count)

    def to_dict(self) -> dict[str, Any]:
        """Return the line as plain values for JSON, its digits left out."""
        likely = round(self.probability(), 6)
        return {"text": self.text, "box": list(self.box), "page": self.page, "probability": likely}


@dataclass(frozen=True, eq=False)
class Reading:
    """All that is written on one picture.

    name      of the file as it was given; empty for pictures that came otherwise
    lines     its rows that have digits, from the top down
    others    marks that are no digits, in reading order
    warnings  what there is to doubt, in plain words
    glyphs    uint8 (digits + others, 28, 28): each digit, then each other mark, as MNIST would have it
    """

    name: str
    lines: tuple[Line, ...]
    others: tuple[Digit, ...]
    warnings: tuple[str, ...]
    glyphs: NDArray[np.uint8]

    @property
    def digits(self) -> tuple[Digit, ...]:
        """All digits in reading order."""
        return tuple(digit for line in self.lines for digit in line.digits)

    @property
    def rows(self) -> tuple[str, ...]:
        """The text of each row that has digits, from the top down."""
        return tuple(line.text for line in self.lines)

    @property
    def text(self) -> str:
        """All rows, one to a line; "?" stands for a digit that is unsure."""
        return "\n".join(self.rows)

    @property
    def digits_only(self) -> str:
        """The digits of all rows, one row to a line, without signs and blanks."""
        return "\n".join("".join(digit.text for digit in line.digits) for line in self.lines)

    def without_signs(self) -> "Reading":
        """Return the reading with its lines' texts made of digits alone, as `digits_only` has them."""
        bare = (replace(line, text=text) for line, text in zip(self.lines, self.digits_only.split("\n"), strict=False))
        return replace(self, lines=tuple(bare))

    @property
    def least_sure(self) -> Digit | None:
        """The digit of the lowest confidence; None where there is no digit."""
        return min(self.digits, key=lambda digit: digit.confidence, default=None)

    def to_dict(self, *, glyphs: bool = False) -> dict[str, Any]:
        """Return the reading as plain values for JSON; with `glyphs`, each as 28 lists of 28 numbers as well."""
        record = {
            "name": self.name,
            "text": self.text,
            "digits_only": self.digits_only,
            "rows": list(self.rows),
            "lines": [line.to_dict() for line in self.lines],
            "digits": [_plain(digit) for digit in self.digits],
            "others": [_plain(digit) for digit in self.others],
            "warnings": list(self.warnings),
        }
        return {**record, "glyphs": self.glyphs.tolist()} if glyphs else record


@dataclass(frozen=True)
class Failure:
    """A picture that could not be read: its name, and the reason in one line."""

    name: str
    reason: str

    def to_dict(self, *, glyphs: bool = False) -> dict[str, Any]:  # noqa: ARG002  called as `Reading.to_dict` is
        """Return the failure as plain values for JSON."""
        return {"name": self.name, "error": self.reason}


def _plain(digit: Digit) -> dict[str, Any]:
    rounded = {key: round(value, 6) if isinstance(value, float) else value for key, value in asdict(digit).items()}
    return {**rounded, "box": list(digit.box), "probabilities": [round(each, 6) for each in digit.probabilities]}
