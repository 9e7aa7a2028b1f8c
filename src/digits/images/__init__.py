"""Floor 1: pictures. numpy, OpenCV and Pillow, no torch; the ink network is handed in."""

from digits.images.decode import Bounds, Picture, decode
from digits.images.glyph import stroke_width, to_glyph
from digits.images.ink import Page, looked_at, open_pages
from digits.images.lines import Part, find_lines, single_part

__all__ = [
    "Bounds",
    "Page",
    "Part",
    "Picture",
    "decode",
    "find_lines",
    "looked_at",
    "open_pages",
    "single_part",
    "stroke_width",
    "to_glyph",
]
