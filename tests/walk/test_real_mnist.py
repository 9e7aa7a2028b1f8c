"""The study's promises on the real, full MNIST."""

import os
from pathlib import Path

import numpy as np
import pytest

from digits.data import samples
from digits.train import RUNS, train

pytestmark = pytest.mark.slow
FOLDER = Path(os.environ.get("DIGITS_DATA") or Path(__file__).parents[3] / "shared" / "datasets")


@pytest.mark.parametrize(("part", "size"), [("train", 55_000), ("validation", 5_000), ("test", 10_000)])
def test_mnist_has_its_parts(part: str, size: int) -> None:
    assert len(samples("mnist", part, FOLDER)) == size


def test_validation_is_stratified() -> None:
    validation, train_data = (samples("mnist", part, FOLDER) for part in ("validation", "train"))
    shares = [np.bincount(each.labels) / len(each) for each in (validation, train_data)]
    assert abs(shares[0] - shares[1]).max() < 0.0003


def test_the_offline_sample_is_part_of_mnists_training_images() -> None:
    whole = {glyph.tobytes() for part in ("train", "validation") for glyph in samples("mnist", part, FOLDER).glyphs}
    sample = [glyph.tobytes() for part in ("train", "validation", "test") for glyph in samples("mnist-5k", part).glyphs]
    assert all(glyph in whole for glyph in sample)


@pytest.mark.parametrize(("name", "size"), [("semeion", 1275), ("unipen", 12_156)])
def test_the_data_sets_of_other_hands_are_read(name: str, size: int) -> None:
    assert len(samples(name, "train", FOLDER)) == size


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("linear", 0.905, 0.925),
        ("mlp-relu-logits", 0.5, 0.93),
        ("mlp", 0.905, 0.93),
        ("tinyvgg", 0.975, 0.99),
        ("quick", 0.988, 0.995),
    ],
)
def test_runs_reach_what_they_should(name: str, low: float, high: float) -> None:
    train_data, validation, test = (samples("mnist", part, FOLDER) for part in ("train", "validation", "test"))
    made = train(RUNS[name], train_data, validation, progress=False)
    assert low < made.classifier().score(test).accuracy < high
