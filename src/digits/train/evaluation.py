"""Evaluation beyond accuracy: calibration, risk against coverage, and robustness to corruptions."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digits.artifact import Classifier, softmax
from digits.base.records import Samples
from digits.data.corruptions import CORRUPTIONS, corrupted
from digits.measure import Reliability, RiskCoverage, fit_temperature, reliability, risk_coverage


@dataclass(frozen=True)
class Evaluation:
    """A network on one part of a data set.

    probabilities   float32 (N, K), at the temperature
    temperature     fitted on the validation part, by what logits are divided
    before, after   the reliability without it and with it
    risk            what is wrong among the surest answers
    corruptions     the accuracy under each corruption, a fraction, on so many glyphs:
    corrupted       how many
    """

    probabilities: NDArray[np.float32]
    temperature: float
    before: Reliability
    after: Reliability
    risk: RiskCoverage
    corruptions: dict[str, float]
    corrupted: int

    @property
    def corrupted_mean(self) -> float:
        """The mean accuracy over the corruptions."""
        return float(np.mean(list(self.corruptions.values())))

    def to_dict(self) -> dict[str, Any]:
        """Return the evaluation as plain values for JSON, without each glyph's answer."""
        return {
            "temperature": self.temperature,
            "ece_before": self.before.ece,
            "ece_after": self.after.ece,
            "reliability_before": asdict(self.before),
            "reliability_after": asdict(self.after),
            "risk_coverage": asdict(self.risk),
            "corruptions": self.corruptions,
            "corrupted_mean": self.corrupted_mean,
            "corrupted_glyphs": self.corrupted,
        }


def evaluate(
    classifier: Classifier,
    part: Samples,
    validation: Samples,
    *,
    most: int | None = None,
    tell: Callable[[str], None] | None = None,
) -> Evaluation:
    """Return the Evaluation of `classifier` on `part`; the temperature is fitted on `validation`.

    With `most`, at most so many glyphs are corrupted, drawn at random from a fixed seed. `tell` is told the name of
    each corruption before it is tried.
    """
    harmed = part
    if most and most < len(part):
        harmed = part.take(np.random.default_rng(0).choice(len(part), most, replace=False))
    temperature = fit_temperature(classifier.logits(validation.glyphs), validation.labels)
    logits = classifier.logits(part.glyphs)
    said = softmax(logits, temperature)
    accuracies = {}
    for name in CORRUPTIONS:
        if tell:
            tell(name)
        answers = classifier.logits(corrupted(harmed, name).glyphs).argmax(1)
        accuracies[name] = float((answers == harmed.labels).mean())
    return Evaluation(
        probabilities=said,
        temperature=temperature,
        before=reliability(softmax(logits), part.labels),
        after=reliability(said, part.labels),
        risk=risk_coverage(said, part.labels),
        corruptions=accuracies,
        corrupted=len(harmed),
    )
