"""The task of ink: finding handwriting and print in scenes, pixel by pixel.

The loss is the binary cross entropy of all pixels, and what each layer's overlap lacks (Dice, 1945), which does not
drown in paper: half of that of writing, a fifth of that of print.
"""

import math
from collections.abc import Iterator, Sequence

import numpy as np
import torch
import torch.nn.functional as F
from numpy.random import Generator
from torch import Tensor

from digits.data.drawn import Drawn
from digits.data.scenes import Scene
from digits.train.drawn_task import DrawnTask
from digits.train.run import Run
from digits.train.seeds import AUGMENT, DRAW, ORDER, seed_for
from digits.train.tasks import Told

WRITING_WEIGHT, PRINT_WEIGHT = 0.5, 0.2
SMOOTH = 60.0  # pixels that are added to both sides of an overlap: a scene without ink counts, and a speck does not
TOGETHER, TIMES = 8, 2  # batches that are drawn together, and how often each of their scenes is seen
INVERTED_SHARE = 0.12

Batch = tuple[Tensor, Tensor]  # pictures, uint8 (B, 3, S, S), and layers, float32 (B, 2, S, S) from 0 to 1


class InkTask(DrawnTask):
    """Learns scenes that are drawn for it; the accuracy is the mean overlap of the writing that is found."""

    clip = 1.0

    def __init__(self, run: Run, train_data: Drawn[Scene], validation: Drawn[Scene]) -> None:
        super().__init__(run, train_data, validation)
        self.steps = TIMES * math.ceil(len(train_data) / run.batch)
        self.validation = validation

    def batches(self, epoch: int) -> Iterator[Batch]:
        """Yield an epoch's batches: each scene twice, in two of them, turned and coloured otherwise."""
        batch, first = self.run.batch, seed_for(self.run.seed, DRAW, epoch)
        order, chance = (np.random.default_rng(seed_for(self.run.seed, what, epoch)) for what in (ORDER, AUGMENT))
        for start in range(0, len(self.train_data), TOGETHER * batch):
            seeds = range(first + start, first + min(start + TOGETHER * batch, len(self.train_data)))
            scenes = [self.train_data.draw(seed) for seed in seeds]
            for _ in range(TIMES):
                places = order.permutation(len(scenes))
                for cut in range(0, len(scenes), batch):
                    yield augmented(as_batch([scenes[i] for i in places[cut : cut + batch]], self.device), chance)

    def answer(self, batch: Batch) -> tuple[Tensor, Told]:
        """Return the loss, and for each scene the batch's loss and the overlap of its writing, float32 (B, 2)."""
        pictures, layers = batch
        out = self.network(pictures)
        loss, overlap = loss_of(out, layers), overlaps(out.detach(), layers)
        return loss, (torch.stack([loss.detach().expand(len(overlap)), overlap], 1),)

    def validation_batches(self) -> Iterator[Batch]:
        """Yield the batches of the validation part."""
        return validation_batches(self.validation, self.run.batch, self.device)


def validation_batches(validation: Drawn[Scene], size: int, device: torch.device) -> Iterator[Batch]:
    """Yield all scenes of the validation part in batches of `size`."""
    for first in range(0, len(validation), size):
        seeds = range(first, min(first + size, len(validation)))
        yield as_batch([validation.draw(seed) for seed in seeds], device)


def as_batch(scenes: Sequence[Scene], device: torch.device) -> Batch:
    """Return `scenes` as tensors on `device`, pictures channels-last."""
    pictures = torch.from_numpy(np.stack([scene.picture for scene in scenes])).permute(0, 3, 1, 2)
    layers = torch.from_numpy(np.stack([scene.layers for scene in scenes]))
    return pictures.to(device), layers.to(device).float() / 255


def augmented(batch: Batch, rng: Generator) -> Batch:
    """Return a batch mirrored, turned, its colours exchanged or inverted, as chance has it."""
    pictures, layers = batch
    for side in (2, 3):
        if rng.random() < 0.5:
            pictures, layers = pictures.flip(side), layers.flip(side)
    if rng.random() < 0.5:
        pictures, layers = pictures.transpose(2, 3), layers.transpose(2, 3)
    if rng.random() < 0.5:
        pictures = pictures[:, torch.from_numpy(rng.permutation(3)).to(pictures.device)]
    if rng.random() < INVERTED_SHARE:
        pictures = 255 - pictures
    return pictures.contiguous(memory_format=torch.channels_last), layers.contiguous()


def loss_of(out: Tensor, layers: Tensor) -> Tensor:
    """Return the loss of logits `out` (B, 2, H, W)."""
    lacking = (1 - _dice(out.sigmoid(), layers)).mean(0)
    pixels: Tensor = F.binary_cross_entropy_with_logits(out, layers)
    return pixels + WRITING_WEIGHT * lacking[0] + PRINT_WEIGHT * lacking[1]


def overlaps(out: Tensor, layers: Tensor) -> Tensor:
    """Return for each scene how well the writing that is likelier than not covers the writing that is there, (B,)."""
    return _dice((out[:, :1] > 0).float(), (layers[:, :1] > 0.5).float())[:, 0]


def _dice(found: Tensor, there: Tensor) -> Tensor:
    """Return twice what is common to both over the sum of both, (B, K), from 0 to 1."""
    common, both = (found * there).sum((2, 3)), (found + there).sum((2, 3))
    overlap: Tensor = (2 * common + SMOOTH) / (both + SMOOTH)
    return overlap
