"""What is written on, and how ink lies on it: sheets with their grain, ruling, shadow and the camera's noise.

A sheet is float (H, W, 3), RGB from 0 to 255; nothing is rounded before `finish`. Only sums, products and
interpolation make it, so that every machine makes the same.
"""

import numpy as np
from numpy.typing import NDArray

Sheet = NDArray[np.float64]  # (H, W, 3)
Colour = tuple[int, int, int]

WHITE, BLACK = (255, 255, 255), (0, 0, 0)


def plain(size: tuple[int, int], colour: Colour = WHITE) -> Sheet:
    """Return a sheet of one colour; `size` is (width, height)."""
    return np.ones((size[1], size[0], 3)) * colour


def grained(size: tuple[int, int], colour: Colour, rng: np.random.Generator, strength: float = 1.5) -> Sheet:
    """Return paper that is a little darker here than there."""
    clouds = _clouds(size, 60, rng) + 0.6 * _clouds(size, 9, rng)
    return plain(size, colour) + strength * clouds[..., None]


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


def _clouds(size: tuple[int, int], coarse: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return smooth noise (H, W) from -1 to 1 with a random value about each `coarse` pixels."""
    width, height = size
    few = rng.uniform(-1, 1, (int(height / coarse) + 2, int(width / coarse) + 2))
    down = _between(few, height / coarse, height)
    return np.ascontiguousarray(_between(down.T, width / coarse, width).T)


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
