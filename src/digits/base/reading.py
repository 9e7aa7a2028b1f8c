"""The records of reading: Digit, Reading, and Failure for a picture that could not be read."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

UNSURE = "?"


@dataclass(frozen=True)
class Digit:
    """One mark as it was read.

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
class Reading:
    """All digits of one picture.

    name      of the file as it was given; empty for pictures that came otherwise
    digits    in reading order
    others    marks that are no digits, in reading order
    warnings  what there is to doubt, in plain words
    glyphs    uint8 (len(digits) + len(others), 28, 28): what the network saw of them, in that order
    """

    name: str
    digits: tuple[Digit, ...]
    others: tuple[Digit, ...]
    warnings: tuple[str, ...]
    glyphs: NDArray[np.uint8]

    @property
    def rows(self) -> tuple[str, ...]:
        """The text of each row that has digits, from the top down."""
        lines: dict[tuple[int, int], str] = {}
        for digit in self.digits:
            place = digit.page, digit.row
            lines[place] = lines.get(place, "") + digit.text
        return tuple(lines.values())

    @property
    def text(self) -> str:
        """All rows, one to a line; "?" stands for a digit that is unsure."""
        return "\n".join(self.rows)

    @property
    def least_sure(self) -> Digit | None:
        """The digit of the lowest confidence; None where there is no digit."""
        return min(self.digits, key=lambda digit: digit.confidence, default=None)

    def to_dict(self, *, glyphs: bool = False) -> dict[str, Any]:
        """Return the reading as plain values for JSON; with `glyphs`, each as 28 lists of 28 numbers as well."""
        record = {
            "name": self.name,
            "text": self.text,
            "rows": list(self.rows),
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
