"""Floor 1: pictures. numpy and OpenCV, no torch."""

from digits.images.glyph import to_glyph

__all__ = ["to_glyph"]
