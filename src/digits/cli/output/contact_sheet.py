"""Contact sheets: a page that was read with boxes on it, and below it the glyphs that the network saw."""

import math
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from digits.base.reading import Digit, Reading
from digits.base.records import NOT_A_DIGIT, SIDE
from digits.cli.output.text import BETWEEN, NOTHING, percent
from digits.images import Picture

SURE, UNSURE, REFUSED = "#0072b2", "#d55e00", "#b0006d"  # the colour-blind can tell them apart
PAPER, EDGE, TEXT, FAINT = "#ffffff", "#d2d2d7", "#1d1d1f", "#6e6e73"

PAGE_LEAST, PAGE_MOST = 420, 1600  # pixels of the page's longer side as it is drawn
WIDTH_LEAST = 560
MARGIN, GAP = 20, 10
ZOOM = 3  # pixels of the sheet for one of a glyph
CARD = (SIDE * ZOOM + 4, SIDE * ZOOM + 50)  # a glyph with its frame and what is said of it
MOST_ROWS = 12  # of digits that get a line each
TITLE, BODY, SMALL = 22, 15, 12  # sizes of letters
HEAD = BODY + 9  # what a tag takes above its box

Box = tuple[int, int, int, int]


@dataclass(frozen=True, eq=False)
class DrawnMark:
    """A mark as it is drawn: what was read, and its glyph."""

    digit: Digit
    glyph: NDArray[np.uint8]

    @property
    def text(self) -> str:
        """The digit, with "?" where it is unsure; "x" where it is none."""
        return "x" if self.digit.label == NOT_A_DIGIT else self.digit.label + "?" * (not self.digit.sure)

    @property
    def colour(self) -> str:
        """The colour of a sure digit, of an unsure one, of a mark that is none."""
        return REFUSED if self.text == "x" else SURE if self.digit.sure else UNSURE


def draw(picture: Picture, reading: Reading, page: int, title: str) -> Image.Image:
    """Return the sheet of one page of `reading`, RGB: the page, under it `title` and answer, the glyphs."""
    marks = [DrawnMark(*each) for each in zip((*reading.digits, *reading.others), reading.glyphs, strict=True)]
    marks = [mark for mark in marks if mark.digit.page == page]
    shown = _boxed(picture, marks)
    width = max(shown.width, WIDTH_LEAST) + 2 * MARGIN
    columns = (width - 2 * MARGIN + GAP) // (CARD[0] + GAP)
    words = _words(reading, page, title, width - 2 * MARGIN)
    top = MARGIN + shown.height + GAP
    cards = top + words.height + GAP
    sheet = Image.new("RGB", (width, cards + -(-len(marks) // columns) * (CARD[1] + GAP) + MARGIN - GAP), PAPER)
    sheet.paste(shown, (MARGIN, MARGIN))
    sheet.paste(words, (MARGIN, top))
    for place, mark in enumerate(marks):
        row, column = divmod(place, columns)
        sheet.paste(_card(mark), (MARGIN + column * (CARD[0] + GAP), cards + row * (CARD[1] + GAP)))
    return sheet


def _boxed(picture: Picture, marks: list[DrawnMark]) -> Image.Image:
    """Return the page, RGB, at a size that can be looked at, with a box and a tag for each mark."""
    page = _sized(picture)
    scale = page.width / picture.size[0]
    boxes = [_frame(mark.digit.box, scale, page.size) for mark in marks]
    head = HEAD if any(top < HEAD for _, top, _, _ in boxes) else 0  # for tags of marks at the upper border
    shown = Image.new("RGB", (page.width, page.height + head), PAPER)
    shown.paste(page, (0, head))
    pen = ImageDraw.Draw(shown)
    pen.rectangle((0, head, shown.width - 1, shown.height - 1), outline=EDGE)
    boxes = [(left, top + head, right, bottom + head) for left, top, right, bottom in boxes]
    for mark, (left, top, right, bottom) in zip(marks, boxes, strict=True):
        pen.rounded_rectangle((left - 1, top - 1, right + 1, bottom + 1), radius=5, outline=PAPER, width=4)
        pen.rounded_rectangle((left, top, right, bottom), radius=4, outline=mark.colour, width=2)
    for mark, box in zip(marks, boxes, strict=True):  # after all boxes, so that none runs through a tag
        _tag(pen, mark, box, shown.width)
    return shown


def _sized(picture: Picture) -> Image.Image:
    """Return the page, RGB, with its longer side neither too short nor too long for a look."""
    height, width = picture.pixels.shape[:2]
    zoom = min(max(height, width, PAGE_LEAST), PAGE_MOST) / max(height, width)
    size = (max(1, round(width * zoom)), max(1, round(height * zoom)))
    how = Image.Resampling.NEAREST if zoom > 4 else Image.Resampling.BICUBIC
    return Image.fromarray(picture.pixels).convert("RGB").resize(size, how)


def _frame(box: Box, scale: float, size: tuple[int, int]) -> Box:
    """Return left, top, right, bottom of what is drawn around `box`: a little larger, and on the page."""
    left, top, width, height = (each * scale for each in box)
    right, bottom = min(left + width + 4, size[0] - 1), min(top + height + 4, size[1] - 1)
    return round(max(left - 4, 0)), round(max(top - 4, 0)), round(right), round(bottom)


def _tag(pen: ImageDraw.ImageDraw, mark: DrawnMark, box: Box, most: int) -> None:
    """Write what was read above the box, left of `most`, with the confidence if there is room."""
    left, top, right, bottom = box
    letters = min(max((bottom - top) // 5, SMALL), BODY + 3)
    text = mark.text
    longer = f"{text}  {math.floor(mark.digit.confidence * 100 + 1e-6)}%"
    room = right - left
    if pen.textlength(longer, _font(letters)) <= max(room, min(3 * letters, 2 * room)):
        text = longer
    width, height = round(pen.textlength(text, _font(letters))) + 8, letters + 6
    x, y = max(0, min(left, most - width)), max(0, top - height + 1)
    pen.rounded_rectangle((x, y, x + width, y + height), radius=4, fill=mark.colour)
    pen.text((x + 4, y + height / 2), text, PAPER, _font(letters), anchor="lm")


def _words(reading: Reading, page: int, title: str, width: int) -> Image.Image:
    """Return what is said between the page and its glyphs: its title, its rows of digits, what there is to doubt."""
    rows = [line.text for line in reading.lines if line.page == page]
    lines = rows if len(rows) <= MOST_ROWS else [BETWEEN.join(rows)]
    said = [(title, SMALL, FAINT), *((text, TITLE, TEXT) for text in lines or (NOTHING,))]
    if reading.warnings:
        said.append(("; ".join(reading.warnings), BODY, UNSURE))
    strip = Image.new("RGB", (width, sum(letters + 8 for _, letters, _ in said)), PAPER)
    pen, y = ImageDraw.Draw(strip), 0
    for text, letters, colour in said:
        pen.text((0, y + (letters + 8) / 2), _fitting(pen, text, letters, width), colour, _font(letters), anchor="lm")
        y += letters + 8
    return strip


def _fitting(pen: ImageDraw.ImageDraw, text: str, letters: int, width: int) -> str:
    """Return as much of `text` as fits."""
    if pen.textlength(text, _font(letters)) <= width:
        return text
    most = next(n for n in range(len(text), -1, -1) if pen.textlength(f"{text[:n]}...", _font(letters)) <= width)
    return f"{text[:most]}..."


def _card(mark: DrawnMark) -> Image.Image:
    """Return the glyph of a mark, framed, and below it what was read, how surely, and what else it may be."""
    card = Image.new("RGB", CARD, PAPER)
    pen = ImageDraw.Draw(card)
    side = SIDE * ZOOM
    pen.rectangle((0, 0, CARD[0] - 1, side + 3), outline=mark.colour, width=2)
    card.paste(Image.fromarray(mark.glyph).resize((side, side), Image.Resampling.NEAREST), (2, 2))
    digit, middle = mark.digit, CARD[0] - 2
    pen.text((2, side + 19), mark.text, mark.colour, _font(TITLE), anchor="lm")
    pen.text((middle, side + 19), percent(digit.confidence), TEXT, _font(BODY), anchor="rm")
    second = "none" if digit.runner_up == NOT_A_DIGIT else digit.runner_up
    pen.text((2, side + 40), f"or {second}", FAINT, _font(SMALL), anchor="lm")
    pen.text((middle, side + 40), percent(digit.runner_up_confidence), FAINT, _font(SMALL), anchor="rm")
    return card


@cache
def _font(letters: int) -> Any:
    return ImageFont.load_default(letters)
