"""What the reader makes of a folder of people's own pictures, all of it: right, refused, wrong, and each miss.

The folder has an index.csv with the columns file, label, kind (single, multi or negative), medium, source and note; the
pictures lie beside it or in images/. Singles are read as exactly one digit. Of number images the whole string must be
right. Of pictures without digits no digit may be read for sure. Prints the figures with 95% intervals (Wilson, 1927),
by source and by medium; lists every miss; keeps all in results/FOLDER.json.

    python benchmarks/wild.py FOLDER [--model FILE] [--out NAME] [--no-save] [--show FOLDER]
"""

import argparse
import csv
import hashlib
import statistics
import sys
import time
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from rich.console import Console
from rich.table import Table
from scipy.stats import binomtest

from digits.base.errors import DigitsError
from digits.base.reading import Reading
from digits.reading import Reader

from sheet import Tile, contact_sheet
from timing import keep

COLUMNS = {"file", "label", "kind", "medium", "source", "note"}
KINDS = ("single", "multi", "negative")
WIDE = 150  # columns of the screen, where it does not say
NOTHING = Reading("", (), (), (), np.empty((0, 28, 28), np.uint8))


class Entry(NamedTuple):
    """A row of the index, and where its picture lies."""

    path: Path
    label: str
    kind: str
    medium: str
    source: str
    note: str


class Answer(NamedTuple):
    """What was read of one picture: as it comes, forced, and (of a negative) as exactly one digit."""

    entry: Entry
    plain: Reading
    forced: Reading
    single: Reading
    seconds: float

    @property
    def exact(self) -> bool:
        """The answer is the label, with no doubt left."""
        return _line(self.plain) == self.entry.label

    @property
    def forced_exact(self) -> bool:
        """The answer is the label when it has to answer."""
        return _line(self.forced) == self.entry.label

    @property
    def refused(self) -> bool:
        """No answer, or one with a doubt in it."""
        return "?" in self.plain.text or not self.plain.text

    @property
    def silent(self) -> bool:
        """No digit is read for sure, whether one is said to be there or not."""
        return not (_sure(self.plain) or _sure(self.single))


def index(folder: Path) -> list[Entry]:
    """Return the rows of the folder's index. Ends the program, in one line, if it cannot be used."""
    place = folder / "index.csv"
    if not place.is_file():
        sys.exit(f"There is no {place}: name a folder with an index.csv.")
    with place.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    missing = COLUMNS - set(rows[0] if rows else ())
    if missing:
        sys.exit(f"{place} has no rows, or lacks the columns {', '.join(sorted(missing))}.")
    entries = []
    for row in rows:
        path = next((each for each in (folder / "images" / row["file"], folder / row["file"]) if each.is_file()), None)
        if path is None:
            sys.exit(f"{place} names {row['file']!r}, which is neither in {folder} nor in {folder / 'images'}.")
        if row["kind"] not in KINDS:
            sys.exit(f"{place}: {row['file']} is of kind {row['kind']!r}; it must be one of {', '.join(KINDS)}.")
        entries.append(Entry(path, *(row[name].strip() for name in ("label", "kind", "medium", "source", "note"))))
    return entries


def ask(reader: Reader, entry: Entry) -> Answer:
    """Return what `reader` makes of one picture; seconds are those of a single plain reading."""
    single = entry.kind == "single"
    try:
        began = time.perf_counter()
        plain = reader.read(entry.path, single=single)
        seconds = time.perf_counter() - began
        forced = reader.read(entry.path, single=single, force=True)
        alone = reader.read(entry.path, single=True) if entry.kind == "negative" else NOTHING
    except DigitsError as error:
        failed = Reading(str(entry.path), (), (), (f"not read: {error}",), NOTHING.glyphs)
        return Answer(entry, failed, failed, failed, 0.0)
    return Answer(entry, plain, forced, alone, seconds)


def share(count: int, of: int) -> dict[str, Any]:
    """Return `count` of `of` as a fraction with its 95% interval."""
    low, high = binomtest(count, of).proportion_ci(method="wilson") if of else (0.0, 1.0)
    return {"count": count, "of": of, "share": count / of if of else None, "interval": [float(low), float(high)]}


def figures(answers: list[Answer]) -> dict[str, dict[str, Any]]:
    """Return the figures of all answers: those of a kind that is not there are left out."""
    singles, numbers, negatives = ([each for each in answers if each.entry.kind == kind] for kind in KINDS)
    out: dict[str, dict[str, Any]] = {}
    if singles:
        sure = [each for each in singles if not each.refused]
        out["singles, forced: right"] = share(sum(each.forced_exact for each in singles), len(singles))
        out["singles: refused"] = share(len(singles) - len(sure), len(singles))
        out["singles: wrong among the answered"] = share(sum(not each.exact for each in sure), len(sure))
    if numbers:
        digits = sum(len(each.entry.label) for each in numbers)
        out["numbers: exact"] = share(sum(each.exact for each in numbers), len(numbers))
        out["numbers, forced: exact"] = share(sum(each.forced_exact for each in numbers), len(numbers))
        wrong = sum(distance(_line(each.forced), each.entry.label) for each in numbers)
        out["numbers, forced: digit errors"] = {"count": wrong, "of": digits, "share": wrong / digits}
    if negatives:
        for what, readings in (("as one digit", "single"), ("plain", "plain")):
            refused = sum(not _sure(getattr(each, readings)) for each in negatives)
            out[f"no digit, {what}: refused"] = share(refused, len(negatives))
    return out


def distance(one: str, other: str) -> int:
    """Return how many signs must be put in, taken out or changed to make one text the other (Levenshtein, 1966)."""
    row = list(range(len(other) + 1))
    for i, sign in enumerate(one, 1):
        last, row = row, [i]
        for j, wanted in enumerate(other, 1):
            row.append(min(last[j] + 1, row[-1] + 1, last[j - 1] + (sign != wanted)))
    return row[-1]


def grouped(answers: list[Answer], by: str) -> dict[str, dict[str, dict[str, Any]]]:
    """Return the figures of each source, or of each medium."""
    names = sorted({getattr(each.entry, by) for each in answers})
    return {name: figures([each for each in answers if getattr(each.entry, by) == name]) for name in names}


def missed(answers: list[Answer]) -> list[tuple[str, Answer]]:
    """Return every answer that is not what it should be, with what is wrong about it."""
    out = []
    for each in answers:
        if each.entry.kind == "negative":
            fault = "" if each.silent else "answered"
        elif each.entry.kind == "single":
            fault = "refused" if each.refused else "" if each.exact else "wrong"
            fault += " and wrong" if fault == "refused" and not each.forced_exact else ""
        else:
            fault = "" if each.exact else "unsure" if each.forced_exact else "wrong"
        if fault:
            out.append((fault, each))
    return out


def shown(answer: Answer) -> Reading:
    """Return the reading that tells most of a miss: of a negative the one that has a digit in it."""
    return answer.single if answer.entry.kind == "negative" and not _sure(answer.plain) else answer.plain


def describe(fault: str, answer: Answer) -> dict[str, Any]:
    """Return one miss as plain values; confidence and runner-up are those of its least certain digit."""
    entry, reading = answer.entry, shown(answer)
    doubtful = min(reading.digits, key=lambda digit: digit.confidence, default=None)
    return {
        "file": entry.path.name,
        "fault": fault,
        "expected": entry.label,
        "read": _line(reading),
        "forced": _line(answer.forced),
        "confidence": round(doubtful.confidence, 3) if doubtful else None,
        "runner_up": f"{doubtful.runner_up} {doubtful.runner_up_confidence:.3f}" if doubtful else "",
        "warnings": list(reading.warnings),
        "source": entry.source,
        "note": entry.note,
    }


def show(console: Console, made: dict[str, Any]) -> None:
    """Print the figures, the tables by source and by medium, and a line for each miss."""
    for name, figure in made["figures"].items():
        low_high = f"  ({figure['interval'][0]:.1%} to {figure['interval'][1]:.1%})" if "interval" in figure else ""
        console.print(f"{name:36s} {in_words(figure):>20s}{low_high}", highlight=False)
    console.print(f"{'seconds per picture, median':36s} {made['seconds_per_picture']:>20.4f}", highlight=False)
    for by in ("source", "medium"):
        table = Table(by, *made["figures"], title=f"by {by}", title_justify="left")
        for name, row in made[f"by_{by}"].items():
            table.add_row(name, *(in_words(row[column]) if column in row else "" for column in made["figures"]))
        console.print(table)
    console.print(f"{len(made['misses'])} misses: file, fault, expected, read, confidence, runner-up, warnings, note")
    for miss in made["misses"]:
        print(" | ".join(_told(miss)))


def _told(miss: dict[str, Any]) -> list[str]:
    """Return one miss in words; what it says when forced only where that differs."""
    read = miss["read"] + (f" (forced: {miss['forced']})" if miss["forced"] != miss["read"] else "")
    warnings = "; ".join(miss["warnings"])
    about = (miss["expected"] or "no digit", read, miss["confidence"], miss["runner_up"], warnings, miss["note"])
    return [miss["file"], miss["fault"], *("–" if each in ("", None) else str(each) for each in about)]


def network(given: Path | None) -> tuple[Reader, str]:
    """Return the reader that ships, or one with the network in `given`, and the sha256 of its file."""
    try:
        reader = Reader.load(given)
        shipped = resources.files("digits") / "weights" / "reader.onnx"
        return reader, hashlib.sha256((given or shipped).read_bytes()).hexdigest()
    except DigitsError as error:
        sys.exit(str(error))


def _line(reading: Reading) -> str:
    return reading.digits_only.replace("\n", "")


def _sure(reading: Reading) -> bool:
    return any(sign.isdigit() for sign in reading.text)


def in_words(figure: dict[str, Any]) -> str:
    """Return a count of so many, and its share."""
    return f"{figure['count']}/{figure['of']}" + ("" if figure["share"] is None else f" {figure['share']:.1%}")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", type=Path)
    options.add_argument("--model", type=Path, help="a network of your own, instead of the one that ships")
    options.add_argument("--out", help="name of the file in results/; the folder's own if left out")
    options.add_argument("--no-save", action="store_true", help="print only")
    options.add_argument("--show", type=Path, help="write a contact sheet of the misses into this folder")
    given = options.parse_args()
    entries = index(given.folder)
    reader, sha256 = network(given.model)
    ask(reader, entries[0])  # the first reading loads what the others find loaded
    answers = [ask(reader, entry) for entry in entries]
    misses = missed(answers)
    made = {
        "network": {"sha256": sha256, "threshold": reader.card.threshold, "temperature": reader.card.temperature},
        "pictures": len(entries),
        "figures": figures(answers),
        "seconds_per_picture": statistics.median([each.seconds for each in answers if each.seconds] or [0.0]),
        "by_source": grouped(answers, "source"),
        "by_medium": grouped(answers, "medium"),
        "misses": [describe(fault, answer) for fault, answer in misses],
    }
    name = given.out or given.folder.resolve().name
    console = Console(width=None if sys.stdout.isatty() else WIDE)
    show(console, made)
    if given.show and misses:
        words = "{file}: {fault}, wanted {expected!r}, read {read!r}, forced {forced!r}  {note}"
        tiles = [
            Tile(words.format(**about), answer.entry.path, shown(answer))
            for about, (_, answer) in zip(made["misses"], misses, strict=True)
        ]
        console.print(f"misses drawn in {contact_sheet(tiles, given.show / f'{name}.png')}")
    if not given.no_save:
        console.print(f"kept in {keep(name, made)}")


if __name__ == "__main__":
    main()
