"""A line network of one rule for the tests: a bar is the digit that its width says, what lies is a sign or none."""

from functools import partial

import numpy as np

from digits.artifact.graph import Graph
from digits.base.records import CHARS, Card
from digits.images.strips import DIGIT

HIGH = 60  # pixels of a bar
FRAME = 2  # pixels of a strip for each place of the answer
COLUMNS = len(CHARS) + 2 + 4  # something else, paper, and the sides of a box


def wide(digit: int) -> int:
    """Return how wide a bar stands for `digit`, in pixels of a picture."""
    return 12 + 4 * digit


def line_rule(strips: np.ndarray, *, standing: bool = False) -> np.ndarray:
    """Return the answer to strips (N, 48, W): a run of inked columns is a digit by its width, or "-" if it is low.

    With `standing`, a bar whose ink is not mostly in its lower half is nothing.
    """
    out = np.zeros((len(strips), strips.shape[2] // FRAME, COLUMNS), np.float32)
    out[..., len(CHARS) + 1] = 12.0
    for strip, answer in zip(strips, out, strict=True):
        inked = np.concatenate([[False], (strip > 100).any(0), [False]])
        starts, ends = (np.flatnonzero(np.diff(inked.astype(int)) == step) for step in (1, -1))
        for left, right in zip(starts, ends, strict=True):
            rows = np.flatnonzero((strip[:, left:right] > 100).any(1))
            low = rows[-1] + 1 - rows[0] < 0.5 * DIGIT
            if not low and right - left > rows[-1] + 1 - rows[0]:
                continue
            middle = (rows[0] + rows[-1] + 1) // 2
            if standing and strip[:middle, left:right].sum(dtype=int) >= strip[middle:, left:right].sum(dtype=int):
                continue
            digit = round(((right - left) * HIGH / DIGIT - 12) / 4)
            char = "-" if low else str(min(9, max(0, digit)))
            place = (left + right) // 2 // FRAME
            answer[place, CHARS.index(char)] = 18.0
            x = (place + 0.5) * FRAME
            sides = (x - left, rows[0] - 24, right - x, rows[-1] + 1 - 24)
            answer[place, -4:] = np.array(sides) / DIGIT
    return out


def line_graph(*, standing: bool = False) -> Graph:
    """Return `line_rule` as a line network."""
    return Graph(partial(line_rule, standing=standing), Card("line", 1, (*CHARS, "something else", "nothing")))
