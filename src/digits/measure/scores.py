"""Scores: accuracy, loss, calibration error, confusion. Every figure is a sum over glyphs divided by their number.

torchmetrics is imported where it is used: it brings matplotlib, and takes a second that no command should wait for.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.stats import binomtest
from torch import Tensor

from digits.base.errors import BadData
from digits.base.records import DIGITS

BINS = 15  # of the calibration error
PAIRS = 5  # most confused pairs that are kept


@dataclass(frozen=True)
class ClassScore:
    """How one class fares; support is the number of glyphs that truly are of it."""

    name: str
    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True)
class Scores:
    """All figures of one scoring.

    samples       how many glyphs were scored
    accuracy      the fraction answered right, with its 95% interval (Wilson, 1927)
    loss          mean of -log(probability of the true class)
    ece           expected calibration error over 15 equal bins (Guo et al., 2017)
    classes       a ClassScore for each class
    confusion     confusion[true][answered], counts
    never         the classes that were never answered
    confused      the most confused pairs: (true, answered, how often), worst first
    """

    samples: int
    accuracy: float
    interval: tuple[float, float]
    loss: float
    ece: float
    classes: tuple[ClassScore, ...]
    confusion: tuple[tuple[int, ...], ...]
    never: tuple[str, ...]
    confused: tuple[tuple[str, str, int], ...]

    def brief(self) -> dict[str, Any]:
        """Return the figures that a card keeps."""
        return {key: getattr(self, key) for key in ("samples", "accuracy", "interval", "loss", "ece", "never")}

    def to_dict(self) -> dict[str, Any]:
        """Return the figures as plain lists, numbers and text, ready for JSON."""
        return asdict(self)


def score(
    probabilities: Tensor | NDArray[np.float32],
    labels: Tensor | NDArray[np.int64],
    classes: Sequence[str] = DIGITS,
) -> Scores:
    """Return the Scores of `probabilities`, float (N, K), against `labels`, int (N,).

    Raises BadData if the shapes do not fit, or a row of probabilities is not finite or does not add up to one.
    """
    from torchmetrics.functional.classification import multiclass_calibration_error, multiclass_confusion_matrix

    said, true = torch.as_tensor(probabilities).float().cpu(), torch.as_tensor(labels).cpu()
    _check(said, true, len(classes))
    loss, accuracy = loss_and_accuracy(said, true)
    interval = binomtest(round(accuracy * len(true)), len(true)).proportion_ci(method="wilson")
    confusion = multiclass_confusion_matrix(preds=said.argmax(1), target=true, num_classes=len(classes))
    never = [name for name, times in zip(classes, confusion.sum(0), strict=True) if times == 0]
    ece = multiclass_calibration_error(preds=said, target=true, num_classes=len(classes), n_bins=BINS)
    return Scores(
        samples=len(true),
        accuracy=accuracy,
        interval=(float(interval.low), float(interval.high)),
        loss=loss,
        ece=float(ece),
        classes=_per_class(said, true, classes),
        confusion=tuple(tuple(row) for row in confusion.tolist()),
        never=tuple(never),
        confused=_most_confused(confusion, classes),
    )


def loss_and_accuracy(probabilities: Tensor, labels: Tensor) -> tuple[float, float]:
    """Return the mean of -log(probability of the true class), and the fraction answered right."""
    true = probabilities.gather(1, labels[:, None]).cpu().double()  # not every device has float64
    tiny = torch.finfo(torch.float32).tiny  # keeps a probability that rounded to nothing from making the mean infinite
    right = int((probabilities.argmax(1) == labels).sum())
    return float(-true.clamp(min=tiny).log().mean()), right / len(labels)


def _check(said: Tensor, true: Tensor, classes: int) -> None:
    if said.ndim != 2 or true.ndim != 1 or said.shape != (len(true), classes) or len(true) == 0:
        raise BadData(
            f"Probabilities must be (N, {classes}) with N labels; they are {tuple(said.shape)} and {tuple(true.shape)}."
        )
    if true.is_floating_point() or true.min() < 0 or true.max() >= classes:
        raise BadData(f"Labels must be whole numbers from 0 to {classes - 1}.")
    if not torch.isfinite(said).all() or not torch.allclose(said.sum(1), torch.ones(len(said)), atol=1e-3):
        raise BadData("Each row of probabilities must be finite and add up to one. Were these logits?")


def _per_class(said: Tensor, true: Tensor, classes: Sequence[str]) -> tuple[ClassScore, ...]:
    from torchmetrics.functional.classification import multiclass_f1_score, multiclass_precision, multiclass_recall

    how: dict[str, Any] = {"num_classes": len(classes), "average": "none", "zero_division": 0}
    columns = [
        measure(preds=said.argmax(1), target=true, **how).tolist()
        for measure in (multiclass_precision, multiclass_recall, multiclass_f1_score)
    ]
    support = true.bincount(minlength=len(classes)).tolist()
    return tuple(ClassScore(*row) for row in zip(classes, *columns, support, strict=True))


def _most_confused(confusion: Tensor, classes: Sequence[str]) -> tuple[tuple[str, str, int], ...]:
    wrong = confusion.clone().fill_diagonal_(0)
    worst = wrong.flatten().sort(descending=True, stable=True).indices[:PAIRS].tolist()
    cells = [divmod(cell, len(classes)) for cell in worst]
    return tuple((classes[i], classes[j], int(wrong[i, j])) for i, j in cells if wrong[i, j] > 0)
