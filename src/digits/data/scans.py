"""Scanned digits as rows: those of MNIST, Semeion and the Swiss writers, which came as pixels and not as strokes."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from digits.data.catalog import CATALOG
from digits.data.fetch import find
from digits.data.row_texts import digits
from digits.data.unipen import SPLITS, unzip

HIGH = 64.0
MNIST_SHARE, SWISS_SHARE = 0.4, 0.45

Ink = NDArray[np.uint8]
Box = tuple[float, float, float, float]


class Scans:
    """The scanned digits of one part."""

    def __init__(self, part: str, data_dir: Path | str | None = None) -> None:
        from digits.data.samples import samples  # samples knows mixtures, which are made from what this module is too

        self.plain = [samples(name, part, data_dir) for name in ("mnist", "semeion")]
        self.by_label = [[np.flatnonzero(each.labels == digit) for digit in range(10)] for each in self.plain]
        dataset = replace(CATALOG["unipen"], name="swiss_numbers", files=("digits.npz",), folders=("swiss_numbers",))
        stored = unzip(dataset, find(dataset, data_dir), ("ink_packed", "size", "label", "writer", "split"))
        chosen = stored["split"] == SPLITS[part]
        self.swiss = np.unpackbits(stored["ink_packed"][chosen], axis=1).reshape(-1, 104, 104)
        self.sizes, labels, self.writers = (stored[name][chosen] for name in ("size", "label", "writer"))
        self.own = {
            int(writer): [np.flatnonzero((labels == digit) & (self.writers == writer)) for digit in range(10)]
            for writer in np.unique(self.writers)
        }

    def number(self, rng: Generator) -> tuple[str, Ink, list[Box]]:
        """Return a number of one to seven digits, its ink, and the box of each digit."""
        text = digits(rng, 1, 7)
        chance = rng.random()
        if chance < MNIST_SHARE + SWISS_SHARE:
            patches = self._mnist(text, rng) if chance < MNIST_SHARE else self._swiss(text, rng)
        else:
            patches = self._plain(1, text, rng)
        gaps = [rng.uniform(-0.12, 0.05) if rng.random() < 0.3 else rng.uniform(0.02, 0.6) for _ in patches]
        right, places = 6.0, []
        for patch, gap in zip(patches, gaps, strict=True):
            places.append(
                (round(right), round(20 + rng.normal(0, 0.07) * HIGH + (HIGH - patch.shape[0]) * rng.random()))
            )
            right += patch.shape[1] + gap * HIGH
        low = max(0, -min(y for _, y in places))
        height = max(y + low + patch.shape[0] for (_, y), patch in zip(places, patches, strict=True)) + 8
        ink = np.zeros((height, round(right + HIGH)), np.uint8)
        boxes: list[Box] = []
        for (x, y), patch in zip(places, patches, strict=True):
            part = ink[y + low : y + low + patch.shape[0], max(0, x) : max(0, x) + patch.shape[1]]
            np.maximum(part, patch[:, : part.shape[1]], out=part)
            boxes.append((float(x), float(y + low), float(x + patch.shape[1]), float(y + low + patch.shape[0])))
        return text, ink, boxes

    def _mnist(self, text: str, rng: Generator) -> list[Ink]:
        return self._plain(0, text, rng)

    def _plain(self, which: int, text: str, rng: Generator) -> list[Ink]:
        glyphs = [self.plain[which].glyphs[rng.choice(self.by_label[which][int(char)])] for char in text]
        return [_cut(glyph, HIGH * rng.uniform(0.85, 1.1)) for glyph in glyphs]

    def _swiss(self, text: str, rng: Generator) -> list[Ink]:
        own = self.own[int(rng.choice(list(self.own)))]
        pen = np.ones((int(rng.integers(1, 4)),) * 2, np.uint8)
        size = HIGH * rng.uniform(0.8, 1.2)
        patches = []
        for char in text:
            place = rng.choice(own[int(char)])
            height, width = self.sizes[place]
            ink = cv2.dilate(self.swiss[place][:height, :width] * 255, pen)
            patches.append(_cut(np.asarray(ink, np.uint8), size * rng.uniform(0.9, 1.1)))
        return patches


def _cut(ink: Ink, high: float) -> Ink:
    """Return the ink within its box, `high` pixels high."""
    left, top, width, height = cv2.boundingRect((ink > 60).astype(np.uint8))
    if width == 0:
        return np.zeros((round(high), round(high / 2)), np.uint8)
    scale = high / max(height, width / 1.7)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(ink[top : top + height, left : left + width], size, interpolation=how), np.uint8)
