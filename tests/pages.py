"""Pages that the tests write: digits in OpenCV's line font, on paper of any light."""

import cv2
import numpy as np

Ink = np.ndarray  # uint8 (H, W), 0 paper, 255 ink

FONT = cv2.FONT_HERSHEY_SIMPLEX
CAP = 21  # pixels: how high the font's digits are at scale 1


def page(height: int = 120, width: int = 320) -> Ink:
    return np.zeros((height, width), np.uint8)


def write(
    ink: Ink, text: str, left: int = 20, bottom: int = 90, *, height: int = 56, pen: int = 5, step: int = 56
) -> Ink:
    """Write `text` into `ink`, its first digit's foot at `bottom`, each next one `step` pixels to the right."""
    for place, character in enumerate(text):
        cv2.putText(ink, character, (left + place * step, bottom), FONT, height / CAP, 255, pen, cv2.LINE_AA)
    return ink


def on_paper(ink: Ink, paper: float = 230, pen: float = 40) -> np.ndarray:
    """Return the picture, uint8 (H, W), of `ink` by a pen and on paper of these grey levels."""
    return np.round(paper + (pen - paper) * (ink / 255.0)).astype(np.uint8)


def slope(shape: tuple[int, ...], low: float = 0.4) -> np.ndarray:
    """Return light, a share of full light at each pixel, that falls from 1 at the left to `low` at the right."""
    return np.broadcast_to(np.linspace(1, low, shape[1]), shape)


def shadow(shape: tuple[int, ...]) -> np.ndarray:
    """Return light that falls to 0.6 across the page, as beside the shadow of a hand."""
    y, x = np.indices(shape)
    return np.asarray(cv2.GaussianBlur(np.where(x + y / 2 > 0.6 * shape[1], 0.6, 1.0), (0, 0), 8))


def vignette(shape: tuple[int, ...]) -> np.ndarray:
    """Return light that falls to half towards the corners."""
    y, x = (np.indices(shape) / np.reshape(shape, (2, 1, 1))) * 2 - 1
    return np.asarray(1 - (y**2 + x**2) / 4)


def lit(picture: np.ndarray, light: np.ndarray) -> np.ndarray:
    """Return `picture` under `light`."""
    return np.round(picture * light).astype(np.uint8)
