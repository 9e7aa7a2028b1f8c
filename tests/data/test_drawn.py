"""Data sets that are drawn: a function of seeds, known by their content, and no glyphs."""

import numpy as np
import pytest

from digits.base.errors import BadData, UnknownName
from digits.base.records import GRAPHS
from digits.data import CATALOG, samples
from digits.data.drawn import KINDS, Drawn, drawn
from tests.drawn import toy_row, use_toys


@pytest.fixture(autouse=True)
def toys(monkeypatch: pytest.MonkeyPatch) -> None:
    use_toys(monkeypatch)


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("part", ["train", "validation"])
def test_an_item_is_a_function_of_its_seed(name: str, part: str) -> None:
    one, other = drawn(name, part), drawn(name, part)
    assert len(one) == {"train": 8, "validation": 6}[part]
    one.draw(0)
    for mine, its in zip(vars(one.draw(3)).values(), vars(other.draw(3)).values(), strict=True):
        assert np.array_equal(mine, its)


def test_the_parts_draw_otherwise() -> None:
    one, other = (drawn("rows", part) for part in ("train", "validation"))
    assert any(one.draw(seed).text != other.draw(seed).text for seed in range(6))


def test_what_is_drawn_is_known_by_its_content() -> None:
    def of(shift: int) -> str:
        return Drawn("rows", "train", 8, lambda seed: toy_row(np.random.default_rng(seed + shift)), 4).sha256

    assert of(0) == of(0) != of(1)


def test_a_part_that_is_not_there_and_an_unknown_name_are_told() -> None:
    with pytest.raises(BadData, match="has no test part"):
        drawn("rows", "test")
    with pytest.raises(UnknownName, match="Did you mean 'rows'"):
        drawn("row", "train")


@pytest.mark.parametrize(("model", "name"), GRAPHS.items())
def test_what_is_drawn_is_no_samples(model: str, name: str) -> None:
    with pytest.raises(BadData, match=f"learned by `digits train {model}`"):
        samples(name, "train")


def test_every_data_set_that_is_drawn_is_in_the_catalog() -> None:
    assert [name for name, row in CATALOG.items() if row.form == "drawn"] == list(KINDS) == list(GRAPHS.values())
