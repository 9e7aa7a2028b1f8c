"""Scores against their definitions, written out plainly."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from digits.base.errors import BadData
from digits.measure import Scores, score

SEEDS = st.integers(0, 10_000)


def answers(seed: int, count: int = 157, classes: int = 10) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    raw = rng.random((count, classes)) ** 4
    return (raw / raw.sum(1, keepdims=True)).astype(np.float32), rng.integers(0, classes, count)


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_accuracy_and_loss_are_sums_over_glyphs(seed: int) -> None:
    said, true = answers(seed)
    made = score(said, true)
    assert made.accuracy == pytest.approx((said.argmax(1) == true).sum() / len(true))
    assert made.loss == pytest.approx(-np.log(said[np.arange(len(true)), true]).mean(), rel=1e-5)


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_confusion_and_class_scores_follow_their_definitions(seed: int) -> None:
    said, true = answers(seed)
    made = score(said, true)
    counts = np.zeros((10, 10), int)
    np.add.at(counts, (true, said.argmax(1)), 1)
    assert np.array_equal(made.confusion, counts)
    for place, one in enumerate(made.classes):
        hit, answered, support = counts[place, place], counts[:, place].sum(), counts[place].sum()
        assert one.support == support
        assert one.precision == pytest.approx(hit / answered if answered else 0)
        assert one.recall == pytest.approx(hit / support if support else 0)
        assert one.f1 == pytest.approx(2 * hit / (answered + support) if answered + support else 0)


def test_the_interval_is_wilsons() -> None:
    said, true = answers(1, 200)
    made, z, n = score(said, true), 1.959964, 200
    p = made.accuracy
    middle, half = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    assert made.interval == pytest.approx(((middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)))


def test_the_calibration_error_is_the_mean_gap_of_15_bins() -> None:
    said, true = answers(3, 1000)
    sure, right = said.max(1), said.argmax(1) == true
    bins = np.minimum((sure * 15).astype(int), 14)
    gaps = [abs(right[bins == b].mean() - sure[bins == b].mean()) * (bins == b).mean() for b in np.unique(bins)]
    assert score(said, true).ece == pytest.approx(sum(gaps), abs=1e-5)


def never_three() -> Scores:
    said, true = answers(4)
    said[:, 3] = 0
    return score(said / said.sum(1, keepdims=True), true)


def test_a_class_that_is_never_answered_is_named() -> None:
    assert never_three().never == ("3",)


def test_the_most_confused_pairs_come_worst_first() -> None:
    times = [pair[2] for pair in never_three().confused]
    assert times == sorted(times, reverse=True)
    assert times[0] == max(
        cell for i, row in enumerate(never_three().confusion) for j, cell in enumerate(row) if i != j
    )


def test_a_perfect_network_confuses_nothing() -> None:
    made = score(np.eye(10, dtype=np.float32), np.arange(10))
    assert (made.accuracy, made.confused, made.never) == (1.0, (), ())


def test_tensors_and_arrays_score_alike() -> None:
    said, true = answers(5)
    assert score(said, true) == score(torch.from_numpy(said), torch.from_numpy(true))


@pytest.mark.parametrize(
    ("said", "true"),
    [
        (np.random.default_rng(0).normal(size=(5, 10)), np.zeros(5, int)),
        (np.full((5, 10), np.nan), np.zeros(5, int)),
        (np.full((5, 10), 0.1), np.zeros(4, int)),
        (np.full((5, 9), 1 / 9), np.zeros(5, int)),
        (np.zeros((0, 10)), np.zeros(0, int)),
    ],
    ids=["logits", "nan", "labels", "classes", "nothing"],
)
def test_what_cannot_be_scored_is_told(said: np.ndarray, true: np.ndarray) -> None:
    with pytest.raises(BadData):
        score(said, true)
