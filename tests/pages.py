"""Pages that the tests write: digits of plain strokes, by a pen of any width, on paper of any light."""

import cv2
import numpy as np

Ink = np.ndarray  # uint8 (H, W), 0 paper, 255 ink


def arc(x: float, y: float, wide: float, high: float, start: float, end: float) -> list[tuple[float, float]]:
    """Return the places on an ellipse around (x, y) from one angle to another: 0 is right, 90 down, 180 left."""
    angles = np.deg2rad(np.linspace(start, end, 24))
    return [(x + wide * np.cos(angle), y + high * np.sin(angle)) for angle in angles]


# Each digit's strokes, one unit high and about 0.7 wide.
SHAPES = {
    "0": [arc(0.34, 0.5, 0.34, 0.5, -90, 270)],
    "1": [[(0.1, 0.22), (0.4, 0), (0.4, 1)]],
    "2": [[*arc(0.34, 0.3, 0.31, 0.3, -165, 25), (0.0, 1), (0.68, 1)]],
    "3": [[*arc(0.32, 0.25, 0.3, 0.25, -150, 90), *arc(0.32, 0.75, 0.34, 0.25, -90, 150)]],
    "4": [[(0.5, 1), (0.5, 0), (0, 0.68), (0.7, 0.68)]],
    "5": [[(0.62, 0), (0.1, 0), (0.06, 0.47), *arc(0.32, 0.68, 0.34, 0.32, -120, 150)]],
    "6": [[*arc(0.55, 0.6, 0.52, 0.6, -90, -170), *arc(0.34, 0.69, 0.31, 0.31, -180, 180)]],
    "7": [[(0, 0), (0.68, 0), (0.25, 1)]],
    "8": [arc(0.34, 0.24, 0.27, 0.24, 90, 450), arc(0.34, 0.74, 0.34, 0.26, -90, 270)],
    "9": [[*arc(0.34, 0.31, 0.31, 0.31, 0, 360), *arc(0.15, 0.4, 0.5, 0.6, 0, 80)]],
}


def page(height: int = 120, width: int = 320) -> Ink:
    return np.zeros((height, width), np.uint8)


def write(
    ink: Ink, text: str, left: int = 20, bottom: int = 90, *, height: int = 56, pen: int = 5, step: int = 56
) -> Ink:
    """Write `text` into `ink`, its first digit's foot at `bottom`, each next one `step` pixels to the right."""
    size = height - pen
    for place, character in enumerate(text):
        corner = np.array([left + place * step + pen / 2, bottom - height + pen / 2])
        for stroke in SHAPES[character]:
            path = np.round((corner + size * np.array(stroke)) * 16).astype(np.int32)
            cv2.polylines(ink, [path.reshape(-1, 1, 2)], False, 255, pen, cv2.LINE_AA, 4)
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
