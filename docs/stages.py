"""The figure of docs/reading.md that follows one picture through all stages of reading."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageColor, ImageDraw

from digits import Reader, Reading
from digits.base.records import CHARS, DIGITS
from digits.cli.output.text import percent
from digits.images import Part, find_lines, open_pages
from digits.reading.networks import ink_network, line_network
from digits.reading.recognition import STEP, Read, recognise
from panels import (
    BODY,
    EDGE,
    FAINT,
    GAP,
    GROUND,
    MARGIN,
    SMALL,
    SURE,
    TEXT,
    WIDE,
    fitted,
    font,
    framed,
    heading,
    sheet,
    written,
)

LEFT, RIGHT = 235, 440  # pixels of width for what is said beside the strip, and for the text that is read
STRIP, ROW = 300, 26  # pixels of height: of the strip at most, and of one character's probabilities
LIKELY = 0.05  # a sign that is nowhere so likely gets no row
ROOM = 28  # pixels for a row's character
FEW = 4  # strings that are told

Floats = NDArray[np.float64]


def stages(reader: Reader, path: Path, about: str) -> Image.Image:
    """Return the way from a picture to its text; `about` says what is on the picture."""
    [seen], reading = list(open_pages(path, ink_network)), reader.read(path)
    parts = find_lines(seen.ink)
    longest = max(parts, key=lambda each: each.strip.ink.shape[1])
    [read] = recognise([longest], line_network())
    page, pen = sheet(1500)
    width = (WIDE - 2 * MARGIN - 2 * GAP) // 3
    with Image.open(path) as image:
        picture, scale = fitted(image.convert("RGB"), (width, 400))
    lines = picture.copy()
    for part in parts:
        left, top, right, low = (side * seen.scale * scale for side in part.box)
        framed(lines, (left, top, right - left, low - top), SURE)
    told = "connected ink, row by row, parted at wide gaps"
    top = (
        ("1  picture", about, picture),
        ("2  page", "ink: what the ink network takes for handwriting", Image.fromarray(seen.ink).resize(picture.size)),
        ("3  lines", told, lines),
    )
    for number, (title, under, panel) in enumerate(top):
        left = MARGIN + number * (width + GAP)
        heading(pen, left, 64, title, under)
        page.paste(panel, (left, 118))
    low = line(page, longest, read, 118 + picture.height + 70)
    result(pen, reading, 118 + picture.height + 70)
    return page.crop((0, 0, WIDE, low + 40))


def line(page: Image.Image, part: Part, read: Read, top: int) -> int:
    """Draw a line's strip, under it its lattice and its characters; return how far down that reaches."""
    pen, left = ImageDraw.Draw(page), MARGIN + LEFT
    high, long = part.strip.ink.shape
    zoom = min(STRIP / high, (WIDE - 2 * MARGIN - LEFT - RIGHT) / long)
    strip = Image.fromarray(part.strip.ink).resize((round(long * zoom), round(high * zoom)), Image.Resampling.NEAREST)
    page.paste(strip, (left, top))
    heading(pen, MARGIN, top + 28, "4  strip", "level, digits of", "34 of 48 pixels")
    below = top + strip.height + 34
    heading(pen, MARGIN, below + 28, "5  characters", "how likely each", "is, place by place")
    foot = lattice(page, np.exp(read.lattice.logs), (left, below), strip.width)
    for character in read.characters:
        x = left + (character.place + 0.5) * STEP * zoom
        pen.text((x, foot + 62), character.char, SURE, font(60), anchor="ms")
        pen.text((x, foot + 96), percent(character.confidence), FAINT, font(SMALL), anchor="ms")
    return foot + 96


def lattice(page: Image.Image, likely: Floats, place: tuple[int, int], width: int) -> int:
    """Draw how likely each character is along the strip, a row for each; return how far down that reaches."""
    pen, (left, top) = ImageDraw.Draw(page), place
    rows = [i for i, char in enumerate(CHARS) if char in DIGITS or likely[:, i].max() >= LIKELY]
    ground, full = (np.array(ImageColor.getrgb(colour), float) for colour in (GROUND, SURE))
    heat = ground + likely[:, rows].T[..., None] * (full - ground)
    size = width, ROW * len(rows)
    page.paste(Image.fromarray(heat.astype(np.uint8)).resize(size, Image.Resampling.NEAREST), place)
    for number, i in enumerate(rows):
        y = top + number * ROW
        pen.line((left, y, left + width, y), "white", 2)
        colour = TEXT if likely[:, i].max() >= 0.5 else FAINT
        pen.text((left - ROOM / 2, y + ROW - 6), CHARS[i], colour, font(20), anchor="ms")
    pen.rectangle((left, top, left + width - 1, top + size[1] - 1), outline=EDGE)
    return top + size[1]


def result(pen: ImageDraw.ImageDraw, reading: Reading, top: int) -> None:
    """Write the longest row that was read, and the likeliest strings with their probabilities."""
    left = WIDE - MARGIN - RIGHT + GAP
    heading(pen, left, top + 28, "6  reading", "and how likely whole strings are")
    if not reading.lines:
        return
    chosen = max(reading.lines, key=lambda each: each.box[2])
    written(pen, (left, top + 150), chosen.text, SURE, 84, RIGHT - GAP)
    for number, (text, share) in enumerate(chosen.alternatives(FEW)):
        y = top + 214 + 42 * number
        colour = FAINT if number else TEXT
        pen.text((left, y), text, colour, font(BODY), anchor="ls")
        pen.text((WIDE - MARGIN, y), percent(share), colour, font(BODY), anchor="rs")
