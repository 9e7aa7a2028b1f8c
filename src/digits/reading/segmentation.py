"""Segmentation: a picture's pages and the parts of their lines, before the networks that read them are asked."""

import os
from dataclasses import dataclass
from typing import Any

from digits.images import Bounds, Part, find_lines, open_pages, single_part
from digits.images.decode import WIDE
from digits.reading.networks import ink_network


@dataclass(frozen=True, eq=False)
class PlacedPart:
    """A part of a line, the number of its page, and the page's scale."""

    page: int
    scale: float
    part: Part


@dataclass(frozen=True, eq=False)
class Segmented:
    """What is on a picture: the parts of its lines of writing, and of its lines of print."""

    name: str
    parts: list[PlacedPart]
    printed: list[PlacedPart]
    single: bool


def segment(source: Any, single: bool = False, *, name: str = "", bounds: Bounds = WIDE) -> Segmented:
    """Return what is on the picture: with `single`, all ink of a page is one digit.

    `name` is what it and an error are called, by default the path. Raises BadPicture, also for what is beyond `bounds`.
    """
    name = name or (str(os.fspath(source)) if isinstance(source, str | os.PathLike) else "")
    parts: list[PlacedPart] = []
    printed: list[PlacedPart] = []
    for number, page in enumerate(open_pages(source, ink_network, name, bounds)):
        found = single_part(page.ink) if single else find_lines(page.ink)
        parts += [PlacedPart(number, page.scale, each) for each in found]
        if page.print is not None and not single:
            printed += [PlacedPart(number, page.scale, each) for each in find_lines(page.print)]
    return Segmented(name, parts, printed, single)
