"""Floor 3: reading pictures. No torch."""

from digits.read.ahead import Failure
from digits.read.reader import Reader

__all__ = ["Failure", "Reader"]
