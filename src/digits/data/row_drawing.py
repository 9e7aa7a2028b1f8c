"""Drawing rows: characters drawn by a pen, worn, and made into a strip, with what is known of each place on it."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from digits.base.records import CHARS, SIGNS
from digits.data.strokes import FRACTION, Stroke
from digits.data.wear import leftovers, worn
from digits.images.strips import DIGIT, HEIGHT, STEP, Line, Strip, find_line, to_strip

OTHER, BLANK = len(CHARS), len(CHARS) + 1
UNKNOWN = -1  # a frame that says nothing
WIDEST = 760  # pixels of a strip
HIGH = 64.0  # pixels of a digit while drawing
THICK_SHARE = 0.05  # of the rows are written by a marker
LONGEST, HIGHEST = 3000, 600  # pixels of a drawing

Ink = NDArray[np.uint8]
Boxed = tuple[str, tuple[float, float, float, float]]  # a character, and its left, top, right, bottom


@dataclass(frozen=True, eq=False)
class Item:
    """What stands in a row: a character of CHARS or "" for something else, and its strokes in pixels of the drawing."""

    char: str
    strokes: list[Stroke]


@dataclass(frozen=True, eq=False)
class Row:
    """One line of writing to learn from.

    strip   uint8 (HEIGHT, W): as the network gets it
    text    the digits and signs on it, in their order
    frames  int8 (W / STEP): the class at each place, or UNKNOWN
    boxes   float32 (N, 5): the frame of a character's middle, and its left, top, right, bottom in pixels of the strip
    """

    strip: Ink
    text: str
    frames: NDArray[np.int8]
    boxes: NDArray[np.float32]


def draw_items(items: list[Item], rng: Generator) -> tuple[Ink, list[Boxed]]:
    """Return the ink of `items`, slanted and drawn by a pen of chance, and the box of each."""
    matrix = np.array([[1, rng.normal(0, 0.03)], [-rng.normal(0, 0.12), 1]])
    items = [Item(item.char, [stroke @ matrix for stroke in item.strokes]) for item in items]
    low = np.concatenate([stroke for item in items for stroke in item.strokes]).min(0)
    share = (
        rng.uniform(0.18, 0.34) if rng.random() < THICK_SHARE else np.clip(rng.lognormal(np.log(0.08), 0.5), 0.02, 0.24)
    )
    pen = max(1, round(HIGH * float(share)))
    start = low - pen - 4
    high = np.concatenate([stroke for item in items for stroke in item.strokes]).max(0)
    width, height = np.ceil(high - start + pen + 4).astype(int)
    if width > LONGEST or height > HIGHEST:
        return np.zeros((1, 1), np.uint8), []
    ink = np.zeros((height, width), np.uint8)
    boxes: list[Boxed] = []
    for item in items:
        for stroke in item.strokes:
            draw_stroke(ink, stroke - start, pen)
        everything = np.concatenate(item.strokes) - start
        (left, top), (right, low_end) = everything.min(0) - pen / 2, everything.max(0) + pen / 2
        boxes.append((item.char, (float(left), float(top), float(right), float(low_end))))
    return ink, boxes


def draw_stroke(ink: Ink, path: Stroke, pen: int) -> None:
    """Draw one stroke into `ink` by a round pen of `pen` pixels."""
    places = np.round(path * (1 << FRACTION)).astype(np.int32)
    cv2.polylines(ink, [places.reshape(-1, 1, 2)], False, 255, pen, cv2.LINE_AA, FRACTION)
    if len(places) == 1 or np.ptp(path, axis=0).max() < pen / 2:
        cv2.circle(ink, places[0].tolist(), (pen << FRACTION) // 2, 255, cv2.FILLED, cv2.LINE_AA, FRACTION)


def finished(ink: Ink, boxed: Sequence[Boxed], rng: Generator) -> Row | None:
    """Return the row of what was drawn, worn as ink is that was found on paper; None if it is too long or empty."""
    if not boxed:
        return None
    ink, boxed = leftovers(worn(ink, rng), list(boxed), rng)
    _, _, stats, _ = cv2.connectedComponentsWithStats((ink > 50).astype(np.uint8), connectivity=8)
    stats = stats[1:][stats[1:, 4] > 3].astype(np.int64)
    if not len(stats):
        return None
    corners = np.concatenate([stats[:, :2], stats[:, :2] + stats[:, 2:4]], 1)
    least = HIGH * float(rng.uniform(0.3, 1.1)) if len(boxed) == 1 and boxed[0][0] in set(SIGNS) else 1.0
    line = find_line(corners, least)
    line = Line(
        line.usual * float(np.exp(rng.normal(0, 0.1))), line.middle + line.usual * rng.normal(0, 0.05), line.slope
    )
    if ink.shape[1] * DIGIT / line.usual > WIDEST:
        return None
    strip = to_strip(ink, line)
    order = sorted(boxed, key=lambda each: each[1][0] + each[1][2])  # as read: from left to right
    return Row(strip.ink, "".join(char for char, _ in order), *_known(strip, boxed))


def _known(strip: Strip, boxed: Sequence[Boxed]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return what is known of each frame, and the boxes of the characters, as a Row has them."""
    frames = np.full(-(-strip.ink.shape[1] // STEP), BLANK, np.int8)
    placed = []
    for char, (left, top, right, low) in boxed:
        (x0, y0), (x1, y1) = strip.on_strip(left, top), strip.on_strip(right, low)
        placed.append((char, x0, min(max(y0, 0), HEIGHT), x1, min(max(y1, 0), HEIGHT)))
    for char, x0, _, x1, _ in placed:
        if char == "":
            frames[max(0, round(x0 / STEP) - 1) : max(1, round(x1 / STEP) + 1)] = UNKNOWN
            frames[max(0, round(x0 / STEP) + 1) : max(1, round(x1 / STEP) - 1)] = OTHER
        elif len(char) > 1:  # a string of which nobody knows where one character ends
            frames[:] = UNKNOWN
    known = [each for each in placed if len(each[0]) == 1]
    centres = [int(np.clip(round((x0 + x1) / 2 / STEP), 0, len(frames) - 1)) for _, x0, _, x1, _ in known]
    for centre in centres:
        frames[max(0, centre - 1) : centre + 2] = UNKNOWN
    for centre, each in zip(centres, known, strict=True):
        frames[centre] = CHARS.index(each[0])
    boxes = np.array([[c, *each[1:]] for c, each in zip(centres, known, strict=True)], np.float32).reshape(-1, 5)
    return frames, boxes
