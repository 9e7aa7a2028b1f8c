"""Where a training step goes, and what other ways of computing it cost.

Parts: milliseconds of each part of a step, of the runs quick and best. Ways: quick's network and batch, one thing
changed each, alternating in one process; the median of all steps, and the ratio to the run as it is, per glyph.
torch.compile has its compile time beside it and needs a C++ compiler; where there is none it is left out. Keeps all in
results/step.json.

    python benchmarks/step.py --data-dir FOLDER [--rounds 7]
"""

import argparse
import statistics
import time
from collections.abc import Callable
from contextlib import contextmanager
from typing import Any

import torch
import torch.nn.functional as F
from rich.console import Console
from rich.table import Table
from torch import Tensor, nn

from digits.base.machine import cores
from digits.base.records import Samples
from digits.data import samples
from digits.models import as_tensor, build
from digits.train import RUNS
from digits.train.augment import AUGMENTS
from digits.train.device import CPU, repeatable
from digits.train.loop import flatten
from digits.train.optimizers import make_optimizer

from timing import keep

STEPS = 30  # in a round
RUN = RUNS["quick"]


class Clock:
    """Sums the seconds of named parts."""

    def __init__(self) -> None:
        self.parts: dict[str, float] = {}

    @contextmanager
    def part(self, name: str):  # type: ignore[no-untyped-def]
        began = time.perf_counter()
        yield
        self.parts[name] = self.parts.get(name, 0.0) + time.perf_counter() - began


def parts(train_data: Samples, name: str) -> dict[str, float]:
    """Return the milliseconds of each part of a step of the run `name`."""
    run = RUNS[name]
    network, glyphs, labels = build(run.model, run.hidden), as_tensor(train_data.glyphs), as_tensor(train_data.labels)
    optimizer = make_optimizer(run.optimizer, flatten(network), run.lr, run.weight_decay)
    clock, chance = Clock(), torch.Generator().manual_seed(0)
    for place, index in enumerate(torch.randperm(len(labels)).split(run.batch)[: STEPS + 2]):
        if place == 2:
            clock.parts.clear()  # the first steps do not count
        with clock.part("data"):
            batch, true = glyphs[index], labels[index]
        with clock.part("augmentation"):
            batch = AUGMENTS[run.augment](batch, chance)
        with clock.part("forward"):
            loss = F.cross_entropy(network(batch), true, label_smoothing=run.smoothing)
        with clock.part("backward"):
            loss.backward()
        with clock.part("optimizer"):
            optimizer.step()
            optimizer.zero_grad(set_to_none=False)
    return {part: 1000 * seconds / STEPS for part, seconds in clock.parts.items()}


Step = Callable[[], None]


def make_step(
    train_data: Samples, *, batch: int = RUN.batch, fused: bool = True, last: bool = True, compiled: bool = False
) -> Step:
    """Return what takes one step, on the glyphs in order."""
    network: nn.Module = build(RUN.model, RUN.hidden)
    if not last:
        network = network.to(memory_format=torch.contiguous_format)
    optimizer = torch.optim.Adam(network.parameters(), lr=RUN.lr, fused=fused)
    answer: Callable[[Tensor], Tensor] = torch.compile(network) if compiled else network
    glyphs, labels = as_tensor(train_data.glyphs[:batch]), as_tensor(train_data.labels[:batch])

    def step() -> None:
        loss = F.cross_entropy(answer(glyphs), labels, label_smoothing=RUN.smoothing)
        optimizer.zero_grad(set_to_none=False)
        loss.backward()
        optimizer.step()

    return step


def ways(train_data: Samples) -> dict[str, tuple[Step, int, int]]:
    """Return, by name, a step, its threads and its batch."""
    most = cores()
    return {
        "as it is": (make_step(train_data), most, RUN.batch),
        "one thread": (make_step(train_data), 1, RUN.batch),
        "channels first": (make_step(train_data, last=False), most, RUN.batch),
        "optimizer not fused": (make_step(train_data, fused=False), most, RUN.batch),
        **{f"batch {size}": (make_step(train_data, batch=size), most, size) for size in (64, 128, 256, 512)},
    }


def timed(step: Step, threads: int, steps: int = STEPS) -> list[float]:
    """Return the seconds of each of `steps` steps, after two that do not count."""
    seconds = []
    with repeatable(threads, CPU):
        for place in range(steps + 2):
            began = time.perf_counter()
            step()
            if place > 1:
                seconds.append(time.perf_counter() - began)
    return seconds


def compiled(train_data: Samples) -> tuple[Step, float] | None:
    """Return a compiled step and the seconds that compiling took; None where it cannot be had."""
    step = make_step(train_data, compiled=True)
    began = time.perf_counter()
    try:
        step()
    except Exception as error:  # a missing compiler comes as an error of whichever stage noticed
        print(f"torch.compile cannot be used here: {str(error).strip().partition(chr(10))[0][:150]}")
        return None
    return step, time.perf_counter() - began


def compare(train_data: Samples, rounds: int) -> dict[str, Any]:
    """Return milliseconds for each glyph and step of each way."""
    tried, found = ways(train_data), compiled(train_data)
    if found:
        tried["torch.compile"] = (found[0], cores(), RUN.batch)
    taken: dict[str, list[float]] = {name: [] for name in tried}
    for _ in range(rounds):
        for name, (step, threads, _) in tried.items():
            taken[name] += timed(step, threads)
    usual = statistics.median(taken["as it is"]) / RUN.batch
    rows = {}
    for name, (_, threads, batch) in tried.items():
        median = statistics.median(taken[name])
        ratio = median / batch / usual
        rows[name] = {"threads": threads, "batch": batch, "step_ms": 1000 * median, "time_per_glyph_ratio": ratio}
    if found:
        rows["torch.compile"]["compile_seconds"] = found[1]
    return rows


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data-dir")
    options.add_argument("--rounds", type=int, default=7)
    given = options.parse_args()
    train_data = samples("mnist", "train", given.data_dir)
    with repeatable(cores(), CPU):
        told = {name: parts(train_data, name) for name in ("quick", "best")}
    rows = compare(train_data, given.rounds)
    table = Table("a step's milliseconds", *told["quick"])
    for name, each in told.items():
        table.add_row(name, *(f"{milliseconds:.2f}" for milliseconds in each.values()))
    other = Table("way", "threads", "step, ms", "per glyph, against as it is")
    for name, row in rows.items():
        other.add_row(name, str(row["threads"]), f"{row['step_ms']:.1f}", f"{row['time_per_glyph_ratio']:.2f}")
    Console().print(table, other)
    print(f"kept in {keep('step', {'parts_ms': told, 'ways': rows, 'rounds': given.rounds})}")


if __name__ == "__main__":
    main()
