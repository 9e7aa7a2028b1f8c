"""What the tasks of lines and of ink have in common: data that are drawn, and figures that come item by item."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from digits.base.records import GRAPHS, describe
from digits.data.catalog import CATALOG
from digits.data.drawn import Drawn
from digits.models import build
from digits.train.run import Run
from digits.train.tasks import Told


class DrawnTask(ABC):
    """A task of which `answer` tells the loss and the accuracy of each item, float32 (B, 2)."""

    stretch = 5

    def __init__(self, run: Run, train_data: Drawn[Any], validation: Drawn[Any]) -> None:
        self.run, self.train_data = run, train_data
        self.classes = CATALOG[GRAPHS[run.model]].classes
        self.network = build(run.model, run.hidden, len(self.classes), run.seed)
        self.data = {"train": describe(train_data), "validation": describe(validation)}
        self.device = torch.device("cpu")

    def to(self, device: torch.device) -> None:
        """Move the network to `device`; what is drawn will be, a batch at a time."""
        self.device = device
        self.network.to(device)

    @abstractmethod
    def answer(self, batch: Any) -> tuple[Tensor, Told]:
        """Return the loss to descend, and the loss and the accuracy of each item, float32 (B, 2)."""

    @abstractmethod
    def validation_batches(self) -> Iterator[Any]:
        """Yield the batches of the validation part."""

    def figures(self, told: Told) -> tuple[float, float]:
        """Return the mean loss and the mean accuracy."""
        loss, accuracy = told[0].double().mean(0).tolist()
        return loss, accuracy

    def validate(self) -> tuple[float, float]:
        """Return the same of the validation part."""
        self.network.eval()
        with torch.inference_mode():
            return self.figures((torch.cat([self.answer(batch)[1][0] for batch in self.validation_batches()]),))
