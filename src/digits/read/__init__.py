"""Floor 3: reading pictures. No torch."""

from digits.read.reader import Failure, Reader

__all__ = ["Failure", "Reader"]
