"""Tasks: what a training learns. A task brings its network, batches, loss and scores; the loop is the same for all."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor

from digits.base.errors import BadSetting
from digits.base.records import GRAPHS, Samples
from digits.data import samples
from digits.data.drawn import Drawn, drawn
from digits.models import Network
from digits.train.run import Run

Items = Samples | Drawn[Any] | Iterable[tuple[Any, Any]]
Told = tuple[Tensor, ...]  # what a batch's answers were, item by item: float (B, ...), and what figures need besides


class Task(Protocol):
    """What is learned.

    classes   what the network's outputs mean
    data      the train and validation parts, as `describe` tells them
    steps     batches in an epoch
    stretch   steps between two looks at the answers
    clip      the largest norm that a step's gradient may have; a longer one is shortened to it
    """

    network: Network
    classes: tuple[str, ...]
    data: dict[str, Any]
    steps: int
    stretch: int
    clip: float

    def to(self, device: torch.device) -> None:
        """Move network and data to where the work is done."""

    def batches(self, epoch: int) -> Iterator[Any]:
        """Yield the batches of an epoch: a function of the run's seed and the epoch alone."""

    def answer(self, batch: Any) -> tuple[Tensor, Told]:
        """Return the loss to descend, and what was answered, item by item: the first is finite if all goes well."""

    def figures(self, told: Told) -> tuple[float, float]:
        """Return the mean loss and the accuracy of answers."""

    def validate(self) -> tuple[float, float]:
        """Return the loss and the accuracy of the network as it is, on the validation part."""


def make_task(run: Run, train_data: Items, validation: Items) -> Task:
    """Return what `run` learns from these parts. Raises BadSetting if it cannot learn from them, BadData."""
    check_data(run, *(each.name if isinstance(each, Samples | Drawn) else "" for each in (train_data, validation)))
    if isinstance(train_data, Drawn) and isinstance(validation, Drawn):
        if run.model == "line":
            from digits.train.line_task import LineTask  # not above: what draws rows takes long to load

            return LineTask(run, train_data, validation)
        from digits.train.ink_task import InkTask

        return InkTask(run, train_data, validation)
    from digits.train.glyph_task import GlyphTask

    return GlyphTask(run, train_data, validation)  # type: ignore[arg-type]  # neither is drawn: see check_data


def check_data(run: Run, *names: str) -> None:
    """Raise BadSetting unless `run` can learn from the data sets `names`, and has no setting that means nothing to it.

    Data without a name are glyphs.
    """
    wanted, there = GRAPHS.get(run.model), {model: name for model, name in GRAPHS.items() if name in names}
    if wanted and set(names) != {wanted}:
        raise BadSetting(
            f"The network {run.model} learns from {wanted}, not from {names[0] or 'glyphs'}: leave out --data."
        )
    if there and not wanted:
        (model, name), *_ = there.items()
        raise BadSetting(f"The network {run.model} learns from glyphs, not from {name}: `digits train {model}` does.")
    if wanted and (run.smoothing or run.augment != "none"):
        raise BadSetting(f"The network {run.model} knows no smoothing and no augment: leave both out.")


def load_parts(run: Run, data_name: str, data_dir: Path | str | None) -> dict[str, Samples | Drawn[Any]]:
    """Return the parts validation and train of a data set, for `run`. Raises UnknownName, BadSetting, BadData."""
    check_data(run, data_name)
    part_of = drawn if data_name in GRAPHS.values() else samples
    return {part: part_of(data_name, part, data_dir) for part in ("validation", "train")}
