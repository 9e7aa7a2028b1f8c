"""Toy rows and scenes, and data sets that draw them: what the line and the ink network learn from in the tests."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.random import Generator

from digits.base.records import CHARS
from digits.data import drawn
from digits.data.drawn import Drawn
from digits.data.row_drawing import BLANK, Row
from digits.data.scenes import Scene
from digits.images.strips import STEP

SIDE = 64


def toy_row(rng: Generator) -> Row:
    """Return one to three digits of a line font, with the place and the box of each."""
    text = "".join(map(str, rng.integers(0, 10, rng.integers(1, 4))))
    strip = np.zeros((48, 20 + 22 * len(text) + int(rng.integers(0, 9))), np.uint8)
    frames, boxes = np.full(-(-strip.shape[1] // STEP), BLANK, np.int8), []
    for i, char in enumerate(text):
        left = 10 + 22 * i
        cv2.putText(strip, char, (left, 38), cv2.FONT_HERSHEY_SIMPLEX, 0.9, 255, 2, cv2.LINE_AA)
        frames[(left + 9) // STEP] = CHARS.index(char)
        boxes.append([(left + 9) // STEP, left, 10, left + 18, 38])
    return Row(strip, text, frames, np.array(boxes, np.float32))


def toy_scene(rng: Generator) -> Scene:
    """Return a digit on grey paper, and beside it a bar that is print."""
    writing, print_ = np.zeros((2, SIDE, SIDE), np.uint8)
    cv2.putText(writing, str(rng.integers(10)), (8, 44), cv2.FONT_HERSHEY_SIMPLEX, 1.2, 255, 3, cv2.LINE_AA)
    cv2.rectangle(print_, (44, int(rng.integers(8, 40))), (58, 52), 255, -1)
    paper = rng.integers(160, 256, 3)
    picture = np.clip(paper * (1 - 0.8 * (writing / 255 + print_ / 255).clip(0, 1))[..., None], 0, 255)
    return Scene(picture.astype(np.uint8), np.stack([writing, print_]))


TOYS = {"rows": toy_row, "scenes": toy_scene}


def toy(name: str, part: str = "train", size: int = 8) -> Drawn:
    """Return one part of `name`, drawn by the toys."""
    first = {"train": 0, "validation": 1}[part]
    return Drawn(name, part, size, lambda seed: TOYS[name](np.random.default_rng([first, seed])), 4)


def use_toys(patch: pytest.MonkeyPatch) -> None:
    """Let the data sets that are drawn be toys: 8 items in an epoch, 6 to validate on."""

    def opened(name: str) -> object:
        def open_toys(part: str, data_dir: Path | str | None) -> object:  # noqa: ARG001
            return TOYS[name]

        return open_toys

    for name, kind in drawn.KINDS.items():
        few = replace(kind, opened=opened(name), sizes={"train": 8, "validation": 6}, proof=2)  # type: ignore[arg-type]
        patch.setitem(drawn.KINDS, name, few)
