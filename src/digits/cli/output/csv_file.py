"""Readings as CSV: a row for each picture, and a file that grows row by row, so that a killed run can be resumed."""

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from digits.base.errors import BadOutput, shown
from digits.base.files import make_folder, reason
from digits.base.reading import Failure, Reading
from digits.cli.output.text import BETWEEN

HEADER = ("name", "text", "confidence", "digits", "rows", "warnings", "error")
ENCODING, ODD = "utf-8", "surrogateescape"  # a file's name need not be UTF-8: its bytes come back as they are
OTHER = "Name another with --csv."
LONGEST_END = 2  # lines that a row cut short may have: a name may hold a line break


def csv_line(*values: object) -> str:
    """Return `values` as one row of a CSV file, without a newline at the end."""
    row = io.StringIO()
    csv.writer(row).writerow(values)  # its own ending, \r\n, makes it put quotes around either of the two
    return row.getvalue()[:-2]


TITLE = csv_line(*HEADER)


def csv_row(answer: Reading | Failure) -> str:
    """Return the answer as a row below HEADER."""
    if isinstance(answer, Failure):
        return csv_line(answer.name, "", "", "", "", "", answer.reason)
    least = f"{answer.least_sure.confidence:.4f}" if answer.least_sure else ""
    text, warnings = BETWEEN.join(answer.rows), "; ".join(answer.warnings)
    return csv_line(answer.name, text, least, len(answer.digits), len(answer.rows), warnings, "")


def rows_in(path: Path) -> dict[str, bool]:
    """Return the names that the CSV file at `path` has, each with whether that picture could be read.

    What was not written to its end is cut off; without a file there are no names. Raises BadOutput if the file cannot
    be read or written, or is not one that --csv wrote.
    """
    try:
        with path.open("r+b") as file:
            names, end = _whole_rows(file, path)
            file.truncate(end)
    except FileNotFoundError:
        return {}
    except csv.Error as error:
        raise BadOutput(f"Cannot go on with {_told(path)}: {error}. {OTHER}") from error
    except OSError as error:
        raise BadOutput(f"Cannot go on with {_told(path)}: {reason(error)}. {OTHER}") from error
    return names


@contextmanager
def open_for_append(path: Path, *, resume: bool) -> Iterator[Callable[[str], None]]:
    """Open the CSV file at `path`, new unless `resume`; yield what appends a row, which is then safe from a kill.

    Raises BadOutput.
    """
    make_folder(path.absolute().parent, OTHER)
    try:
        file = path.open("ab" if resume else "xb", buffering=0)
    except FileExistsError as error:
        raise BadOutput(f"{_told(path)} is there already: go on with it by --resume, or name another.") from error
    except OSError as error:
        raise BadOutput(f"Cannot write {_told(path)}: {reason(error)}. {OTHER}") from error

    def append(row: str) -> None:
        rest = f"{row}\n".encode(ENCODING, ODD)
        try:
            while rest:
                rest = rest[file.write(rest) :]
        except OSError as error:
            raise BadOutput(f"Cannot write {_told(path)}: {reason(error)}. --resume goes on from here.") from error

    with file:
        if file.tell() == 0:
            append(TITLE)
        yield append


def _whole_rows(file: BinaryIO, path: Path) -> tuple[dict[str, bool], int]:
    """Return the names in `file`, and the byte at which its last whole row ends. Raises BadOutput, csv.Error."""
    names: dict[str, bool] = {}
    passed = end = after = 0  # bytes that were read, of these in whole rows, and lines after these
    line = b""

    def lines() -> Iterator[str]:
        nonlocal passed, after, line
        for line in file:
            passed, after = passed + len(line), after + 1
            yield line.decode(ENCODING, ODD)

    for row in csv.reader(lines()):
        if end == 0 and row != list(HEADER) and not TITLE.startswith(line.decode(ENCODING, ODD)):
            raise BadOutput(f"{_told(path)} is no CSV file of this command: its first line is another. {OTHER}")
        if len(row) == len(HEADER) and line.endswith(b"\n"):
            if end:
                names[row[0]] = not row[-1]
            end, after = passed, 0
    if after > LONGEST_END:
        raise BadOutput(f"{_told(path)} has no end to the row that begins at byte {end:,}: mend that. {OTHER}")
    return names, end


def _told(path: Path) -> str:
    return shown(str(path))
