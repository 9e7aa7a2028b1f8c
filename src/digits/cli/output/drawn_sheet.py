"""Contact sheets of what is drawn to learn from: rows with what they say, scenes with their writing and print."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

WIDE, GAP, ZOOM, LETTERS = 1560, 10, 2, 14
PAPER, TEXT = "#ffffff", "#1d1d1f"
WRITING, PRINT = 1, 0  # the colours, of red, green, blue, in which a scene's layers are shown


def drawn_sheet(items: Sequence[Any]) -> bytes:
    """Return a PNG file of `items`, all rows or all scenes, one beside the other."""
    tiles = [_scene(each) if hasattr(each, "picture") else _row(each) for each in items]
    places, x, y, deep = [], GAP, GAP, 0
    for tile in tiles:
        if x + tile.width + GAP > WIDE and x > GAP:
            x, y, deep = GAP, y + deep + GAP, 0
        places.append((x, y))
        x, deep = x + tile.width + GAP, max(deep, tile.height)
    sheet = Image.new("RGB", (WIDE, y + deep + GAP), PAPER)
    for tile, place in zip(tiles, places, strict=True):
        sheet.paste(tile, place)
    out = BytesIO()
    sheet.save(out, "PNG", optimize=True)
    return out.getvalue()


def _row(row: Any) -> Image.Image:
    """Return a strip, and below it the text that it is to be read as."""
    height, width = (ZOOM * side for side in row.strip.shape)
    tile = Image.new("RGB", (max(width, 60), height + LETTERS + 6), PAPER)
    tile.paste(Image.fromarray(row.strip).resize((width, height), Image.Resampling.NEAREST), (0, 0))
    ImageDraw.Draw(tile).text((0, height + 2), row.text or "nothing", TEXT, ImageFont.load_default(LETTERS))
    return tile


def _scene(scene: Any) -> Image.Image:
    """Return a picture, and below it its writing in green and its print in red."""
    layers = np.zeros_like(scene.picture)
    layers[..., WRITING], layers[..., PRINT] = scene.layers
    return Image.fromarray(np.concatenate([scene.picture, layers]))
