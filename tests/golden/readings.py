"""What the shipped reader makes of the examples that are PNG: `python -m tests.golden.readings` writes it anew.

Only when the network, or what leads to its glyphs, is changed on purpose. JPEGs are left out: decoders differ.
"""

import csv
import hashlib
import json
from pathlib import Path
from typing import Any

from digits.reading import Reader

EXAMPLES = Path(__file__).parents[2] / "examples"
GOLDEN = Path(__file__).with_name("readings.json")


def names() -> list[str]:
    """Return the names of all examples that are PNG."""
    with (EXAMPLES / "index.csv").open(newline="") as file:
        return [row["file"] for row in csv.DictReader(file) if row["file"].endswith(".png")]


def describe(name: str, reader: Reader) -> dict[str, Any]:
    """Return what there is to hold: text, boxes, glyphs (as a digest) and probabilities of the reading of `name`."""
    reading = reader.read(EXAMPLES / name)
    marks = [*reading.digits, *reading.others]
    return {
        "rows": list(reading.rows),
        "warnings": list(reading.warnings),
        "boxes": [list(mark.box) for mark in marks],
        "glyphs": hashlib.sha256(reading.glyphs.tobytes()).hexdigest(),
        "probabilities": [[round(each, 5) for each in mark.probabilities] for mark in marks],
    }


if __name__ == "__main__":
    shipped = Reader.load()
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(describe(name, shipped))}" for name in names())
    GOLDEN.write_text(f"{{\n{lines}\n}}\n")
