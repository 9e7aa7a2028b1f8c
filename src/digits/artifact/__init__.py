"""Floor 2: trained networks on disk. Light: torch is loaded by what needs it, ONNX Runtime too."""

from digits.artifact.classifier import Classifier, softmax
from digits.artifact.files import ONNX, WEIGHTS, check_suffix, export_onnx, load, prove, save
from digits.base.records import Card

__all__ = [
    "ONNX",
    "WEIGHTS",
    "Card",
    "Classifier",
    "check_suffix",
    "export_onnx",
    "load",
    "prove",
    "save",
    "softmax",
]
