"""A contact sheet: each picture beside the glyphs that the network saw of it."""

from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageDraw

from digits.base.errors import DigitsError
from digits.base.reading import Reading
from digits.images import decode

LEFT, HEIGHT = 260, 190  # pixels: where the glyphs start, how high a tile is
MOST_GLYPHS = 16
SCALE = 2  # of the glyphs


class Tile(NamedTuple):
    """One picture, what to say of it, and how it was read."""

    words: str
    path: Path
    reading: Reading


def contact_sheet(tiles: list[Tile], path: Path) -> Path:
    """Draw the tiles one under the other into the file `path`; return it."""
    page = Image.new("RGB", (LEFT + MOST_GLYPHS * 30 * SCALE, HEIGHT * len(tiles)), "white")
    pen = ImageDraw.Draw(page)
    for number, tile in enumerate(tiles):
        top = number * HEIGHT
        pen.text((10, top + 8), tile.words.encode("latin-1", "replace").decode("latin-1"), fill="black")
        page.paste(_small(tile.path), (10, top + 30))
        marks = [*tile.reading.digits, *tile.reading.others][:MOST_GLYPHS]
        for place, (mark, glyph) in enumerate(zip(marks, tile.reading.glyphs, strict=False)):
            left = LEFT + place * 30 * SCALE
            drawn = Image.fromarray(glyph).resize((28 * SCALE, 28 * SCALE), Image.Resampling.NEAREST)
            page.paste(drawn, (left, top + 30))
            pen.text((left, top + 92), f"{mark.label[:5]}\n{mark.confidence:.2f}", fill="black")
    path.parent.mkdir(parents=True, exist_ok=True)
    page.save(path)
    return path


def _small(path: Path) -> Image.Image:
    """Return the picture as the reader decodes it, to fit its place; a grey box for one that cannot be read."""
    try:
        picture = Image.fromarray(next(iter(decode(path))).pixels)
    except DigitsError:
        picture = Image.new("L", (150, 150), 128)
    picture.thumbnail((LEFT - 20, HEIGHT - 40))
    return picture
