"""Draw docs/pictures/reading-*.png: what the shipped reader makes of examples/, and where it fails.

    python docs/figures.py

After a new network, or a change to how it sees: run it, look at each picture, and read docs/reading.md again.
"""

import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

sys.path.insert(0, str(Path(__file__).parents[1] / "examples"))

from digits import Reader, Reading
from digits.cli.output.text import percent
from digits.images import find_marks, open_pages
from make import EXAMPLES as LISTED
from paper import finish, ink, noisy, plain
from pen import Hand, centred, cover, extent, write
from shapes import SHAPES

EXAMPLES, PICTURES = Path(__file__).parents[1] / "examples", Path(__file__).with_name("pictures")
SURE, UNSURE, REFUSED = "#0072b2", "#d55e00", "#b0006d"  # as --show has them; the colour-blind can tell them apart
TEXT, FAINT, EDGE, GROUND, WHITE = "#1d1d1f", "#6e6e73", "#d2d2d7", "#f5f5f7", "#ffffff"
WIDE, MARGIN, GAP = 1800, 40, 28
LARGE, BODY, SMALL = 44, 28, 22
HALF = 200  # pixels of height of two papers side by side
ZOOM = 6  # pixels for one of a glyph
COLOURS = 256  # of a picture that is kept

INK = (24, 30, 74)

# What examples/ has no use for: letters, a point, and as "f" a 7 that could be a 1.
SHAPES.update(
    {
        "O": ("36,1 12,14 3,50 14,86 38,99 64,86 72,50 62,14 36,1 28,3",),
        "S": ("54,14 34,1 12,12 12,33 33,48 55,64 54,87 30,99 5,88",),
        "l": ("10,0 9,50 8,100",),
        ".": ("0,97 2,99",),
        "f": ("0,28 16,14 30,0! 27,48 20,100",),
    }
)

Picture = NDArray[np.uint8]
Floats = NDArray[np.float64]


class Shown(NamedTuple):
    """A picture, what is said above it, what it should be read as, and what was read."""

    title: str
    picture: Image.Image
    wanted: str
    reading: Reading


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


def boxed(picture: Image.Image, reading: Reading, scale: float) -> Image.Image:
    """Return the picture with a box around each mark; `scale` is the picture's own."""
    picture = picture.copy()
    pen = ImageDraw.Draw(picture)
    for mark in (*reading.digits, *reading.others):
        left, top, width, height = (each * scale for each in mark.box)
        colour = REFUSED if mark in reading.others else SURE if mark.sure else UNSURE
        pen.rounded_rectangle((left - 5, top - 5, left + width + 5, top + height + 5), 6, outline=colour, width=3)
    return picture


def panel(page: Image.Image, picture: Image.Image, place: tuple[int, int], size: tuple[int, int]) -> None:
    """Lay the picture in the middle of a grey field."""
    pen = ImageDraw.Draw(page)
    pen.rectangle((*place, place[0] + size[0] - 1, place[1] + size[1] - 1), fill=GROUND, outline=EDGE)
    page.paste(picture, (place[0] + (size[0] - picture.width) // 2, place[1] + (size[1] - picture.height) // 2))


def heading(pen: ImageDraw.ImageDraw, x: int, y: int, title: str, under: str) -> None:
    """Write a title and a fainter line under it."""
    pen.text((x, y), title, TEXT, font(BODY), anchor="ls")
    pen.text((x, y + 32), under, FAINT, font(SMALL), anchor="ls")


def stages(reader: Reader, path: Path) -> Image.Image:
    """Return the way from a picture to its text."""
    page, pen = sheet(1120)
    width = (WIDE - 2 * MARGIN - 2 * GAP) // 3
    [seen], reading = list(open_pages(path)), reader.read(path)
    with Image.open(path) as image:
        picture, scale = fitted(image.convert("RGB"), (width, 400))
    inked, _ = fitted(Image.fromarray(seen.ink), (width, 400))
    top = (
        ("1  picture", "lamp light, a hand's shadow, noise", picture),
        ("2  page", "ink: what differs from the paper around it", inked.convert("RGB")),
        ("3  marks", f"{len(find_marks(seen.ink))} boxes, in reading order", boxed(picture, reading, scale)),
    )
    for number, (title, under, panel_) in enumerate(top):
        left = MARGIN + number * (width + GAP)
        heading(pen, left, 64, title, under)
        page.paste(panel_, (left, 118))
    below = 118 + picture.height + 84
    heading(pen, MARGIN, below + 70, "4  glyphs", "28 x 28, as")
    pen.text((MARGIN, below + 130), "MNIST has them", FAINT, font(SMALL), anchor="ls")
    heading(pen, MARGIN, below + 280, "5  digits", "probabilities,")
    pen.text((MARGIN, below + 340), "x is not a digit", FAINT, font(SMALL), anchor="ls")
    heading(pen, MARGIN, below + 426, "6  reading", "sure, so no ?")
    for number in range(len(reading.digits)):
        answer(page, reading, number, (MARGIN + 235 + number * 263, below))
    return page.crop((0, 0, WIDE, below + 520))


def answer(page: Image.Image, reading: Reading, number: int, place: tuple[int, int]) -> None:
    """Draw one glyph, under it its probabilities, under these the digit."""
    pen, side = ImageDraw.Draw(page), 28 * ZOOM
    (x, y), digit = place, reading.digits[number]
    page.paste(Image.fromarray(reading.glyphs[number]).resize((side, side), Image.Resampling.NEAREST), (x, y))
    step, floor, high = side / 11, y + side + 148, 100
    for place_, (name, share) in enumerate(zip("0123456789x", digit.probabilities, strict=True)):
        left, best = x + place_ * step, share == max(digit.probabilities)
        pen.rectangle((left + 2, floor - max(2, share * high), left + step - 2, floor), fill=SURE if best else EDGE)
        pen.text((left + step / 2, floor + 20), name, TEXT if best else FAINT, font(17), anchor="ms")
    pen.text((x + side / 2, floor + 60), percent(digit.confidence), FAINT, font(SMALL), anchor="ms")
    pen.text((x + side / 2, floor + 132), digit.text, SURE if digit.sure else UNSURE, font(72), anchor="ms")


def grid(shown: Iterable[Shown], columns: int, high: int) -> Image.Image:
    """Return pictures in rows, each with its title, its boxes and what was read."""
    shown = list(shown)
    width = (WIDE - 2 * MARGIN - (columns - 1) * GAP) // columns
    step = high + 140
    page, _ = sheet(MARGIN + -(-len(shown) // columns) * step)
    for number, each in enumerate(shown):
        down, across = divmod(number, columns)
        tile(page, each, (MARGIN + across * (width + GAP), MARGIN + down * step), (width, high))
    return page


def tile(page: Image.Image, shown: Shown, place: tuple[int, int], size: tuple[int, int]) -> None:
    """Draw one picture of a grid."""
    pen, (x, y), (width, high) = ImageDraw.Draw(page), place, size
    pen.text((x, y + 18), shown.title, FAINT, font(SMALL), anchor="ls")
    picture, scale = fitted(shown.picture, (width - 2, high - 2))
    panel(page, boxed(picture, shown.reading, scale), (x, y + 30), size)
    text = " ".join(shown.reading.rows)
    wrong = shown.wanted != text.replace(" ", "")
    told = bool(shown.reading.warnings)
    written(pen, (x, y + high + 70), text or "nothing", UNSURE if wrong else TEXT, LARGE if text else BODY, width)
    said = [*shown.reading.warnings] or (["wrong, without a word"] if wrong else [])
    written(pen, (x, y + high + 98), "; ".join(said), UNSURE if wrong and not told else FAINT, SMALL, width)


def written(pen: ImageDraw.ImageDraw, place: tuple[int, int], text: str, colour: str, size: int, width: int) -> None:
    """Write text as large as `size` and `width` allow."""
    while pen.textlength(text, font(size)) > width:
        size -= 1
    pen.text(place, text, colour, font(size), anchor="ls")


def examples(reader: Reader) -> Iterable[Shown]:
    """Yield every example with its reading."""
    for each in LISTED:
        with Image.open(EXAMPLES / each.file) as image:
            picture = image.convert("RGB")
        yield Shown(each.file, picture, each.label, reader.read(EXAMPLES / each.file))


def failures(reader: Reader) -> Iterable[Shown]:
    """Yield pictures that are beyond the reader."""
    for title, wanted, picture in hard():
        yield Shown(title, Image.fromarray(picture), wanted, reader.read(picture))


def hard() -> Iterable[tuple[str, str, Picture]]:
    """Yield a title, what is on it, and the picture, of each kind that the reader fails on."""
    rng = np.random.default_rng(7)

    def by_hand(text: str, **hand: Any) -> list[Floats]:
        return write(text, (0, 0), Hand(**{"height": 110, "gap": 0.4, "uneven": 0.02, **hand}), rng)

    yield "a row turned by 40°", "40752", drawn(turned(by_hand("40752"), 40))
    yield "upside down", "2463", drawn(turned(by_hand("2463", height=84), 180))
    yield "joined", "3820", drawn(by_hand("3820", gap=-0.12))
    yield "a 7 with a short, steep flag", "7", drawn(by_hand("f"))
    yield "the point of 3.75", "3.75", drawn(by_hand("3.75", gap=0.25))
    left, right = (drawn(by_hand(text, ways={"2": 0})) for text in ("35", "82"))
    yield "two papers in one picture", "3582", np.hstack([left[:HALF], 255 - right[:HALF]])
    yield "the letters O l S", "", drawn(by_hand("OlS"))
    yield "a sheet on a dark table", "4829", on_table(drawn(by_hand("4829")), rng)


def drawn(paths: list[Floats]) -> Picture:
    """Return the picture of `paths` in ink on paper that leaves some room around them."""
    left, top, right, bottom = extent(paths)
    size = round(right - left) + 100, round(bottom - top) + 90
    return finish(ink(plain(size, (250, 249, 246)), cover(centred(paths, size[0] / 2, size[1] / 2), size, 7), INK))


def turned(paths: list[Floats], degrees: float) -> list[Floats]:
    """Return the strokes turned to the left."""
    cosine, sine = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    return [path @ np.array([[cosine, -sine, 0], [sine, cosine, 0], [0, 0, 1]]) for path in paths]


def on_table(sheet_: Picture, rng: np.random.Generator) -> Picture:
    """Return the sheet with much of the table that it lies on."""
    height, width = sheet_.shape[:2]
    table = finish(noisy(plain((2 * width, 2 * height), (74, 60, 50)), rng, 4))
    table[height // 2 : height // 2 + height, width // 2 : width // 2 + width] = sheet_
    return table


def main() -> None:
    """Draw and keep all pictures."""
    reader = Reader.load()
    made = {
        "stages": stages(reader, EXAMPLES / "photo.jpg"),
        "examples": grid(examples(reader), 5, 190),
        "limits": grid(failures(reader), 4, 230),
    }
    for name, page in made.items():
        with_palette(page).save(PICTURES / f"reading-{name}.png", optimize=True)


def with_palette(page: Image.Image) -> Image.Image:
    """Return the page in few colours, with white as white: Pillow would take the average of what is nearly white."""
    few = page.quantize(COLOURS - 1, Image.Quantize.MEDIANCUT)
    colours = Image.new("P", (1, 1))
    colours.putpalette([*few.getpalette()[: 3 * (COLOURS - 1)], 255, 255, 255])
    drawn = page.quantize(palette=colours, dither=Image.Dither.FLOYDSTEINBERG)
    drawn.paste(COLOURS - 1, mask=Image.fromarray((np.asarray(page) == 255).all(2)))
    return drawn


if __name__ == "__main__":
    main()
