"""What is written on, and how ink lies on it: sheets with their grain, ruling, print, shadow and the camera's noise.

A sheet is float (H, W, 3), RGB from 0 to 255; nothing is rounded before `finish`. Only sums, products and
interpolation make it, so that every machine makes the same; but for print, and sheets that lie on a desk.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

Sheet = NDArray[np.float64]  # (H, W, 3)
Colour = tuple[int, int, int]
Place = tuple[float, float]  # right and down, in pixels

WHITE, BLACK = (255, 255, 255), (0, 0, 0)
FINER = 4  # times finer than the sheet that print is set
CAPITAL = 21  # pixels of a capital of OpenCV's plain font at scale 1


def plain(size: tuple[int, int], colour: Colour = WHITE) -> Sheet:
    """Return a sheet of one colour; `size` is (width, height)."""
    return np.ones((size[1], size[0], 3)) * colour


def grained(size: tuple[int, int], colour: Colour, rng: np.random.Generator, strength: float = 1.5) -> Sheet:
    """Return paper that is a little darker here than there."""
    clouds = _clouds(size, 60, rng) + 0.6 * _clouds(size, 9, rng)
    return plain(size, colour) + strength * clouds[..., None]


def wood(size: tuple[int, int], colour: Colour, rng: np.random.Generator) -> Sheet:
    """Return a board whose grain runs across."""
    streaks = 9 * _clouds(size, 16, rng, 30) + 6 * _clouds(size, 4, rng, 60) + 4 * _clouds(size, 1.6, rng, 30)
    return plain(size, colour) * (1 + streaks[..., None] / 100)


def ink(sheet: Sheet, covered: NDArray[np.uint8], colour: Colour) -> Sheet:
    """Return the sheet with ink of `colour` where `covered`, uint8 (H, W), says."""
    share = covered[..., None] / 255
    return sheet * (1 - share) + np.array(colour) * share


def worn(
    covered: NDArray[np.uint8], rng: np.random.Generator, strength: float, coarse: float = 2.5
) -> NDArray[np.uint8]:
    """Return `covered` as pencil or chalk leaves it: the grain of the ground shows through."""
    height, width = covered.shape
    grain = 0.5 + 0.5 * _clouds((width, height), coarse, rng)
    return np.clip(covered * (1 - strength * grain), 0, 255).astype(np.uint8)


def squared(sheet: Sheet, every: float, colour: Colour, strength: float = 0.6) -> Sheet:
    """Return the sheet with a line of `colour`, about one pixel wide, each `every` pixels across and down."""
    height, width = sheet.shape[:2]
    across, down = (_ruling(length, every) for length in (width, height))
    share = strength * np.maximum(across[None, :], down[:, None])[..., None]
    return sheet * (1 - share) + np.array(colour) * share


def box(sheet: Sheet, left: int, top: int, width: int, height: int, colour: Colour = BLACK, thick: int = 2) -> None:
    """Print the border of a box onto the sheet, inside of its edges."""
    right, bottom = left + width, top + height
    sheet[top : top + thick, left:right] = sheet[bottom - thick : bottom, left:right] = colour
    sheet[top:bottom, left : left + thick] = sheet[top:bottom, right - thick : right] = colour


def line(sheet: Sheet, start: Place, end: Place, thick: float, colour: Colour, strength: float = 1.0) -> None:
    """Print a straight line onto the sheet, `thick` pixels wide."""
    (x0, y0), (x1, y1) = start, end
    reach = int(thick) + 2
    top, left = max(int(min(y0, y1)) - reach, 0), max(int(min(x0, x1)) - reach, 0)
    part = sheet[top : int(max(y0, y1)) + reach, left : int(max(x0, x1)) + reach]
    x, y = left + np.arange(part.shape[1])[None, :] + 0.5 - x0, top + np.arange(part.shape[0])[:, None] + 0.5 - y0
    length = np.sqrt((x1 - x0) * (x1 - x0) + (y1 - y0) * (y1 - y0))
    along, beside = (x * (x1 - x0) + y * (y1 - y0)) / length, np.abs(x * (y1 - y0) - y * (x1 - x0)) / length
    off = np.maximum(beside, np.maximum(-along, along - length))
    share = strength * np.clip(thick / 2 + 0.5 - off, 0, 1)[..., None]
    part += share * (np.array(colour) - part)


def highlighted(sheet: Sheet, start: Place, end: Place, wide: float, colour: Colour, rng: np.random.Generator) -> Sheet:
    """Return the sheet with a stroke of a highlighter from left to right; its tip is `wide` pixels high and slanted.

    It takes light away, so that ink stays ink. It is streaked, frayed at its ends, and fullest there and at its edges.
    """
    height, width = sheet.shape[:2]
    x, y = np.arange(width)[None, :] + 0.5, np.arange(height)[:, None] + 0.5
    share = (x - start[0]) / (end[0] - start[0])
    wave = 0.03 * wide * _clouds((width, 2), 90, rng)[:1] + 0.6 * _clouds((width, 2), 3, rng)[:1]
    across = (y - start[1] - (end[1] - start[1]) * share - wave) / wide  # -0.5 to 0.5 within the stroke
    fray = 3 * _clouds((2, height), 2.5, rng)[:, :1]
    along = np.minimum(x - start[0] + 0.25 * wide * across, end[0] - x - 0.25 * wide * across) + fray
    beside = (0.5 - np.abs(across)) * wide
    edge = np.clip(1 - beside / 3, 0, 1) + np.clip(1 - along / 8, 0, 1)
    full = 0.8 + 0.09 * _clouds((width, height), 3, rng, 60) + 0.05 * _clouds((width, height), 40, rng) + 0.12 * edge
    share = np.clip(beside / 1.5, 0, 1) * np.clip(along / 2, 0, 1) * np.minimum(full, 1)
    return sheet * (1 - share[..., None] * (1 - np.array(colour) / 255))


def printed(size: tuple[int, int], lines: Sequence[tuple[str, int, int, int]]) -> NDArray[np.uint8]:
    """Return how much of each pixel print covers: each line is a text, where its foot begins, a capital's height.

    The font is OpenCV's plain one, which its versions 4 and 5 draw differently: for photographs only.
    """
    page = np.zeros((size[1] * FINER, size[0] * FINER), np.uint8)
    for text, left, foot, high in lines:
        place, scale = (left * FINER, foot * FINER), high * FINER / CAPITAL
        cv2.putText(page, text, place, cv2.FONT_HERSHEY_SIMPLEX, scale, 255, max(1, high * FINER // 9), cv2.LINE_AA)
    parts = page.reshape(size[1], FINER, size[0], FINER).sum((1, 3), dtype=np.int64)
    return (parts // FINER**2).astype(np.uint8)


def laid(desk: Sheet, sheet: Sheet, corners: Sequence[Place]) -> Sheet:
    """Return the desk with the sheet on it, and its shadow beside it, as a camera sees them.

    `corners` says where in the picture the sheet's are: top left and right, bottom right and left.
    """
    height, width = sheet.shape[:2]
    own = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    view, size = cv2.getPerspectiveTransform(own, np.array(corners, np.float32)), desk.shape[1::-1]
    seen = cv2.warpPerspective(sheet, view, size, borderMode=cv2.BORDER_REPLICATE)
    there = cv2.warpPerspective(np.ones((height, width)), view, size)
    beside = cv2.warpPerspective(np.ones((height, width)), np.array([(1, 0, -6), (0, 1, 7), (0, 0, 1)]) @ view, size)
    dim = cv2.GaussianBlur(beside, (0, 0), 7)
    return desk * (1 - 0.6 * dim[..., None]) * (1 - there[..., None]) + seen * there[..., None]


def light(sheet: Sheet, corners: tuple[float, float, float, float], cast: tuple[float, float, float]) -> Sheet:
    """Return the sheet lit from one side: a factor for each corner (top left and right, bottom left and right)."""
    height, width = sheet.shape[:2]
    x, y = np.linspace(0, 1, width)[None, :], np.linspace(0, 1, height)[:, None]
    a, b, c, d = corners
    return sheet * ((a * (1 - x) + b * x) * (1 - y) + (c * (1 - x) + d * x) * y)[..., None] * cast


def shadow(sheet: Sheet, start: float, end: float, soft: float, dark: float) -> Sheet:
    """Return the sheet with a hand's shadow, `dark` the factor in it, right of a line from `start` to `end`.

    Both are fractions of the width, at the top and at the foot; `soft` is the width of its edge.
    """
    height, width = sheet.shape[:2]
    x, y = np.linspace(0, 1, width)[None, :], np.linspace(0, 1, height)[:, None]
    bend = 0.05 * (2 * y - 1) ** 2
    inside = np.clip((x - (start + (end - start) * y + bend)) / soft + 0.5, 0, 1)
    inside = inside * inside * (3 - 2 * inside)
    return sheet * (1 - (1 - dark) * inside)[..., None]


def noisy(sheet: Sheet, rng: np.random.Generator, strength: float) -> Sheet:
    """Return the sheet as a small camera sees it: a little unsharp, with noise on each pixel, partly in colour."""
    wide = np.pad(sheet, ((1, 1), (1, 1), (0, 0)), mode="edge")
    soft = (wide[:-2] + 2 * wide[1:-1] + wide[2:]) / 4
    soft = (soft[:, :-2] + 2 * soft[:, 1:-1] + soft[:, 2:]) / 4
    grey = rng.uniform(-1, 1, (*sheet.shape[:2], 1)) + rng.uniform(-1, 1, (*sheet.shape[:2], 1))
    return soft + strength * (grey + 0.4 * rng.uniform(-1, 1, sheet.shape))


def finish(sheet: Sheet) -> NDArray[np.uint8]:
    """Return the picture, uint8: grey (H, W) if it has no colour, else RGB (H, W, 3)."""
    picture = np.clip(np.floor(sheet + 0.5), 0, 255).astype(np.uint8)
    colourless = (picture == picture[..., :1]).all()
    return picture[..., 0] if colourless else picture


def small(sheet: Sheet, times: int) -> Sheet:
    """Return the sheet `times` smaller, each pixel the mean of those it takes the place of."""
    height, width, _ = sheet.shape
    return sheet.reshape(height // times, times, width // times, times, 3).mean((1, 3))


def _clouds(
    size: tuple[int, int], coarse: float, rng: np.random.Generator, stretch: float = 1.0
) -> NDArray[np.float64]:
    """Return smooth noise (H, W) from -1 to 1 with a random value about each `coarse` pixels, `stretch` across."""
    width, height = size
    wide = coarse * stretch
    few = rng.uniform(-1, 1, (int(height / coarse) + 2, int(width / wide) + 2))
    down = _between(few, height / coarse, height)
    return np.ascontiguousarray(_between(down.T, width / wide, width).T)


def _between(few: NDArray[np.float64], reach: float, count: int) -> NDArray[np.float64]:
    """Return `count` rows between those of `few`, from the first to the one at `reach`."""
    at = np.linspace(0, reach, count)
    below = at.astype(int)
    share = (at - below)[:, None]
    share = share * share * (3 - 2 * share)
    return few[below] * (1 - share) + few[below + 1] * share


def _ruling(length: int, every: float) -> NDArray[np.float64]:
    """Return how much of each of `length` pixels a ruled line covers."""
    off = np.abs((np.arange(length) + every / 2) % every - every / 2)
    return np.clip(1.2 - off, 0, 1)
