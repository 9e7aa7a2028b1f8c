"""Corrections: glyphs with their right labels, in a SQLite file, and as an archive to train on."""

import csv
import io
import os
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digits.base.errors import BadOutput, BadSetting
from digits.base.records import SIDE
from digits.service.problems import Busy

MINE = 0x44696769  # marks the file as ours: SQLite keeps a number for that
FORMAT = 1
MOST = 10_000  # corrections that a file takes
LISTED = 200  # of these are listed
WAIT = 5.0  # seconds for another worker that writes
HEADER = ("file", "label", "said", "confidence", "when")
TABLE = """CREATE TABLE IF NOT EXISTS corrections (
    id INTEGER PRIMARY KEY AUTOINCREMENT, label TEXT NOT NULL, said TEXT NOT NULL, confidence REAL NOT NULL,
    "when" TEXT NOT NULL, glyph BLOB NOT NULL)"""


class Corrections:
    """The corrections in the SQLite file at `path`, which is made if it is not there. Raises BadOutput."""

    def __init__(self, path: Path) -> None:
        self.path = path
        _make_private(path)
        with self._open() as database:
            mark = database.execute("PRAGMA application_id").fetchone()[0]
            tables = database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            if mark != MINE and tables:
                raise BadOutput(f"{path} is a database of something else. Name another with --corrections.")
            if database.execute("PRAGMA user_version").fetchone()[0] > FORMAT:
                raise BadOutput(f"{path} was made by a later version of digits. Upgrade, or name another.")
            database.execute(f"PRAGMA application_id = {MINE}")
            database.execute(f"PRAGMA user_version = {FORMAT}")
            database.execute(TABLE)

    def add(self, glyph: NDArray[np.uint8], label: str, said: str, confidence: float) -> int:
        """Keep a glyph, uint8 (28, 28), with its right label and what was said of it; return its number."""
        values = (label, said, confidence, datetime.now(UTC).isoformat(timespec="seconds"), glyph.tobytes())
        with self._open() as database:
            if database.execute("SELECT count(*) FROM corrections").fetchone()[0] >= MOST:
                raise BadSetting(f"{MOST:,} corrections are kept, and no more: download them, and start a new file.")
            made = database.execute(
                'INSERT INTO corrections (label, said, confidence, "when", glyph) VALUES (?, ?, ?, ?, ?)', values
            )
            return int(made.lastrowid or 0)

    def remove(self, number: int) -> bool:
        """Forget a correction; return whether it was there."""
        with self._open() as database:
            return database.execute("DELETE FROM corrections WHERE id = ?", (number,)).rowcount > 0

    def newest(self, most: int = LISTED) -> list[dict[str, Any]]:
        """Return the last corrections, newest first, as plain values."""
        with self._open() as database:
            rows = database.execute("SELECT * FROM corrections ORDER BY id DESC LIMIT ?", (most,)).fetchall()
        return [{**dict(row), "glyph": _pixels(row["glyph"]).tolist()} for row in rows]

    def archive(self) -> bytes:
        """Return all corrections as a zip file, as `train --extra` takes it: labels.csv and PNG files."""
        table, file = io.StringIO(newline=""), io.BytesIO()
        writer = csv.writer(table)
        writer.writerow(HEADER)
        with self._open() as database, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for row in database.execute("SELECT * FROM corrections ORDER BY id"):
                name = f"glyphs/{row['id']:05}.png"
                archive.writestr(name, _png(_pixels(row["glyph"])))
                writer.writerow((name, *(row[each] for each in HEADER[1:])))
            archive.writestr("labels.csv", table.getvalue())
        return file.getvalue()

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """Yield a connection whose changes are kept if all goes well. Raises BadOutput."""
        try:
            with closing(sqlite3.connect(self.path, timeout=WAIT)) as database, database:
                database.row_factory = sqlite3.Row
                yield database
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise Busy("Somebody else is writing to the corrections: try again in a moment.") from error
            raise self._unusable(error) from error
        except sqlite3.Error as error:
            raise self._unusable(error) from error

    def _unusable(self, error: sqlite3.Error) -> BadOutput:
        return BadOutput(f"Cannot keep corrections in {self.path}: {error}. Name another file.")


def _make_private(path: Path) -> None:
    """Make the file, for its owner alone, if it is not there: it holds what people wrote by hand."""
    with suppress(OSError):  # what is wrong with the place, SQLite will say
        os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o600))


def _pixels(content: bytes) -> NDArray[np.uint8]:
    return np.frombuffer(content, np.uint8).reshape(SIDE, SIDE)


def _png(glyph: NDArray[np.uint8]) -> bytes:
    file = io.BytesIO()
    Image.fromarray(glyph).save(file, "PNG")
    return file.getvalue()
