"""Changes to a batch: glyphs stay glyphs, chance comes from the generator alone, and training stays repeatable."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from digits.base.records import Samples
from digits.models import as_tensor
from digits.train import Run, Trained, train
from digits.train.augment import AUGMENTS, bend
from digits.train.checkpoint import Checkpoint

BENT = Run(model="mlp", optimizer="adam", lr=1e-2, epochs=3, device="cpu", smoothing=0.05, augment="bend")
READER = replace(BENT, model="reader", hidden=3, optimizer="adamw", batch=100, schedule="one-cycle", threads=1)


@pytest.fixture
def glyphs(train_data: Samples) -> Tensor:
    return as_tensor(train_data.glyphs[:200])


def changed(glyphs: Tensor, name: str = "bend", seed: int = 0) -> Tensor:
    return AUGMENTS[name](glyphs, torch.Generator().manual_seed(seed))


def run(what: Run, train_data: Samples, validation: Samples, **more: object) -> Trained:
    return train(what, train_data, validation, progress=False, **more)  # type: ignore[arg-type]


def same(one: Trained, other: Trained) -> bool:
    """Return whether all weights and all that batch norm keeps are equal to the bit."""
    first, second = one.network.state_dict(), other.network.state_dict()
    return all(tensor.equal(second[name]) for name, tensor in first.items())


@pytest.mark.parametrize("name", AUGMENTS)
@pytest.mark.parametrize("count", [1, 2, 33])
def test_a_batch_stays_a_batch_of_glyphs(name: str, count: int, glyphs: Tensor) -> None:
    out = changed(glyphs[:count], name)
    assert out.shape == (count, 28, 28)
    assert out.dtype == torch.uint8


@pytest.mark.parametrize("name", AUGMENTS)
def test_the_same_generator_gives_the_same_glyphs(name: str, glyphs: Tensor) -> None:
    assert changed(glyphs, name).equal(changed(glyphs, name))


def test_none_leaves_the_glyphs_as_they_are(glyphs: Tensor) -> None:
    assert changed(glyphs, "none").equal(glyphs)


def test_a_shift_is_by_whole_pixels_and_up_to_two(glyphs: Tensor) -> None:
    moved = changed(glyphs, "shift")
    ways = [(down, across) for down in range(-2, 3) for across in range(-2, 3)]
    padded = torch.nn.functional.pad(glyphs, (2, 2, 2, 2))
    found = torch.stack([(padded[:, 2 - y : 30 - y, 2 - x : 30 - x] == moved).all(dim=(1, 2)) for y, x in ways])
    assert found.any(0).all()
    assert found.any(1).all()


def test_no_glyph_is_seen_twice(glyphs: Tensor) -> None:
    generator = torch.Generator().manual_seed(0)
    once, again = bend(glyphs, generator), bend(glyphs, generator)
    assert not any(one.equal(other) for one, other in zip(once, again, strict=True))


@pytest.mark.parametrize("name", AUGMENTS)
def test_the_glyphs_given_are_left_as_they_were(name: str, glyphs: Tensor) -> None:
    before = glyphs.clone()
    changed(glyphs, name)
    assert glyphs.equal(before)


@pytest.mark.parametrize("name", AUGMENTS)
def test_torchs_own_generator_is_left_alone(name: str, glyphs: Tensor) -> None:
    before = torch.get_rng_state()
    changed(glyphs, name)
    assert torch.get_rng_state().equal(before)


def test_the_ink_stays_about_as_much(glyphs: Tensor) -> None:
    assert float(changed(glyphs).double().mean() / glyphs.double().mean()) == pytest.approx(1, abs=0.12)


def test_the_ink_stays_about_where_it_was(glyphs: Tensor) -> None:
    def centres(batch: Tensor) -> Tensor:
        places = torch.arange(28.0)
        mass = batch.double()
        return torch.stack([(mass.sum(axis) * places).sum(1) / mass.sum((1, 2)) for axis in (1, 2)], 1)

    moved = (centres(changed(glyphs)) - centres(glyphs)).abs()
    assert 0.2 < moved.mean() < 1.5


def test_blank_glyphs_stay_blank() -> None:
    assert not changed(torch.zeros(20, 28, 28, dtype=torch.uint8)).any()


def test_some_lines_get_thicker_and_some_thinner(glyphs: Tensor) -> None:
    ratio = changed(glyphs).double().sum((1, 2)) / glyphs.double().sum((1, 2))
    assert ratio.min() < 0.8
    assert ratio.max() > 1.2


CHANGES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "mirrored": lambda glyphs: glyphs[:, :, ::-1],
    "upside down": lambda glyphs: glyphs[:, ::-1],
    "laid on its side": lambda glyphs: glyphs.transpose(0, 2, 1),
}


@pytest.mark.parametrize("how", CHANGES)
def test_a_bent_glyph_is_nearer_to_what_it_was_than_to_that(how: str, glyphs: Tensor) -> None:
    bent, before = changed(glyphs).numpy().astype(float), glyphs.numpy().astype(float)
    assert np.abs(bent - before).mean() < np.abs(bent - CHANGES[how](before)).mean()


# In training


@pytest.mark.parametrize("what", [BENT, READER], ids=["mlp", "reader"])
def test_training_with_changes_is_repeatable_to_the_bit(what: Run, train_data: Samples, validation: Samples) -> None:
    first = run(replace(what, epochs=2), train_data, validation)
    torch.rand(5)  # what others draw in between is nothing to it
    assert same(first, run(replace(what, epochs=2), train_data, validation))


@pytest.mark.parametrize("what", [BENT, READER], ids=["mlp", "reader"])
def test_a_resumed_training_with_changes_has_the_weights_of_one_that_was_never_stopped(
    what: Run, train_data: Samples, validation: Samples, tmp_path: Path
) -> None:
    kept: list[Checkpoint] = []
    whole = run(what, train_data, validation, on_epoch=lambda _, checkpoint: kept.append(checkpoint))
    again = Checkpoint.load(kept[0].save(tmp_path / "it.checkpoint"))
    assert same(run(what, train_data, validation, start=again), whole)


def test_each_epoch_draws_its_own_changes(
    train_data: Samples, validation: Samples, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeds = set()

    def told(glyphs: Tensor, generator: torch.Generator) -> Tensor:
        seeds.add(generator.initial_seed())
        return glyphs

    monkeypatch.setitem(AUGMENTS, "bend", told)
    run(BENT, train_data, validation)
    assert len(seeds) == BENT.epochs


@pytest.mark.parametrize("change", [{"augment": "none"}, {"smoothing": 0.0}, {"seed": 7}], ids=str)
def test_each_of_these_settings_changes_the_weights(change: dict, train_data: Samples, validation: Samples) -> None:
    what = replace(BENT, epochs=1)
    assert not same(run(what, train_data, validation), run(replace(what, **change), train_data, validation))


def test_a_network_that_never_saw_a_glyph_twice_still_learns_it(train_data: Samples, validation: Samples) -> None:
    assert run(replace(BENT, epochs=6), train_data, validation).log[-1].validation_accuracy > 0.8
