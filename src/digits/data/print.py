"""Print: text set in fonts that every machine has which trains, those of matplotlib and OpenCV's own."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

import cv2
import matplotlib as mpl
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

FACES = (
    "DejaVuSans", "DejaVuSans-Bold", "DejaVuSans-Oblique", "DejaVuSansMono", "DejaVuSansMono-Bold", "DejaVuSerif",
    "DejaVuSerif-Bold", "DejaVuSerif-Italic", "STIXGeneral", "STIXGeneralBol", "STIXGeneralItalic", "cmr10", "cmss10",
    "cmtt10", "cmb10",
)  # fmt: skip
HERSHEY = (cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_COMPLEX, cv2.FONT_HERSHEY_TRIPLEX)
HERSHEY_SHARE = 0.2
CAP = 0.72  # of a font's size: about the height of its digits

Ink = NDArray[np.uint8]


class Printed(NamedTuple):
    """A line of print: its ink, uint8 (H, W), and the box of each character, (left, top, right, bottom)."""

    ink: Ink
    boxes: list[tuple[int, int, int, int]]


@cache
def _face(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(Path(mpl.get_data_path()) / "fonts" / "ttf" / f"{name}.ttf"), size)


def printed(text: str, high: int, rng: Generator) -> Printed:
    """Return `text` in a font of chance, its digits about `high` pixels high."""
    spread = float(rng.choice([0.0, 0.0, 0.05, 0.3]))
    if rng.random() < HERSHEY_SHARE:
        return _hershey(text, high, int(rng.choice(HERSHEY)), spread, max(1, round(high * rng.uniform(0.05, 0.14))))
    face = _face(str(rng.choice(FACES)), max(6, round(high / CAP)))
    places, right = [], 2.0
    for char in text:
        places.append(right)
        right += face.getlength(char) + spread * high
    page = Image.new("L", (round(right) + 3, round(high * 2.2) + 4))
    pen = ImageDraw.Draw(page)
    boxes = []
    for char, place in zip(text, places, strict=True):
        pen.text((place, high * 0.35 + 2), char, fill=255, font=face)
        left, top, wide, low = pen.textbbox((place, high * 0.35 + 2), char, font=face)
        boxes.append((round(left), round(top), round(wide), round(low)))
    return Printed(np.array(page), boxes)


def _hershey(text: str, high: int, face: int, spread: float, thick: int) -> Printed:
    scale = high / 21.0
    places, right = [], 2
    for char in text:
        places.append(right)
        right += cv2.getTextSize(char, face, scale, thick)[0][0] + round(spread * high)
    page = np.zeros((round(high * 2.2) + 4, right + 3), np.uint8)
    base, boxes = round(high * 1.4) + 2, []
    for char, place in zip(text, places, strict=True):
        cv2.putText(page, char, (place, base), face, scale, 255, thick, cv2.LINE_AA)
        wide = cv2.getTextSize(char, face, scale, thick)[0][0]
        tall = 0.25 if char in ".," else 0.0
        top = base - round(high * (tall or 1.0)) if char not in "-+=:x" else base - round(0.8 * high)
        boxes.append((place, top, place + wide, base))
    return Printed(page, boxes)
