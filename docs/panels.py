"""What the figures of docs/pictures are made of: sheets, panels, headings, boxes around what was read."""

from functools import cache
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from digits import Reading

SURE, UNSURE, REFUSED = "#0072b2", "#d55e00", "#b0006d"  # as --show has them; the colour-blind can tell them apart
TEXT, FAINT, EDGE, GROUND, WHITE = "#1d1d1f", "#6e6e73", "#d2d2d7", "#f5f5f7", "#ffffff"
WIDE, MARGIN, GAP = 1800, 40, 28
LARGE, BODY, SMALL = 44, 28, 22
COLOURS = 256  # of a picture that is kept


@cache
def font(size: int) -> Any:
    """Return the letters that Pillow brings."""
    return ImageFont.load_default(size)


def sheet(height: int) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    """Return an empty sheet and its pen."""
    page = Image.new("RGB", (WIDE, height), WHITE)
    return page, ImageDraw.Draw(page)


def fitted(picture: Image.Image, size: tuple[int, int]) -> tuple[Image.Image, float]:
    """Return the picture as large as `size` allows, and how many times larger it is."""
    scale = min(size[0] / picture.width, size[1] / picture.height, 4.0)
    return picture.resize(
        (round(picture.width * scale), round(picture.height * scale)), Image.Resampling.LANCZOS
    ), scale


def framed(picture: Image.Image, box: tuple[float, ...], colour: str) -> None:
    """Draw a frame around `box`: left, top, width, height."""
    left, top, width, height = box
    pen = ImageDraw.Draw(picture)
    pen.rounded_rectangle((left - 5, top - 5, left + width + 5, top + height + 5), 6, outline=colour, width=3)


def boxed(picture: Image.Image, reading: Reading, scale: float) -> Image.Image:
    """Return the picture with a box around each mark; `scale` is the picture's own."""
    picture = picture.copy()
    for mark in (*reading.digits, *reading.others):
        colour = REFUSED if mark in reading.others else SURE if mark.sure else UNSURE
        framed(picture, tuple(each * scale for each in mark.box), colour)
    return picture


def panel(page: Image.Image, picture: Image.Image, place: tuple[int, int], size: tuple[int, int]) -> None:
    """Lay the picture in the middle of a grey field."""
    pen = ImageDraw.Draw(page)
    pen.rectangle((*place, place[0] + size[0] - 1, place[1] + size[1] - 1), fill=GROUND, outline=EDGE)
    page.paste(picture, (place[0] + (size[0] - picture.width) // 2, place[1] + (size[1] - picture.height) // 2))


def heading(pen: ImageDraw.ImageDraw, x: int, y: int, title: str, *under: str) -> None:
    """Write a title and fainter lines under it."""
    pen.text((x, y), title, TEXT, font(BODY), anchor="ls")
    for number, line in enumerate(under):
        pen.text((x, y + 32 + 28 * number), line, FAINT, font(SMALL), anchor="ls")


def written(pen: ImageDraw.ImageDraw, place: tuple[int, int], text: str, colour: str, size: int, width: int) -> None:
    """Write text as large as `size` and `width` allow."""
    while pen.textlength(text, font(size)) > width:
        size -= 1
    pen.text(place, text, colour, font(size), anchor="ls")


def with_palette(page: Image.Image) -> Image.Image:
    """Return the page in few colours, with white as white: Pillow would take the average of what is nearly white."""
    few = page.quantize(COLOURS - 1, Image.Quantize.MEDIANCUT)
    colours = Image.new("P", (1, 1))
    colours.putpalette([*few.getpalette()[: 3 * (COLOURS - 1)], 255, 255, 255])
    drawn = page.quantize(palette=colours, dither=Image.Dither.FLOYDSTEINBERG)
    drawn.paste(COLOURS - 1, mask=Image.fromarray((np.asarray(page) == 255).all(2)))
    return drawn
