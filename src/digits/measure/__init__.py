"""Floor 1: scores and calibration."""

from digits.measure.calibration import Claims, fit_temperature, fit_threshold
from digits.measure.scores import ClassScore, Scores, loss_and_accuracy, score

__all__ = ["Claims", "ClassScore", "Scores", "fit_temperature", "fit_threshold", "loss_and_accuracy", "score"]
