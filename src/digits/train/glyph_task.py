"""The task of glyphs: telling which class each of them is of.

The data set lies on the device as two tensors, and a batch is an index into them (as in airbench, Jordan 2024), which
does away with the tutorial's per-image work.
"""

import math
from collections.abc import Iterable, Iterator
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from digits.base.errors import BadData
from digits.base.records import Samples, describe
from digits.data import as_samples
from digits.measure import loss_and_accuracy
from digits.models import as_tensor, build, logits
from digits.train.augment import AUGMENTS
from digits.train.run import Run
from digits.train.seeds import AUGMENT, ORDER, seed_for
from digits.train.tasks import Told

Batch = tuple[Tensor, Tensor]  # uint8 (B, 28, 28), int64 (B,)
Glyphs = Samples | Iterable[tuple[Any, Any]]


class GlyphTask:
    """Learns glyphs with labels. Raises BadData if the two parts have other classes."""

    stretch, clip = 50, math.inf

    def __init__(self, run: Run, train_data: Glyphs, validation: Glyphs) -> None:
        train_data, validation = as_samples(train_data), as_samples(validation)
        if train_data.classes != validation.classes:
            raise BadData(
                f"train has the classes {train_data.classes}, validation has {validation.classes}; "
                "they must be the same."
            )
        self.run, self.classes = run, train_data.classes
        self.network = build(run.model, run.hidden, len(self.classes), run.seed)
        self.data = {"train": describe(train_data), "validation": describe(validation)}
        self.glyphs, self.labels = as_tensor(train_data.glyphs), as_tensor(train_data.labels)
        self.validation = as_tensor(validation.glyphs), as_tensor(validation.labels)
        self.steps = math.ceil(len(train_data) / run.batch)

    def to(self, device: torch.device) -> None:
        """Move network and train part to `device`; of validation, a batch at a time will be."""
        self.network.to(device)
        self.glyphs, self.labels = self.glyphs.to(device), self.labels.to(device)

    def batches(self, epoch: int) -> Iterator[Batch]:
        """Yield an epoch's batches, in an order that is drawn on the CPU: the same on every device."""
        generator = torch.Generator().manual_seed(seed_for(self.run.seed, ORDER, epoch))
        order = torch.randperm(len(self.labels), generator=generator).to(self.labels.device)
        labels = self.labels[order]
        augment, chance = (
            AUGMENTS[self.run.augment],
            torch.Generator().manual_seed(seed_for(self.run.seed, AUGMENT, epoch)),
        )
        for first in range(0, len(order), self.run.batch):
            part = slice(first, first + self.run.batch)
            yield augment(self.glyphs[order[part]], chance), labels[part]

    def answer(self, batch: Batch) -> tuple[Tensor, Told]:
        """Return the cross entropy, and the logits (B, K) with their labels (B,)."""
        glyphs, labels = batch
        out = self.network(glyphs)
        return F.cross_entropy(out, labels, label_smoothing=self.run.smoothing), (out.detach(), labels)

    def figures(self, told: Told) -> tuple[float, float]:
        """Return the mean of -log(probability of the true class), and the fraction answered right."""
        answers, labels = told
        return loss_and_accuracy(answers.softmax(1), labels)

    def validate(self) -> tuple[float, float]:
        """Return the same of the validation part."""
        glyphs, labels = self.validation
        return loss_and_accuracy(logits(self.network, glyphs).softmax(1), labels)
