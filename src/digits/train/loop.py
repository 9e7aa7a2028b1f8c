"""Training: `train`, one function of one record. It writes no files.

The data set lies on the device as two tensors, and a batch is an index into them (as in airbench, Jordan 2024), which
does away with the tutorial's per-image work. Nothing is read back from the device within an epoch but a short stretch
of answers, for the progress bar and to notice a loss that is no longer a number.
"""

import copy
import math
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from digits.artifact import Card
from digits.artifact.weights import TorchClassifier
from digits.base.errors import BadArtifact, BadData, Diverged
from digits.base.provenance import VERSION, commit
from digits.base.records import Samples, describe
from digits.data import as_samples
from digits.measure import Scores, loss_and_accuracy
from digits.models import Network, as_tensor, build, count, logits
from digits.train.augment import AUGMENTS
from digits.train.checkpoint import Checkpoint
from digits.train.device import repeatable, resolve_device, threads_for
from digits.train.optimizers import SCHEDULES, make_optimizer
from digits.train.progress import Tell, live_bar
from digits.train.run import Row, Run

STRETCH = 50  # steps between two looks at the answers
ORDER, DROPOUT, AUGMENT = 1, 2, 3  # what a generator is for; the weights' own is the bare seed

OnEpoch = Callable[[Row, Checkpoint], None]
Items = Samples | Iterable[tuple[Any, Any]]


@dataclass(frozen=True)
class Trained:
    """What a training made: the network, on the CPU, and the log with a row per epoch.

    device       where it was trained
    interrupted  it was stopped by the user; the network is that of the last row's epoch
    data         the train and validation parts, as `describe` tells them
    """

    run: Run
    network: Network
    log: tuple[Row, ...]
    classes: tuple[str, ...]
    data: dict[str, Any]
    device: str
    threads: int
    parameters: int
    multiply_adds: int
    interrupted: bool

    @property
    def train_seconds(self) -> float:
        """Seconds of training alone, without scoring on validation."""
        return sum(row.train_seconds for row in self.log)

    def classifier(self, scores: Mapping[str, Scores] | None = None) -> TorchClassifier:
        """Return the network with a card that has these `scores`, by part, beside what the run itself knows."""
        card = Card(
            model=self.run.model,
            hidden=self.run.hidden,
            classes=self.classes,
            run={**asdict(self.run), "device": self.device, "threads": self.threads, "epochs_done": len(self.log)},
            data=self.data,
            scores={part: each.brief() for part, each in (scores or {}).items()},
            parameters=self.parameters,
            version=VERSION,
            commit=commit(),
        )
        return TorchClassifier(self.network, card)


def train(
    run: Run,
    train_data: Items,
    validation: Items,
    *,
    start: Checkpoint | None = None,
    on_epoch: OnEpoch | None = None,
    progress: bool = True,
) -> Trained:
    """Train what `run` describes on `train_data`, scoring each epoch on `validation`.

    Both parts are Samples, or anything that yields (image, label). `start` goes on from a checkpoint, to the very
    weights of a run that was never stopped. `on_epoch` is told each row of the log, with a checkpoint. Ctrl-C after
    the first epoch ends the training and keeps the last full epoch's network. Raises BadSetting, BadData, Diverged.
    """
    train_data, validation = as_samples(train_data), as_samples(validation)
    if train_data.classes != validation.classes:
        raise BadData(
            f"train has the classes {train_data.classes}, validation has {validation.classes}; they must be the same."
        )
    device = resolve_device(run.device)
    network = build(run.model, run.hidden, len(train_data.classes), run.seed)
    parameters, multiply_adds = count(network)
    threads = run.threads or threads_for(network)
    log: list[Row] = []
    with (
        repeatable(threads, device),
        live_bar(run.model, run.epochs, _steps(run, len(train_data)), show=progress) as tell,
    ):
        work = _Work(run, network, train_data, validation, device, threads)
        if start:
            start.check(run, work.conditions)
            work.restore(start)
            log = list(start.log)
        interrupted = _epochs(work, log, on_epoch, tell)
    network.cpu()
    data = {"train": describe(train_data), "validation": describe(validation)}
    return Trained(
        run, network, tuple(log), train_data.classes, data, str(device), threads, parameters, multiply_adds, interrupted
    )


def seed_for(seed: int, purpose: int, epoch: int) -> int:
    """Return a 64-bit seed of its own for each purpose and epoch of a run (numpy's SeedSequence does the mixing)."""
    return int(np.random.SeedSequence([seed, purpose, epoch]).generate_state(1, np.uint64)[0])


class _Work:
    """What a training moves: network, optimizer, and the train part on the device."""

    def __init__(
        self, run: Run, network: Network, train_data: Samples, validation: Samples, device: torch.device, threads: int
    ) -> None:
        self.run, self.device = run, device
        self.network = network.to(device)
        self.flat = flatten(network)
        self.optimizer = make_optimizer(run.optimizer, self.flat, run.lr, run.weight_decay)
        self.glyphs = as_tensor(train_data.glyphs).to(device)  # uint8 (N, 28, 28)
        self.labels = as_tensor(train_data.labels).to(device)  # int64 (N,)
        self.validation_glyphs, self.validation_labels = as_tensor(validation.glyphs), as_tensor(validation.labels)
        self.conditions = {
            "train": train_data.sha256,
            "validation": validation.sha256,
            "device": str(device),
            "threads": threads,
            "torch": torch.__version__,
        }

    def checkpoint(self, log: list[Row]) -> Checkpoint:
        """Copy the present state, so that further steps leave it alone."""
        return Checkpoint(
            run=self.run,
            conditions=self.conditions,
            log=tuple(log),
            network={name: tensor.detach().clone() for name, tensor in self.network.state_dict().items()},
            optimizer=copy.deepcopy(self.optimizer.state_dict()),
        )

    def restore(self, checkpoint: Checkpoint) -> None:
        """Return to the state that `checkpoint` holds."""
        try:
            self.network.load_state_dict(dict(checkpoint.network))
            self.optimizer.load_state_dict(copy.deepcopy(dict(checkpoint.optimizer)))
        except (RuntimeError, ValueError, KeyError) as error:
            raise BadArtifact(f"The checkpoint does not fit its own run ({error}). Leave out --resume.") from error


def _epochs(work: _Work, log: list[Row], on_epoch: OnEpoch | None, tell: Tell) -> bool:
    """Go through the epochs that `log` lacks, adding their rows; return whether the user broke it off."""
    last = work.checkpoint(log)
    try:
        for epoch in range(len(log) + 1, work.run.epochs + 1):
            row = _epoch(work, epoch, tell)
            last = work.checkpoint([*log, row])
            log.append(row)
            if on_epoch:
                on_epoch(row, last)
    except KeyboardInterrupt:
        if not last.log:
            raise
        work.restore(last)
        log[:] = last.log
        return True
    return False


def _epoch(work: _Work, epoch: int, tell: Tell) -> Row:
    began = _clock(work.device)
    answers, labels = _train_epoch(work, epoch, tell)
    trained = _clock(work.device)
    train = loss_and_accuracy(answers.softmax(1), labels)
    validation = loss_and_accuracy(logits(work.network, work.validation_glyphs).softmax(1), work.validation_labels)
    return Row(epoch, *train, *validation, train_seconds=trained - began, seconds=_clock(work.device) - began)


def _train_epoch(work: _Work, epoch: int, tell: Tell) -> tuple[Tensor, Tensor]:
    """Take one epoch's steps; return the logits (N, K) that were given on the way, with their labels (N,)."""
    run, network, optimizer = work.run, work.network, work.optimizer
    order, steps = _order(work, epoch), _steps(run, len(work.labels))
    labels = work.labels[order]
    answers = torch.empty(len(order), network.classes, device=work.device)
    network.train()
    torch.manual_seed(seed_for(run.seed, DROPOUT, epoch))
    augment, chance = AUGMENTS[run.augment], torch.Generator().manual_seed(seed_for(run.seed, AUGMENT, epoch))
    for step in range(steps):
        part = slice(step * run.batch, (step + 1) * run.batch)
        _set_rate(optimizer, run, (epoch - 1 + step / steps) / run.epochs)
        out = network(augment(work.glyphs[order[part]], chance))  # (B, K)
        loss = F.cross_entropy(out, labels[part], label_smoothing=run.smoothing)
        optimizer.zero_grad(set_to_none=False)
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        answers[part] = out.detach()
        if (step + 1) % STRETCH == 0 or step + 1 == steps:
            first = step // STRETCH * STRETCH
            seen = slice(first * run.batch, (step + 1) * run.batch)
            broken = (~torch.isfinite(answers[seen])).any(1).nonzero()
            if len(broken):
                raise _diverged(run, epoch, first + int(broken[0]) // run.batch + 1)
            tell(epoch, step + 1, *loss_and_accuracy(answers[seen].softmax(1), labels[seen]))
    if not torch.isfinite(work.flat).all():  # the last step's weights have not answered yet
        raise _diverged(run, epoch, steps)
    return answers, labels


def _diverged(run: Run, epoch: int, step: int) -> Diverged:
    return Diverged(
        f"The loss is no longer a number at epoch {epoch}, step {step} ({run.optimizer}, lr {run.lr:g}). "
        f"Most likely the learning rate is too high: try --lr {run.lr / 10:g}."
    )


def _order(work: _Work, epoch: int) -> Tensor:
    """Draw the epoch's order of the train part, int64 (N,), on the CPU: the same on every device."""
    generator = torch.Generator().manual_seed(seed_for(work.run.seed, ORDER, epoch))
    return torch.randperm(len(work.labels), generator=generator).to(work.device)


def _steps(run: Run, samples: int) -> int:
    return math.ceil(samples / run.batch)


def flatten(network: Network) -> nn.Parameter:
    """Lay all parameters, and all gradients, side by side in one tensor each, of which the network's become views.

    An optimizer that works element by element then takes one step over one tensor, not one for each weight and bias:
    the same numbers, and a fifth less time for a tiny network.
    """
    parameters = list(network.parameters())
    in_memory_order = [each.detach().as_strided((each.numel(),), (1,)) for each in parameters]  # channels-last or not
    flat = nn.Parameter(torch.cat(in_memory_order))
    flat.grad = torch.zeros_like(flat)
    first = 0
    for each in parameters:
        each.data, each.grad = (
            whole.as_strided(each.shape, each.stride(), first) for whole in (flat.detach(), flat.grad)
        )
        first += each.numel()
    return flat


def _set_rate(optimizer: torch.optim.Optimizer, run: Run, done: float) -> None:
    """Set the learning rate for a run of which the fraction `done` lies behind."""
    for group in optimizer.param_groups:
        group["lr"] = run.lr * SCHEDULES[run.schedule](done)


def _clock(device: torch.device) -> float:
    """Read the clock when the device has done all it was asked to."""
    if device.type != "cpu":
        getattr(torch, device.type).synchronize()
    return time.perf_counter()
