"""A picture becomes ink on paper: the same ink under any light, on any paper, from any pen."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from digits.images import find_marks, open_pages
from digits.images.decode import Picture
from digits.images.page import as_page
from tests.pages import lit, on_paper, page, shadow, slope, vignette, write

Colour = tuple[int, int, int]
INK = write(page(), "30582")
CHALK = {"paper": 60.0, "pen": 200.0}
LIGHTS = {"slope": slope(INK.shape), "shadow": shadow(INK.shape), "vignette": vignette(INK.shape)}
PENS = {"blue": (20, 40, 200), "red": (200, 30, 30), "green": (30, 140, 40)}
# Of these pairs, no channel's least or most tells one from the other.
AS_LIGHT = [
    ((200, 40, 160), (140, 180, 140)),  # green on magenta
    ((20, 20, 200), (24, 24, 110)),  # dark blue on blue
    ((60, 10, 140), (10, 130, 130)),  # turquoise on violet
    ((10, 170, 240), (110, 220, 120)),  # light green on light blue
]
BRIGHT_PENS = {**PENS, "yellow": (250, 220, 0), "white": (240, 240, 240)}


def inked(picture: np.ndarray) -> np.ndarray:
    return next(open_pages(picture)).ink


def agreement(one: np.ndarray, other: np.ndarray) -> float:
    """Return how much of what is ink in either picture is ink in both."""
    first, second = one > 127, other > 127
    return float((first & second).sum() / (first | second).sum())


def test_ink_is_found_where_it_was_put() -> None:
    assert agreement(inked(on_paper(INK)), INK) > 0.95


@pytest.mark.parametrize(("paper", "pen"), [(255, 0), (230, 40), (120, 60), (110, 100)])
def test_light_on_dark_is_the_same_ink_as_dark_on_light(paper: int, pen: int) -> None:
    picture = on_paper(INK, paper, pen)
    apart = np.abs(inked(picture).astype(int) - inked(255 - picture))
    assert apart.mean() < 2


@pytest.mark.parametrize("light", LIGHTS)
def test_the_light_does_not_change_what_is_ink(light: str) -> None:
    assert agreement(inked(lit(on_paper(INK), LIGHTS[light])), INK) > 0.9


@pytest.mark.parametrize("light", LIGHTS)
def test_chalk_is_found_in_the_shadow_too(light: str) -> None:
    ink = inked(lit(on_paper(INK, **CHALK), LIGHTS[light]))
    assert agreement(ink, INK) > 0.85
    assert len(find_marks(ink)) == 5


@pytest.mark.parametrize("cast", [(255, 200, 140), (150, 220, 255), (255, 255, 120)], ids=str)
def test_a_colour_cast_does_not_change_what_is_ink(cast: tuple[int, int, int]) -> None:
    picture = np.stack([on_paper(INK, 0.9 * level, 0.2 * level) for level in cast], 2)
    assert agreement(inked(picture), INK) > 0.95


@pytest.mark.parametrize("pen", PENS)
def test_coloured_ink_is_found_on_light_paper(pen: str) -> None:
    picture = np.stack([on_paper(INK, 240, level) for level in PENS[pen]], 2)
    assert agreement(inked(picture), INK) > 0.95


@pytest.mark.parametrize("pen", BRIGHT_PENS)
def test_coloured_ink_is_found_on_a_dark_board(pen: str) -> None:
    picture = np.stack([on_paper(INK, 30, level) for level in BRIGHT_PENS[pen]], 2)
    assert agreement(inked(picture), INK) > 0.95


@pytest.mark.parametrize("light", [None, "vignette"])
@pytest.mark.parametrize(("paper", "pen"), AS_LIGHT)
def test_ink_that_is_as_light_as_its_paper_but_of_another_colour_is_found(paper: Colour, pen: Colour, light) -> None:
    picture = np.stack([on_paper(INK, below, above) for below, above in zip(paper, pen, strict=True)], 2)
    if light:
        picture = lit(picture, LIGHTS[light][..., None])
    assert agreement(inked(picture), INK) > 0.9


def test_black_and_coloured_ink_on_coloured_paper_are_both_found() -> None:
    picture = np.stack([on_paper(INK, paper, black) for paper, black in ((240, 0), (225, 0), (160, 0))], 2)
    red = np.stack([on_paper(INK, paper, pen) for paper, pen in ((240, 200), (225, 30), (160, 30))], 2)
    picture[:, 160:] = red[:, 160:]
    assert agreement(inked(picture), INK) > 0.9


def test_in_the_light_of_a_lamp_the_plain_channels_serve() -> None:
    warm = np.stack([on_paper(INK, 215 * cast, 30 * cast) for cast in (1.0, 0.82, 0.55)], 2)
    assert agreement(inked(lit(warm, shadow(INK.shape)[..., None])), INK) > 0.9


def test_noise_in_colours_is_no_ink() -> None:
    noise = np.random.default_rng(0).normal(0, 2, (200, 300, 3))
    assert not inked(np.clip(np.round(noise + np.array([200, 120, 90])), 0, 255).astype(np.uint8)).any()


@pytest.mark.parametrize(("paper", "pen"), [(255, 245), (200, 190), (120, 110), (10, 20), (110, 120), (240, 250)])
def test_ink_as_faint_as_10_levels_of_255_is_found(paper: int, pen: int) -> None:
    assert agreement(inked(on_paper(INK, paper, pen)), INK) > 0.9


@pytest.mark.parametrize("paper", [0, 30, 128, 230, 255])
@pytest.mark.parametrize("shape", [(28, 28), (120, 320), (600, 400)], ids=str)
def test_blank_paper_stays_blank(paper: int, shape: tuple[int, int]) -> None:
    assert not inked(np.full(shape, paper, np.uint8)).any()


@pytest.mark.parametrize("light", [slope, vignette])
@pytest.mark.parametrize("shape", [(60, 60), (120, 320), (600, 400)], ids=str)
def test_blank_paper_in_uneven_light_stays_blank(light, shape: tuple[int, int]) -> None:
    assert not inked(lit(np.full(shape, 230), light(shape))).any()


@pytest.mark.parametrize("shape", [(28, 28), (120, 320), (480, 640)], ids=str)
def test_blank_paper_with_noise_stays_blank(shape: tuple[int, int]) -> None:
    noise = np.random.default_rng(0).normal(0, 1, shape)
    picture = np.clip(np.round(230 * slope(shape, 0.6) + noise), 0, 255).astype(np.uint8)
    assert not inked(picture).any()


def test_noise_on_the_paper_leaves_the_ink_alone() -> None:
    noise = np.random.default_rng(0).normal(0, 8, INK.shape)
    picture = np.clip(np.round(on_paper(INK) + noise), 0, 255).astype(np.uint8)
    assert agreement(inked(picture), INK) > 0.9


def test_ink_that_touches_the_border_is_ink() -> None:
    ink = page()
    ink[30:36] = 255  # from the left border to the right
    assert agreement(inked(on_paper(ink)), ink) > 0.95


def test_paper_is_nothing_and_ink_is_full() -> None:
    ink = inked(on_paper(INK, 200, 120))
    assert (ink[INK == 0] == 0).all()
    assert np.median(ink[INK == 255]) == 255


def test_a_small_picture_keeps_its_size() -> None:
    made = next(open_pages(on_paper(INK)))
    assert made.ink.shape == INK.shape
    assert made.ink.dtype == np.uint8
    assert made.scale == 1


def test_the_scale_leads_back_to_the_picture_as_it_is_shown() -> None:
    made = next(open_pages(np.full((3000, 2000), 255, np.uint8)))
    assert max(made.ink.shape) < 3000
    assert made.ink.shape[1] * made.scale == pytest.approx(2000)
    assert made.ink.shape[0] * made.scale == pytest.approx(3000, rel=2e-3)


def test_a_coloured_picture_gives_ink_of_its_height_and_width() -> None:
    assert inked(np.full((40, 50, 3), 200, np.uint8)).shape == (40, 50)


SHAPES = st.tuples(st.integers(6, 64), st.integers(6, 64))


@settings(max_examples=60, deadline=None)
@given((SHAPES | SHAPES.map(lambda shape: (*shape, 3))).flatmap(lambda shape: arrays(np.uint8, shape)))
def test_no_picture_whatever_breaks_it(pixels: np.ndarray) -> None:
    height, width = pixels.shape[:2]
    ink = as_page(Picture(pixels, (width, height))).ink
    assert ink.dtype == np.uint8
    assert ink.shape == (height, width)
