"""What the recipes' benchmarks share: the public record's recipe to time against, networks by seed, and their figures.

A recipe is a run in RUNS. Its networks are kept in a folder, so that a benchmark that was stopped goes on where it was;
test is opened by these scripts alone, once all networks are there.
"""

import argparse
import json
import statistics
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from scipy.stats import binomtest
from torch import nn

from digits.base.files import make_folder, write_whole
from digits.base.machine import cores
from digits.base.records import Samples
from digits.cli.output import tables
from digits.data import samples
from digits.measure import mean_interval
from digits.models import as_tensor
from digits.runs.comparison_store import NETWORKS, ComparisonStore
from digits.runs.locks import locked
from digits.runs.test_set_log import log_test_opening, network_identity
from digits.train import RUNS, Row, Run
from digits.train.compare import Attempt
from digits.train.device import CPU, repeatable
from digits.train.evaluation import evaluate

from timing import keep

# Labels of MNIST's test part that are wrong by the votes of five people each (cleanlab).
WRONG = (947, 1621, 1901, 2130, 2462, 2597, 2654, 3520, 3558, 5937, 6651, 6783, 8527, 9679, 9729)

Right = NDArray[np.bool_]


def show_epoch(_: str, run: Run, row: Row) -> None:
    """Print an epoch of a training."""
    tables.epoch(row, run.epochs)


def reference_seconds(
    glyphs: torch.Tensor, labels: torch.Tensor, seed: int, threads: int = 0
) -> tuple[float, nn.Module]:
    """Train the public record's recipe, written again from its description, once; return its seconds and its network.

    One epoch of 60,000 glyphs, float32 (N, 1, 28, 28), in batches of 256; 24 and 32 channels, 5x5 and 3x3, each with
    ReLU and 2x2 pooling, 256 hidden units; Adam at 1e-2, one-cycle, betas 0.7 and 0.9.
    """
    torch.manual_seed(seed)
    network = nn.Sequential(
        *(nn.Conv2d(1, 24, 5), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(24, 32, 3), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Flatten(), nn.Linear(32 * 25, 256), nn.ReLU(), nn.Linear(256, 10)),
    )
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-2, betas=(0.7, 0.9))
    steps = -(-len(labels) // 256)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 1e-2, total_steps=steps, cycle_momentum=False)
    with repeatable(threads or torch.get_num_threads(), CPU):
        began = time.perf_counter()
        for part in torch.randperm(len(labels)).split(256):
            loss = F.cross_entropy(network(glyphs[part]), labels[part])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
        return time.perf_counter() - began, network.eval()


class Bench:
    """One recipe's benchmark: its options, its data, its networks, its figures."""

    with_references = False  # whether the reference's networks are wanted too, and not its seconds alone

    def __init__(self, doc: str | None, name: str, seeds: int) -> None:
        options = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
        options.add_argument("--data-dir")
        options.add_argument("--seeds", type=int, default=seeds)
        options.add_argument("--threads", type=int, default=0, help="CPU threads of the recipe; 0 as the run has it")
        options.add_argument("--device", default="auto", help="where to train the recipe")
        options.add_argument("--out", type=Path, help="folder for the networks; what is there is not trained again")
        self.given = options.parse_args()
        self.name = name
        self.out = self.given.out or Path("recipes", name)
        self.train_data, self.validation, self.test = (
            samples("mnist", part, self.given.data_dir) for part in ("train", "validation", "test")
        )
        whole = np.concatenate([self.train_data.glyphs, self.validation.glyphs])
        self.whole = as_tensor(whole).unsqueeze(1).float() / 255
        self.whole_labels = as_tensor(np.concatenate([self.train_data.labels, self.validation.labels]))

    def alternate(self) -> tuple[list[Attempt], list[float], list[nn.Module]]:
        """Train the recipe from each seed, and the reference before each; return both sides."""
        make_folder(self.out / NETWORKS)
        attempts, seconds, references = [], [], []
        with locked(self.out / ".lock", self.out):
            store = ComparisonStore(self.out, self.train_data, self.validation, tables.training_begins, show_epoch)
            for seed in range(self.given.seeds):
                taken, reference = self.reference(seed)
                seconds.append(taken)
                references.extend([reference] if reference else [])
                attempts.append(store.make(self.name, self.run(seed)))
        return attempts, seconds, references

    def reference(self, seed: int) -> tuple[float, nn.Module | None]:
        """Return the reference's seconds on as many threads as the recipe has, and its network.

        They are kept beside the recipe's network: where that is there already, so are they, unless it was trained
        without them; then they are taken now.
        """
        threads = self.run(seed).threads or cores()
        path = self.out / NETWORKS / f"reference-seed{seed}.json"
        if path.is_file() and not self.with_references:
            return float(json.loads(path.read_text())["seconds"]), None
        seconds, network = reference_seconds(self.whole, self.whole_labels, seed, threads)
        write_whole(path, json.dumps({"seconds": seconds, "threads": threads}) + "\n")
        return seconds, network

    def run(self, seed: int) -> Run:
        """Return the recipe's run from `seed`."""
        run = RUNS[self.name]
        return replace(run, seed=seed, threads=self.given.threads or run.threads, device=self.given.device)

    def answers(self, attempts: Sequence[Attempt]) -> NDArray[np.float32]:
        """Return what each network says of test: probabilities, float32 (networks, N, 10). This opens test."""
        answers = np.stack([attempt.classifier(self.test.glyphs) for attempt in attempts])
        for attempt, said in zip(attempts, answers, strict=True):
            accuracy, who = float((said.argmax(1) == self.test.labels).mean()), network_identity(attempt.classifier)
            if log_test_opening(
                self.out / NETWORKS, who, accuracy, len(self.test), "mnist", command=f"benchmarks/{self.name}.py"
            ):
                print(f"The test part had been opened for {self.name} from seed {attempt.run.seed} before.")
        return answers

    def recipe_row(
        self, attempts: Sequence[Attempt], references: Sequence[float], answers: NDArray[np.float32] | None = None
    ) -> dict[str, Any]:
        """Return the row of the recipe itself: mean over seeds, cost, and what it was run with."""
        right = (self.answers(attempts) if answers is None else answers).argmax(2) == self.test.labels
        seconds = [attempt.train_seconds for attempt in attempts]
        validation = [
            float((attempt.classifier(self.validation.glyphs).argmax(1) == self.validation.labels).mean())
            for attempt in attempts
        ]
        return {
            "run": {**asdict(attempts[0].run), "seed": None},
            "parameters": attempts[0].classifier.card.parameters,
            "multiply_adds": attempts[0].multiply_adds,
            "device": attempts[0].device,
            "threads": attempts[0].run.threads,
            "trained_at": sorted({attempt.classifier.card.commit for attempt in attempts}),
            "seconds": seconds,
            "median_seconds": statistics.median(seconds),
            "reference_seconds": list(references),
            "ratio": statistics.median(references) / statistics.median(seconds),
            "validation": validation,
            **over_seeds(right, self.test),
            "evaluation": self.evaluate(attempts, validation),
        }

    def evaluate(self, attempts: Sequence[Attempt], validation: Sequence[float]) -> dict[str, Any]:
        """Return what the network that is the median on validation is worth beyond accuracy, in brief."""
        typical = int(np.argsort(validation, kind="stable")[(len(validation) - 1) // 2])
        found = evaluate(attempts[typical].classifier, self.test, self.validation)
        made = found.to_dict()
        brief = ("temperature", "ece_before", "ece_after", "corruptions", "corrupted_mean", "corrupted_glyphs")
        wrong = {f"wrong_of_surest_{share:.0%}": found.risk.risk_at(share) for share in (0.9, 0.99)}
        return {"seed": attempts[typical].run.seed, **{key: made[key] for key in brief}, **wrong}

    def finish(self, rows: dict[str, dict[str, Any]]) -> None:
        """Print the rows and keep them in results/."""
        table = Table("row", "n", "mean on test", "95 % interval", "without 15 labels", "seconds", "reference / it")
        for name, row in rows.items():
            low, high = row["interval"]
            ratio = f"{row['ratio']:.3g}x" if "ratio" in row else "–"
            seconds = f"{row['median_seconds']:.2f}" if "median_seconds" in row else "–"
            figures = (f"{row['mean']:.3%}", f"{low:.3%} to {high:.3%}", f"{row['mean_without_wrong_labels']:.3%}")
            table.add_row(name, str(row["n"]), *figures, seconds, ratio)
        Console().print(table)
        print(f"kept in {keep(self.name, {'data': 'mnist', 'chosen_on': 'validation', 'rows': rows})}")


def over_seeds(right: Right, test: Samples) -> dict[str, Any]:
    """Return the figures of right answers, bool (networks, N): of many networks over seeds, of one over glyphs."""
    sound = np.delete(right, WRONG, axis=1)
    accuracies = right.mean(1).tolist()
    return {
        "n": len(right),
        "glyphs": len(test),
        "accuracies": accuracies,
        "mean": float(right.mean()),
        "interval": mean_interval(accuracies) or of_glyphs(right[0]),
        "interval_is_over": "seeds" if len(right) > 1 else "glyphs",
        "mean_without_wrong_labels": float(sound.mean()),
        "interval_without_wrong_labels": mean_interval(sound.mean(1).tolist()) or of_glyphs(sound[0]),
    }


def of_glyphs(right: Right) -> tuple[float, float]:
    """Return the 95% interval of one network's accuracy over the choice of glyphs (Wilson, 1927)."""
    found = binomtest(int(right.sum()), len(right)).proportion_ci(method="wilson")
    return float(found.low), float(found.high)
