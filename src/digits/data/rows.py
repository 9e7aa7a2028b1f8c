"""Rows of writing to learn to read lines from: numbers with their signs, words, print, and what spoils them."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from digits.base.records import DIGITS, SIGNS
from digits.data.hands import ALL, Hands, Piece
from digits.data.pens import flagged, slashed, vary
from digits.data.print import printed
from digits.data.row_texts import number_text, print_text
from digits.data.scans import Scans
from digits.data.strokes import Stroke
from digits.data.wear import leftovers, worn
from digits.images.strips import DIGIT, HEIGHT, Line, find_line, to_strip

CHARS = "".join(DIGITS) + SIGNS
OTHER, BLANK = len(CHARS), len(CHARS) + 1
UNKNOWN = -1  # a frame that says nothing
STEP = 2  # pixels of the strip for one frame
WIDEST = 640  # pixels of a strip
HIGH = 64.0  # pixels of a digit while drawing
FRACTION = 4  # bits of a pixel that OpenCV is told when drawing

# Gaps between neighbours in real numbers, in heights of a digit: percentiles of 3,238 pairs of UNIPEN's numbers.
GAPS = ([0, 1, 5, 10, 25, 50, 75, 90, 95, 99, 100], [-0.3, -0.23, -0.01, 0.06, 0.18, 0.33, 0.50, 0.71, 0.88, 1.5, 2.0])
TIGHT_SHARE, WIDE_SHARE = 0.45, 0.08
KINDS = {
    "set": 0.45, "real": 0.19, "word": 0.08, "mixed": 0.07, "single": 0.05, "scanned": 0.06, "printed": 0.07, "scribble": 0.03
}  # fmt: skip

Ink = NDArray[np.uint8]


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


class Rows:
    """Draws rows of one part's writers, each a function of its seed."""

    def __init__(self, part: str, data_dir: Path | str | None = None) -> None:
        self.hands, self.scans = Hands(part, data_dir), Scans(part, data_dir)
        words = self.hands.numbers.labels
        self.real = np.array([i for i, label in enumerate(words) if len(str(label)) > 1])

    def row(self, rng: Generator) -> Row:
        """Return a row of chance."""
        while True:
            row = self._row(str(rng.choice(list(KINDS), p=list(KINDS.values()))), rng)
            if row is not None:
                return row

    def _row(self, kind: str, rng: Generator) -> Row | None:
        if kind == "printed":
            return self._printed(rng)
        if kind == "scanned":
            return self._scanned(rng)
        items = getattr(self, f"_{kind}")(rng)
        return finished(*drawn(items, rng), rng) if items else None

    def _set(self, rng: Generator) -> list[Item]:
        return self.written(number_text(rng), rng)

    def _single(self, rng: Generator) -> list[Item]:
        char = str(rng.choice(list("0123456789" * 3 + "+-=%$x,.:")))
        return self.written(char, rng)

    def _mixed(self, rng: Generator) -> list[Item]:
        """A number with letters, words or a tick before or behind it, or both; now and then letters among digits."""
        parts = [number_text(rng)]
        for _ in range(int(rng.integers(1, 3))):
            parts.insert(int(rng.integers(0, len(parts) + 1)), "")
        items: list[Item] = []
        right = 0.0
        for part in parts:
            if part:
                new = self.written(part, rng)
            elif (chance := rng.random()) < 0.4:
                new = self._word(rng)
            elif chance < 0.5:
                new = [Item("", [tick(rng)])]
            else:
                new = self._letters(rng)
            items += _moved(new, right)
            right = _extent(items)[1] + HIGH * (rng.uniform(0.02, 0.4) if rng.random() < 0.35 else rng.uniform(0.4, 1.6))
        return items

    def _letters(self, rng: Generator) -> list[Item]:
        pieces = []
        for _ in range(int(rng.integers(1, 5))):
            letter = rng.random() < 0.75
            source, which = (self.hands.letters, self.hands.clean) if letter else (self.hands.symbols, self.hands.others)
            pieces.append(_piece("", source.strokes[rng.choice(which)], rng.uniform(0.5, 1.15)))
        return self._placed(pieces, rng)

    def _scribble(self, rng: Generator) -> list[Item]:
        """Curves without a plan, closed ones among them: signatures, doodles, rings."""
        strokes = []
        for _ in range(int(rng.integers(1, 4))):
            steps = int(rng.integers(15, 120))
            bend = np.cumsum(rng.normal(0, rng.uniform(0.1, 0.6), steps)) + rng.normal(0, 0.2) * np.arange(steps)
            path = np.cumsum(np.stack([np.cos(bend) + rng.uniform(0, 0.6), np.sin(bend)], 1), 0)
            strokes.append((path - path.min(0)) * HIGH * rng.uniform(0.5, 1.3) / max(1.0, float(np.ptp(path[:, 1]))))
            strokes[-1] = strokes[-1] + np.array([rng.uniform(0, 2) * HIGH, rng.normal(0, 0.1) * HIGH])
        return [Item("", strokes)]

    def _word(self, rng: Generator) -> list[Item]:
        strokes = vary(self.hands.words.strokes[rng.integers(len(self.hands.words))], rng)
        return [Item("", _scaled(strokes, HIGH * rng.uniform(0.8, 1.2)))]

    def _real(self, rng: Generator) -> list[Item]:
        """A number as somebody wrote it; half of those with known boundaries with the gaps of chance."""
        index = int(rng.choice(self.real))
        label = str(self.hands.numbers.labels[index])
        pieces = self.hands.pieces(index)
        if pieces and rng.random() < 0.5:
            return self._placed([_kept(piece, rng) for piece in pieces], rng)
        strokes = vary(self.hands.numbers.strokes[index], rng)
        if pieces:
            owners = self.hands.owners(index)
            whole = _scaled(strokes, HIGH, owners=owners, label=label)
            return [
                Item(_class(char), [s for s, owner in zip(whole, owners, strict=True) if owner == i])
                for i, char in enumerate(label)
            ]
        if not set(label) <= ALL:
            return []
        return [Item(label, _scaled(strokes, HIGH))]

    def written(self, text: str, rng: Generator) -> list[Item]:
        """Return `text`, digits and signs and blanks, in one hand, with the gaps of real numbers or tighter."""
        writer = self.hands.writer(rng)
        uneven = 0.28 if rng.random() < 0.08 else 0.12
        return self._placed([self._char(char, writer, uneven, rng) for char in text], rng)

    def _char(self, char: str, writer: dict[str, list[list[Stroke]]], uneven: float, rng: Generator) -> Piece | None:
        if char == " ":
            return None
        if char.isdigit():
            own = writer.get(char)
            places = own if own and rng.random() < 0.85 else self.hands.anybody[char]
            strokes = places[rng.integers(len(places))]
            if char == "1" and rng.random() < 0.12:
                strokes = flagged(rng)
            elif char == "0" and rng.random() < 0.03:
                strokes = slashed(strokes, rng)
            return _piece(char, vary(strokes, rng), float(np.exp(rng.normal(0, uneven))), float(rng.normal(0, 0.1)))
        real, made = self.hands.signs[char], self.hands.drawn_signs[char]
        like = real[rng.integers(len(real))]
        if rng.random() < 0.5:
            return _kept(like, rng)
        source = self.hands.letters if char == "x" else self.hands.symbols
        strokes = vary(source.strokes[rng.choice(made)], rng)
        everything = np.concatenate(strokes)
        low, size = everything.min(0), np.ptp(everything, axis=0)
        scale = max(like.size) * rng.uniform(0.85, 1.15) / max(1.0, float(size.max()))
        strokes = [(stroke - low) * scale for stroke in strokes]
        return Piece(char, strokes, (size[0] * scale, size[1] * scale), like.top + (like.size[1] - size[1] * scale) / 2)

    def _placed(self, pieces: list[Piece | None], rng: Generator) -> list[Item]:
        """Return `pieces` side by side; None is a blank."""
        chance = rng.random()
        tight = (rng.uniform(-0.17, 0.06), rng.uniform(0.02, 0.07)) if chance < TIGHT_SHARE else None
        wide = float(rng.uniform(1.2, 3.5)) if chance > 1 - WIDE_SHARE else 1.0
        items: list[Item] = []
        right, before = 0.0, ""
        for piece in pieces:
            if piece is None:
                right += HIGH * rng.uniform(0.6, 2.2)
                continue
            gap = float(rng.normal(*tight)) if tight else wide * float(np.interp(rng.uniform(0, 100), *GAPS))
            sign = not (piece.label.isdigit() and before.isdigit())
            right += HIGH * (max(gap, rng.uniform(-0.05, 0.1)) if sign else gap) if items else 0.0
            place = np.array([right, HIGH * piece.top])
            items.append(Item(_class(piece.label), [stroke * HIGH + place for stroke in piece.strokes]))
            right, before = right + HIGH * piece.size[0], piece.label
        return items

    def _scanned(self, rng: Generator) -> Row | None:
        text, ink, boxes = self.scans.number(rng)
        return finished(ink, [(char, box) for char, box in zip(text, boxes, strict=True)], rng)

    def _printed(self, rng: Generator) -> Row | None:
        text = print_text(rng)
        ink, boxes = printed(text, round(HIGH * rng.uniform(0.4, 0.8)), rng)
        signs_count = any(char.isdigit() for char in text)
        placed = [
            (char if char.isdigit() or (char in SIGNS and signs_count and not _in_word(text, i)) else "", box)
            for i, (char, box) in enumerate(zip(text, boxes, strict=True))
            if char != " "
        ]
        return finished(ink, [(char, tuple(map(float, box))) for char, box in placed], rng)


def tick(rng: Generator) -> Stroke:
    """Return a tick, as teachers set it: down a little, then up and far to the right."""
    down, up = np.array([0.25, 0.35]) * rng.uniform(0.6, 1.5, 2), np.array([0.7, -1.0]) * rng.uniform(0.5, 1.5, 2)
    path = np.array([[0.0, 0.0], down * 0.6, down, down + up * 0.5 + rng.normal(0, 0.05, 2), down + up])
    return (path - path.min(0) + [0, rng.normal(0, 0.2)]) * HIGH


def _in_word(text: str, place: int) -> bool:
    """Whether the character at `place` stands beside a letter, and so is a letter itself (x) or a word's sign."""
    near = text[max(0, place - 1) : place] + text[place + 1 : place + 2]
    return text[place].isalpha() and any(char.isalpha() for char in near)


def _class(char: str) -> str:
    return char if len(char) == 1 and char in CHARS else ""


def _piece(label: str, strokes: list[Stroke], high: float, down: float = 0.0) -> Piece:
    """Return strokes as a piece `high` heights of a digit high, standing on the line but for `down`."""
    everything = np.concatenate(strokes)
    low, size = everything.min(0), np.ptp(everything, axis=0)
    scale = high / max(1.0, float(size[1]), float(size[0]) / 1.7)
    placed = [(stroke - low) * scale for stroke in strokes]
    return Piece(label, placed, (size[0] * scale, size[1] * scale), 1 - size[1] * scale + down)


def _kept(piece: Piece, rng: Generator) -> Piece:
    """Return a piece of a real number varied a little, at its own size and place."""
    strokes = [stroke / 1000 for stroke in vary([each * 1000 for each in piece.strokes], rng)]
    everything = np.concatenate(strokes)
    low, size = everything.min(0), np.ptp(everything, axis=0)
    return Piece(piece.label, [stroke - low for stroke in strokes], (float(size[0]), float(size[1])), piece.top)


def _scaled(
    strokes: list[Stroke], high: float, owners: NDArray[np.int16] | None = None, label: str = ""
) -> list[Stroke]:
    """Return strokes with their usual height, or that of the digits in `label` where owners are known, `high`."""
    low = np.concatenate(strokes).min(0)
    if owners is not None:
        tall = [
            float(np.ptp(np.concatenate([s for s, own in zip(strokes, owners, strict=True) if own == i])[:, 1]))
            for i, char in enumerate(label)
            if char.isdigit()
        ]
    else:
        whole = float(np.ptp(np.concatenate(strokes)[:, 1]))
        tall = [float(np.ptp(s[:, 1])) for s in strokes if len(s) > 3 and np.ptp(s[:, 1]) > 0.3 * whole] or [whole]
    scale = high / max(1.0, float(np.median(tall)))
    return [(stroke - low) * scale for stroke in strokes]


def _moved(items: list[Item], right: float) -> list[Item]:
    return [Item(item.char, [stroke + np.array([right, 0.0]) for stroke in item.strokes]) for item in items]


def _extent(items: list[Item]) -> tuple[float, float]:
    everything = np.concatenate([stroke for item in items for stroke in item.strokes])
    return float(everything[:, 0].min()), float(everything[:, 0].max())


Boxed = tuple[str, tuple[float, float, float, float]]


def drawn(items: list[Item], rng: Generator) -> tuple[Ink, list[Boxed]]:
    """Return the ink of `items`, slanted and drawn by a pen of chance, and the box of each."""
    matrix = np.array([[1, rng.normal(0, 0.03)], [-rng.normal(0, 0.12), 1]])
    items = [Item(item.char, [stroke @ matrix for stroke in item.strokes]) for item in items]
    low = np.concatenate([stroke for item in items for stroke in item.strokes]).min(0)
    pen = max(1, round(HIGH * float(np.clip(rng.lognormal(np.log(0.08), 0.5), 0.02, 0.24))))
    start = low - pen - 4
    high = np.concatenate([stroke for item in items for stroke in item.strokes]).max(0)
    width, height = np.ceil(high - start + pen + 4).astype(int)
    if width > 3000 or height > 600:
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


def finished(ink: Ink, boxed: list[Boxed], rng: Generator) -> Row | None:
    """Return the row of what was drawn, worn as ink is that was found on paper; None if it is too long or empty."""
    if not boxed:
        return None
    ink, boxed = leftovers(worn(ink, rng), boxed, rng)
    _, _, stats, _ = cv2.connectedComponentsWithStats((ink > 50).astype(np.uint8), connectivity=8)
    stats = stats[1:][stats[1:, 4] > 3].astype(np.int64)
    if not len(stats):
        return None
    corners = np.concatenate([stats[:, :2], stats[:, :2] + stats[:, 2:4]], 1)
    least = HIGH * float(rng.uniform(0.3, 1.1)) if len(boxed) == 1 and boxed[0][0] in set(SIGNS) else 1.0
    line = find_line(corners, least)
    line = Line(line.usual * float(np.exp(rng.normal(0, 0.1))), line.middle + line.usual * rng.normal(0, 0.05), line.slope)
    if ink.shape[1] * DIGIT / line.usual > WIDEST:
        return None
    strip = to_strip(ink, line)
    frames = np.full(-(-strip.ink.shape[1] // STEP), BLANK, np.int8)
    placed = []
    for char, (left, top, right, low) in boxed:
        (x0, y0), (x1, y1) = strip.on_strip(left, top), strip.on_strip(right, low)
        placed.append((char, x0, min(max(y0, 0), HEIGHT), x1, min(max(y1, 0), HEIGHT)))
    for char, x0, _, x1, _ in placed:
        if char == "":
            frames[max(0, round(x0 / STEP) - 1) : max(1, round(x1 / STEP) + 1)] = UNKNOWN
            frames[max(0, round(x0 / STEP) + 1) : max(1, round(x1 / STEP) - 1)] = OTHER
        elif len(char) > 1:
            frames[:] = UNKNOWN
    known = [each for each in placed if len(each[0]) == 1]
    centres = [int(np.clip(round((x0 + x1) / 2 / STEP), 0, len(frames) - 1)) for _, x0, _, x1, _ in known]
    for centre in centres:
        frames[max(0, centre - 1) : centre + 2] = UNKNOWN
    for centre, each in zip(centres, known, strict=True):
        frames[centre] = CHARS.index(each[0])
    boxes = np.array([[c, *each[1:]] for c, each in zip(centres, known, strict=True)], np.float32).reshape(-1, 5)
    order = sorted(placed, key=lambda each: each[1] + each[3])  # as read: from left to right
    return Row(strip.ink, "".join(each[0] for each in order), frames, boxes)
