"""Numbers as real hands would write them: digits and signs of UNIPEN's validation writers, in rows, drawn by a pen.

No writer is in the reader's train part. Each kind makes one thing hard: digits that nearly touch or overlap, signs
between them, one-pixel lines of a mouse, ink and paper of any colour, several rows, few pixels; and words, of which no
digit is to be read. Of each kind: how many pictures are read right (signs are to be left out), right when forced, and
wrong without a word (no "?", no warning). Prints a table; keeps it in results/hands.json.

    python benchmarks/hands.py --data-dir FOLDER [--model FILE] [--show FOLDER]
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from rich.console import Console
from rich.table import Table

from digits.base.reading import Reading
from digits.data.negatives import LOOK_ALIKES
from digits.data.strokes import Stroke
from digits.data.unipen import Strokes, unipen
from digits.reading import Reader

from shares import WIDE, in_words, share
from sheet import Tile, contact_sheet
from timing import keep

PICTURES = 150  # of each kind
HIGH = 70  # pixels of a digit
FEWEST = 8  # different digits that a hand must have left
SIGNS = {"+": 0.6, "-": 0.5, "=": 0.5, "*": 0.5, ":": 0.5, "x": 0.5}  # and their heights, in digits'
INK, PAPER = (20, 20, 60), (240, 238, 230)
MOST_SHOWN = 20

Rng = np.random.Generator
Picture = NDArray[np.uint8]


class Hands:
    """The validation writers: whose digits are where, and the signs and letters that they wrote."""

    def __init__(self, folder: Path) -> None:
        self.digits, self.symbols, self.letters = (
            unipen(kind, "validation", folder) for kind in ("digits", "symbols", "letters")
        )
        self.own: dict[int, dict[str, list[int]]] = {}
        for place, (label, writer) in enumerate(zip(self.digits.labels, self.digits.writers, strict=True)):
            self.own.setdefault(int(writer), {}).setdefault(str(label), []).append(place)
        self.writers = [writer for writer, digits in self.own.items() if len(digits) >= FEWEST]
        self.words = np.flatnonzero([label not in LOOK_ALIKES for label in self.letters.labels])

    def digit(self, label: str, writer: int, rng: Rng) -> list[Stroke]:
        """Return that writer's digit, or anybody's if he left none."""
        places = self.own[writer].get(label) or np.flatnonzero(self.digits.labels == label)
        return self.digits.strokes[rng.choice(places)]

    def sign(self, label: str, rng: Rng) -> list[Stroke]:
        """Return anybody's sign."""
        source: Strokes = self.letters if label.isalpha() else self.symbols
        return source.strokes[rng.choice(np.flatnonzero(source.labels == label))]

    def row(self, text: str, rng: Rng, gaps: tuple[float, float], high: float = HIGH) -> list[Stroke]:
        """Return `text` in one hand; each next digit starts so far from the last one's end, in heights."""
        writer = self.writers[rng.integers(len(self.writers))]
        out: list[Stroke] = []
        right = 0.0
        for label in text:
            if label.isdigit():
                placed = fitted(self.digit(label, writer, rng), high * rng.uniform(0.88, 1.12), 2.0)
                down, gap = rng.normal(0, 0.06) * high, rng.uniform(*gaps) * high
            else:
                placed = fitted(self.sign(label, rng), SIGNS[label] * high, 1.0)
                down, gap = (high - extent(placed)[1]) / 2, max(rng.uniform(*gaps), 0.15) * high
            out += moved(placed, right, down)
            right += extent(placed)[0] + gap
        return out

    def word(self, rng: Rng) -> list[Stroke]:
        """Return one to five letters of any hands, none of which looks like a digit."""
        out: list[Stroke] = []
        right = 0.0
        for place in rng.choice(self.words, rng.integers(1, 6)):
            placed = fitted(self.letters.strokes[place], HIGH * rng.uniform(0.8, 1.1), 2.0)
            out += moved(placed, right, 0)
            right += extent(placed)[0] + rng.uniform(0.1, 0.35) * HIGH
        return out


def fitted(strokes: list[Stroke], high: float, stretch: float) -> list[Stroke]:
    """Return the strokes from (0, 0) on, `high` pixels high, or `stretch` times as wide if they are wider than that."""
    everything = np.concatenate(strokes)
    low, high_end = everything.min(0), everything.max(0)
    wide, tall = high_end - low
    return [(stroke - low) * high / max(1.0, tall, wide / stretch) for stroke in strokes]


def moved(strokes: list[Stroke], right: float, down: float) -> list[Stroke]:
    """Return the strokes elsewhere."""
    return [stroke + np.array([right, down]) for stroke in strokes]


def extent(strokes: list[Stroke]) -> tuple[float, float]:
    """Return how wide and how high strokes that start at (0, 0) are."""
    width, height = np.concatenate(strokes).max(0)
    return float(width), float(height)


def written(rows: list[list[Stroke]], pen: float, rng: Rng, **how: Any) -> Picture:
    """Return the picture of `rows`, one below the other; `how` may name ink, paper, edge (pixels) and noise."""
    edge, ink, paper = how.get("edge", 30), np.array(how.get("ink", INK)), np.array(how.get("paper", PAPER))
    paths: list[Stroke] = []
    down = 0.0
    for row in rows:
        everything = np.concatenate(row)
        paths += moved(row, 0, down - everything[:, 1].min())
        down += np.ptp(everything[:, 1]) + edge
    everything = np.concatenate(paths)
    start = everything.min(0) - edge - pen / 2
    width, height = np.ceil(everything.max(0) - start + edge + pen / 2).astype(int)
    cover = np.zeros((height, width, 1), np.uint8)
    for path in paths:
        places = np.round((path - start) * 16).astype(np.int32).reshape(-1, 1, 2)
        cv2.polylines(cover, [places], False, 255, max(1, round(pen)), cv2.LINE_AA, 4)
    picture = paper + (ink - paper) * (cover / 255)
    if noise := how.get("noise", 0):
        picture = cv2.GaussianBlur(picture, (3, 3), 0) + rng.normal(0, noise, picture.shape)
    return np.clip(picture, 0, 255).astype(np.uint8)


def number(rng: Rng, fewest: int, most: int) -> str:
    """Return a number of so many digits."""
    return "".join(map(str, rng.integers(0, 10, rng.integers(fewest, most + 1))))


def pen(rng: Rng, thin: float = 0.05, thick: float = 0.13) -> float:
    """Return a pen's width in pixels."""
    return float(rng.uniform(thin, thick) * HIGH)


def in_a_row(hands: Hands, rng: Rng, gaps: tuple[float, float], most: int = 8) -> tuple[str, Picture]:
    """Draw a number on paper."""
    text = number(rng, 2, most)
    return text, written([hands.row(text, rng, gaps)], pen(rng), rng, noise=2)


def sums(hands: Hands, rng: Rng) -> tuple[str, Picture]:
    """Draw a sum, with or without what it comes to."""
    sign = rng.choice([each for each in SIGNS if each != "="])
    text = f"{number(rng, 1, 3)}{sign}{number(rng, 1, 3)}" + rng.choice(["", "=", "=" + number(rng, 1, 3)])
    return text, written([hands.row(text, rng, (0.12, 0.4))], pen(rng, 0.03), rng, ink=rng.integers(0, 90, 3))


def by_mouse(hands: Hands, rng: Rng) -> tuple[str, Picture]:
    """Draw a number of any size by lines of one to three pixels, as a drawing program does."""
    text, high = number(rng, 2, 6), float(rng.uniform(50, 160))
    row = hands.row(text, rng, (0.1, 0.4), high)
    return text, written([row], float(rng.integers(1, 4)), rng, ink=rng.integers(0, 140, 3), paper=(255, 255, 255))


def in_colours(hands: Hands, rng: Rng) -> tuple[str, Picture]:
    """Draw a number in any colour on any other that differs by 60 levels in one channel."""
    text, ink, paper = number(rng, 2, 6), np.zeros(3), np.zeros(3)
    while np.abs(ink - paper).max() < 60:
        ink, paper = rng.integers(0, 256, (2, 3)).astype(float)
    how = {"ink": ink, "paper": paper, "noise": float(rng.choice([0, 3]))}
    return text, written([hands.row(text, rng, (0.12, 0.4))], pen(rng, 0.05, 0.2), rng, **how)


def several_rows(hands: Hands, rng: Rng) -> tuple[str, Picture]:
    """Draw two to four numbers, one below the other, each in a hand of its own."""
    texts = [number(rng, 2, 7) for _ in range(rng.integers(2, 5))]
    return "\n".join(texts), written([hands.row(text, rng, (0.12, 0.6)) for text in texts], pen(rng), rng, noise=2)


def small(hands: Hands, rng: Rng) -> tuple[str, Picture]:
    """Draw a number of 14 to 26 pixels' height, bright on black."""
    text = number(rng, 2, 6)
    row = hands.row(text, rng, (0.12, 0.4))
    large = written([row], pen(rng, 0.07, 0.15), rng, ink=(255, 255, 255), paper=(0, 0, 0), edge=20)
    scale = float(rng.uniform(14, 26)) / HIGH
    return text, np.asarray(cv2.resize(large, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)


def words(hands: Hands, rng: Rng) -> tuple[str, Picture]:
    """Draw letters, none of which looks like a digit."""
    return "", written([hands.word(rng)], pen(rng), rng, noise=2)


KINDS: dict[str, Callable[[Hands, Rng], tuple[str, Picture]]] = {
    "well apart": lambda hands, rng: in_a_row(hands, rng, (0.15, 0.5)),
    "close": lambda hands, rng: in_a_row(hands, rng, (0.0, 0.2)),
    "touching or overlapping": lambda hands, rng: in_a_row(hands, rng, (-0.12, 0.06), 5),
    "sums": sums,
    "by mouse": by_mouse,
    "in colours": in_colours,
    "several rows": several_rows,
    "small": small,
    "words": words,
}


class Asked(NamedTuple):
    """One picture, what is written on it, and how it was read, as it comes and forced."""

    text: str
    picture: Picture
    plain: Reading
    forced: Reading

    @property
    def wanted(self) -> str:
        """The digits of the text, row by row."""
        return "\n".join("".join(filter(str.isdigit, row)) for row in self.text.split("\n"))


def ask(reader: Reader, hands: Hands, kind: str) -> list[Asked]:
    """Return what `reader` makes of all pictures of a kind."""
    asked = []
    for place in range(PICTURES):
        text, picture = KINDS[kind](hands, np.random.default_rng([place, list(KINDS).index(kind)]))
        asked.append(Asked(text, picture, reader.read(picture), reader.read(picture, force=True)))
    return asked


def unsaid(asked: Asked) -> bool:
    """Whether nothing is said to be doubted; that there are marks that are no digits is true of all sums and words."""
    signs = not asked.text.replace("\n", "").isdigit()
    words = [each for each in asked.plain.warnings if not (signs and each.endswith("no digit"))]
    return "?" not in asked.plain.digits_only and not words


def figures(asked: list[Asked]) -> dict[str, Any]:
    """Return how many are read right, right when forced, and wrong without a word."""
    wrong = [each for each in asked if each.plain.digits_only != each.wanted]
    return {
        "right": share(len(asked) - len(wrong), len(asked)),
        "forced": share(sum(each.forced.digits_only == each.wanted for each in asked), len(asked)),
        "unsaid": share(sum(map(unsaid, wrong)), len(asked)),
    }


def draw_misses(folder: Path, kind: str, asked: list[Asked]) -> None:
    """Draw what was read wrong of a kind into a sheet in `folder`."""
    misses = [each for each in asked if each.plain.digits_only != each.wanted][:MOST_SHOWN]
    tiles = []
    for place, each in enumerate(misses):
        path = folder / f"{kind}-{place}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(each.picture).save(path)
        tiles.append(
            Tile(
                f"{each.text!r}: read {each.plain.digits_only!r}, forced {each.forced.digits_only!r}", path, each.plain
            )
        )
    if tiles:
        contact_sheet(tiles, folder / f"{kind}.png")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data-dir", type=Path, required=True, help="the folder that has unipen/")
    options.add_argument("--model", type=Path, help="a network of your own, instead of the one that ships")
    options.add_argument("--kinds", nargs="+", choices=list(KINDS), default=list(KINDS))
    options.add_argument("--show", type=Path, help="draw the misses into this folder")
    options.add_argument("--no-save", action="store_true", help="print only")
    given = options.parse_args()
    reader, hands = Reader.load(given.model), Hands(given.data_dir)
    table = Table("numbers", "right", "right when forced", "wrong without a word")
    made = {}
    for kind in given.kinds:
        asked = ask(reader, hands, kind)
        made[kind] = figures(asked)
        table.add_row(kind, *(in_words(figure) for figure in made[kind].values()))
        if given.show:
            draw_misses(given.show, kind, asked)
    Console(width=None if sys.stdout.isatty() else WIDE).print(table)
    if not given.no_save:
        print(f"kept in {keep('hands', {'pictures': PICTURES, 'writers': len(hands.writers), 'kinds': made})}")


if __name__ == "__main__":
    main()
