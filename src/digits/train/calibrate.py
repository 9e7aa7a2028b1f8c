"""Calibrating a trained network on the validation part: temperature, threshold, claims and scores go on its card."""

from dataclasses import replace
from typing import Any

from digits.artifact.weights import Saveable, TorchClassifier, with_card
from digits.base.records import NOT_A_DIGIT, Samples
from digits.data.drawn import Drawn
from digits.measure import fit_temperature, fit_threshold


def calibrated(saved: Saveable, validation: Samples | Drawn[Any]) -> Saveable:
    """Return `saved` with a card whose temperature, threshold, claims and scores are those of `validation`.

    One that tells digits from another but does not know "not a digit" gets a temperature only: it was not made to
    refuse. One that finds ink is scored only.
    """
    if isinstance(validation, Drawn):
        from digits.train.calibrate_drawn import of_ink, of_lines  # not above: what draws rows takes long to load

        return (of_lines if saved.card.model == "line" else of_ink)(saved, validation)
    assert isinstance(saved, TorchClassifier)
    logits = saved.logits(validation.glyphs)
    card = replace(saved.card, temperature=fit_temperature(logits, validation.labels))
    if NOT_A_DIGIT in validation.classes:
        threshold, claims = fit_threshold(logits, validation.labels, validation.classes, card.temperature)
        card = replace(card, threshold=threshold, claims=claims.to_dict())
    scores = TorchClassifier(saved.network, card).score(validation).brief()
    return with_card(saved.network, replace(card, scores={"validation": scores}))
