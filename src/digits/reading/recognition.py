"""Recognition of lines: parts of lines in, lattices and characters with their boxes out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digits.artifact.lattice import CHARS, NOTHING, Lattice
from digits.images import Part
from digits.images.strips import DIGIT, HEIGHT

COLUMN, STEP = 4, 2  # pixels of a strip: its width is a multiple of the first; the network answers every second
OTHER, BLANK, LEFT = len(CHARS), len(CHARS) + 1, len(CHARS) + 2  # columns of its answer; then the four sides of a box
TOGETHER = 12_000  # columns of pixels that one pass reads
OWN = 0.7  # of a shape's width within a character's box: then the whole shape is the character's

Asked = Callable[[NDArray[np.uint8]], NDArray[np.float32]]
Box = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True, eq=False)
class Character:
    """A character of a line: what it is, its box in pixels of the part's ink, and how likely each one is there.

    likely  float64 (23,): of each of CHARS, and of nothing
    """

    char: str
    box: Box
    likely: NDArray[np.float64]

    @property
    def confidence(self) -> float:
        """How likely it is what it is taken for."""
        return float(self.likely[CHARS.index(self.char)])


@dataclass(frozen=True, eq=False)
class Read:
    """What the network makes of a part: its lattice, its likeliest string as characters, and where other ink is.

    other  float32 (T,): how likely each place has something that is no digit and no sign
    """

    lattice: Lattice
    characters: list[Character]
    other: NDArray[np.float32]


def recognise(parts: Sequence[Part], network: Asked, temperature: float = 1.0) -> list[Read]:
    """Return what `network` reads in each of `parts`; logits are divided by `temperature` before."""
    order = sorted(range(len(parts)), key=lambda i: parts[i].strip.ink.shape[1])
    out: list[Read | None] = [None] * len(parts)
    first = 0
    while first < len(order):
        last = first + 1
        while last < len(order) and (last + 1 - first) * _width(parts[order[last]]) <= TOGETHER:
            last += 1
        chosen = order[first:last]
        strips = np.zeros((len(chosen), HEIGHT, _width(parts[chosen[-1]])), np.uint8)
        for place, i in zip(strips, chosen, strict=True):
            place[:, : parts[i].strip.ink.shape[1]] = parts[i].strip.ink
        for answer, i in zip(network(strips), chosen, strict=True):
            out[i] = _read(parts[i], answer[: -(-parts[i].strip.ink.shape[1] // STEP)], temperature)
        first = last
    return [each for each in out if each is not None]


def _width(part: Part) -> int:
    return -(-part.strip.ink.shape[1] // COLUMN) * COLUMN


def _read(part: Part, answer: NDArray[np.float32], temperature: float) -> Read:
    logits = answer[:, :LEFT].astype(np.float64) / temperature
    logits -= logits.max(1, keepdims=True)
    logits -= np.log(np.exp(logits).sum(1, keepdims=True))
    nothing = np.logaddexp(logits[:, OTHER], logits[:, BLANK])
    lattice = Lattice(np.concatenate([logits[:, :NOTHING], nothing[:, None]], 1))
    text = lattice.best
    likely = lattice.instead(text) if text else np.empty((0, NOTHING + 1))
    characters = [
        Character(char, _box(part, place, answer[place, LEFT:]), row)
        for char, place, row in zip(text, lattice.places(text), likely, strict=True)
    ]
    return Read(lattice, characters, np.exp(logits[:, OTHER]).astype(np.float32))


def _box(part: Part, place: int, sides: NDArray[np.float32]) -> Box:
    x = (place + 0.5) * STEP
    left, top, right, low = (float(side) * DIGIT for side in sides)
    x0, y0 = part.strip.on_page(x - left, HEIGHT / 2 + top)
    x1, y1 = part.strip.on_page(x + right, HEIGHT / 2 + low)
    height, width = part.ink.shape
    x0, y0 = float(np.clip(x0, 0, width - 1)), float(np.clip(y0, 0, height - 1))
    return x0, y0, float(np.clip(x1, x0 + 1, width)), float(np.clip(y1, y0 + 1, height))


def own_ink(part: Part, characters: Sequence[Character]) -> list[NDArray[np.uint8]]:
    """Return the ink of each of the characters, uint8 (H, W) of the part's size, without its neighbours'.

    A shape is the character's within whose box most of its width lies; one that several share is cut between them.
    """
    out = [np.zeros_like(part.ink) for _ in characters]
    if not characters:
        return out
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
    return out
