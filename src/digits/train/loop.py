"""Training: `train`, one function of one record. It writes no files.

What is learned is a task (see `tasks`), which brings its batches, loss and scores. Nothing is read back from the device
within an epoch but a short stretch of answers, for the progress bar and to notice a loss that is no longer a number.
"""

import copy
import math
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import torch
from torch import nn

from digits.artifact import Card
from digits.artifact.weights import Saveable, TorchClassifier, with_card
from digits.base.errors import BadArtifact, Diverged
from digits.base.provenance import VERSION, commit
from digits.measure import Scores
from digits.models import Network, count
from digits.train.checkpoint import Checkpoint
from digits.train.device import repeatable, resolve_device, threads_for
from digits.train.optimizers import SCHEDULES, make_optimizer
from digits.train.progress import Tell, live_bar
from digits.train.run import Row, Run
from digits.train.seeds import DROPOUT, seed_for
from digits.train.tasks import Items, Task, Told, make_task

OnEpoch = Callable[[Row, Checkpoint], None]


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
        """Return the network, one of glyphs, with a card that has these `scores`, by part, beside what `card` has."""
        briefly = {part: each.brief() for part, each in (scores or {}).items()}
        return TorchClassifier(self.network, replace(self.card, scores=briefly))

    def saveable(self) -> Saveable:
        """Return the network, whatever it looks at, with its card."""
        return with_card(self.network, self.card)

    @property
    def card(self) -> Card:
        """What the run itself knows: no scores, and no calibration."""
        return Card(
            model=self.run.model,
            hidden=self.run.hidden,
            classes=self.classes,
            run={**asdict(self.run), "device": self.device, "threads": self.threads, "epochs_done": len(self.log)},
            data=self.data,
            parameters=self.parameters,
            version=VERSION,
            commit=commit(),
        )


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

    Both parts are Samples, or anything that yields (image, label), or Drawn for a network that learns what is drawn.
    `start` goes on from a checkpoint, to the very weights of a run that was never stopped. `on_epoch` is told each row
    of the log, with a checkpoint. Ctrl-C after the first epoch ends the training and keeps the last full epoch's
    network. Raises BadSetting, BadData, Diverged.
    """
    device = resolve_device(run.device)
    task = make_task(run, train_data, validation)
    network = task.network
    parameters, multiply_adds = count(network)
    threads = run.threads or threads_for(network)
    log: list[Row] = []
    with repeatable(threads, device), live_bar(run.model, run.epochs, task.steps, show=progress) as tell:
        work = _Work(run, task, device, threads)
        if start:
            start.check(run, work.conditions)
            work.restore(start)
            log = list(start.log)
        interrupted = _epochs(work, log, on_epoch, tell)
    network.cpu()
    return Trained(
        run, network, tuple(log), task.classes, task.data, str(device), threads, parameters, multiply_adds, interrupted
    )


class _Work:
    """What a training moves: the task's network, and the optimizer."""

    def __init__(self, run: Run, task: Task, device: torch.device, threads: int) -> None:
        self.run, self.task, self.device = run, task, device
        task.to(device)
        self.network = task.network
        self.flat = flatten(self.network)
        self.optimizer = make_optimizer(run.optimizer, self.flat, run.lr, run.weight_decay)
        self.conditions = {
            "train": task.data["train"]["sha256"],
            "validation": task.data["validation"]["sha256"],
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
    told = _train_epoch(work, epoch, tell)
    trained = _clock(work.device)
    train, validation = work.task.figures(told), work.task.validate()
    return Row(epoch, *train, *validation, train_seconds=trained - began, seconds=_clock(work.device) - began)


def _train_epoch(work: _Work, epoch: int, tell: Tell) -> Told:
    """Take one epoch's steps; return what was answered on the way."""
    run, task, optimizer, told = work.run, work.task, work.optimizer, []
    work.network.train()
    torch.manual_seed(seed_for(run.seed, DROPOUT, epoch))
    for step, batch in enumerate(task.batches(epoch)):
        _set_rate(optimizer, run, (epoch - 1 + step / task.steps) / run.epochs)
        loss, answers = task.answer(batch)
        optimizer.zero_grad(set_to_none=False)
        loss.backward()  # type: ignore[no-untyped-call]
        if task.clip < math.inf:
            nn.utils.clip_grad_norm_(work.flat, task.clip)
        optimizer.step()
        told.append(answers)
        if (step + 1) % task.stretch == 0 or step + 1 == task.steps:
            first = step // task.stretch * task.stretch
            seen = _together(told[first:])
            if not torch.isfinite(seen[0]).all():
                broken = next(i for i, each in enumerate(told[first:]) if not torch.isfinite(each[0]).all())
                raise _diverged(run, epoch, first + broken + 1)
            tell(epoch, step + 1, *task.figures(seen))
    if not torch.isfinite(work.flat).all():  # the last step's weights have not answered yet
        raise _diverged(run, epoch, task.steps)
    return _together(told)


def _together(told: Iterable[Told]) -> Told:
    """Return what several batches were told as one."""
    return tuple(torch.cat(each) for each in zip(*told, strict=True))


def _diverged(run: Run, epoch: int, step: int) -> Diverged:
    return Diverged(
        f"The loss is no longer a number at epoch {epoch}, step {step} ({run.optimizer}, lr {run.lr:g}). "
        f"Most likely the learning rate is too high: try --lr {run.lr / 10:g}."
    )


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
