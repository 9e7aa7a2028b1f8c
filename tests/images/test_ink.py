"""Ink: by an exact rule on paper of one level, by the network that is handed in on every other."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from digits.images import Page, find_lines, open_pages
from digits.images.decode import Picture
from digits.images.ink import LOOK, SMALLEST, STRIDE, as_page, is_plain
from digits.reading.networks import ink_network
from tests.pages import lit, on_paper, page, shadow, slope, vignette, write

INK = write(page(), "30582")
PENS = {"blue": (20, 40, 200), "red": (200, 30, 30), "green": (30, 140, 40)}
Colour = tuple[int, int, int]
LIGHTS = {"slope": slope(INK.shape), "shadow": shadow(INK.shape), "vignette": vignette(INK.shape)}
# Of these pairs, no channel's least or most tells one from the other.
AS_LIGHT = [
    ((200, 40, 160), (140, 180, 140)),  # green on magenta
    ((20, 20, 200), (24, 24, 110)),  # dark blue on blue
    ((60, 10, 140), (10, 130, 130)),  # turquoise on violet
    ((10, 170, 240), (110, 220, 120)),  # light green on light blue
]
BRIGHT_PENS = {**PENS, "yellow": (250, 220, 0), "white": (240, 240, 240)}


class Dark:
    """A network that takes what is darker than the middle for handwriting, what is brighter than 250 for print."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, ...]] = []

    def __call__(self, pictures: np.ndarray) -> np.ndarray:
        self.asked.append(pictures.shape)
        grey = pictures.astype(np.float32).mean(1)
        return np.stack([(128 - grey) / 8, (grey - 250) / 2], 1)


def nobody() -> Dark:
    raise AssertionError("the network is not needed")


def inked(picture: np.ndarray) -> np.ndarray:
    return next(open_pages(picture, nobody)).ink


def by_network(picture: np.ndarray) -> tuple[Page, Dark]:
    network = Dark()
    (made,) = open_pages(picture, lambda: network)
    return made, network


def agreement(one: np.ndarray, other: np.ndarray) -> float:
    """Return how much of what is ink in either picture is ink in both."""
    first, second = one > 127, other > 127
    return float((first & second).sum() / (first | second).sum())


@pytest.mark.parametrize(("paper", "pen"), [(255, 0), (230, 40), (120, 60), (110, 100), (0, 255), (40, 230)])
def test_on_paper_of_one_level_ink_is_found_where_it_was_put(paper: int, pen: int) -> None:
    assert agreement(inked(on_paper(INK, paper, pen)), INK) > 0.95


@pytest.mark.parametrize(("paper", "pen"), [(255, 0), (230, 40), (120, 60), (110, 100)])
def test_light_on_dark_is_the_same_ink_as_dark_on_light(paper: int, pen: int) -> None:
    picture = on_paper(INK, paper, pen)
    assert np.abs(inked(picture).astype(int) - inked(255 - picture)).mean() < 2


@pytest.mark.parametrize("pen", PENS)
def test_coloured_ink_is_found_on_light_paper(pen: str) -> None:
    assert agreement(inked(np.stack([on_paper(INK, 240, level) for level in PENS[pen]], 2)), INK) > 0.95


@pytest.mark.parametrize("pen", BRIGHT_PENS)
def test_coloured_ink_is_found_on_a_dark_board(pen: str) -> None:
    assert agreement(inked(np.stack([on_paper(INK, 30, level) for level in BRIGHT_PENS[pen]], 2)), INK) > 0.95


@pytest.mark.parametrize(("paper", "pen"), AS_LIGHT)
def test_ink_that_is_as_light_as_its_paper_but_of_another_colour_is_found(paper: Colour, pen: Colour) -> None:
    picture = np.stack([on_paper(INK, below, above) for below, above in zip(paper, pen, strict=True)], 2)
    assert agreement(inked(picture), INK) > 0.9


@pytest.mark.parametrize("cast", [(255, 200, 140), (150, 220, 255), (255, 255, 120)], ids=str)
def test_a_colour_cast_does_not_change_what_is_ink(cast: Colour) -> None:
    assert agreement(inked(np.stack([on_paper(INK, 0.9 * level, 0.2 * level) for level in cast], 2)), INK) > 0.95


def test_black_and_coloured_ink_on_coloured_paper_are_both_found() -> None:
    picture = np.stack([on_paper(INK, paper, black) for paper, black in ((240, 0), (225, 0), (160, 0))], 2)
    red = np.stack([on_paper(INK, paper, pen) for paper, pen in ((240, 200), (225, 30), (160, 30))], 2)
    picture[:, 160:] = red[:, 160:]
    assert agreement(inked(picture), INK) > 0.9


@pytest.mark.parametrize("spread", [2, 8])
def test_grain_on_the_paper_leaves_the_ink_alone(spread: int) -> None:
    grain = np.random.default_rng(0).normal(0, spread, INK.shape)
    made = next(open_pages(np.clip(np.round(on_paper(INK) + grain), 0, 255).astype(np.uint8), ink_network))
    assert agreement(made.ink, INK) > 0.9


def test_grain_in_colours_is_no_ink() -> None:
    grain = np.random.default_rng(0).normal(0, 2, (200, 300, 3))
    assert not inked(np.clip(np.round(grain + np.array([200, 120, 90])), 0, 255).astype(np.uint8)).any()


def test_ink_that_touches_the_border_is_ink() -> None:
    ink = page()
    ink[30:36] = 255  # from the left border to the right
    made = next(open_pages(on_paper(ink), ink_network))
    assert agreement(np.asarray(made.ink), ink) > 0.95


@pytest.mark.parametrize("light", LIGHTS)
def test_the_light_does_not_change_what_is_ink(light: str) -> None:
    made = next(open_pages(lit(on_paper(INK), LIGHTS[light]), ink_network))
    assert agreement(made.ink, INK) > 0.9


@pytest.mark.parametrize("light", LIGHTS)
def test_chalk_is_found_in_the_shadow_too(light: str) -> None:
    made = next(open_pages(lit(on_paper(INK, paper=60.0, pen=200.0), LIGHTS[light]), ink_network))
    assert agreement(made.ink, INK) > 0.85
    assert sum(len(part.shapes) for part in find_lines(made.ink)) == 5


def test_in_the_light_of_a_lamp_the_plain_channels_serve() -> None:
    warm = np.stack([on_paper(INK, 215 * cast, 30 * cast) for cast in (1.0, 0.82, 0.55)], 2)
    made = next(open_pages(lit(warm, shadow(INK.shape)[..., None]), ink_network))
    assert agreement(made.ink, INK) > 0.9


@pytest.mark.parametrize("light", [slope, vignette])
@pytest.mark.parametrize("shape", [(60, 60), (120, 320), (600, 400)], ids=str)
@pytest.mark.parametrize("grain", [0, 1])
def test_blank_paper_in_uneven_light_has_no_lines(light, shape: tuple[int, int], grain: float) -> None:
    paper = lit(np.full(shape, 230), light(shape)) + np.random.default_rng(0).normal(0, grain, shape)
    made = next(open_pages(np.clip(np.round(paper), 0, 255).astype(np.uint8), ink_network))
    assert find_lines(made.ink) == []


@pytest.mark.parametrize(("paper", "pen"), [(255, 245), (200, 190), (120, 110), (10, 20), (110, 120), (240, 250)])
def test_ink_as_faint_as_10_levels_of_255_is_found(paper: int, pen: int) -> None:
    assert agreement(inked(on_paper(INK, paper, pen)), INK) > 0.9


@pytest.mark.parametrize("paper", [0, 30, 128, 230, 255])
@pytest.mark.parametrize("shape", [(28, 28), (120, 320), (600, 400)], ids=str)
def test_blank_paper_stays_blank(paper: int, shape: tuple[int, int]) -> None:
    assert not inked(np.full(shape, paper, np.uint8)).any()


def test_paper_is_nothing_and_ink_is_full() -> None:
    ink = inked(on_paper(INK, 200, 120))
    assert (ink[INK == 0] == 0).all()
    assert np.median(ink[INK == 255]) == 255


def test_a_small_picture_keeps_its_size() -> None:
    made = next(open_pages(on_paper(INK), nobody))
    assert made.ink.shape == INK.shape
    assert made.ink.dtype == np.uint8
    assert made.scale == 1
    assert made.print is None


def test_uneven_light_goes_through_the_network() -> None:
    made, network = by_network(lit(on_paper(INK), slope(INK.shape, 0.8)))
    assert len(network.asked) >= 1
    assert agreement(made.ink, INK) > 0.8


def test_a_frame_around_the_writing_goes_through_the_network() -> None:
    ink = write(page(), "305")
    ink[4:7, 4:300] = ink[112:115, 4:300] = ink[4:115, 4:7] = ink[4:115, 297:300] = 255
    assert not is_plain(ink)
    _, network = by_network(on_paper(ink))
    assert network.asked


def test_a_long_line_goes_through_the_network() -> None:
    ink = write(page(), "305", bottom=90)
    ink[100:103, 4:300] = 255
    assert not is_plain(ink)


def test_plain_writing_needs_no_network() -> None:
    assert is_plain(INK)


def test_what_the_network_takes_for_print_is_told_apart() -> None:
    noise = np.random.default_rng(0).integers(150, 180, (200, 300)).astype(np.uint8)
    noise[50:100, 50:60], noise[50:100, 100:110] = 0, 255
    made, _ = by_network(noise)
    assert made.print is not None
    middle = (made.ink.shape[0] * 75 // 200, made.ink.shape[1] * 105 // 300)
    assert made.print[middle] > 127
    assert made.ink[middle] < 127


@pytest.mark.parametrize("shape", [(1200, 1600), (90, 60), (40, 400), (3000, 2000)], ids=str)
def test_the_network_is_asked_at_sizes_that_it_can_take(shape: tuple[int, int]) -> None:
    noise = np.random.default_rng(0).integers(100, 255, shape).astype(np.uint8)
    _, network = by_network(noise)
    assert all(height % STRIDE == width % STRIDE == 0 for _, _, height, width in network.asked)
    assert max(network.asked[0][2:]) <= max(LOOK, SMALLEST) + STRIDE


def test_a_large_picture_with_large_writing_is_looked_at_once() -> None:
    large = lit(np.kron(on_paper(INK), np.ones((8, 8), np.uint8)), slope((8 * INK.shape[0], 8 * INK.shape[1])))
    _, network = by_network(large)
    assert len(network.asked) == 1


def test_small_writing_on_a_large_picture_is_looked_at_again() -> None:
    picture = np.random.default_rng(0).integers(180, 220, (1200, 1600)).astype(np.uint8)
    picture[600:620, 800:806] = picture[600:620, 820:826] = 0
    _, network = by_network(picture)
    assert len(network.asked) == 2
    assert network.asked[1][3] > network.asked[0][3]


def test_the_scale_leads_back_to_the_picture_as_it_is_shown() -> None:
    made = next(open_pages(np.full((3000, 2000), 255, np.uint8), nobody))
    assert max(made.ink.shape) < 3000
    assert made.ink.shape[1] * made.scale == pytest.approx(2000)
    assert made.ink.shape[0] * made.scale == pytest.approx(3000, rel=2e-3)


SHAPES = st.tuples(st.integers(6, 64), st.integers(6, 64))


@settings(max_examples=40, deadline=None)
@given((SHAPES | SHAPES.map(lambda shape: (*shape, 3))).flatmap(lambda shape: arrays(np.uint8, shape)))
def test_no_picture_whatever_breaks_it(pixels: np.ndarray) -> None:
    height, width = pixels.shape[:2]
    made = as_page(Picture(pixels, (width, height)), Dark)
    assert made.ink.dtype == np.uint8
    assert made.ink.shape[1] * made.scale == pytest.approx(width)
