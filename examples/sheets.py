"""The examples on sheets that somebody ruled, printed or marked: each function draws one from a generator."""

import numpy as np
from numpy.typing import NDArray

from paper import (
    finish,
    grained,
    highlighted,
    ink,
    laid,
    light,
    line,
    noisy,
    printed,
    shadow,
    squared,
    wood,
    worn,
)
from pen import Hand, centred, cover, extent, write

BLUE, BLACK_PEN, FOUNTAIN = (36, 58, 150), (30, 31, 38), (24, 30, 74)
RULE, MARGIN, FRAME = (150, 176, 208), (214, 92, 96), (70, 74, 82)

Rng = np.random.Generator
Picture = NDArray[np.uint8]


def notebook(rng: Rng) -> Picture:
    """Draw a page of a notebook with blue rules and a red margin, askew on a dark desk, a number on it in blue pen."""
    size = 1000, 800
    sheet = grained(size, (244, 243, 236), rng, 1.5)
    for y in range(150, size[1], 84):
        line(sheet, (0, y), (size[0], y), 1.8, RULE, 0.75)
    for x in (168, 175):
        line(sheet, (x, 0), (x, size[1]), 1.6, MARGIN, 0.8)
    hand = Hand(100, slant=0.14, gap=0.36, uneven=0.07, ways={"8": 0, "0": 1, "2": 0, "7": 1, "4": 0})
    paths = write("80274", (262, 399), hand, rng)
    sheet = ink(sheet, worn(cover(paths, size, 6.2), rng, 0.18, coarse=1.5), BLUE)
    seen = laid(wood((960, 640), (72, 52, 40), rng), sheet, ((132, 78), (1052, 22), (1100, 790), (64, 770)))
    return finish(noisy(light(seen, (1.04, 0.95, 0.94, 0.78), (1.0, 0.985, 0.94)), rng, 2.4))


def comb(rng: Rng) -> Picture:
    """Draw a digit in each box of a printed row that is turned by two degrees; digits touch the walls."""
    size, wide, high, fall = (820, 200), 84, 92, 0.035
    sheet = grained(size, (252, 252, 250), rng, 0.6)
    left, top = 74, 42

    def place(x: float, y: float) -> tuple[float, float]:
        return left + x - fall * y, top + y + fall * x

    for y in (0, high):
        line(sheet, place(0, y), place(8 * wide, y), 2, FRAME)
    for x in range(0, 9 * wide, wide):
        line(sheet, place(x, 0), place(x, high), 2, FRAME)
    paths = []
    for number, digit in enumerate("35910248"):
        hand = Hand(86, slant=0.1, uneven=0.05, ways={"1": 1, "4": 0, "9": 1, "2": 0})
        written = write(digit, (0, 0), hand, rng)
        a, _, b, _ = extent(written)
        near = (wide - (b - a)) / 2  # to the wall
        paths += centred(written, *place((number + 0.5) * wide + near * rng.uniform(-0.9, 0.9), high * 0.5))
    return finish(ink(sheet, cover(paths, size, 5.5), BLUE))


def marker(rng: Rng) -> Picture:
    """Draw a number that somebody went over with a yellow highlighter."""
    size = 720, 360
    sheet = grained(size, (246, 246, 242), rng, 1.5)
    hand = Hand(112, slant=0.1, gap=0.36, uneven=0.06, ways={"6": 0, "1": 1, "9": 1, "5": 0})
    paths = write("61795", (132, 236), hand, rng)
    for x, y in ((88, 148), (70, 214)):
        sheet = highlighted(sheet, (x, y), (x + 568, y - 9), 76, (255, 243, 92), rng)
    sheet = ink(sheet, cover(paths, size, 6.5), BLACK_PEN)
    return finish(noisy(light(sheet, (1, 0.97, 0.97, 0.92), (1, 1, 0.98)), rng, 1.2))


def table(rng: Rng) -> Picture:
    """Draw a table of three columns with a number in each cell."""
    size, (left, top), wide, high = (640, 400), (50, 40), (160, 150, 230), 106
    sheet = grained(size, (252, 252, 249), rng, 0.6)
    edges = [left + sum(wide[:count]) for count in range(4)]
    for count in range(4):
        thick = 3 if count in (0, 3) else 1.6
        line(sheet, (left, top + count * high), (edges[-1], top + count * high), thick, FRAME)
        line(sheet, (edges[count], top), (edges[count], top + 3 * high), thick, FRAME)
    paths = []
    hand = Hand(58, slant=0.1, gap=0.26, uneven=0.08, ways={"1": 1, "4": 0, "7": 0, "9": 0})
    for down, row in enumerate(("24 8 310", "57 6 90", "13 45 208")):
        for across, number in enumerate(row.split()):
            written = write(number, (0, 0), hand, rng)
            middle = (edges[across] + edges[across + 1]) / 2 + rng.uniform(-8, 8)
            paths += centred(written, middle, top + (down + 0.5) * high + rng.uniform(-5, 5))
    return finish(ink(sheet, cover(paths, size, 4.2), FOUNTAIN))


def date(rng: Rng) -> Picture:
    """Draw a date and below it a price, on squared paper."""
    size, every = (790, 360), 32.0
    sheet = squared(grained(size, (250, 250, 246), rng, 1.5), every, (160, 184, 212), 0.8)
    hand = Hand(88, slant=0.12, gap=0.26, uneven=0.05, ways={"1": 1, "2": 0, "0": 1, "4": 0, "5": 0, "3": 0, "8": 0})
    paths = write("12/05/2024", (60, 158), hand, rng) + write("$38.50", (64, 318), hand, rng)
    return finish(ink(sheet, cover(paths, size, 5.2), BLACK_PEN))


def form(rng: Rng) -> Picture:
    """Draw a printed form with two answer lines that are filled in, photographed with a shadow across."""
    size = 1000, 700
    sheet = grained(size, (247, 247, 245), rng, 1.2)
    text = [("DELIVERY NOTE", 92, 128, 34), ("Order No.", 92, 338, 27), ("Total", 92, 528, 27)]
    sheet = ink(sheet, printed(size, text), (44, 46, 52))
    line(sheet, (92, 160), (910, 160), 4, (44, 46, 52))
    for y in (346, 536):
        line(sheet, (312, y), (910, y), 2, (84, 88, 96))
    hand = Hand(86, slant=0.12, gap=0.34, uneven=0.07, ways={"4": 0, "7": 1, "1": 1, "9": 1, "5": 0})
    paths = write("47061", (352, 340), hand, rng) + write("92.50", (360, 531), hand, rng)
    sheet = ink(sheet, cover(paths, size, 5.6), BLUE)
    seen = laid(wood((960, 640), (150, 112, 78), rng), sheet, ((34, 18), (950, 40), (936, 672), (18, 664)))
    seen = light(seen, (0.98, 0.94, 0.9, 0.82), (1.0, 0.98, 0.93))
    return finish(noisy(shadow(seen, 0.9, 0.3, 0.16, 0.62), rng, 2))
