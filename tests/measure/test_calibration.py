import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digits.base.errors import BadData
from digits.base.records import DIGITS, NOT_A_DIGIT
from digits.measure import fit_temperature, fit_threshold
from digits.measure.calibration import REFUSED

CLASSES = (*DIGITS, NOT_A_DIGIT)


def honest(count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Logits whose softmax is the very probability with which the labels are drawn."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 3, (count, len(CLASSES))).astype(np.float32)
    shares = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    labels = (shares.cumsum(1) > rng.random((count, 1))).argmax(1)
    return logits, labels


@pytest.mark.parametrize("boast", [0.25, 1.0, 4.0])
def test_temperature_undoes_what_the_logits_boast(boast):
    logits, labels = honest(20_000)
    assert fit_temperature(logits * boast, labels) == pytest.approx(boast, rel=0.05)


def test_temperature_needs_labels_for_all_logits():
    with pytest.raises(BadData, match="as many labels"):
        fit_temperature(np.zeros((3, 11), np.float32), np.zeros(2, np.int64))


@given(st.integers(0, 10_000))
def test_threshold_refuses_no_more_true_digits_than_it_may(seed):
    logits, labels = honest(400, seed)
    logits[np.arange(400), labels] += 6  # a good network
    _, claims = fit_threshold(logits, labels, CLASSES, 1.0)
    none_likelier = ((logits.argmax(1) == 10) & (labels != 10)).sum() / max(1, (labels != 10).sum())
    assert claims.refused <= max(REFUSED, none_likelier)


def test_claims_are_counts_over_what_they_name():
    logits = np.full((4, 11), -9, np.float32)
    labels = np.array([3, 4, 10, 10])
    logits[[0, 1, 2, 3], [3, 5, 10, 7]] = 9  # right; a wrong digit; refused; let past
    threshold, claims = fit_threshold(logits, labels, CLASSES, 1.0)
    assert threshold == pytest.approx(1.0, abs=1e-6)
    assert (claims.digits, claims.others) == (2, 2)
    assert (claims.refused, claims.error_rate, claims.let_past) == (0.0, 0.5, 0.5)
