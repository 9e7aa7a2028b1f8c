"""Scenes that are drawn to learn from: writing and print are told where they are, all else is neither."""

import numpy as np
import pytest

from digits.data.photos import anything, clouds, fingers, lit, on_desk, seen, turned
from digits.data.row_drawing import HIGH, Item
from digits.data.scenes import Scene, Scenes
from digits.data.stationery import FORMS, Form
from tests.strokes import RING, STEM

SIDE = 128


class OneHand:
    """Rows of one writer who knows two digits."""

    def written(self, text: str, rng: np.random.Generator) -> list[Item]:  # noqa: ARG002  called as Rows is
        shapes = [RING if sign == "0" else STEM for sign in text]
        return [Item("0", [shape * HIGH / 1000 + [place * HIGH, 0]]) for place, shape in enumerate(shapes)]

    def word(self, rng: np.random.Generator) -> list[Item]:
        return self.written("000", rng)

    def letters(self, rng: np.random.Generator) -> list[Item]:
        return self.written("0", rng)


def scene(seed: int) -> Scene:
    return Scenes("train", rows=OneHand()).scene(np.random.default_rng(seed), SIDE)  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(20))
def test_a_scene_is_a_picture_and_two_layers_of_its_size(seed: int) -> None:
    made = scene(seed)
    assert (made.picture.dtype, made.picture.shape) == (np.uint8, (SIDE, SIDE, 3))
    assert (made.layers.dtype, made.layers.shape) == (np.uint8, (2, SIDE, SIDE))


def test_most_scenes_have_writing_some_have_print_and_some_have_nothing() -> None:
    layers = np.array([[layer.any() for layer in scene(seed).layers] for seed in range(60)])
    assert 0.5 < layers[:, 0].mean() < 1
    assert 0.05 < layers[:, 1].mean() < 0.8
    assert (~layers.any(1)).any()


def test_the_same_seed_gives_the_same_scene() -> None:
    one, other = scene(7), scene(7)
    assert np.array_equal(one.picture, other.picture)
    assert np.array_equal(one.layers, other.layers)


@pytest.mark.parametrize("kind", FORMS, ids=lambda kind: kind.__name__)
def test_every_form_has_lines_or_places_to_write(kind) -> None:
    for seed in range(5):
        form = Form(SIDE, 30.0)
        kind(form, np.random.default_rng(seed))
        assert form.slots or form.rows
        assert all(mark.shape == (SIDE, SIDE) for mark in form.marks)


def test_what_is_covered_is_no_writing() -> None:
    rng = np.random.default_rng(0)
    picture = np.full((SIDE, SIDE, 3), 200, np.float32)
    layers = [np.full((SIDE, SIDE), 255, np.uint8)]
    fingers(picture, layers, rng)
    assert (layers[0] == 0).any()
    layers = [np.full((SIDE, SIDE), 255, np.uint8)]
    sheets = [on_desk(picture, layers, np.random.default_rng(seed)) for seed in range(8)]
    assert all(sheet.shape == picture.shape for sheet in sheets)
    assert (layers[0] == 0).any()


@pytest.mark.parametrize("seed", range(8))
def test_a_picture_that_is_turned_keeps_its_layers_in_place(seed: int) -> None:
    whole = np.zeros((200, 200, 3), np.float32)
    whole[80:120, 80:120] = 255
    layer = (whole[..., 0] > 0).astype(np.uint8) * 255
    picture, (moved,) = turned(whole, [layer], SIDE, np.random.default_rng(seed))
    both = (picture[..., 0] > 127) & (moved > 127)
    assert both.sum() > 0.9 * max((picture[..., 0] > 127).sum(), 1)


@pytest.mark.parametrize("seed", range(8))
def test_light_and_camera_leave_a_picture(seed: int) -> None:
    rng = np.random.default_rng(seed)
    out = seen(lit(anything(SIDE, rng), rng), 4.0, rng)
    assert (out.dtype, out.shape) == (np.uint8, (SIDE, SIDE, 3))
    assert out.flags["C_CONTIGUOUS"]


def test_clouds_stay_within_one() -> None:
    assert np.abs(clouds(np.random.default_rng(0), 64)).max() <= 1
