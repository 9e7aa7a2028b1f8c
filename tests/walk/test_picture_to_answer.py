"""From a picture to its answer, with the network that ships: what must not drift, and what must be right."""

import csv
import json

import numpy as np
import pytest

from digits import Reader, Reading
from digits.base.records import DIGITS, NOT_A_DIGIT
from digits.cli.output.text import BETWEEN
from tests.golden.readings import EXAMPLES, GLYPHS, GOLDEN, describe, names


@pytest.fixture(scope="module")
def shipped() -> Reader:
    return Reader.load()


HARD = {"broken.png", "comb.png", "date.png", "highlighted.jpg"}  # what the networks that ship read wrong


def test_every_example_is_read_right(shipped):
    """As it is written, where the label has signs or blanks; else digit for digit. None but HARD is read wrong."""
    with (EXAMPLES / "index.csv").open(newline="") as file:
        wanted = {row["file"]: row["label"] for row in csv.DictReader(file)}
    read = {name: _as_labelled(shipped.read(EXAMPLES / name), label) for name, label in wanted.items()}
    wrong = {name: text for name, text in read.items() if text != wanted[name]}
    assert wrong.keys() == HARD, wrong


def _as_labelled(reading: Reading, label: str) -> str:
    return reading.digits_only.replace("\n", "") if label.isdigit() else BETWEEN.join(reading.rows)


# Grey levels and boxes are rounded from sums of floats, whose last bits are the processor's: a level may come out one
# off at each of two roundings (page, then glyph), a box's end once. Two levels on all ink of these glyphs move no
# probability by 1e-3 (the most of forty draws a glyph was 9e-4).
LEVELS, PIXELS, LIKELY = 2, 1, 1e-3


@pytest.mark.parametrize("name", names())
def test_boxes_glyphs_and_probabilities_stay_as_they_were(name, shipped):
    (now, glyphs), golden = describe(name, shipped), json.loads(GOLDEN.read_text())[name]
    with np.load(GLYPHS) as file:
        assert glyphs.shape == file[name].shape
        assert np.abs(glyphs.astype(int) - file[name]).max(initial=0) <= LEVELS
    assert np.allclose(now.pop("boxes"), golden.pop("boxes"), rtol=0, atol=PIXELS)
    assert np.allclose(now.pop("probabilities"), golden.pop("probabilities"), rtol=0, atol=LIKELY)
    assert now == golden


def test_the_shipped_network_says_what_it_is_worth(shipped):
    card = shipped.card
    assert card.classes == (*DIGITS, NOT_A_DIGIT)
    assert 0 < card.threshold < 1
    assert card.claims["refused"] <= 0.02
    assert card.claims["error_rate"] < 0.02
    assert card.scores["validation"]["samples"] == card.data["validation"]["samples"]


def test_the_shipped_network_is_no_larger_than_a_megabyte():
    from importlib import resources

    shipped = resources.files("digits") / "weights" / "reader.onnx"
    assert len(shipped.read_bytes()) <= 1_000_000


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("single", [False, True])
def test_noise_is_never_answered_without_a_warning(seed, single, shipped):
    rng = np.random.default_rng(seed)
    size = (28, 28) if seed % 2 else (120, 200)
    noise = [rng.integers(0, 256, size), rng.normal(128, 30, size), np.where(rng.random(size) < 0.05, 0, 255)][seed % 3]
    reading = shipped.read(np.clip(noise, 0, 255).astype(np.uint8), single=single)
    assert reading.warnings
