"""Data sets that are drawn as they are needed: rows of writing and scenes, each a function of its seed."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np
from numpy.random import Generator

from digits.base.errors import BadData, check_name

if TYPE_CHECKING:
    from digits.data.row_drawing import Row
    from digits.data.scenes import Scene
Item = TypeVar("Item")
SEED = {"train": 1994, "validation": 1998}  # fixed: what a seed gives is part of the data set, not of a run


@dataclass(frozen=True)
class Kind:
    """A data set that is drawn.

    opened  given the part and the data folder, returns what draws an item with a generator
    sizes   items of train in one epoch, and of validation in all
    proof   items whose content tells one generator from another
    """

    opened: Callable[[str, Path | str | None], Callable[[Generator], Any]]
    sizes: dict[str, int]
    proof: int


def _rows(part: str, data_dir: Path | str | None) -> Callable[[Generator], "Row"]:
    from digits.data.rows import Rows  # which brings fonts, and with them a library that others need not wait for

    return Rows(part, data_dir).row


def _scenes(part: str, data_dir: Path | str | None) -> Callable[[Generator], "Scene"]:
    from digits.data.scenes import Scenes

    return Scenes(part, data_dir).scene


KINDS = {
    "rows": Kind(_rows, {"train": 6_400, "validation": 600}, 64),
    "scenes": Kind(_scenes, {"train": 400, "validation": 96}, 16),
}


@dataclass(frozen=True, eq=False)
class Drawn(Generic[Item]):
    """One part of a data set that is drawn; its length is how many items an epoch of train has, or all of validation.

    draw   given a seed from 0, returns that item, always the same
    proof  items whose content the hash is of
    """

    name: str
    part: str
    size: int
    draw: Callable[[int], Item]
    proof: int

    def __len__(self) -> int:
        return self.size

    @cached_property
    def sha256(self) -> str:
        """Hex digest of the first items' arrays and texts: another generator, or other sources, give another."""
        digest = hashlib.sha256()
        for seed in range(self.proof):
            item: Any = self.draw(seed)
            for entry in fields(item):
                digest.update(_content(getattr(item, entry.name)))
        return digest.hexdigest()


def drawn(name: str, part: str, data_dir: Path | str | None = None) -> Drawn[Any]:
    """Return the part `train` or `validation` of `name`: rows or scenes. Raises UnknownName, BadData.

    Validation is drawn at once, and is the same for every run; of train, a run draws what its own seed asks for.
    """
    check_name("data set that is drawn", name, KINDS)
    if part not in SEED:
        raise BadData(f"{name} has no {part} part: it is drawn to learn from. It has train and validation.")
    kind = KINDS[name]
    draws = kind.opened(part, data_dir)

    def draw(seed: int) -> Any:
        return draws(np.random.default_rng([SEED[part], seed]))

    size = kind.sizes[part]
    if part == "validation":  # kept, so that the sources, which take gigabytes, can go
        return Drawn(name, part, size, [draw(seed) for seed in range(size)].__getitem__, min(kind.proof, size))
    return Drawn(name, part, size, draw, kind.proof)


def _content(value: Any) -> bytes:
    """Return an array's form and bytes, or a text's."""
    if isinstance(value, np.ndarray):
        return f"{value.dtype} {value.shape}\n".encode() + value.tobytes()
    return f"{value}\n".encode()
