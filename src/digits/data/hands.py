"""Hands: what one writer wrote, digit by digit, sign by sign, and in whole strings, to draw rows and scenes from."""

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from digits.base.records import DIGITS, SIGNS
from digits.data.catalog import CATALOG, Dataset
from digits.data.fetch import find
from digits.data.negatives import LOOK_ALIKES
from digits.data.strokes import Stroke
from digits.data.unipen import SPLITS, Strokes, parse, unzip

ALL = frozenset(DIGITS) | frozenset(SIGNS)
SOURCES = {  # of digits as strokes: the folder and file of each, and how much its writers count
    "unipen": ("unipen", "digits.npz", 1.0),
    "unipen, more": ("unipen", "digits_more.npz", 1.0),
    "pendigits": ("pendigits", "digits.npz", 0.4),
}
BESIDE = frozenset("!'[]")  # look-alikes that are told by the digits around them
FEWEST = 5  # different digits that a writer must have left


@dataclass(frozen=True, eq=False)
class Piece:
    """One character with its strokes, from (0, 0) on: `size` (width, height) and `top`, all in heights of a digit.

    `top` is how far below the upper edge of the line's digits it begins.
    """

    label: str
    strokes: list[Stroke]
    size: tuple[float, float]
    top: float


class Hands:
    """The writers of one part, `train` or `validation`: their digits, signs, letters, numbers and words."""

    def __init__(self, part: str, data_dir: Path | str | None = None) -> None:
        self.part, self.data_dir = part, data_dir
        self.numbers = self._strokes("unipen", "numbers.npz")
        self.words = self._strokes("unipen", "words.npz")
        letters, symbols = (self._strokes("unipen", f"{kind}.npz") for kind in ("letters", "symbols"))
        self.letters = letters
        self.symbols = symbols
        self.clean = np.flatnonzero([label not in LOOK_ALIKES for label in letters.labels])
        alike = LOOK_ALIKES - BESIDE
        self.others = np.flatnonzero([label not in alike and label not in ALL for label in symbols.labels])
        self.drawn_signs = {
            sign: np.flatnonzero((letters if sign == "x" else symbols).labels == sign) for sign in SIGNS
        }
        self._digits()
        self.signs = self._real_signs()

    def _dataset(self, folder: str, file: str) -> Dataset:
        return replace(CATALOG["unipen"], files=(file,), folders=(folder,))

    def _strokes(self, folder: str, file: str) -> Strokes:
        dataset = self._dataset(folder, file)
        return parse(dataset, find(dataset, self.data_dir), self.part)

    def _digits(self) -> None:
        self.writers: list[dict[str, list[list[Stroke]]]] = []
        self.anybody: dict[str, list[list[Stroke]]] = {digit: [] for digit in DIGITS}
        weights: list[float] = []
        for folder, file, worth in SOURCES.values():
            source = self._strokes(folder, file)
            own: dict[int, dict[str, list[list[Stroke]]]] = {}
            for strokes, label, writer in zip(source.strokes, source.labels, source.writers, strict=True):
                own.setdefault(int(writer), {}).setdefault(str(label), []).append(strokes)
                self.anybody[str(label)].append(strokes)
            for digits in own.values():
                if len(digits) >= FEWEST:
                    self.writers.append(digits)
                    weights.append(worth * float(sum(map(len, digits.values()))) ** 0.5)
        self.shares = np.array(weights) / sum(weights)

    def writer(self, rng: Generator) -> dict[str, list[list[Stroke]]]:
        """Return one writer's digits; who wrote a hundred is drawn ten times as often as who wrote one."""
        return self.writers[rng.choice(len(self.writers), p=self.shares)]

    def _real_signs(self) -> dict[str, list[Piece]]:
        """Return the signs of real numbers, with their sizes and places beside the digits around them."""
        found: dict[str, list[Piece]] = {sign: [] for sign in SIGNS}
        for index in range(len(self.numbers)):
            for piece in self.pieces(index):
                if piece.label in found:
                    found[piece.label].append(piece)
        return found

    @cached_property
    def _owners(self) -> tuple[list[NDArray[np.int16]], NDArray[np.int8]]:
        dataset = self._dataset("unipen", "numbers.npz")
        stored = unzip(dataset, find(dataset, self.data_dir), ("stroke_char", "sample_end", "aligned", "split"))
        chosen = np.flatnonzero(stored["split"] == SPLITS[self.part])
        owners = np.split(stored["stroke_char"], stored["sample_end"][:-1])
        return [owners[i] for i in chosen], stored["aligned"][chosen]

    def owners(self, index: int) -> NDArray[np.int16]:
        """Return of each stroke of number `index` which character of the label it belongs to; -1 is unknown."""
        return self._owners[0][index]

    def pieces(self, index: int) -> list[Piece]:
        """Return the characters of number `index` in its writer's own boundaries; none if these are not known."""
        owners, aligned = self._owners
        label, strokes, own = str(self.numbers.labels[index]), self.numbers.strokes[index], owners[index]
        if aligned[index] == 0 or (own < 0).any() or set(own.tolist()) != set(range(len(label))):
            return []
        of = [[stroke for stroke, owner in zip(strokes, own, strict=True) if owner == i] for i in range(len(label))]
        boxes = np.array([[*np.concatenate(each).min(0), *np.concatenate(each).max(0)] for each in of])
        digits = [i for i, char in enumerate(label) if char.isdigit()]
        if not digits:
            return []
        high = max(1.0, float(np.median(boxes[digits, 3] - boxes[digits, 1])))
        pieces = []
        for i, char in enumerate(label):
            near = [j for j in digits if abs(j - i) <= 2] or digits
            low, size = boxes[i, :2], (boxes[i, 2:] - boxes[i, :2]) / high
            top = (boxes[i, 1] - np.median(boxes[near, 1])) / high
            pieces.append(Piece(char, [(each - low) / high for each in of[i]], (size[0], size[1]), float(top)))
        return pieces
