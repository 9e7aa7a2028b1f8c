"""A trained network's confidence, set right on the check part; the card keeps how."""

from dataclasses import replace

from digits.artifact.weights import TorchClassifier
from digits.base.records import NOT_A_DIGIT, Samples
from digits.measure import fit_temperature, fit_threshold


def calibrated(classifier: TorchClassifier, check: Samples) -> TorchClassifier:
    """Return `classifier` with a card whose temperature, threshold and claims were fitted on `check`.

    A network that does not know "not a digit" is returned as it is: it was not made to refuse.
    """
    if NOT_A_DIGIT not in check.classes:
        return classifier
    logits = classifier.logits(check.glyphs)
    temperature = fit_temperature(logits, check.labels)
    threshold, claims = fit_threshold(logits, check.labels, check.classes, temperature)
    card = replace(classifier.card, temperature=temperature, threshold=threshold, claims=claims.to_dict())
    return TorchClassifier(classifier.network, card)
