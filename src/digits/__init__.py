"""Handwritten digits: train, compare and prove the networks that read them.

The door is light: it loads neither torch nor matplotlib. The rooms behind it are imported by name:
`digits.data`, `digits.train`, `digits.measure`, `digits.artifact`, `digits.report`.
"""

from digits.base.errors import DigitsError
from digits.base.provenance import VERSION

__version__ = VERSION
__all__ = ["DigitsError", "__version__"]
