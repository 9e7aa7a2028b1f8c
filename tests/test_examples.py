"""The pictures in examples/: the script beside them draws the same again, and the index says what they are."""

import csv
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

EXAMPLES = Path(__file__).parents[1] / "examples"
HEADER = ["file", "label", "kind", "medium", "polarity", "width", "height", "source", "note"]
MOST_BYTES = 750_000
JPEG_ROUNDS = 3  # grey levels on average: another JPEG library may round otherwise, another OpenCV print otherwise
NUMBER = "[0-9.,+/:()%$=x-]+"
ROW = re.compile(f"{NUMBER}( {NUMBER})*")


def pixels(path: Path) -> np.ndarray:
    with Image.open(path) as picture:
        return np.asarray(picture).astype(int)


with (EXAMPLES / "index.csv").open(encoding="utf-8", newline="") as file:
    INDEX = list(csv.DictReader(file))


@pytest.fixture(scope="module")
def again(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the pictures, drawn again by the command that the script names."""
    folder = tmp_path_factory.mktemp("examples")
    subprocess.run([sys.executable, EXAMPLES / "make.py", folder], check=True)
    return folder


@pytest.mark.parametrize("row", INDEX, ids=lambda row: row["file"])
def test_the_script_draws_the_same_picture_again(row: dict[str, str], again: Path) -> None:
    kept, drawn = pixels(EXAMPLES / row["file"]), pixels(again / row["file"])
    assert kept.shape == drawn.shape
    if row["file"].endswith(".png"):
        assert (kept == drawn).all()
    else:
        assert np.abs(kept - drawn).mean() < JPEG_ROUNDS


def test_the_script_writes_the_same_index_again(again: Path) -> None:
    assert (again / "index.csv").read_text(encoding="utf-8") == (EXAMPLES / "index.csv").read_text(encoding="utf-8")


def test_the_index_lists_every_picture_and_no_other() -> None:
    pictures = {path.name for path in EXAMPLES.iterdir() if path.suffix in (".png", ".jpg")}
    assert sorted(row["file"] for row in INDEX) == sorted(pictures)


@pytest.mark.parametrize("row", INDEX, ids=lambda row: row["file"])
def test_a_row_of_the_index_fits_its_picture(row: dict[str, str]) -> None:
    height, width = pixels(EXAMPLES / row["file"]).shape[:2]
    assert list(row) == HEADER
    assert (int(row["width"]), int(row["height"])) == (width, height)
    assert row["kind"] == {0: "negative", 1: "single"}.get(sum(map(str.isdigit, row["label"])), "multi")
    assert row["label"] == "" or all(ROW.fullmatch(each) for each in row["label"].split(" | "))
    assert row["source"] == "digits"


def test_what_is_written_in_full_holds_the_label() -> None:
    full = [(row["label"], row["note"].split(";")[0]) for row in INDEX if row["note"].startswith("full:")]
    assert [label for label, note in full] == ["".join(filter(str.isdigit, note)) for label, note in full]


def test_the_pictures_are_small() -> None:
    assert sum(path.stat().st_size for path in EXAMPLES.iterdir() if path.is_file()) < MOST_BYTES
