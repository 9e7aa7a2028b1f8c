"""The command as the tests ask it, and the pictures that they paint for it."""

import csv
import os
import sys
from pathlib import Path

from click.testing import CliRunner, Result
from PIL import Image

from digits.cli.main import main
from tests.pages import on_paper, page, write

ODD = ['a "b", c.png', "line\nbreak.png", "re\rturn.png", "\x1b[31mred.png", os.fsdecode(b"\xff.png"), "é.png"]


def paint(path: str, *rows: str) -> str:
    """Write a picture of these rows of digits to `path`, and return it."""
    ink = page(40 + 80 * len(rows), 40 + 60 * max(map(len, rows), default=4))
    for number, row in enumerate(rows):
        write(ink, row, bottom=90 + 80 * number)
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(on_paper(ink)).save(path)
    return path


def digits(*words: str | Path) -> Result:
    """Run the command with these words."""
    return CliRunner().invoke(main, [str(word) for word in words])


def read(*words: str, content: bytes | None = None) -> Result:
    return CliRunner().invoke(main, ["read", "--model", "it.onnx", *words], input=content)


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "digits", "read", "--model", "it.onnx", *words]


def table(path: str = "out.csv") -> list[list[str]]:
    with Path(path).open(encoding="utf-8", errors="surrogateescape", newline="") as file:
        return list(csv.reader(file))
