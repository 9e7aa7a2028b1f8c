"""Turned pages: a page that reads badly is tried on its sides and on its head, and read as its rows are likeliest."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from digits.images import find_lines
from digits.reading.marks import Mark, Written
from digits.reading.segmentation import PlacedPart

FEWEST = 4  # marks that a page must have for its turn to be told
LEGIBLE = 0.6  # a page of which so much is read is left as it stands
TURNED = 0.75  # and one that is turned must be read so well,
BETTER = 0.25  # and so much better than as it stood
WAYS = {1: "a quarter turn to the right", 2: "upside down", 3: "a quarter turn to the left"}

Reads = Callable[[Sequence[PlacedPart]], list[Written]]


@dataclass(frozen=True, eq=False)
class Turned:
    """A page as it was read in the end, and in words how it lay; nothing if it lay straight."""

    written: list[Written]
    told: str = ""


def legibility(written: Sequence[Written]) -> float:
    """Return how much of a page is read: the mean over its marks of a digit's confidence, and 0 for what is none."""
    marks = [mark for part in written for mark in part.marks]
    worth = [float(mark.likely[:-1].max()) if mark.kind == "digit" else 0.0 for mark in marks if mark.kind != "sign"]
    return float(np.mean(worth)) if worth else 0.0


def straightened(parts: Sequence[PlacedPart], written: list[Written], read: Reads) -> Turned:
    """Return one page's marks as they read best; boxes stay those of the picture as it is shown."""
    marks = sum(len(part.marks) for part in written)
    before = legibility(written)
    if marks < FEWEST or before >= LEGIBLE:
        return Turned(written)
    page = _page(parts)
    best = Turned(written)
    most = max(TURNED, before + BETTER)
    for quarters, told in WAYS.items():
        ink = np.ascontiguousarray(np.rot90(page, quarters))
        turned = [PlacedPart(parts[0].page, parts[0].scale, each) for each in find_lines(ink)]
        again = read(turned)
        if sum(len(part.marks) for part in again) >= FEWEST and legibility(again) > most:
            most = legibility(again)
            best = Turned(
                [_back(part, quarters, page.shape, parts[0].scale) for part in again], f"read as if it lay {told}"
            )
    return best


def _page(parts: Sequence[PlacedPart]) -> NDArray[np.uint8]:
    """Return the page that the parts were cut from, as far as they have ink."""
    width, height = (max(each.part.box[side] for each in parts) + 2 for side in (2, 3))
    page = np.zeros((height, width), np.uint8)
    for each in parts:
        left, top = max(each.part.box[0] - 1, 0), max(each.part.box[1] - 1, 0)
        place = page[top : top + each.part.ink.shape[0], left : left + each.part.ink.shape[1]]
        np.maximum(place, each.part.ink[: place.shape[0], : place.shape[1]], out=place)
    return page


def _back(part: Written, quarters: int, shape: tuple[int, ...], scale: float) -> Written:
    return Written(
        [_mark_back(mark, quarters, shape[0] * scale, shape[1] * scale) for mark in part.marks], part.lattice
    )


def _mark_back(mark: Mark, quarters: int, height: float, width: float) -> Mark:
    """Return a mark of a page turned by so many quarters to the left with its box on the page as it stood."""
    left, top, right, low = mark.box
    if quarters == 1:
        box = (width - low, left, width - top, right)
    elif quarters == 2:
        box = (width - right, height - low, width - left, height - top)
    else:
        box = (top, height - right, low, height - left)
    return replace(mark, box=box)
