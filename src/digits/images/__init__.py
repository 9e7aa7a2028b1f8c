"""Floor 1: pictures. numpy, OpenCV and Pillow, no torch."""

from digits.images.cuts import Cuts, cuts
from digits.images.decode import Bounds, Picture, decode
from digits.images.glyph import stroke_width, to_glyph
from digits.images.marks import Mark, find_marks
from digits.images.page import Page, open_pages

__all__ = [
    "Bounds",
    "Cuts",
    "Mark",
    "Page",
    "Picture",
    "cuts",
    "decode",
    "find_marks",
    "open_pages",
    "stroke_width",
    "to_glyph",
]
