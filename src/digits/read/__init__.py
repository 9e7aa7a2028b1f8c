"""Floor 3: reading pictures. No torch."""

from digits.read.ahead import Failure
from digits.read.judge import Limits
from digits.read.reader import Reader
from digits.read.seen import Seen, see

__all__ = ["Failure", "Limits", "Reader", "Seen", "see"]
