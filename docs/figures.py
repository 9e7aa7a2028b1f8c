"""Draw docs/pictures/reading-*.png: what the shipped reader makes of examples/, and where it fails.

    python docs/figures.py

After a new network, or a change to how it sees: run it, look at each picture, and read docs/reading.md again.
"""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

sys.path.insert(0, str(Path(__file__).parents[1] / "examples"))

from digits import Reader, Reading
from digits.cli.output.text import BETWEEN
from make import EXAMPLES as LISTED
from panels import (
    BODY,
    FAINT,
    GAP,
    LARGE,
    MARGIN,
    SMALL,
    TEXT,
    UNSURE,
    WHITE,
    WIDE,
    boxed,
    fitted,
    font,
    panel,
    sheet,
    with_palette,
    written,
)
from paper import finish, ink, plain
from pen import Hand, centred, cover, extent, shift, write
from shapes import SHAPES
from stages import stages

EXAMPLES, PICTURES = Path(__file__).parents[1] / "examples", Path(__file__).with_name("pictures")
FIRST = ("notebook.jpg", "form.jpg", "highlighted.jpg", "table.png", "date.png", "comb.png")  # shown larger
INK = (24, 30, 74)

# What examples/ has no use for: letters, as "f" a 7 that could be a 1, and as "h" a 4 that could be a 9.
SHAPES.update(
    {
        "O": ("36,1 12,14 3,50 14,86 38,99 64,86 72,50 62,14 36,1 28,3",),
        "S": ("54,14 34,1 12,12 12,33 33,48 55,64 54,87 30,99 5,88",),
        "l": ("10,0 9,50 8,100",),
        "f": ("0,28 16,14 30,0! 27,48 20,100",),
        "h": ("51,3 29,14 9,42 13,53 28,55 51,49 | 52,3 50,50 46,101",),
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

    @property
    def right(self) -> bool:
        """It is read as it should be: by its digits alone, where nothing else is wanted."""
        plain_ = not self.wanted or self.wanted.isdigit()
        read = self.reading.digits_only.replace("\n", "") if plain_ else BETWEEN.join(self.reading.rows)
        return read == self.wanted


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
    text, told = BETWEEN.join(shown.reading.rows), bool(shown.reading.warnings)
    colour = TEXT if shown.right else UNSURE
    written(pen, (x, y + high + 70), text or "nothing", colour, LARGE if text else BODY, width)
    said = [*shown.reading.warnings] or (["wrong, without a word"] if not shown.right else [])
    written(pen, (x, y + high + 98), "; ".join(said), FAINT if shown.right or told else UNSURE, SMALL, width)


def stacked(pages: Sequence[Image.Image]) -> Image.Image:
    """Return pages of one width, one below the other."""
    out, top = Image.new("RGB", (WIDE, sum(page.height for page in pages)), WHITE), 0
    for page in pages:
        out.paste(page, (0, top))
        top += page.height
    return out


def examples(reader: Reader) -> Image.Image:
    """Return every example with its reading, some of them larger than the others."""
    shown = {}
    for each in LISTED:
        with Image.open(EXAMPLES / each.file) as image:
            picture = image.convert("RGB")
        shown[each.file] = Shown(each.file, picture, each.label, reader.read(EXAMPLES / each.file))
    first = [shown.pop(name) for name in FIRST]
    return stacked([grid(first, 3, 330), grid(shown.values(), 5, 190)])


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
    yield "joined", "3820", drawn(by_hand("3820", gap=-0.12))
    yield "a 7 with a short, steep flag", "7", drawn(by_hand("f"))
    yield "a 4 that is closed like a 9", "4", drawn(by_hand("h"))
    yield "the letters O l S", "", drawn(by_hand("OlS"))
    number = by_hand("362")  # each digit a single stroke
    left, top, right, low = extent(number[1:2])
    yield "a 5 made a 6", "362", drawn(number + centred(by_hand("5"), (left + right) / 2, (top + low) / 2))
    number = by_hand("7185", ways={"7": 0})
    yield "a number struck out", "", drawn([*number, struck(number, rng)])
    rows = by_hand("7194", ways={"9": 0}) + shift(by_hand("5028"), 22, 88)
    yield "rows that run into each other", "7194 | 5028", drawn(rows)


def drawn(paths: list[Floats]) -> Picture:
    """Return the picture of `paths` in ink on paper that leaves some room around them."""
    left, top, right, bottom = extent(paths)
    size = round(right - left) + 100, round(bottom - top) + 90
    return finish(ink(plain(size, (250, 249, 246)), cover(centred(paths, size[0] / 2, size[1] / 2), size, 7), INK))


def turned(paths: list[Floats], degrees: float) -> list[Floats]:
    """Return the strokes turned to the left."""
    cosine, sine = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    return [path @ np.array([[cosine, -sine, 0], [sine, cosine, 0], [0, 0, 1]]) for path in paths]


def struck(paths: list[Floats], rng: np.random.Generator) -> Floats:
    """Return the stroke that strikes the others out."""
    left, top, right, low = extent(paths)
    x = np.linspace(left - 20, right + 20, round(3 * (right - left)))
    knots = np.linspace(x[0], x[-1], 6)
    y = (top + low) / 2 + np.interp(x, knots, rng.uniform(-5, 5, len(knots)))
    return np.stack([x, y, np.ones_like(x)], 1)


def main() -> None:
    """Draw and keep all pictures."""
    reader = Reader.load()
    made = {
        "stages": stages(reader, EXAMPLES / "notebook.jpg", "a ruled page with a margin, on a dark desk"),
        "examples": examples(reader),
        "limits": grid(failures(reader), 4, 230),
    }
    for name, page in made.items():
        with_palette(page).save(PICTURES / f"reading-{name}.png", optimize=True)


if __name__ == "__main__":
    main()
