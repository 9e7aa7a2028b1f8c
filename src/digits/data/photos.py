"""Photographs: the sheet on its desk, light and shadow, the lens, noise, thresholds, JPEG."""

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Ink = NDArray[np.uint8]
Picture = NDArray[np.float32]  # (S, S, 3), 0 to 255


def clouds(rng: Generator, side: int, low: int = 4, octaves: int = 3, gain: float = 0.5) -> NDArray[np.float32]:
    """Return a field of soft noise, float32 (side, side), about -1 to 1: sums of ever finer random grids."""
    out = np.zeros((side, side), np.float32)
    strength = 1.0
    for octave in range(octaves):
        grid = rng.standard_normal((low * 2**octave,) * 2).astype(np.float32)
        out += strength * cv2.resize(grid, (side, side), interpolation=cv2.INTER_LINEAR)
        strength *= gain
    return out / (float(np.abs(out).max()) + 1e-6)


def colour(rng: Generator, low: float, high: float, spread: float) -> NDArray[np.float32]:
    """Return a colour, float32 (3,), of a brightness from `low` to `high`."""
    return np.clip(rng.uniform(low, high) + rng.normal(0, spread, 3), 0, 255).astype(np.float32)


def on_desk(picture: Picture, layers: list[Ink], rng: Generator) -> Picture:
    """Lay the sheet on a desk: what lies beyond its edges is something else, and has no writing."""
    side = picture.shape[0]
    desk = np.ones_like(picture) * colour(rng, 0, 230, 25)
    desk += clouds(rng, side, int(rng.choice([2, 8, 40])))[..., None] * rng.uniform(2, 45)
    if rng.random() < 0.3:  # wood
        desk += np.repeat(clouds(rng, side, 8)[:, :1], side, 1)[..., None] * rng.uniform(5, 40)
    inset = rng.uniform(0, side * 0.4, 4) * (rng.random(4) < 0.5)
    left, top, right, low = (each if each else -side for each in inset)
    corners = np.array([[left, top], [side - right, top], [side - right, side - low], [left, side - low]], np.float64)
    corners += rng.normal(0, side * 0.03, (4, 2))
    sheet = np.zeros((side, side), np.uint8)
    cv2.fillPoly(sheet, [np.round(corners * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    if rng.random() < 0.6:
        shift = tuple(int(v) for v in rng.integers(-8, 9, 2))
        shade = cv2.GaussianBlur(np.roll(sheet, shift, (0, 1)), (0, 0), rng.uniform(1, 7)).astype(np.float32) / 255
        desk *= (1 - 0.6 * rng.random() * shade)[..., None]
    soft = (cv2.GaussianBlur(sheet, (0, 0), rng.uniform(0.4, 1.5)).astype(np.float32) / 255)[..., None]
    for layer in layers:
        np.minimum(layer, sheet, out=layer)
    return np.asarray(picture * soft + desk * (1 - soft), np.float32)


def fingers(picture: Picture, layers: list[Ink], rng: Generator) -> None:
    """Lay one to three fingers over an edge."""
    side = picture.shape[0]
    skin = np.array([rng.uniform(120, 230), rng.uniform(80, 170), rng.uniform(60, 140)], np.float32)
    for _ in range(int(rng.integers(1, 4))):
        edge = int(rng.integers(4))
        along, wide, deep = rng.uniform(0, side), side * rng.uniform(0.04, 0.14), side * rng.uniform(0.1, 0.35)
        centre = [(along, 0), (side, along), (along, side), (0, along)][edge]
        axes = (wide, deep) if edge % 2 == 0 else (deep, wide)
        cover = np.zeros((side, side), np.uint8)
        cv2.ellipse(cover, tuple(map(int, centre)), tuple(map(int, axes)), float(rng.normal(0, 20)), 0, 360, 255, -1)
        soft = cv2.GaussianBlur(cover, (0, 0), rng.uniform(0.6, 2)).astype(np.float32)[..., None] / 255
        round_ = cv2.GaussianBlur(cover, (0, 0), max(1.0, wide * 0.4)).astype(np.float32)[..., None] / 255
        picture[:] = picture * (1 - soft) + skin * (0.55 + 0.45 * round_) * soft
        for layer in layers:
            layer[cover > 0] = 0


def gutter(picture: Picture, rng: Generator) -> None:
    """Darken the fold between two pages of a book."""
    side = picture.shape[0]
    away = np.abs(np.arange(side) - rng.uniform(0, side)) / (side * rng.uniform(0.02, 0.2))
    shade = (1 - rng.uniform(0.3, 0.95) * np.exp(-away)).astype(np.float32)
    picture *= shade[None, :, None] if rng.random() < 0.8 else shade[:, None, None]


def lit(picture: Picture, rng: Generator) -> Picture:
    """Let light fall unevenly: slopes, vignettes, soft and hard shadows, glare, a cast of colour."""
    side = picture.shape[0]
    y, x = np.mgrid[0:side, 0:side].astype(np.float32) / side - 0.5
    light = 1 + rng.normal(0, 0.22) * x + rng.normal(0, 0.22) * y + rng.normal(0, 0.25) * (x * x + y * y)
    if rng.random() < 0.3:
        field = np.clip(clouds(rng, side, 2, 2, 0.4) * rng.uniform(1, 4) + rng.uniform(-0.5, 0.5), 0, 1)
        light *= 1 - rng.uniform(0.1, 0.75) * field
    for _ in range(int(rng.choice([0, 0, 0, 1, 1, 2]))):
        cover = np.zeros((side, side), np.uint8)
        points = rng.uniform(0, side, 2) + rng.normal(0, side * 0.6, (rng.integers(3, 7), 2))
        cv2.fillPoly(cover, [cv2.convexHull(points.astype(np.int32))], 255)
        cover = np.asarray(
            cv2.GaussianBlur(cover, (0, 0), float(np.exp(rng.uniform(np.log(0.7), np.log(30))))), np.uint8
        )
        light *= 1 - rng.uniform(0.1, 0.8) * cover.astype(np.float32) / 255
    picture = picture * np.clip(light, 0.12, 1.7)[..., None] * np.float32(rng.uniform(0.5, 1.1))
    if rng.random() < 0.06:
        spot = np.exp(
            -(((x - rng.uniform(-0.5, 0.5)) ** 2 + (y - rng.uniform(-0.5, 0.5)) ** 2) / rng.uniform(0.002, 0.05))
        )
        picture += (rng.uniform(30, 200) * spot)[..., None].astype(np.float32)
    if rng.random() < 0.5:
        picture *= np.array([1 + rng.normal(0, 0.09), 1, 1 + rng.normal(0, 0.12)], np.float32)
    return picture


def turned(picture: Picture, layers: list[Ink], side: int, rng: Generator) -> tuple[Picture, list[Ink]]:
    """Return the middle of `picture`, `side` pixels, as seen askew: turned by up to 15 degrees, and in perspective."""
    whole = picture.shape[0]
    angle = np.deg2rad(rng.uniform(-15, 15) if rng.random() < 0.35 else rng.normal(0, 2.5))
    half = side / 2
    corners = np.array([[-half, -half], [half, -half], [half, half], [-half, half]])
    seen = corners @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    if rng.random() < 0.5:
        seen = seen + rng.normal(0, side * 0.03, (4, 2))
    source = np.clip(seen + whole / 2, 0, whole - 1).astype(np.float32)
    matrix = cv2.getPerspectiveTransform(source, (corners + half).astype(np.float32))
    out = np.asarray(cv2.warpPerspective(picture, matrix, (side, side), borderMode=cv2.BORDER_REPLICATE), np.float32)
    return out, [np.asarray(cv2.warpPerspective(layer, matrix, (side, side)), np.uint8) for layer in layers]


def seen(picture: Picture, fine: float, rng: Generator) -> Ink:
    """Return the picture as a camera or scanner stores it, uint8 (S, S, 3); `fine` pixels is the pen's width."""
    if rng.random() < 0.6:
        soft = float(rng.uniform(0.3, 0.7 + min(1.2, 0.3 * fine)))
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), soft), np.float32)
    if rng.random() < 0.05:
        kernel = np.zeros((7, 7), np.float32)
        kernel[3, 3 - rng.integers(1, 4) : 4 + rng.integers(0, 3)] = 1
        kernel = kernel if rng.random() < 0.5 else kernel.T
        picture = np.asarray(cv2.filter2D(picture, -1, kernel / kernel.sum()), np.float32)
    if rng.random() < 0.7:
        grain = rng.standard_normal(picture.shape[:2] + ((3,) if rng.random() < 0.5 else (1,)), np.float32)
        picture = picture + grain * np.float32(rng.uniform(0.5, 9))
    out = np.clip(picture, 0, 255).astype(np.uint8)
    if rng.random() < 0.03:
        out = _sharpened(out)
    chance = rng.random()
    if chance < 0.08:
        out = _two_levels(out, fine, rng)
    elif chance < 0.18:
        out = np.repeat(np.asarray(cv2.cvtColor(out, cv2.COLOR_RGB2GRAY), np.uint8)[..., None], 3, 2)
    small = fine > 3 and rng.random() < 0.15  # a small picture that was made larger to be read
    if small:
        factor = float(rng.uniform(1.2, 2.2)) / fine
        out = np.asarray(cv2.resize(out, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)
    if rng.random() < 0.6:
        quality = int(rng.integers(15, 96))
        _, coded = cv2.imencode(".jpg", out[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
        out = np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)[..., ::-1]
    if small:
        out = np.asarray(cv2.resize(out, picture.shape[1::-1], interpolation=cv2.INTER_LINEAR), np.uint8)
    return np.ascontiguousarray(out)


def anything(side: int, rng: Generator) -> Picture:
    """Return a picture of no paper at all: coloured shapes with textures, blurred or sharp, as a photograph has."""
    picture = np.ones((side, side, 3), np.float32) * colour(rng, 0, 255, 40)
    for _ in range(int(rng.integers(2, 12))):
        cover = np.zeros((side, side), np.uint8)
        centre, size = rng.uniform(0, side, 2), side * float(np.exp(rng.uniform(np.log(0.03), np.log(0.6))))
        if rng.random() < 0.5:
            axes = (max(1, int(size * rng.uniform(0.2, 1))), max(1, int(size)))
            cv2.ellipse(cover, centre.astype(int).tolist(), axes, rng.uniform(0, 180), 0, 360, 255, -1, cv2.LINE_AA)
        else:
            points = centre + rng.normal(0, size, (int(rng.integers(3, 8)), 2))
            cv2.fillPoly(cover, [points.astype(np.int32)], 255, cv2.LINE_AA)
        if rng.random() < 0.5:
            cover = np.asarray(cv2.GaussianBlur(cover, (0, 0), rng.uniform(0.5, 12)), np.uint8)
        tone = colour(rng, 0, 255, 40) + clouds(rng, side, int(rng.choice([2, 8, 32])))[..., None] * rng.uniform(0, 60)
        picture += (tone - picture) * (cover.astype(np.float32) / 255)[..., None]
    if rng.random() < 0.5:  # lines of a plot, twigs, hair
        for _ in range(int(rng.integers(1, 8))):
            path = np.cumsum(rng.normal(0, side * 0.05, (int(rng.integers(3, 30)), 2)), 0) + rng.uniform(0, side, 2)
            ink = colour(rng, 0, 255, 30).tolist()
            cv2.polylines(picture, [path.astype(np.int32)], False, ink, int(rng.integers(1, 5)), cv2.LINE_AA)
    return picture.astype(np.float32)


def _sharpened(picture: Ink) -> Ink:
    return np.asarray(cv2.addWeighted(picture, 1.8, cv2.GaussianBlur(picture, (0, 0), 1.5), -0.8, 0), np.uint8)


def _two_levels(picture: Ink, fine: float, rng: Generator) -> Ink:
    """Return black and white: by one threshold, by one for each place, or dithered."""
    grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)
    kind = rng.integers(4 if fine > 3 else 3)
    if kind == 0:
        level, _ = cv2.threshold(grey, 0, 255, cv2.THRESH_OTSU)
        out = (grey > level + rng.normal(0, 6)).astype(np.int64) * 255
    elif kind in (1, 2):
        block = int(rng.choice([11, 21, 31, 51]))
        method, offset = cv2.ADAPTIVE_THRESH_MEAN_C, float(rng.uniform(3, 15))
        out = np.asarray(cv2.adaptiveThreshold(grey, 255, method, cv2.THRESH_BINARY, block, offset), np.int64)
    else:  # an ordered dither
        tile = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]], np.float32) * 16 + 8
        size = grey.shape[0]
        grid = np.tile(tile, (size // 4 + 1,) * 2)[:size, :size]
        out = (grey > grid).astype(np.int64) * 255
    return np.repeat(np.asarray(out, np.uint8)[..., None], 3, 2)
