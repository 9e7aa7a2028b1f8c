"""Handwritten digits: read them in pictures; train, compare and prove the networks that do.

The door is light: it loads neither torch nor matplotlib, and OpenCV only when a Reader is asked for. The rooms behind
it are imported by name: `digits.data`, `digits.train`, `digits.measure`, `digits.artifact`, `digits.report`.
"""

from typing import TYPE_CHECKING, Any

from digits.base.errors import DigitsError
from digits.base.provenance import VERSION
from digits.base.reading import Digit, Reading

if TYPE_CHECKING:
    from digits.reading import Reader

__version__ = VERSION
__all__ = ["Digit", "DigitsError", "Reader", "Reading", "__version__"]


def __getattr__(name: str) -> Any:
    if name == "Reader":
        from digits.reading import Reader

        return Reader
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
