"""What the reader makes of a folder of people's own pictures, all of it: right, refused, wrong, and each miss.

The folder is as pictures.py says. Files numbered below 1000 are one collection, those from 1000 on the second, mostly
real paper; each has figures of its own. Singles are read as exactly one digit. Of pictures of numbers all digits must
be right, in their order; the figure to raise is that of numbers without "mixed" in the note. Of pictures without
digits no digit may be read for sure. Prints the figures with 95% intervals (Wilson, 1927), by source, by medium and by
tag; lists every miss; keeps all in results/FOLDER.json. With --peers other readers are given the same pictures.

    python benchmarks/wild.py FOLDER [--peers [--peer-python ENVIRONMENT/bin/python]] [--model FILE] [--out NAME]
                              [--no-save] [--show FOLDER]
"""

import argparse
import statistics
import sys
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from digits.base.reading import Reading

from peers import Peer, accuracy, find
from pictures import KINDS, MIXED, Answer, Entry, answered, ask, in_line, index, network
from shares import WIDE, Figure, digit_errors, in_words, interval, share
from sheet import Tile, contact_sheet
from timing import keep

COLLECTIONS = {"first": "numbered below 1000", "second": "from 1000 on, mostly real paper"}
TAGS = ("photo", "ruled", "squared", "boxed", "touching", "joined", "form", "table", "decimal")
GROUPS: dict[str, Callable[[Entry], list[str]]] = {
    "source": lambda entry: [entry.source],
    "medium": lambda entry: [entry.medium],
    "tag": lambda entry: [tag for tag in TAGS if tag in entry.tags],
}
SHOWN = {  # of each group, and under which title
    "singles, forced: right": "singles forced",
    "numbers: exact": "numbers",
    "numbers without mixed: exact": "without mixed",
    "numbers without mixed, forced: digit errors": "digit errors",
    "numbers: wrong without a word": "without a word",
    "no digit, plain: refused": "no digit, plain",
    "no digit, as one digit: refused": "as one digit",
}

Figures = dict[str, Figure]


def figures(answers: list[Answer]) -> Figures:
    """Return the figures of all answers: those of a kind that is not there are left out."""
    singles, numbers, negatives = ([each for each in answers if each.entry.kind == kind] for kind in KINDS)
    without = [each for each in numbers if MIXED not in each.entry.tags]
    return {
        **of_singles(singles),
        **of_numbers("numbers", numbers),
        **of_numbers(f"numbers without {MIXED}", without),
        **of_negatives(negatives),
    }


def of_singles(singles: list[Answer]) -> Figures:
    """Return the figures of pictures of one digit."""
    if not singles:
        return {}
    sure = [each for each in singles if not each.refused]
    return {
        "singles, forced: right": share(sum(each.forced_exact for each in singles), len(singles)),
        "singles: refused": share(len(singles) - len(sure), len(singles)),
        "singles: wrong among the answered": share(sum(not each.exact for each in sure), len(sure)),
        "singles: wrong without a word": share(sum(each.unsaid for each in singles), len(singles)),
    }


def of_numbers(name: str, numbers: list[Answer]) -> Figures:
    """Return the figures of pictures of numbers, under `name`."""
    if not numbers:
        return {}
    return {
        f"{name}: exact": share(sum(each.exact for each in numbers), len(numbers)),
        f"{name}, forced: exact": share(sum(each.forced_exact for each in numbers), len(numbers)),
        f"{name}, forced: digit errors": digit_errors((in_line(each.forced), each.entry.label) for each in numbers),
        f"{name}: wrong without a word": share(sum(each.unsaid for each in numbers), len(numbers)),
    }


def of_negatives(negatives: list[Answer]) -> Figures:
    """Return the figures of pictures without digits."""
    if not negatives:
        return {}
    return {
        f"no digit, {what}: refused": share(sum(not answered(getattr(each, how)) for each in negatives), len(negatives))
        for what, how in (("as one digit", "single"), ("plain", "plain"))
    }


def grouped(answers: list[Answer], names: Callable[[Entry], list[str]]) -> dict[str, Figures]:
    """Return the figures of each group, where `names` tells the groups of an entry."""
    found = sorted({name for each in answers for name in names(each.entry)})
    return {name: figures([each for each in answers if name in names(each.entry)]) for name in found}


def collection(entry: Entry) -> str:
    """Return which collection a picture belongs to."""
    number = entry.path.stem
    return "second" if number.isdigit() and int(number) >= 1000 else "first"


def measured(answers: list[Answer], peers: list[Peer]) -> dict[str, Any]:
    """Return all figures of one collection, and the peers' of the same pictures."""
    entries = [each.entry for each in answers]
    return {
        "pictures": len(answers),
        "figures": figures(answers),
        **{f"by_{by}": grouped(answers, names) for by, names in GROUPS.items()},
        "peers": {peer.name: accuracy(peer, entries) for peer in peers},
    }


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
    return answer.single if answer.entry.kind == "negative" and not answered(answer.plain) else answer.plain


def describe(fault: str, answer: Answer) -> dict[str, Any]:
    """Return one miss as plain values; confidence and runner-up are those of its least certain digit."""
    entry, reading = answer.entry, shown(answer)
    doubtful = reading.least_sure
    return {
        "file": entry.path.name,
        "fault": fault,
        "expected": entry.label,
        "read": in_line(reading),
        "forced": in_line(answer.forced),
        "confidence": round(doubtful.confidence, 3) if doubtful else None,
        "runner_up": f"{doubtful.runner_up} {doubtful.runner_up_confidence:.3f}" if doubtful else "",
        "warnings": list(reading.warnings),
        "source": entry.source,
        "note": entry.note,
    }


def show(console: Console, made: dict[str, Any]) -> None:
    """Print the figures of each collection, its tables by group, and a line for each miss."""
    for name, part in made["collections"].items():
        console.print(f"[bold]{name}[/]: {part['pictures']} pictures, {COLLECTIONS[name]}", highlight=False)
        show_figures(console, part["figures"])
        for peer, theirs in part["peers"].items():
            show_figures(console, {f"{peer}, {what}": figure for what, figure in theirs.items()})
        for by in GROUPS:
            show_groups(console, by, part[f"by_{by}"])
    console.print(f"{'seconds per picture, median':48s} {made['seconds_per_picture']:>14.4f}", highlight=False)
    console.print(f"{len(made['misses'])} misses: file, fault, expected, read, confidence, runner-up, warnings, note")
    for miss in made["misses"]:
        print(" | ".join(_told(miss)))


def show_figures(console: Console, found: Figures) -> None:
    """Print a line for each figure."""
    for name, figure in found.items():
        console.print(f"{name:48s} {in_words(figure):>14s}  {interval(figure)}", highlight=False)


def show_groups(console: Console, by: str, groups: dict[str, Figures]) -> None:
    """Print a table of what matters most of each group, each figure with its interval below it."""
    columns = [what for what in SHOWN if any(what in found for found in groups.values())]
    table = Table(title=f"by {by}", title_justify="left")
    table.add_column(by, overflow="fold")
    for what in columns:
        table.add_column(SHOWN[what])
    for name, found in groups.items():
        cells = (f"{in_words(found[what])}\n{interval(found[what])}" if what in found else "" for what in columns)
        table.add_row(name, *cells)
    if groups:
        console.print(table)


def _told(miss: dict[str, Any]) -> list[str]:
    """Return one miss in words; what it says when forced only where that differs."""
    read = miss["read"] + (f" (forced: {miss['forced']})" if miss["forced"] != miss["read"] else "")
    warnings = "; ".join(miss["warnings"])
    about = (miss["expected"] or "no digit", read, miss["confidence"], miss["runner_up"], warnings, miss["note"])
    return [miss["file"], miss["fault"], *("–" if each in ("", None) else str(each) for each in about)]


def draw_misses(path: Path, described: list[dict[str, Any]], misses: list[tuple[str, Answer]]) -> Path:
    """Draw each miss into a contact sheet at `path`; return it."""
    words = "{file}: {fault}, wanted {expected!r}, read {read!r}, forced {forced!r}  {note}"
    pairs = zip(described, misses, strict=True)
    tiles = [Tile(words.format(**about), answer.entry.path, shown(answer)) for about, (_, answer) in pairs]
    return contact_sheet(tiles, path)


def asked_for() -> argparse.Namespace:
    """Return the options of the command."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", type=Path)
    options.add_argument("--peers", action="store_true", help="give Tesseract and RapidOCR the same pictures")
    options.add_argument("--peer-python", type=Path, help="the python of an environment that has rapidocr")
    options.add_argument("--model", type=Path, help="a network of your own, instead of the one that ships")
    options.add_argument("--out", help="name of the file in results/; the folder's own if left out")
    options.add_argument("--no-save", action="store_true", help="print only")
    options.add_argument("--show", type=Path, help="write a contact sheet of the misses into this folder")
    return options.parse_args()


def main() -> None:
    given = asked_for()
    entries = index(given.folder)
    reader, about = network(given.model)
    ask(reader, entries[0])  # the first reading loads what the others find loaded
    answers = [ask(reader, entry) for entry in entries]
    parts = {name: [each for each in answers if collection(each.entry) == name] for name in COLLECTIONS}
    with ExitStack() as stack:
        peers = [stack.enter_context(closing(each)) for each in (find(given.peer_python) if given.peers else [])]
        collections = {name: measured(part, peers) for name, part in parts.items() if part}
    misses = missed(answers)
    made = {
        "network": about,
        "peers": {peer.name: peer.version for peer in peers},
        "pictures": len(entries),
        "seconds_per_picture": statistics.median([each.seconds for each in answers if each.seconds] or [0.0]),
        "collections": collections,
        "misses": [describe(fault, answer) for fault, answer in misses],
    }
    name = given.out or given.folder.resolve().name
    console = Console(width=None if sys.stdout.isatty() else WIDE)
    show(console, made)
    if given.show and misses:
        console.print(f"misses drawn in {draw_misses(given.show / f'{name}.png', made['misses'], misses)}")
    if not given.no_save:
        console.print(f"kept in {keep(name, made)}")


if __name__ == "__main__":
    main()
