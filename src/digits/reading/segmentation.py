"""Segmentation: a picture's pages, the marks on them, the glyph of each; before the network has been asked."""

import os
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digits.base.records import SIDE
from digits.images import Bounds, Mark, find_marks, open_pages, to_glyph
from digits.images.decode import WIDE

Glyphs = NDArray[np.uint8]  # (N, 28, 28)
Answer = NDArray[np.float32]  # (N, K) probabilities
PlacedMark = tuple[int, float, Mark]  # the page's number, its scale, the mark


@dataclass(frozen=True, eq=False)
class Segmented:
    """What is on a picture: marks, each with its page's number and scale, and their glyphs."""

    name: str
    marks: list[PlacedMark]
    glyphs: Glyphs


def segment(source: Any, single: bool = False, *, name: str = "", bounds: Bounds = WIDE) -> Segmented:
    """Return what is on the picture: its marks, and the glyph of each.

    `name` is what it and an error are called, by default the path. Raises BadPicture, also for what is beyond `bounds`.
    """
    name = name or (str(os.fspath(source)) if isinstance(source, str | os.PathLike) else "")
    pages = list(open_pages(source, name, bounds))
    marks = [find_marks(page.ink, single=single) for page in pages]
    flat = [(number, page.scale, mark) for number, page in enumerate(pages) for mark in marks[number]]
    return Segmented(name, flat, glyphs_of(flat))


def glyphs_of(marks: list[PlacedMark]) -> Glyphs:
    """Return the glyph of each mark, uint8 (N, 28, 28)."""
    glyphs = np.empty((len(marks), SIDE, SIDE), np.uint8)
    for place, (_, _, mark) in zip(glyphs, marks, strict=True):
        place[:] = to_glyph(mark.ink)
    return glyphs
