"""The task of lines: reading rows of writing, by connectionist temporal classification, and where characters stand.

Three losses are added: how unlikely the row's text is (CTC; Graves et al., 2006), over its length; the cross entropy of
what stands at each place, where that is known; and how far off the boxes of its characters are.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from digits.base.records import CHARS
from digits.data.drawn import Drawn
from digits.data.row_drawing import BLANK, OTHER, UNKNOWN, Row
from digits.images.strips import DIGIT, HEIGHT, STEP
from digits.models.lines import CLASSES, COLUMN
from digits.train.drawn_task import DrawnTask
from digits.train.run import Run
from digits.train.seeds import DRAW, ORDER, seed_for
from digits.train.tasks import Told

NOTHING = OTHER  # of the classes that CTC knows, the last: something else and paper together
OTHER_WEIGHT, BLANK_WEIGHT = 0.25, 0.12  # of places that hold no character: most do
BOX_WEIGHT, BOX_BEND = 0.5, 0.1  # of the boxes' loss, and from where it grows evenly
TOGETHER = 8  # batches that are drawn together and cut by width, so that little of a batch is padding


@dataclass(frozen=True, eq=False)
class Batch:
    """Rows as tensors.

    strips    uint8 (B, 48, W): padded with paper on the right
    frames    int64 (B, W / 2): the class at each place, or UNKNOWN
    texts     int64 (L,): the characters of all rows, one after the other
    lengths   int64 (B,): how many of them are each row's
    places    int64 (2, K): the row and the place of each character whose box is known
    boxes     float32 (K, 4): how far its left, top, right and bottom are from there, in heights of a digit
    """

    strips: Tensor
    frames: Tensor
    texts: Tensor
    lengths: Tensor
    places: Tensor
    boxes: Tensor

    @classmethod
    def of(cls, rows: Sequence[Row], device: torch.device) -> "Batch":
        """Return `rows` on `device`."""
        wide = -(-max(row.strip.shape[1] for row in rows) // COLUMN) * COLUMN
        strips = np.zeros((len(rows), HEIGHT, wide), np.uint8)
        frames = np.full((len(rows), wide // STEP), BLANK, np.int64)
        for i, row in enumerate(rows):
            strips[i, :, : row.strip.shape[1]] = row.strip
            frames[i, : len(row.frames)] = row.frames[: wide // STEP]
        texts = [CHARS.index(char) for row in rows for char in row.text]
        places = [(i, int(box[0])) for i, row in enumerate(rows) for box in row.boxes]
        boxes = np.concatenate([_sides(row.boxes) for row in rows])
        parts = (strips, frames, texts, [len(row.text) for row in rows], np.reshape(places, (-1, 2)).T, boxes)
        kinds = (torch.uint8, *[torch.int64] * 4, torch.float32)
        return cls(*(torch.as_tensor(np.array(part)).to(device, kind) for part, kind in zip(parts, kinds, strict=True)))


def _sides(boxes: np.ndarray) -> np.ndarray:
    """Return boxes in pixels, float32 (K, 5) with the place first, as distances from that place, float32 (K, 4)."""
    x = (boxes[:, 0] + 0.5) * STEP
    left, top, right, low = boxes[:, 1:].T
    return np.stack([x - left, top - HEIGHT / 2, right - x, low - HEIGHT / 2], 1) / np.float32(DIGIT)


class LineTask(DrawnTask):
    """Learns rows that are drawn for it; the accuracy is the share of rows whose greedy string is right."""

    clip = 2.0

    def __init__(self, run: Run, train_data: Drawn[Row], validation: Drawn[Row]) -> None:
        super().__init__(run, train_data, validation)
        self.steps = math.ceil(len(train_data) / run.batch)
        self.validation = validation_rows(validation)

    def batches(self, epoch: int) -> Iterator[Batch]:
        """Yield an epoch's batches, each of rows of like width."""
        batch, first = self.run.batch, seed_for(self.run.seed, DRAW, epoch)
        rng = np.random.default_rng(seed_for(self.run.seed, ORDER, epoch))
        for start in range(0, len(self.train_data), TOGETHER * batch):
            seeds = range(first + start, first + min(start + TOGETHER * batch, len(self.train_data)))
            rows = sorted(map(self.train_data.draw, seeds), key=lambda row: row.strip.shape[1])
            cuts = [rows[cut : cut + batch] for cut in range(0, len(rows), batch)]
            for place in rng.permutation(len(cuts)):
                yield Batch.of(cuts[place], self.device)

    def answer(self, batch: Batch) -> tuple[Tensor, Told]:
        """Return the loss, and for each row the batch's loss and whether it was read right, float32 (B, 2)."""
        out = self.network(batch.strips)
        loss = loss_of(out, batch)
        right = torch.tensor(read_right(out.detach(), batch), device=loss.device)
        return loss, (torch.stack([loss.detach().expand(len(right)), right.float()], 1),)

    def validation_batches(self) -> Iterator[Batch]:
        """Yield the batches of the validation part, the narrowest first."""
        for first in range(0, len(self.validation), self.run.batch):
            yield Batch.of(self.validation[first : first + self.run.batch], self.device)


def validation_rows(validation: Drawn[Row]) -> list[Row]:
    """Return all rows of the validation part, the narrowest first."""
    return sorted(map(validation.draw, range(len(validation))), key=lambda row: row.strip.shape[1])


def ctc_logs(logits: Tensor) -> Tensor:
    """Return log-probabilities (B, T, 23) of `logits` (B, T, 24): something else and paper are nothing, the last."""
    logs = logits.log_softmax(-1)
    nothing = torch.logaddexp(logs[..., OTHER], logs[..., BLANK])
    return torch.cat([logs[..., :OTHER], nothing[..., None]], -1)


def unlikeliness(logs: Tensor, texts: Tensor, lengths: Tensor, places: Tensor | None = None) -> Tensor:
    """Return -log(probability of the whole text) of each row, (B,), 0 where a text is too long for its places.

    `logs` are those of `ctc_logs`; `places` tells how many of the T are each row's, all if None.
    """
    count = torch.full_like(lengths, logs.shape[1]) if places is None else places
    loss: Tensor = F.ctc_loss(
        logs.transpose(0, 1), texts, count, lengths, blank=NOTHING, reduction="none", zero_infinity=True
    )
    return loss


def loss_of(out: Tensor, batch: Batch) -> Tensor:
    """Return the loss of the network's answers `out` (B, W / 2, 24 + 4)."""
    logits = out[..., :CLASSES]
    text = (unlikeliness(ctc_logs(logits), batch.texts, batch.lengths) / (batch.lengths + 1)).mean()
    weights = torch.ones(CLASSES, device=out.device)
    weights[OTHER], weights[BLANK] = OTHER_WEIGHT, BLANK_WEIGHT
    place = F.cross_entropy(logits.flatten(0, 1), batch.frames.flatten(), weights, ignore_index=UNKNOWN)
    if not len(batch.boxes):
        return text + place
    box = F.smooth_l1_loss(out[batch.places[0], batch.places[1], CLASSES:], batch.boxes, beta=BOX_BEND)
    return text + place + BOX_WEIGHT * box


def read_right(out: Tensor, batch: Batch) -> list[bool]:
    """Return for each row whether the likeliest class at each place, one after the other, spells its text."""
    best = ctc_logs(out[..., :CLASSES]).argmax(-1)  # (B, T)
    new = best != NOTHING
    new[:, 1:] &= best[:, 1:] != best[:, :-1]
    texts = torch.split(batch.texts.cpu(), batch.lengths.tolist())
    return [row[kept].equal(text) for row, kept, text in zip(best.cpu(), new.cpu(), texts, strict=True)]
