"""Floor 1: scores."""

from digits.measure.scores import ClassScore, Scores, loss_and_accuracy, score

__all__ = ["ClassScore", "Scores", "loss_and_accuracy", "score"]
