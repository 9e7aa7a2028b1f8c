"""Handwritten digits: train, compare and prove the networks that read them.

The door is light: it loads neither torch nor matplotlib. The rooms behind it are imported by name:
`digits.data`, `digits.train`, `digits.measure`, `digits.artifact`, `digits.report`.
"""

from importlib.metadata import version

from digits.base.errors import DigitsError

__version__ = version("digits")
__all__ = ["DigitsError", "__version__"]
