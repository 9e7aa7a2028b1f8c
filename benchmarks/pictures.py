"""A folder of people's own pictures with an index.csv: its entries, the reader that is asked, and its answers.

The index has the columns file, label, kind (single, multi or negative), medium, source and note; the pictures lie
beside it or in images/. A label is digits alone, row after row; the words of a note are tags: photo, ruled, mixed.
"""

import csv
import hashlib
import re
import sys
import time
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from digits.base.errors import DigitsError
from digits.base.reading import Reading
from digits.reading import Reader
from digits.reading.networks import INK, LINE, READER

COLUMNS = {"file", "label", "kind", "medium", "source", "note"}
KINDS = ("single", "multi", "negative")
MIXED = "mixed"  # the tag of numbers that have words or the like among them
NOTHING = Reading("", (), (), (), np.empty((0, 28, 28), np.uint8))


class Entry(NamedTuple):
    """A row of the index, and where its picture lies."""

    path: Path
    label: str
    kind: str
    medium: str
    source: str
    note: str

    @property
    def tags(self) -> frozenset[str]:
        """The words of the note."""
        return frozenset(re.findall(r"[a-z]+", self.note.lower()))


class Answer(NamedTuple):
    """What was read of one picture: as it comes, forced, and (of a negative) as exactly one digit."""

    entry: Entry
    plain: Reading
    forced: Reading
    single: Reading
    seconds: float

    @property
    def exact(self) -> bool:
        """The digits are those of the label, with no doubt left."""
        return in_line(self.plain) == self.entry.label

    @property
    def forced_exact(self) -> bool:
        """The digits are those of the label when it has to answer."""
        return in_line(self.forced) == self.entry.label

    @property
    def refused(self) -> bool:
        """No answer, or one with a doubt in it."""
        return "?" in self.plain.text or not self.plain.text

    @property
    def unsaid(self) -> bool:
        """The answer is wrong, and there is no "?" and no warning."""
        return not (self.exact or "?" in self.plain.text or self.plain.warnings)

    @property
    def silent(self) -> bool:
        """No digit is read for sure, whether one is said to be there or not."""
        return not (answered(self.plain) or answered(self.single))


def index(folder: Path) -> list[Entry]:
    """Return the rows of the folder's index. Ends the program, in one line, if it cannot be used."""
    entries = []
    for row in rows(folder, COLUMNS):
        if row["kind"] not in KINDS:
            sys.exit(f"{folder}: {row['file']} is of kind {row['kind']!r}; it must be one of {', '.join(KINDS)}.")
        about = (row[name].strip() for name in ("label", "kind", "medium", "source", "note"))
        entries.append(Entry(picture(folder, row["file"]), *about))
    return entries


def rows(folder: Path, columns: set[str]) -> list[dict[str, str]]:
    """Return the rows of the folder's index.csv. Ends the program, in one line, if it lacks one of the columns."""
    place = folder / "index.csv"
    if not place.is_file():
        sys.exit(f"There is no {place}: name a folder with an index.csv.")
    with place.open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    missing = columns - set(found[0] if found else ())
    if missing:
        sys.exit(f"{place} has no rows, or lacks the columns {', '.join(sorted(missing))}.")
    return found


def picture(folder: Path, name: str) -> Path:
    """Return where the picture lies. Ends the program, in one line, if it is nowhere."""
    path = next((each for each in (folder / "images" / name, folder / name) if each.is_file()), None)
    return path or sys.exit(f"{folder / 'index.csv'} names {name!r}, which is neither there nor in images/.")


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


def network(given: Path | None) -> tuple[Reader, dict[str, Any]]:
    """Return the reader that ships, or one with the network in `given`; and what to keep of its networks."""
    weights = resources.files("digits") / "weights"
    try:
        reader = Reader.load(given)
        sha256 = {name: hashlib.sha256((weights / name).read_bytes()).hexdigest() for name in (INK, LINE)}
        own = hashlib.sha256((given or weights / READER).read_bytes()).hexdigest()
    except DigitsError as error:
        sys.exit(str(error))
    card = reader.card
    return reader, {"sha256": own, "threshold": card.threshold, "temperature": card.temperature, "beside": sha256}


def in_line(reading: Reading) -> str:
    """Return the digits of all rows, joined."""
    return reading.digits_only.replace("\n", "")


def answered(reading: Reading) -> bool:
    """Return whether some digit is read for sure."""
    return any(digit.sure for digit in reading.digits)
