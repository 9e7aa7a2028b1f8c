"""Recognition of lines: parts of lines in, lattices and characters with their boxes out."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from digits.artifact.graph import Graph
from digits.artifact.lattice import NOTHING, Lattice
from digits.base.records import CHARS, DIGITS
from digits.images import Part
from digits.images.strips import DIGIT, HEIGHT, STEP

UNIT = 32  # pixels: strips of equal width are read at once, rounded up to this; what is beside one must not matter
LEFT = len(CHARS) + 2  # the first of an answer's columns that tells of a box
TOGETHER = 12_000  # columns of pixels that one pass reads
TEN, TINY = len(DIGITS), 1e-6  # a glyph's probability that is less counts as this
OWN = 0.7  # of a shape's width within a character's box: then the whole shape is the character's

Floats = NDArray[np.float64]
Box = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True, eq=False)
class Character:
    """A character of a line: what it is, its box in pixels of the part's ink, and how likely each one is there.

    place   of the network's answer: where it is likeliest
    likely  float64 (23,): of each of CHARS, and of nothing
    """

    char: str
    place: int
    box: Box
    likely: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Read:
    """What is made of a part: its lattice, and its likeliest string as characters."""

    lattice: Lattice
    characters: list[Character]


def recognise(parts: Sequence[Part], network: Graph) -> list[Read]:
    """Return what the line `network` reads in each of `parts`; its logits are divided by its card's temperature."""
    out: list[Read | None] = [None] * len(parts)
    by_width: dict[int, list[int]] = {}
    for i, part in enumerate(parts):
        by_width.setdefault(_width(part), []).append(i)
    for width, places in by_width.items():
        at_once = max(1, TOGETHER // width)
        for first in range(0, len(places), at_once):
            chosen = places[first : first + at_once]
            strips = np.zeros((len(chosen), HEIGHT, width), np.uint8)
            for strip, i in zip(strips, chosen, strict=True):
                strip[:, : parts[i].strip.ink.shape[1]] = parts[i].strip.ink
            for answer, i in zip(network(strips), chosen, strict=True):
                length = -(-parts[i].strip.ink.shape[1] // STEP)
                out[i] = _read(parts[i], answer[:length], network.card.temperature)
    return [each for each in out if each is not None]


def _width(part: Part) -> int:
    return int(-(-part.strip.ink.shape[1] // UNIT) * UNIT)


def _read(part: Part, answer: NDArray[np.float32], temperature: float) -> Read:
    lattice = Lattice.of(answer[:, :LEFT], temperature)
    text = lattice.best
    places = lattice.places(text)
    boxes = [_box(part, place, answer[place, LEFT:]) for place in places]
    return Read(lattice, _characters(lattice, text, places, boxes))


def _characters(lattice: Lattice, text: str, places: Sequence[int], boxes: Sequence[Box]) -> list[Character]:
    likely = lattice.instead(text) if text else np.empty((0, NOTHING + 1))
    return [Character(*each) for each in zip(text, places, boxes, likely, strict=True)]


def with_glyphs(read: Read, likely: Floats, weights: Sequence[float]) -> Read:
    """Return `read` with its lattice changed to what the glyphs of its characters say too.

    `likely` (N, 11) has the probabilities of each character's glyph, ten digits and none. Around each digit's place,
    each digit's probability is multiplied by that of the glyph to the power of its weight, and all ten are made to add
    up to what they did: a product of experts (Hinton, 2002) on which digit it is, not on whether it is one.
    """
    logs, characters = read.lattice.logs.copy(), read.characters
    places = [character.place for character in characters]
    ends = [0, *((one + other + 1) // 2 for one, other in pairwise(places)), len(logs)]
    for i, character in enumerate(characters):
        if character.char.isdigit() and weights[i]:
            block = logs[ends[i] : ends[i + 1], :TEN]
            more = block + weights[i] * np.log(np.maximum(likely[i, :TEN], TINY))
            more += np.logaddexp.reduce(block, 1, keepdims=True) - np.logaddexp.reduce(more, 1, keepdims=True)
            logs[ends[i] : ends[i + 1], :TEN] = more
    lattice = Lattice(logs)
    if len(lattice.best) != len(characters):
        return read
    return Read(lattice, _characters(lattice, lattice.best, places, [character.box for character in characters]))


def _box(part: Part, place: int, sides: NDArray[np.float32]) -> Box:
    x = (place + 0.5) * STEP
    left, top, right, low = (float(side) * DIGIT for side in sides)
    x0, y0 = part.strip.on_page(x - left, HEIGHT / 2 + top)
    x1, y1 = part.strip.on_page(x + right, HEIGHT / 2 + low)
    height, width = part.ink.shape
    x0, y0 = float(np.clip(x0, 0, width - 1)), float(np.clip(y0, 0, height - 1))
    return x0, y0, float(np.clip(x1, x0 + 1, width)), float(np.clip(y1, y0 + 1, height))


def own_ink(part: Part, characters: Sequence[Character]) -> tuple[list[NDArray[np.uint8]], list[bool]]:
    """Return the ink of each of the characters, uint8 (H, W) of the part's size, and whether none of it was cut off.

    A shape is the character's within whose box most of its width lies; one that several share is cut between them.
    """
    out, whole = [np.zeros_like(part.ink) for _ in characters], [True] * len(characters)
    if not characters:
        return out, whole
    lefts, rights = (np.array([each.box[side] for each in characters]) for side in (0, 2))
    middles = (lefts + rights) / 2
    bounds = np.concatenate([[0], (rights[:-1] + lefts[1:]) / 2, [part.ink.shape[1]]])
    for number, (left, top, right, low) in enumerate(part.shapes.tolist(), 1):
        inside = np.minimum(rights, right) - np.maximum(lefts, left)
        best = int(inside.argmax())
        if inside[best] <= 0:
            continue
        window = (slice(top, low), slice(left, right))
        own = part.labels[window] == number
        within = np.flatnonzero((middles > left) & (middles < right))
        if len(within) <= 1 and (inside[best] >= OWN * (right - left) or len(within) == 1):
            chosen = within[0] if len(within) else best
            out[chosen][window] = np.maximum(out[chosen][window], part.ink[window] * own)
            continue
        columns = np.arange(left, right)
        for i in np.flatnonzero(inside > 0):
            mine = own & ((columns >= bounds[i]) & (columns < bounds[i + 1]))
            out[i][window] = np.maximum(out[i][window], part.ink[window] * mine)
            whole[i] = False
    return out, whole
