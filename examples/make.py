"""Make the pictures of this folder, and index.csv, which says what is on them. All is drawn here: no data needed.

    python examples/make.py [FOLDER]

The strokes of each character stand in shapes.py, pen.py writes with them, paper.py is what is written on; sheets.py
draws those pictures whose sheets were ruled, printed or marked before.

A label is what is written: a blank stands between numbers of a row, " | " between rows. Where it is nothing but digits,
signs and gaps do not matter.
"""

import csv
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from paper import BLACK, box, finish, grained, ink, light, noisy, plain, shadow, small, squared, worn
from pen import Hand, centred, cover, extent, shift, write
from sheets import comb, date, form, marker, notebook, table

HERE = Path(__file__).parent
HEADER = ("file", "label", "kind", "medium", "polarity", "width", "height", "source", "note")
BLUE, FOUNTAIN, LEAD = (38, 62, 158), (24, 30, 74), (92, 92, 96)

Rng = np.random.Generator
Picture = NDArray[np.uint8]


class Example(NamedTuple):
    """One picture: what is on it, and the function that draws it from a generator of its own."""

    file: str
    label: str
    medium: str
    note: str
    draw: Callable[[Rng], Picture]
    polarity: str = "dark-on-light"

    @property
    def kind(self) -> str:
        """What index.csv calls it: single, multi or negative."""
        digits = sum(map(str.isdigit, self.label))
        return {0: "negative", 1: "single"}.get(digits, "multi")


def single(rng: Rng) -> Picture:
    """Draw a 5 in ink on white paper, its bar a stroke of its own."""
    size = 260, 300
    paths = centred(write("5", (0, 0), Hand(170, ways={"5": 0}), rng), 132, 148)
    return finish(ink(grained(size, (250, 249, 246), rng, 0.8), cover(paths, size, 9), FOUNTAIN))


def one(rng: Rng) -> Picture:
    """Draw a 1 with an up-stroke as long as half the stem."""
    size = 240, 280
    paths = centred(write("1", (0, 0), Hand(165, slant=0.06, ways={"1": 4}), rng), 118, 142)
    return finish(ink(plain(size), cover(paths, size, 7), (20, 20, 24)))


def seven(rng: Rng) -> Picture:
    """Draw a crossed 7 with the mouse: no pressure, no taper, one colour."""
    size = 280, 280
    paths = centred(write("7", (0, 0), Hand(170, slant=0.02, wobble=0.03, ways={"7": 1}), rng), 140, 140)
    return finish(ink(plain(size), cover(paths, size, 12, taper=0), BLACK))


def row(rng: Rng) -> Picture:
    """Draw five digits in a row in ballpoint."""
    size = 640, 210
    paths = write("30964", (52, 158), Hand(104, slope=-0.02, gap=0.42, ways={"9": 1, "4": 0}), rng)
    return finish(ink(grained(size, (252, 251, 248), rng, 0.8), cover(paths, size, 5.5), FOUNTAIN))


def rows(rng: Rng) -> Picture:
    """Draw four rows that slope, with uneven gaps and sizes."""
    size = 720, 640
    hand = Hand(78, slope=0.07, gap=0.5, uneven=0.15, ways={"7": 1, "1": 1, "4": 2, "9": 0})
    lines = [("2718281", 46, 118), ("31 4159", 64, 250), ("16 180", 40, 386), ("577 215", 70, 522)]
    paths = [path for text, x, y in lines for path in write(text, (x, y), hand, rng)]
    return finish(ink(grained(size, (247, 247, 243), rng, 0.8), cover(paths, size, 5), (32, 32, 36)))


def boxes(rng: Rng) -> Picture:
    """Draw eight digits in the printed boxes of a form."""
    size, side = (820, 190), 84
    sheet = grained(size, (251, 251, 251), rng, 0.6)
    paths = []
    for place, digit in enumerate("20471856"):
        left = 38 + place * (side + 10)
        box(sheet, left, 48, side, 96, (60, 60, 60))
        written = write(digit, (0, 0), Hand(62, uneven=0.12, ways={"1": 1, "7": 0, "4": 1}), rng)
        paths += centred(written, left + side / 2 + rng.uniform(-6, 6), 96 + rng.uniform(-6, 6))
    return finish(ink(sheet, cover(paths, size, 5), (28, 44, 120)))


def sudoku(rng: Rng) -> Picture:
    """Draw a square of nine cells, of which some hold a digit."""
    size, side = (440, 440), 130
    sheet = plain(size, (253, 253, 250))
    paths = []
    for place, digit in enumerate("6 8 3 1 9"):
        down, across = divmod(place, 3)
        left, top = 25 + across * side, 25 + down * side
        box(sheet, left, top, side + 1, side + 1, (25, 25, 25), 1)
        if digit != " ":
            written = write(digit, (0, 0), Hand(78, uneven=0.1, ways={"1": 3, "9": 2}), rng)
            paths += centred(written, left + side / 2 + rng.uniform(-9, 9), top + side / 2 + rng.uniform(-9, 9))
    box(sheet, 23, 23, 3 * side + 5, 3 * side + 5, (25, 25, 25), 4)
    return finish(ink(sheet, cover(paths, size, 4.5), LEAD))


def thin(rng: Rng) -> Picture:
    """Draw four digits with a pen of one and a half pixels: a seventieth of their height."""
    size = 560, 200
    paths = write("7426", (70, 150), Hand(106, gap=0.5, ways={"7": 0, "4": 1, "6": 1}), rng)
    return finish(ink(plain(size), cover(paths, size, 1.5, taper=0), (30, 30, 30)))


def thick(rng: Rng) -> Picture:
    """Draw two digits with a broad marker."""
    size = 460, 320
    paths = write("83", (90, 252), Hand(185, slant=0.05, gap=0.34, ways={"8": 0, "3": 0}), rng)
    return finish(ink(grained(size, (248, 246, 240), rng), cover(paths, size, 36, taper=0.12), (30, 30, 34)))


def dark(rng: Rng) -> Picture:
    """Draw three digits in chalk on a blackboard."""
    size = 560, 300
    paths = write("195", (100, 218), Hand(140, gap=0.42, ways={"1": 2, "9": 1, "5": 0}), rng)
    board = grained(size, (38, 52, 46), rng, 5)
    chalk = worn(cover(paths, size, 9, taper=0.2), rng, 0.55)
    return finish(noisy(ink(board, chalk, (232, 232, 224)), rng, 1.5))


def photo(rng: Rng) -> Picture:
    """Draw six digits as a phone sees them in lamp light, with a hand's shadow over half of them."""
    size = 900, 560
    paths = write("508213", (110, 352), Hand(128, slope=-0.06, gap=0.42, uneven=0.08, ways={"5": 0, "1": 1}), rng)
    sheet = ink(grained(size, (236, 232, 224), rng, 3), cover(paths, size, 7), (34, 36, 60))
    sheet = light(sheet, (0.98, 0.72, 0.8, 0.5), (1.0, 0.9, 0.74))
    return finish(noisy(shadow(sheet, 0.62, 0.4, 0.22, 0.55), rng, 4))


def blue_on_squares(rng: Rng) -> Picture:
    """Draw four digits in blue ballpoint on squared paper."""
    size = 620, 300
    sheet = squared(grained(size, (246, 247, 244), rng, 1.5), 29.3, (150, 178, 206))
    paths = write("3741", (96, 212), Hand(112, gap=0.5, ways={"7": 1, "4": 0, "1": 4, "3": 1}), rng)
    return finish(noisy(ink(sheet, cover(paths, size, 5.5), BLUE), rng, 1.5))


def pencil(rng: Rng) -> Picture:
    """Draw four digits in a hard pencil, hardly darker than the paper."""
    size = 560, 220
    paper = grained(size, (238, 237, 233), rng, 1.2)
    paths = write("6208", (76, 164), Hand(104, gap=0.44, ways={"2": 1, "8": 2}), rng)
    lead = worn(cover(paths, size, 4.5), rng, 0.6, coarse=1.6)
    return finish(noisy(ink(paper, lead // 4, LEAD), rng, 0.8))


def blank(rng: Rng) -> Picture:
    """Draw an empty sheet, unevenly lit."""
    sheet = light(grained((480, 360), (240, 238, 232), rng, 1.5), (1, 0.9, 0.94, 0.8), (1, 0.99, 0.97))
    return finish(noisy(sheet, rng, 0.6))


def letter(rng: Rng) -> Picture:
    """Draw an R, which no digit looks like."""
    size = 260, 300
    paths = centred(write("R", (0, 0), Hand(170), rng), 130, 150)
    return finish(ink(grained(size, (250, 249, 246), rng, 0.8), cover(paths, size, 9), FOUNTAIN))


def letters(rng: Rng) -> Picture:
    """Draw three letters in a row."""
    size = 460, 220
    paths = write("HAk", (70, 160), Hand(108, gap=0.4), rng)
    return finish(ink(plain(size), cover(paths, size, 6), (20, 20, 24)))


def sum_of_two(rng: Rng) -> Picture:
    """Draw a sum with its signs."""
    size = 780, 190
    paths = write("12+7=19", (48, 140), Hand(98, gap=0.4, ways={"1": 1, "2": 0, "7": 0, "9": 0}), rng)
    return finish(ink(grained(size, (251, 250, 247), rng, 0.8), cover(paths, size, 5.5), (30, 30, 60)))


def broken(rng: Rng) -> Picture:
    """Draw digits whose strokes do not meet: a pen that skips, the bar of the 5 and the stem of the 4 apart."""
    size = 560, 220
    paths = write("5340", (72, 162), Hand(110, gap=0.46, ways={"5": 2, "4": 1, "3": 0}), rng)
    paths[1:2] = shift(paths[1:2], 7, -6)  # the bar of the 5
    skipped = [part for path in paths for part in _skipped(path, rng)]
    return finish(ink(plain(size, (252, 252, 250)), cover(skipped, size, 6, taper=0.3), (28, 28, 32)))


def touching(rng: Rng) -> Picture:
    """Draw four digits of which each touches the next."""
    size = 480, 220
    digits = [write(each, (0, 0), Hand(116, slant=0.08, ways={"3": 0, "5": 2, "6": 0, "2": 0}), rng) for each in "3562"]
    paths, right = [], 66.0
    for digit in digits:
        left, _, reach, _ = extent(digit)
        paths += shift(digit, right - left, 166)
        right += reach - left - 1
    return finish(ink(plain(size, (252, 252, 250)), cover(paths, size, 7, taper=0.1), (28, 28, 32)))


def tiny(rng: Rng) -> Picture:
    """Draw a 4 in 28 x 28 pixels, bright on black, as a web canvas hands it over."""
    size = 28 * 8, 28 * 8
    paths = centred(write("4", (0, 0), Hand(126, ways={"4": 0}), rng), 112, 112)
    return finish(small(ink(plain(size, BLACK), cover(paths, size, 16, taper=0.1), (255, 255, 255)), 8))


def _skipped(path: NDArray[np.float64], rng: Rng) -> list[NDArray[np.float64]]:
    """Return a long stroke in two parts with a gap of some pixels between, a short one as it is."""
    if len(path) < 500:
        return [path]
    at = int(len(path) * rng.uniform(0.42, 0.58))
    return [path[:at], path[at + 28 :]]


EXAMPLES = (
    Example("single.png", "5", "scan", "ink on paper", single),
    Example("one.png", "1", "canvas", "1 with an up-stroke", one),
    Example("seven.png", "7", "canvas", "crossed 7, drawn with a mouse", seven),
    Example("tiny.png", "4", "canvas", "28 x 28 pixels", tiny, "light-on-dark"),
    Example("row.png", "30964", "scan", "five digits in a row", row),
    Example("rows.png", "271828131415916180577215", "scan", "full:2718281/31 4159/16 180/577 215; rows slope", rows),
    Example("boxes.png", "20471856", "scan", "printed boxes of a form", boxes),
    Example("sudoku.png", "68319", "scan", "full:6 8/3/1 9; cells of a grid, four of them empty", sudoku),
    Example("thin.png", "7426", "canvas", "pen of 1.5 pixels", thin),
    Example("thick.png", "83", "scan", "broad marker", thick),
    Example("dark.jpg", "195", "photo", "chalk on a board", dark, "light-on-dark"),
    Example("photo.jpg", "508213", "photo", "lamp light, shadow of a hand, noise", photo),
    Example("squares.jpg", "3741", "photo", "blue pen on squared paper", blue_on_squares),
    Example("pencil.jpg", "6208", "scan", "faint pencil", pencil),
    Example("sum.png", "12+7=19", "scan", "signs between the digits", sum_of_two),
    Example("broken.png", "5340", "scan", "strokes that do not meet", broken),
    Example("touching.png", "3562", "scan", "each digit touches the next", touching),
    Example("blank.jpg", "", "photo", "an empty sheet", blank),
    Example("letter.png", "", "scan", "the letter R", letter),
    Example("letters.png", "", "canvas", "letters: HAk", letters),
    Example("notebook.jpg", "80274", "photo", "ruled page with a red margin, askew on a dark desk", notebook),
    Example("comb.png", "35910248", "scan", "boxes turned by 2 degrees, whose walls digits touch", comb),
    Example("highlighted.jpg", "61795", "photo", "yellow highlighter over the number", marker),
    Example("table.png", "24 8 310 | 57 6 90 | 13 45 208", "scan", "a number in each cell of a table", table),
    Example("date.png", "12/05/2024 | $38.50", "scan", "a date and a price on squared paper", date),
    Example("form.jpg", "47061 | 92.50", "photo", "printed form, filled in; a shadow across", form),
)


def main(folder: Path = HERE) -> None:
    """Draw every picture into `folder`, with the index beside them."""
    text = StringIO()
    index = csv.writer(text, lineterminator="\n")
    index.writerow(HEADER)
    for number, example in enumerate(EXAMPLES):
        picture = Image.fromarray(example.draw(np.random.default_rng(number)))
        options = {"quality": 88} if example.file.endswith(".jpg") else {"optimize": True}
        picture.save(folder / example.file, **options)
        about = (example.file, example.label, example.kind, example.medium, example.polarity)
        index.writerow((*about, *picture.size, "digits", example.note))
    (folder / "index.csv").write_text(text.getvalue(), encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
