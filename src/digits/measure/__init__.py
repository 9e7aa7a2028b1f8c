"""Floor 1: scores, calibration and comparison."""

from digits.measure.calibration import Claims, fit_temperature, fit_threshold
from digits.measure.confidence import Reliability, RiskCoverage, reliability, risk_coverage
from digits.measure.paired import Pair, mcnemar, mean_interval
from digits.measure.scores import ClassScore, Scores, loss_and_accuracy, score

__all__ = [
    "Claims",
    "ClassScore",
    "Pair",
    "Reliability",
    "RiskCoverage",
    "Scores",
    "fit_temperature",
    "fit_threshold",
    "loss_and_accuracy",
    "mcnemar",
    "mean_interval",
    "reliability",
    "risk_coverage",
    "score",
]
