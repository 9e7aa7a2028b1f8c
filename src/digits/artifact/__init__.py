"""Floor 2: trained networks on disk."""

from digits.artifact.classifier import Classifier, check_suffix, load, prove, save
from digits.base.records import Card

__all__ = ["Card", "Classifier", "check_suffix", "load", "prove", "save"]
