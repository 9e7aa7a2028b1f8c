"""Rows of writing to learn to read lines from: numbers with their signs, words, print, and what spoils them."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from digits.base.records import CHARS, SIGNS
from digits.data.hands import ALL, Hands, Piece
from digits.data.pens import flagged, slashed, vary
from digits.data.print import printed
from digits.data.row_drawing import HIGH, Item, Row, draw_items, finished
from digits.data.row_texts import number_text, print_text
from digits.data.scans import Scans
from digits.data.strokes import Stroke

# Gaps between neighbours in real numbers, in heights of a digit: percentiles of 3,238 pairs of UNIPEN's numbers.
GAPS = ([0, 1, 5, 10, 25, 50, 75, 90, 95, 99, 100], [-0.3, -0.23, -0.01, 0.06, 0.18, 0.33, 0.50, 0.71, 0.88, 1.5, 2.0])
TIGHT_SHARE, WIDE_SHARE = 0.38, 0.08
KINDS = {
    "set": 0.46,
    "real": 0.19,
    "word": 0.08,
    "mixed": 0.07,
    "single": 0.05,
    "scanned": 0.06,
    "printed": 0.07,
    "scribble": 0.02,
}


class Rows:
    """Draws rows of one part's writers, each a function of its seed."""

    def __init__(self, part: str, data_dir: Path | str | None = None) -> None:
        self.hands, self.scans = Hands(part, data_dir), Scans(part, data_dir)
        words = self.hands.numbers.labels
        self.real = np.array([i for i, label in enumerate(words) if len(str(label)) > 1])
        self._drawn = {
            "set": self._set,
            "real": self._real,
            "word": self.word,
            "mixed": self._mixed,
            "single": self._single,
            "scribble": self._scribble,
        }

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
        items = self._drawn[kind](rng)
        return finished(*draw_items(items, rng), rng) if items else None

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
                new = self.word(rng)
            elif chance < 0.5:
                new = [Item("", [tick(rng)])]
            else:
                new = self.letters(rng)
            items += _moved(new, right)
            right = _extent(items)[1] + HIGH * (
                rng.uniform(0.02, 0.4) if rng.random() < 0.35 else rng.uniform(0.4, 1.6)
            )
        return items

    def letters(self, rng: Generator) -> list[Item]:
        """Return one to four letters or symbols that do not look like digits: something else."""
        pieces = []
        for _ in range(int(rng.integers(1, 5))):
            letter = rng.random() < 0.75
            source, which = (
                (self.hands.letters, self.hands.clean) if letter else (self.hands.symbols, self.hands.others)
            )
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

    def word(self, rng: Generator) -> list[Item]:
        """Return a word as somebody wrote it: something else."""
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

    def _placed(self, pieces: Sequence[Piece | None], rng: Generator) -> list[Item]:
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
        return finished(ink, placed, rng)


def tick(rng: Generator) -> Stroke:
    """Return a tick, as teachers set it: down a little, then up and far to the right."""
    down, up = np.array([0.25, 0.35]) * rng.uniform(0.6, 1.5, 2), np.array([0.7, -1.0]) * rng.uniform(0.5, 1.5, 2)
    path = np.array([[0.0, 0.0], down * 0.6, down, down + up * 0.5 + rng.normal(0, 0.05, 2), down + up])
    placed: Stroke = (path - path.min(0) + [0, rng.normal(0, 0.2)]) * HIGH
    return placed


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
