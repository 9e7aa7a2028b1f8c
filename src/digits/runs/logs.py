"""Training logs as CSV: a row per epoch, with the training's name and seed."""

import csv
from collections.abc import Iterable
from dataclasses import asdict, fields
from io import StringIO
from pathlib import Path

from digits.base.files import write_whole
from digits.train import Row

COLUMNS = ("name", "seed", *(entry.name for entry in fields(Row)))


def write_log(path: Path, logs: Iterable[tuple[str, int, Iterable[Row]]]) -> Path:
    """Write the epochs of some trainings, each with its name and seed. Raises BadOutput."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows((name, seed, *asdict(row).values()) for name, seed, log in logs for row in log)
    return write_whole(path, text.getvalue())


def join_logs(path: Path, logs: Iterable[Path]) -> Path:
    """Write the rows of several logs into one; their columns may have had other names. Raises BadOutput."""
    texts = [log.read_text(encoding="utf-8").splitlines(keepends=True) for log in logs if log.is_file()]
    return write_whole(path, "".join([",".join(COLUMNS) + "\n", *(row for text in texts for row in text[1:])]))
