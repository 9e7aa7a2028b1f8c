"""Floor 2: trained networks on disk. Light: torch is loaded by what needs it, ONNX Runtime too."""

from digits.artifact.classifier import Classifier, softmax
from digits.artifact.files import ONNX, WEIGHTS, check_suffix, export_onnx, load, load_network, prove, save
from digits.artifact.graph import Graph
from digits.base.records import Card

__all__ = [
    "ONNX",
    "WEIGHTS",
    "Card",
    "Classifier",
    "Graph",
    "check_suffix",
    "export_onnx",
    "load",
    "load_network",
    "prove",
    "save",
    "softmax",
]
