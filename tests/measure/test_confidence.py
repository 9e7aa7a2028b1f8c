"""Reliability and risk against coverage."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digits.measure import reliability, risk_coverage, score


def said(seed: int, count: int = 300, sharp: float = 2.0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    powers = np.exp(sharp * rng.standard_normal((count, 10)))
    return (powers / powers.sum(1, keepdims=True)).astype(np.float32), rng.integers(0, 10, count)


@given(st.integers(0, 100))
def test_the_calibration_error_is_that_of_the_scores(seed: int) -> None:
    probabilities, labels = said(seed)
    assert reliability(probabilities, labels).ece == pytest.approx(score(probabilities, labels).ece, abs=1e-5)


def test_bins_hold_every_answer() -> None:
    assert sum(reliability(*said(1)).glyphs) == 300


def test_a_network_that_is_as_sure_as_it_is_right_has_no_error() -> None:
    probabilities = np.full((100, 10), 0.2 / 9, np.float32)
    probabilities[:, 0] = 0.8
    labels = np.array([0] * 80 + [1] * 20)
    assert reliability(probabilities, labels).ece == pytest.approx(0, abs=1e-6)


@given(st.integers(0, 100))
def test_at_full_coverage_the_risk_is_the_error(seed: int) -> None:
    probabilities, labels = said(seed)
    curve = risk_coverage(probabilities, labels)
    assert curve.risk[-1] == pytest.approx((probabilities.argmax(1) != labels).mean())
    assert curve.coverage[-1] == 1


def test_where_the_unsure_answers_are_the_wrong_ones_refusing_them_takes_all_risk_away() -> None:
    probabilities, labels = said(3)
    order = np.argsort(-probabilities.max(1))
    labels = np.where(np.argsort(order) < 200, probabilities.argmax(1), (probabilities.argmax(1) + 1) % 10)
    curve = risk_coverage(probabilities, labels)
    assert curve.risk_at(2 / 3) == 0
    assert curve.risk_at(1.0) == pytest.approx(1 / 3)


def test_a_long_curve_is_kept_at_a_thousand_points_with_the_same_area() -> None:
    probabilities, labels = said(4, 5000)
    curve = risk_coverage(probabilities, labels)
    assert len(curve.risk) == 1000
    assert curve.area == pytest.approx(risk_coverage(probabilities, labels, points=5000).area)
