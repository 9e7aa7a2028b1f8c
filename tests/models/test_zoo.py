"""The networks: counted, repeatable, and blind to their neighbours."""

import re

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from digits.base.errors import UnknownName
from digits.base.records import Samples
from digits.models import MODELS, NETWORKS, as_tensor, build, count, logits, zoo
from digits.models.network import in_proportion

ROW = re.compile(r"^\| ([\w-]+) +\| +([\d,]+) \| +([\d,]+) \|", re.MULTILINE)


@pytest.mark.parametrize(("model", "parameters", "multiply_adds"), ROW.findall(zoo.__doc__ or ""))
def test_the_table_at_the_top_is_true(model: str, parameters: str, multiply_adds: str) -> None:
    assert count(build(model)) == (int(parameters.replace(",", "")), int(multiply_adds.replace(",", "")))


def test_the_table_at_the_top_has_every_model() -> None:
    assert [row[0] for row in ROW.findall(zoo.__doc__ or "")] == list(MODELS)


@pytest.mark.parametrize("model", NETWORKS)
def test_multiply_adds_are_what_torch_counts(model: str) -> None:
    network = build(model, hidden=7)
    with FlopCounterMode(display=False) as counter:
        network(torch.zeros(1, *network.SHAPE, dtype=torch.uint8))
    assert count(network)[1] == counter.get_total_flops() / 2


@pytest.mark.parametrize("model", MODELS)
def test_an_answer_does_not_depend_on_its_neighbours(model: str, validation: Samples) -> None:
    network, glyphs = build(model, seed=1), as_tensor(validation.glyphs)
    said = [logits(network, glyphs, batch).argmax(1) for batch in (1, 7, 32, len(glyphs))]
    assert all(each.equal(said[0]) for each in said)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("hidden", [1, 3, 16])
def test_hidden_and_classes_are_arguments(model: str, hidden: int) -> None:
    glyphs = torch.randint(0, 256, (2, 28, 28), dtype=torch.uint8)
    out = build(model, hidden, classes=7)(glyphs)
    assert out.shape == (2, 7)
    assert out.dtype == torch.float32


@pytest.mark.parametrize("hidden", [1, 3, 16])
def test_lines_and_pictures_of_any_size_are_answered_place_by_place(hidden: int) -> None:
    strips, pictures = torch.zeros(2, 48, 36, dtype=torch.uint8), torch.zeros(2, 3, 32, 96, dtype=torch.uint8)
    assert build("line", hidden, classes=7)(strips).shape == (2, 18, 7 + 4)
    assert build("ink", hidden, classes=3)(pictures).shape == (2, 3, 32, 96)


def test_widths_keep_their_proportion() -> None:
    assert in_proportion((12, 24, 80), 80) == (12, 24, 80)
    assert in_proportion((12, 24, 80), 40) == (6, 12, 40)
    assert in_proportion((12, 24, 80), 1) == (1, 1, 1)


def test_weights_are_those_of_the_tutorials_seed() -> None:
    torch.manual_seed(42)
    first = torch.nn.Linear(784, 10)
    assert first.weight.equal(build("linear", seed=42).layers[1].weight)


def test_building_leaves_torchs_generator_alone() -> None:
    before = torch.get_rng_state()
    build("tinyvgg", seed=5)
    assert torch.get_rng_state().equal(before)


def test_ink_is_scaled_as_the_tutorial_scales_it() -> None:
    glyphs = torch.randint(0, 256, (4, 28, 28), dtype=torch.uint8)
    network = build("mlp")
    assert network(glyphs).equal(network.layers((glyphs.float() / 255).unsqueeze(1)))


@pytest.mark.parametrize("training", [True, False])
def test_answering_leaves_the_mode_as_it_was(training: bool) -> None:
    network = build("linear").train(training)
    logits(network, torch.zeros(1, 28, 28, dtype=torch.uint8))
    assert network.training is training


def test_logits_behind_a_relu_are_never_negative() -> None:
    glyphs = torch.randint(0, 256, (50, 28, 28), dtype=torch.uint8)
    assert (logits(build("mlp-relu-logits"), glyphs) >= 0).all()
    assert (logits(build("mlp"), glyphs) < 0).any()


def test_an_unknown_model_is_told() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'tinyvgg'"):
        build("tinyvg")
