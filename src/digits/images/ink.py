"""Ink: a picture as handwriting, and as print, bright on black, whatever the light, the paper and the pen.

Paper of one level, as of a canvas, or of one colour with grain, is told from ink by an exact rule. Everything else goes
through the ink network, at a size at which its digits are neither too large nor too small: a first look, made small,
tells which.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from digits.images.decode import WIDE, Bounds, Picture, decode
from digits.images.strips import INKED

FAINTEST = 6.0  # grey levels that ink must differ from paper of one level by at least
FAINT_SHARE = 0.3  # of the ink's own level: what is less than half of this is not ink
GRAIN, EVEN = 8, 0.6  # levels that grain differs by at most, and the share of pixels that must be paper but for it
OVER_GRAIN = 4.0  # times the grain's root mean square that ink must differ by
FEWEST = 5  # pixels of ink, else the page is blank
FEW = 10_000  # pixels of a small picture
LEVELS = np.arange(256, dtype=np.float64)

LOOK = 448  # pixels of the longer side at the first look
SMALLEST = 112  # pixels: a smaller picture is enlarged to it
BEST, GOOD, LARGE = 40.0, 24.0, 84.0  # pixels of a digit's height: aimed at; from and up to which it is good enough
ENLARGED = 4.0  # times, at most
STRIDE = 32  # pixels that the network's input must be a multiple of
NESTED = 0.3  # of a shape's size: shapes of this size within another are framed by it
PLAIN_WIDE, PLAIN_MANY = 2.2, 60  # a canvas has no shape wider than this many usual heights, and few shapes
PLAIN_LARGE = 0.05  # of the page: a wide shape that is alone and larger is no sign, but a field of colour

Grey = NDArray[np.uint8]
Asked = Callable[[NDArray[np.uint8]], NDArray[np.float32]]  # (1, 3, H, W) to logits (1, 2, H, W)


@dataclass(frozen=True, eq=False)
class Page:
    """One page of a picture.

    ink     uint8 (H, W), 0 paper, 255 handwriting; all 0 where the page is blank
    scale   pixels of the picture as it is shown for one pixel of ink
    print   uint8 (H, W): the same of print; None where nobody looked for it
    picture what the exact rule was enough for: where it was not, after all, `looked_at` has another look
    """

    ink: Grey
    scale: float
    print: Grey | None = None
    picture: Picture | None = None


def open_pages(source: Any, network: Callable[[], Asked], name: str = "", bounds: Bounds = WIDE) -> Iterator[Page]:
    """Yield the pages of `source`: a path, bytes, a PIL image or an array; most pictures have one.

    `network` gives the ink network, and is called where it is needed only. `name` is what an error calls the picture.
    Raises BadPicture, also for what is beyond `bounds`.
    """
    for picture in decode(source, name, bounds):
        yield as_page(picture, network)


def as_page(picture: Picture, network: Callable[[], Asked]) -> Page:
    """Return the picture as ink on paper."""
    pixels = picture.pixels
    exact = ink_on_flat(pixels)
    if exact is not None and is_plain(exact):
        return Page(exact, picture.size[0] / pixels.shape[1], picture=picture)
    return looked_at(picture, network(), exact)


def looked_at(picture: Picture, network: Asked, exact: Grey | None = None) -> Page:
    """Return the ink that `network` finds in the picture; of `exact` ink, where that is known, what it finds too."""
    pixels = picture.pixels
    colours = pixels if pixels.ndim == 3 else np.repeat(pixels[..., None], 3, 2)
    writing, print_ = _found(colours, network)
    if exact is not None:  # the network says where, the rule how much
        writing, print_ = (np.minimum(_grown(layer, exact.shape), exact) for layer in (writing, print_))
    return Page(writing, picture.size[0] / writing.shape[1], print_)


def ink_on_flat(pixels: Grey) -> Grey | None:
    """Return the ink, uint8 (H, W), on paper of one colour, exactly or but for some grain; None if it is not.

    One level of grey in half of all pixels, as of a canvas, is paper; else pixels near the commonest one must be EVEN
    of all, as of a scan in even light. Ink is what differs from the paper's colour in any channel, by more than the
    grain does, and all darker or all brighter.
    """
    grey = pixels.ndim == 2
    half = pixels if grey else np.asarray(cv2.addWeighted(_least(pixels), 0.5, _most(pixels), 0.5, 0), np.uint8)
    counts = _counts(half)
    level = int(counts.argmax())
    exact = 2 * int(counts.max()) >= half.size
    paper = np.median(pixels[np.abs(half.astype(np.int16) - level) <= (0 if exact else 1)], axis=0).astype(np.uint8)
    darker, brighter = _most(paper - np.minimum(pixels, paper)), _most(np.maximum(pixels, paper) - paper)
    floor = FAINTEST
    if not exact:
        differs = np.maximum(darker, brighter)
        near = differs[differs <= GRAIN].astype(np.float32)
        if near.size < EVEN * differs.size:
            return None
        floor = max(FAINTEST, OVER_GRAIN * float(np.sqrt((near**2).mean())))
    return _stretched(max(darker, brighter, key=cv2.sumElems), floor)


def is_plain(ink: Grey) -> bool:
    """Whether `ink` looks like nothing but writing: no shape that frames others, none long, not too many."""
    _, _, stats, _ = cv2.connectedComponentsWithStats((ink > INKED).astype(np.uint8), connectivity=8)
    if len(stats) <= 2:
        wide, large = stats[1:, 2] > PLAIN_WIDE * stats[1:, 3], stats[1:, 2] * stats[1:, 3] > PLAIN_LARGE * ink.size
        return not (wide & large).any()
    if len(stats) > PLAIN_MANY:
        return False
    left, top, width, height, _ = stats[1:].T
    right, low, longer = left + width, top + height, np.maximum(width, height)
    if width.max() > PLAIN_WIDE * np.partition(height, (3 * len(height)) // 4)[(3 * len(height)) // 4]:
        return False
    inside = (left[:, None] > left) & (top[:, None] > top) & (right[:, None] < right) & (low[:, None] < low)
    return not (inside & (longer[:, None] > NESTED * longer)).any()


def _grown(layer: Grey, shape: tuple[int, ...]) -> Grey:
    """Return a layer at another size, a little larger than what is on it, so that edges are not lost."""
    grown = cv2.dilate(layer, np.ones((3, 3), np.uint8))
    return np.asarray(cv2.resize(grown, shape[::-1], interpolation=cv2.INTER_LINEAR), np.uint8)


def _found(colours: Grey, asked: Asked) -> Grey:
    """Return the layers that the network finds, uint8 (2, H, W), at the size that suits the writing."""
    longer = max(colours.shape[:2])
    first = min(1.0, LOOK / longer) if longer >= SMALLEST else min(ENLARGED, SMALLEST / longer)
    layers = _asked(colours, first, asked)
    small, large = _heights(np.asarray(layers.max(0)))
    if small > LARGE or (large > LARGE and small > GOOD):  # larger than what the network sees at once
        return _asked(colours, first * BEST / large, asked)
    second = min(1.0, first * BEST / small) if small else 1.0
    return _asked(colours, second, asked) if small < GOOD and second > 1.2 * first else layers


def _asked(colours: Grey, scale: float, asked: Asked) -> Grey:
    """Return the network's answer to the picture at `scale`, as ink levels, uint8 (2, H, W)."""
    height, width = (max(1, round(side * scale)) for side in colours.shape[:2])
    if scale != 1:
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        colours = np.asarray(cv2.resize(colours, (width, height), interpolation=how), np.uint8)
    low, right = (
        -height % STRIDE + (STRIDE if height < STRIDE else 0),
        -width % STRIDE + (STRIDE if width < STRIDE else 0),
    )
    padded = cv2.copyMakeBorder(colours, 0, low, 0, right, cv2.BORDER_REPLICATE)
    logits = asked(np.ascontiguousarray(padded.transpose(2, 0, 1)[None]))[0, :, :height, :width]
    return np.asarray(255 / (1 + np.exp(-np.clip(logits, -20, 20))), np.uint8)


def _heights(ink: Grey) -> tuple[float, float]:
    """Return the heights that a third and three quarters of the shapes in `ink` do not exceed; 0 if there are none."""
    _, _, stats, _ = cv2.connectedComponentsWithStats((ink > 127).astype(np.uint8), connectivity=8)
    heights = stats[1:, 3][(stats[1:, 3] >= 5) & (stats[1:, 4] >= 8)]
    return (float(np.quantile(heights, 0.33)), float(np.quantile(heights, 0.75))) if len(heights) else (0.0, 0.0)


def _least(pixels: Grey) -> Grey:
    red, green, blue = cv2.split(pixels)
    return np.asarray(cv2.min(cv2.min(red, green), blue), np.uint8)


def _most(pixels: Grey) -> Grey:
    if pixels.ndim == 2:
        return pixels
    red, green, blue = cv2.split(pixels)
    return np.asarray(cv2.max(cv2.max(red, green), blue), np.uint8)


def _stretched(ink: Grey, floor: float = FAINTEST) -> Grey:
    """Return `ink` stretched so that `floor` is 0 and the ink's own level 255; all 0 where there is next to nothing."""
    counts = _counts(ink)
    paper = int(counts.cumsum().searchsorted(ink.size / 2))
    counts[: min(paper + int(floor), 255) + 1] = 0
    if counts.sum() < FEWEST:
        return np.zeros_like(ink)
    level = _level(counts) - paper
    zero = min(max(floor, FAINT_SHARE * level), level) / 2
    table = np.minimum(np.maximum((LEVELS - paper - zero) * 255 / (level - zero), 0), 255).astype(np.uint8)
    return np.asarray(cv2.LUT(ink, table), np.uint8)


def _counts(grey: Grey) -> NDArray[np.int64]:
    """Return how many pixels have each of the 256 grey levels."""
    if grey.size < FEW:  # OpenCV takes longer to begin
        return np.bincount(grey.ravel(), minlength=256)
    return cv2.calcHist([grey], [0], None, [256], [0, 256]).ravel().astype(np.int64)


def _level(counts: NDArray[np.int64]) -> float:
    """Return the grey level of full ink: the median of what lies above the middle between faint and strong."""
    mean = math.ceil(float(counts @ LEVELS) / float(counts.sum()))
    strong = counts[mean:].cumsum()
    return mean + float(strong.searchsorted(strong[-1] / 2))
