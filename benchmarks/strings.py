"""Real written numbers of UNIPEN's validation writers: phone numbers, dates, prices, sums, drawn by a pen, read whole.

No writer is in the line network's train part, and nothing is forced: a "?" is wrong. Of each string: whether its digits
are right, and, where it is made of digits and signs that the reader knows, whether it is right as it is written. Prints
a table by kind of string; keeps it in results/strings.json.

    python benchmarks/strings.py --data-dir FOLDER [--model FILE] [--show FOLDER]
"""

import argparse
import sys
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from PIL import Image
from rich.console import Console
from rich.table import Table

from digits.base.reading import Reading
from digits.base.records import DIGITS, SIGNS
from digits.data.hands import Hands
from digits.reading import Reader

from hands import HIGH, Picture, Rng, pen, written
from shares import WIDE, in_words, share
from sheet import Tile, contact_sheet
from timing import keep

KNOWN = frozenset(DIGITS) | frozenset(SIGNS)
MOST_SHOWN = 40


class Asked(NamedTuple):
    """A string, its picture, and how it was read."""

    label: str
    picture: Picture
    reading: Reading

    @property
    def digits_right(self) -> bool:
        """Whether the digits are those of the label, in one row."""
        return self.reading.digits_only == "".join(filter(str.isdigit, self.label))

    @property
    def right(self) -> bool:
        """Whether all of it is as it was written; blanks do not count."""
        return "".join(self.reading.text.split()) == self.label

    @property
    def kind(self) -> str:
        """What there is in it beside digits."""
        if self.label.isdigit():
            return "digits alone"
        return "with signs" if set(self.label) <= KNOWN else "with letters and other signs"


def drawn(hands: Hands, index: int, rng: Rng) -> Picture:
    """Return the picture of one string, its digits about HIGH pixels high."""
    strokes = hands.numbers.strokes[index]
    whole = float(np.ptp(np.concatenate(strokes)[:, 1]))
    tall = [float(np.ptp(each[:, 1])) for each in strokes if np.ptp(each[:, 1]) > 0.3 * whole] or [max(whole, 1.0)]
    scale = HIGH / max(1.0, float(np.median(tall)))
    return written([[each * scale for each in strokes]], pen(rng), rng, noise=2)


def ask(reader: Reader, hands: Hands) -> list[Asked]:
    """Return what `reader` makes of each string of two characters and more."""
    asked = []
    for index, label in enumerate(map(str, hands.numbers.labels)):
        if len(label) > 1:
            picture = drawn(hands, index, np.random.default_rng(index))
            asked.append(Asked(label, picture, reader.read(picture)))
    return asked


def figures(asked: list[Asked]) -> dict[str, Any]:
    """Return the figures of all strings, and of each kind."""
    kinds = ["digits alone", "with signs", "with letters and other signs"]
    known = [each for each in asked if set(each.label) <= KNOWN]
    return {
        "digits right": share(sum(each.digits_right for each in asked), len(asked)),
        "right as written, of digits and known signs": share(sum(each.right for each in known), len(known)),
        **{
            f"digits right, {kind}": share(
                sum(each.digits_right for each in asked if each.kind == kind), sum(each.kind == kind for each in asked)
            )
            for kind in kinds
        },
    }


def draw_misses(folder: Path, asked: list[Asked]) -> None:
    """Draw what was read wrong into a sheet in `folder`."""
    tiles = []
    for place, each in enumerate([one for one in asked if not one.digits_right][:MOST_SHOWN]):
        path = folder / f"string-{place}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(each.picture).save(path)
        tiles.append(Tile(f"{each.label!r}: read {each.reading.text!r}", path, each.reading))
    if tiles:
        contact_sheet(tiles, folder / "strings.png")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data-dir", type=Path, required=True, help="the folder that has unipen/ and pendigits/")
    options.add_argument("--model", type=Path, help="a network of your own, instead of the one that ships")
    options.add_argument("--show", type=Path, help="draw the misses into this folder")
    options.add_argument("--no-save", action="store_true", help="print only")
    given = options.parse_args()
    asked = ask(Reader.load(given.model), Hands("validation", given.data_dir))
    made = figures(asked)
    table = Table("strings", "right")
    for name, figure in made.items():
        table.add_row(name, in_words(figure))
    Console(width=None if sys.stdout.isatty() else WIDE).print(table)
    if given.show:
        draw_misses(given.show, asked)
    if not given.no_save:
        print(f"kept in {keep('strings', {'figures': made})}")


if __name__ == "__main__":
    main()
