"""Floor 3: the reader: pictures in, readings out. No torch."""

from digits.base.reading import Failure
from digits.reading.decision import Limits
from digits.reading.reader import Reader
from digits.reading.segmentation import Segmented, segment

__all__ = ["Failure", "Limits", "Reader", "Segmented", "segment"]
