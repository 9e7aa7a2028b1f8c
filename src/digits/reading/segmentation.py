"""Segmentation: a picture's pages and the parts of their lines, before the networks that read them are asked."""

import os
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

import numpy as np

from digits.images import Bounds, Part, Picture, find_lines, looked_at, open_pages, single_part
from digits.images.decode import WIDE
from digits.reading.networks import ink_network

LEAST = 64  # pixels: a smaller picture is not looked at again
FEW = 4  # shapes: a page of more is not, either


@dataclass(frozen=True, eq=False)
class PlacedPart:
    """A part of a line, the number of its page, and the page's scale."""

    page: int
    scale: float
    part: Part


@dataclass(frozen=True, eq=False)
class Segmented:
    """What is on a picture: the parts of its lines of writing, and of its lines of print.

    again  pages of few shapes, found by the exact rule: if one is doubted, the ink network may have a look
    """

    name: str
    parts: list[PlacedPart]
    printed: list[PlacedPart]
    again: dict[int, Picture]


def segment(source: Any, single: bool = False, *, name: str = "", bounds: Bounds = WIDE) -> Segmented:
    """Return what is on the picture: with `single`, all ink of a page is one digit.

    `name` is what it and an error are called, by default the path. Raises BadPicture, also for what is beyond `bounds`.
    """
    name = name or (str(os.fspath(source)) if isinstance(source, str | os.PathLike) else "")
    parts: list[PlacedPart] = []
    printed: list[PlacedPart] = []
    again: dict[int, Picture] = {}
    for number, page in enumerate(open_pages(source, ink_network, name, bounds)):
        found = single_part(page.ink) if single else find_lines(page.ink)
        parts += [PlacedPart(number, page.scale, each) for each in found]
        few = 0 < sum(len(part.shapes) for part in found) <= FEW
        if page.picture and few and min(page.ink.shape) >= LEAST:
            again[number] = page.picture
        if page.print is not None and not single:
            printed += [PlacedPart(number, page.scale, each) for each in find_lines(page.print)]
    return Segmented(name, parts, printed, again)


def look_again(picture: Picture, page: int, single: bool) -> list[PlacedPart]:
    """Return the parts of a page whose ink the network finds, where the exact rule was asked before."""
    seen = looked_at(picture, ink_network())
    found = single_part(seen.ink) if single else find_lines(seen.ink)
    return [PlacedPart(page, seen.scale, each) for each in found]


def to_read(segmented: Segmented, *, printed: bool) -> list[PlacedPart]:
    """Return the parts that are to be read: handwriting; print too where it is asked for, or is all there is."""
    if not segmented.printed or not (printed or not segmented.parts):
        return segmented.parts
    rows: list[list[PlacedPart]] = []
    for source in (segmented.parts, segmented.printed):
        rows += [list(row) for _, row in groupby(source, key=lambda placed: (placed.page, placed.part.row))]
    rows.sort(key=lambda row: (row[0].page, float(np.median([each.part.box[1] + each.part.box[3] for each in row]))))
    return [replace(each, part=replace(each.part, row=number)) for number, row in enumerate(rows) for each in row]
