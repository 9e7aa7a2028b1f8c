"""What the shipped reader makes of the examples that are PNG: `python -m tests.golden.readings` writes it anew.

Only when the network, or what leads to its glyphs, is changed on purpose. JPEGs are left out: decoders differ. The
glyphs are in readings.npz, all else in readings.json.
"""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np

from digits.reading import Reader

EXAMPLES = Path(__file__).parents[2] / "examples"
GOLDEN = Path(__file__).with_name("readings.json")
GLYPHS = Path(__file__).with_name("readings.npz")


def names() -> list[str]:
    """Return the names of all examples that are PNG."""
    with (EXAMPLES / "index.csv").open(newline="") as file:
        return [row["file"] for row in csv.DictReader(file) if row["file"].endswith(".png")]


def describe(name: str, reader: Reader) -> tuple[dict[str, Any], np.ndarray]:
    """Return what there is to hold of the reading of `name`: text, warnings, boxes, probabilities; and its glyphs."""
    reading = reader.read(EXAMPLES / name)
    marks = [*reading.digits, *reading.others]
    told = {
        "rows": list(reading.rows),
        "warnings": list(reading.warnings),
        "boxes": [list(mark.box) for mark in marks],
        "probabilities": [[round(each, 5) for each in mark.probabilities] for mark in marks],
    }
    return told, reading.glyphs


if __name__ == "__main__":
    shipped = Reader.load()
    described = {name: describe(name, shipped) for name in names()}
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(told)}" for name, (told, _) in described.items())
    GOLDEN.write_text(f"{{\n{lines}\n}}\n")
    np.savez_compressed(GLYPHS, **{name: glyphs for name, (_, glyphs) in described.items()})
