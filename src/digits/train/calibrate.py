"""Calibrating a trained network on the validation part: temperature and threshold go on its card."""

from dataclasses import replace

from digits.artifact.weights import TorchClassifier
from digits.base.records import NOT_A_DIGIT, Samples
from digits.measure import fit_temperature, fit_threshold


def calibrated(classifier: TorchClassifier, validation: Samples) -> TorchClassifier:
    """Return `classifier` with a card whose temperature, threshold and claims were fitted on `validation`.

    One that does not know "not a digit" gets a temperature only: it was not made to refuse.
    """
    logits = classifier.logits(validation.glyphs)
    card = replace(classifier.card, temperature=fit_temperature(logits, validation.labels))
    if NOT_A_DIGIT in validation.classes:
        threshold, claims = fit_threshold(logits, validation.labels, validation.classes, card.temperature)
        card = replace(card, threshold=threshold, claims=claims.to_dict())
    return TorchClassifier(classifier.network, card)
