"""How far the reader goes: a row of digits made worse step by step, until it is read wrong or not at all.

Forty rows of chance, written with the pen of examples/, so that no data are needed. Of each step: how many rows are
read right, how many wrong without a word (no "?", no warning). Prints a table; keeps it in results/limits.json.

    python benchmarks/limits.py [--model FILE]
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parents[1] / "examples"))

from digits.reading import Reader
from paper import finish, ink, noisy, plain
from pen import Hand, centred, cover, extent, shift, write

from timing import keep

ROWS, LONG = 40, 6  # rows of so many digits
HIGH, PEN, EDGE = 80, 6, 40  # pixels: of a digit, of the pen, around the row
INK, PAPER = (24, 26, 40), (236, 234, 228)

Picture = NDArray[np.uint8]
Floats = NDArray[np.float64]
Rng = np.random.Generator


class Case(NamedTuple):
    """One way to make a row worse: its name, the steps, how a step is called, and what draws it."""

    name: str
    steps: tuple[float, ...]
    called: str
    draw: Callable[[str, float, Rng], Picture]


def strokes(text: str, rng: Rng, **hand: Any) -> list[Floats]:
    """Return the strokes of `text` in one row."""
    return write(text, (0, 0), Hand(**{"height": HIGH, "gap": 0.4, **hand}), rng)


def on_paper(paths: list[Floats], pen: float = PEN, colour: tuple[int, ...] = INK) -> Picture:
    """Return the picture of `paths` on paper that leaves a little room around them."""
    left, top, right, bottom = extent(paths)
    size = round(right - left) + 2 * EDGE, round(bottom - top) + 2 * EDGE
    return finish(ink(plain(size, PAPER), cover(centred(paths, size[0] / 2, size[1] / 2), size, pen), colour))


def turned(text: str, degrees: float, rng: Rng) -> Picture:
    """Draw the whole row turned."""
    cosine, sine = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    turn = np.array([[cosine, sine, 0], [-sine, cosine, 0], [0, 0, 1]])
    return on_paper([path @ turn for path in strokes(text, rng)])


def sloping(text: str, degrees: float, rng: Rng) -> Picture:
    """Draw upright digits on a line that falls."""
    return on_paper(strokes(text, rng, slope=float(np.tan(np.deg2rad(degrees)))))


def uneven(text: str, share: float, rng: Rng) -> Picture:
    """Draw one digit of the row smaller."""
    small, paths, right = int(rng.integers(len(text))), [], 0.0
    for place, digit in enumerate(text):
        drawn = strokes(digit, rng, height=HIGH * (share if place == small else 1))
        left, _, reach, _ = extent(drawn)
        paths += shift(drawn, right - left, 0)
        right += reach - left + 0.4 * HIGH
    return on_paper(paths)


def chained(text: str, count: float, rng: Rng) -> Picture:
    """Draw the first digits so that each touches the next."""
    paths, right = [], 0.0
    for place, digit in enumerate(text):
        drawn = strokes(digit, rng)
        left, _, reach, _ = extent(drawn)
        paths += shift(drawn, right - left, 0)
        right += reach - left + (-2 if place + 1 < count else 0.4 * HIGH)
    return on_paper(paths)


def low(text: str, pixels: float, rng: Rng) -> Picture:
    """Draw the row with few pixels to a digit."""
    large = Image.fromarray(on_paper(strokes(text, rng), pen=8))
    size = (round(large.width * pixels / HIGH), round(large.height * pixels / HIGH))
    return np.asarray(large.resize(size, Image.Resampling.BOX))


def thin(text: str, share: float, rng: Rng) -> Picture:
    """Draw the row with another pen."""
    return on_paper(strokes(text, rng, height=160), pen=160 * share)


def faint(text: str, levels: float, rng: Rng) -> Picture:
    """Draw the row hardly darker than its paper, with a camera's noise of one level."""
    written = on_paper(strokes(text, rng), colour=tuple(level - round(levels) for level in PAPER))
    return finish(noisy(written.astype(float), rng, 1))


def ruled(text: str, share: float, rng: Rng) -> Picture:
    """Draw the row on dark ruled lines."""
    written = on_paper(strokes(text, rng))
    every = round(share * HIGH)
    for start in range(every // 2, len(written), every):
        written[start : start + 2] = np.minimum(written[start : start + 2], (90, 110, 170))
    return written


def hatched(text: str, levels: float, rng: Rng) -> Picture:
    """Draw the row on hatched paper."""
    written = on_paper(strokes(text, rng)).astype(int)
    down, across = np.mgrid[: len(written), : written.shape[1]]
    return np.clip(written - round(levels) * ((down + across) % 18 < 5)[..., None], 0, 255).astype(np.uint8)


def on_table(text: str, share: float, rng: Rng) -> Picture:
    """Draw the sheet lying on a dark table, of which it leaves the rest to be seen."""
    sheet = on_paper(strokes(text, rng))
    height, width = (round(side / share**0.5) for side in sheet.shape[:2])
    table = finish(noisy(plain((width, height), (66, 58, 52)), rng, 4))
    top, left = (height - sheet.shape[0]) // 2, (width - sheet.shape[1]) // 2
    table[top : top + sheet.shape[0], left : left + sheet.shape[1]] = sheet
    return table


CASES = (
    Case("the row turned by", (10, 15, 20, 30, 45, 180), "{:g}°", turned),
    Case("upright digits on a line that falls by", (10, 20, 30, 40), "{:g}°", sloping),
    Case("one digit, beside the others' height", (0.5, 0.25, 0.2), "{:.0%}", uneven),
    Case("digits that touch, in a chain of", (2, 3, 4, 6), "{:g}", chained),
    Case("pixels to a digit's height", (16, 12, 10, 8, 6), "{:g}", low),
    Case("the pen, beside a digit's height", (0.01, 0.02, 0.2, 0.3, 0.4), "{:.0%}", thin),
    Case("ink darker than paper by, of 255 levels", (20, 10, 8, 6, 4), "{:g}", faint),
    Case("dark ruled lines apart by, of a digit's height", (1, 0.5, 0.3), "{:.0%}", ruled),
    Case("paper hatched by, of 255 levels", (20, 40, 80), "{:g}", hatched),
    Case("a sheet on a dark table, share of the picture", (0.95, 0.8, 0.6, 0.4, 0.2), "{:.0%}", on_table),
)


def measure(reader: Reader, case: Case, step: float) -> dict[str, Any]:
    """Return how many of the rows are read right, and how many wrong without a word."""
    right = unsaid = 0
    for number in range(ROWS):
        rng = np.random.default_rng(number)
        text = "".join(map(str, rng.integers(0, 10, LONG)))
        reading = reader.read(case.draw(text, step, rng))
        right += reading.digits_only == text
        unsaid += reading.digits_only != text and "?" not in reading.text and not reading.warnings
    return {"step": case.called.format(step), "right": right, "unsaid": unsaid}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--model", type=Path)
    options.add_argument("--no-save", action="store_true", help="print only")
    given = options.parse_args()
    reader = Reader.load(given.model)
    cases = {case.name: [measure(reader, case, step) for step in case.steps] for case in CASES}
    table = Table("rows", "step", f"right, of {ROWS}", "wrong without a word")
    for name, steps in cases.items():
        for place, each in enumerate(steps):
            table.add_row("" if place else name, each["step"], str(each["right"]), str(each["unsaid"]))
    Console().print(table)
    if not given.no_save:
        print(f"kept in {keep('limits', {'rows': ROWS, 'digits': LONG, 'cases': cases})}")


if __name__ == "__main__":
    main()
