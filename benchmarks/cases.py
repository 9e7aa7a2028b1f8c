"""What the reader makes of cases: small pictures, each of a kind of complaint that people have about such readers.

The folder has an index.csv with the columns file, area, command, expected and kind. Rows of the area "reading" are
read as their command says. The digits must be right in their order; signs, gaps and rows do not count, but where the
kind speaks of gaps the numbers of each row must stand apart. What nobody should read for sure is right when it is
refused, doubted or warned of. Prints a line for each case; keeps all in results/cases.json.

    python benchmarks/cases.py FOLDER [--model FILE] [--out NAME] [--no-save] [--show FOLDER]
"""

import argparse
import shlex
import sys
from pathlib import Path
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table

from digits.base.errors import DigitsError
from digits.base.reading import Reading
from digits.reading import Reader

from pictures import NOTHING, network, picture, rows
from shares import WIDE, in_words, interval, share
from sheet import Tile, contact_sheet
from timing import keep

COLUMNS = {"file", "area", "command", "expected", "kind"}
OPTIONS = {"--single": "single", "--force": "force", "--print": "printed"}  # the command's, as `Reader.read` has them
DOUBTED = "nothing, or ?, or a warning"


class Case(NamedTuple):
    """A row of the index: its picture, how it is read, what a person reads and what it is about."""

    path: Path
    options: dict[str, bool]
    expected: str
    kind: str


class Answer(NamedTuple):
    """What was read of a case; `failed` says why it could not be read."""

    case: Case
    reading: Reading
    failed: str = ""

    @property
    def right(self) -> bool:
        """It is what a person reads, as far as the kind asks."""
        expected, reading = self.case.expected, self.reading
        if self.failed:
            return False
        if expected == DOUBTED:
            return not reading.digits or "?" in reading.text or bool(reading.warnings)
        if "gap" in self.case.kind.split():
            return numbers(reading.text.split("\n")) == numbers(expected.split("|"))
        return in_order(reading.digits_only) == in_order(expected)

    @property
    def told(self) -> str:
        """What was read, rows parted by a bar."""
        return self.failed or self.reading.text.replace("\n", " | ") or "nothing"


def numbers(rows: list[str]) -> list[list[str]]:
    """Return the numbers of each row: what blanks part, without signs."""
    found = ([in_order(word) for word in row.split()] for row in rows)
    return [[number for number in row if number] for row in found]


def in_order(text: str) -> str:
    """Return the digits in `text`, a "?" for one in doubt among them."""
    return "".join(sign for sign in text if sign in "0123456789?")


def cases(folder: Path) -> list[Case]:
    """Return the cases of reading. Ends the program, in one line, if a command has an option that is not known here."""
    found = []
    for row in rows(folder, COLUMNS):
        if row["area"] == "reading":
            given = [word for word in shlex.split(row["command"]) if word.startswith("-")]
            unknown = [word for word in given if word not in OPTIONS]
            if unknown:
                sys.exit(f"{folder}: the command of {row['file']} has {unknown[0]}, which cases.py does not know.")
            options = dict.fromkeys((OPTIONS[word] for word in given), True)
            found.append(Case(picture(folder, row["file"]), options, row["expected"].strip(), row["kind"].strip()))
    return found


def ask(reader: Reader, case: Case) -> Answer:
    """Return what `reader` makes of a case."""
    try:
        return Answer(case, reader.read(case.path, **case.options))
    except DigitsError as error:
        return Answer(case, NOTHING, f"not read: {error}")


def describe(answer: Answer) -> dict[str, Any]:
    """Return a case and its answer as plain values."""
    case = answer.case
    return {
        "file": case.path.name,
        "kind": case.kind,
        "expected": case.expected,
        "read": answer.told,
        "warnings": list(answer.reading.warnings),
        "right": answer.right,
    }


def by_kind(answers: list[Answer]) -> dict[str, Any]:
    """Return how many cases of each kind are right."""
    kinds: dict[str, list[bool]] = {}
    for each in sorted(answers, key=lambda answer: answer.case.kind):
        kinds.setdefault(each.case.kind, []).append(each.right)
    return {kind: share(sum(right), len(right)) for kind, right in kinds.items()}


def show(console: Console, made: dict[str, Any]) -> None:
    """Print a line for each case: "right", or what was read; then how many of each kind, and of all, are right."""
    table = Table("case", "expected", "read", "warnings", "kind")
    for case in made["cases"]:
        said = ("right", "") if case["right"] else (case["read"], "; ".join(case["warnings"]))
        table.add_row(case["file"], case["expected"].replace("|", " | "), *said, case["kind"])
    console.print(table)
    for kind, figure in made["kinds"].items():
        console.print(f"{in_words(figure):>14s}  {kind}", highlight=False)
    console.print(f"{in_words(made['right']):>14s}  of all {interval(made['right'])}", highlight=False)


def draw_misses(path: Path, answers: list[Answer]) -> Path:
    """Draw each case that is not right into a contact sheet at `path`; return it."""
    words = "{file}: wanted {expected!r}, read {read!r}  {kind}"
    tiles = [Tile(words.format(**describe(each)), each.case.path, each.reading) for each in answers if not each.right]
    return contact_sheet(tiles, path)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", type=Path)
    options.add_argument("--model", type=Path, help="a network of your own, instead of the one that ships")
    options.add_argument("--out", default="cases", help="name of the file in results/")
    options.add_argument("--no-save", action="store_true", help="print only")
    options.add_argument("--show", type=Path, help="write a contact sheet of the misses into this folder")
    given = options.parse_args()
    asked = cases(given.folder)
    reader, about = network(given.model)
    answers = [ask(reader, case) for case in asked]
    right = share(sum(each.right for each in answers), len(answers))
    made = {"network": about, "right": right, "kinds": by_kind(answers), "cases": [describe(each) for each in answers]}
    console = Console(width=None if sys.stdout.isatty() else WIDE)
    show(console, made)
    if given.show and right["count"] < right["of"]:
        console.print(f"misses drawn in {draw_misses(given.show / f'{given.out}.png', answers)}")
    if not given.no_save:
        console.print(f"kept in {keep(given.out, made)}")


if __name__ == "__main__":
    main()
