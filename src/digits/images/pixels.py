"""Pixel formats: Pillow images and arrays of any kind as plain 8-bit pixels, upright, at the size to work on."""

import math
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image

WORK = 1600  # pixels: the longer side that a picture is shrunk to
SHORT = 64  # pixels: a long strip is shrunk less, so that its shorter side keeps this much
FAINT = 10  # of 255: less contrast than this does not count as ink
SIDEWAYS = (5, 6, 7, 8)  # EXIF orientations that exchange width and height
_TO_PREMULTIPLIED = {"RGBa": (), "RGBA": ("RGBa",), "La": ("LA", "RGBA", "RGBa")}  # the ways that Pillow knows


class Refused(Exception):
    """Why a picture is not read."""


def work_size(size: tuple[int, int]) -> tuple[int, int]:
    """Return the (width, height) at which to work on a picture of `size`: smaller or the same, in proportion."""
    width, height = size
    scale = max(WORK / max(size), SHORT / min(size))
    scale = min(1.0, scale, WORK / math.sqrt(width * height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def plain(image: Image.Image, size: tuple[int, int]) -> tuple[NDArray[np.uint8], tuple[int, int]]:
    """Return the pixels of `image`, uint8 (H, W) or (H, W, 3), and its (width, height) as it is shown.

    It is of `size`, though it may have been decoded smaller.
    """
    pixels = _on_paper(shrunk(_pixels(image, work_size(size)), size))
    way = orientation(image)
    return _turned(pixels, way), (size[::-1] if way in SIDEWAYS else size)


def shrunk(pixels: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """Return a copy of `pixels` at the size to work on, for a picture of `size`."""
    width, height = work_size(size)
    if pixels.shape[:2] == (height, width):
        return pixels.copy()
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def orientation(image: Image.Image) -> Any:
    """Return what EXIF says of how to turn `image`, 1 to 8; ask after loading, since PNG tells it after the pixels."""
    try:
        return image.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:  # broken notes beside a picture leave it as it stands, whatever Pillow thinks of them
        return 1


def to_bytes(values: NDArray[Any]) -> NDArray[np.uint8]:
    """Return `values` as 0 to 255, by the rule that `decode` tells. Raises Refused."""
    if values.dtype == np.uint8:
        return values
    kind = values.dtype.kind
    if kind not in "buif":
        raise Refused(f"its values are of type {values.dtype}; give whole numbers, fractions or truth values")
    low, high = float(values.min()), float(values.max())
    if not (math.isfinite(low) and math.isfinite(high)):
        raise Refused("it has values that are no finite numbers")
    small, large = (1, 255) if kind in "bf" else (255, 65535)
    if low < 0 or high > large:
        raise Refused(f"it has values from {low:g} to {high:g}; give 0 to {small}, or 0 to {large}")
    scaled = np.multiply(values, 255 / (small if high <= small else large), dtype=np.float32)
    return np.asarray(np.rint(scaled), np.uint8)


def _pixels(image: Image.Image, work: tuple[int, int]) -> NDArray[np.uint8]:
    """Return `image` as uint8 (H, W), (H, W, 3), or (H, W, 4) with colours times alpha, which can be averaged.

    It comes no smaller than the size `work`, but below twice that, lest the largest take memory twice over.
    """
    if image.mode[0] in "IF":  # "I", "I;16", "I;16B", "F"
        return _of_deep(np.asarray(image), image.info.get("transparency"))
    if image.has_transparency_data:
        for mode in _TO_PREMULTIPLIED.get(image.mode, ("RGBA", "RGBa")):
            image = image.convert(mode)
    elif image.mode not in ("L", "RGB"):
        image = image.convert("L" if image.mode == "1" else "RGB")
    factor = min(image.width // work[0], image.height // work[1])
    return np.asarray(image.reduce(factor) if factor > 1 else image)


def _of_deep(values: NDArray[Any], transparent: Any) -> NDArray[np.uint8]:
    pixels = to_bytes(values)
    return np.where(values == transparent, np.uint8(255), pixels) if isinstance(transparent, int) else pixels


def _on_paper(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Lay pixels that have alpha over white; over black where nothing would show on white, as of a white pen."""
    if pixels.shape[2:] != (4,):
        return pixels
    colours, alpha = pixels[..., :3], pixels[..., 3:]
    if alpha.min() == 255:
        return colours
    white = colours + (255 - alpha)  # no colour is above its alpha, so that the sum fits
    return colours if _contrast(white) < FAINT <= _contrast(colours) else white


def _contrast(pixels: NDArray[np.uint8]) -> int:
    return max(int(np.ptp(pixels[..., colour])) for colour in range(3))


def _turned(pixels: NDArray[np.uint8], orientation: Any) -> NDArray[np.uint8]:
    if orientation in SIDEWAYS:
        pixels = pixels.swapaxes(0, 1)
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    return np.ascontiguousarray(pixels)
