"""The study against the tutorial's own loop, side by side in one process, alternating.

The tutorial's loop is written again here from its text: a data set of PIL images that are turned into tensors one by
one, a DataLoader of 32, torchmetrics on each batch, the test set after each epoch. Both sides train on the same 60,000
glyphs, take the same number of steps, and score the same 10,000 after each epoch. Prints seconds (median over rounds)
and their ratio, and the peak memory of `digits study`; keeps all in results/study.json.

    python benchmarks/study.py --data-dir FOLDER [--rounds 3] [--epochs 3]
"""

import argparse
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.utils.data import DataLoader, Dataset
from torchmetrics.functional import accuracy

from digits.base.records import Samples
from digits.data import samples
from digits.models import MODELS
from digits.train import RUNS, train
from digits.train.study import TUTORIAL

from timing import keep, peak_of

AT_LEAST = {"linear": 15, "mlp-relu-logits": 15, "mlp": 15, "tinyvgg": 3}
OPTIMIZERS = {"sgd": torch.optim.SGD, "rmsprop": torch.optim.RMSprop, "adam": torch.optim.Adam}


class Pictures(Dataset):  # type: ignore[type-arg]
    """What torchvision's MNIST with ToTensor does for one item: array to PIL image, image to float tensor."""

    def __init__(self, part: Samples) -> None:
        self.glyphs, self.labels = torch.tensor(part.glyphs), torch.tensor(part.labels)

    def __len__(self) -> int:
        return len(self.glyphs)

    def __getitem__(self, place: int) -> tuple[torch.Tensor, int]:
        picture, label = Image.fromarray(self.glyphs[place].numpy()), int(self.labels[place])
        pixels = torch.from_numpy(np.array(picture, np.uint8, copy=True)).view(28, 28, 1)
        return pixels.permute(2, 0, 1).contiguous().to(torch.float32).div(255), label


def theirs(name: str, train_data: Samples, test: Samples, epochs: int) -> dict[str, Any]:
    """Train as the tutorial does; return seconds, steps and its test accuracy."""
    run = RUNS[name]
    torch.manual_seed(run.seed)
    network = MODELS[name](run.hidden, 10)
    loss_fn, optimizer = nn.CrossEntropyLoss(), OPTIMIZERS[run.optimizer](network.parameters(), lr=run.lr)
    learn_loader = DataLoader(Pictures(train_data), batch_size=run.batch, shuffle=True)
    test_loader = DataLoader(Pictures(test), batch_size=run.batch, shuffle=False)
    began, steps = time.perf_counter(), 0
    for _ in range(epochs):
        train_loss: Any = 0
        train_acc: Any = 0
        for pixels, labels in learn_loader:
            network.train()
            said = network(pixels)
            loss = loss_fn(said, labels)
            train_loss += loss
            train_acc += accuracy(preds=said.argmax(dim=1), target=labels, task="multiclass", num_classes=10)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            steps += 1
        right = _test(network, test_loader, loss_fn)
    return {"seconds": time.perf_counter() - began, "steps": steps, "accuracy": right}


def _test(network: nn.Module, loader: DataLoader, loss_fn: nn.Module) -> float:  # type: ignore[type-arg]
    network.eval()
    loss: Any = 0
    mean: Any = 0
    right = 0
    with torch.inference_mode():
        for pixels, labels in loader:
            said = network(pixels)
            loss += loss_fn(said, labels)
            mean += accuracy(preds=said.argmax(dim=1), target=labels, task="multiclass", num_classes=10)
            right += int((said.argmax(dim=1) == labels).sum())
    return right / len(loader.dataset)  # type: ignore[arg-type]


def ours(name: str, train_data: Samples, test: Samples, epochs: int) -> dict[str, Any]:
    """Train the same run with digits; return seconds, steps and its test accuracy."""
    train_data, test = replace(train_data), replace(test)  # a copy has not been hashed yet
    began = time.perf_counter()
    made = train(replace(RUNS[name], epochs=epochs), train_data, test, progress=False)
    seconds = time.perf_counter() - began
    steps = epochs * -(-len(train_data) // made.run.batch)
    return {"seconds": seconds, "steps": steps, "accuracy": made.log[-1].validation_accuracy}


def compare(name: str, train_data: Samples, test: Samples, epochs: int, rounds: int) -> dict[str, Any]:
    """Run both sides in turn, `rounds` times; return the medians and their ratio."""
    both: dict[str, list[dict[str, Any]]] = {"tutorial": [], "digits": []}
    for _ in range(rounds):
        both["tutorial"].append(theirs(name, train_data, test, epochs))
        both["digits"].append(ours(name, train_data, test, epochs))
    row: dict[str, Any] = {"run": name, "at_least": AT_LEAST[name]}
    for side, results in both.items():
        row[side] = {
            "seconds": [round(each["seconds"], 3) for each in results],
            "median": round(statistics.median(each["seconds"] for each in results), 3),
            "steps": results[0]["steps"],
            "accuracy": [each["accuracy"] for each in results],
        }
    ratios = [a["seconds"] / b["seconds"] for a, b in zip(both["tutorial"], both["digits"], strict=True)]
    return {**row, "ratio": round(statistics.median(ratios), 2), "ratios": [round(each, 2) for each in ratios]}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data-dir")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--epochs", type=int, default=3)
    options.add_argument("--runs", nargs="+", default=list(TUTORIAL), choices=TUTORIAL)
    given = options.parse_args()
    train_data, validation, test = (samples("mnist", part, given.data_dir) for part in ("train", "validation", "test"))
    full = Samples(
        np.concatenate([train_data.glyphs, validation.glyphs]),
        np.concatenate([train_data.labels, validation.labels]),
        name="mnist",
    )
    rows = []
    print(f"{'run':16s} {'tutorial':>10s} {'digits':>10s} {'ratio':>7s}  at least   accuracy: tutorial / digits")
    for name in given.runs:
        row = compare(name, full, test, given.epochs, given.rounds)
        rows.append(row)
        left, right = row["tutorial"], row["digits"]
        print(
            f"{name:16s} {left['median']:8.1f} s {right['median']:8.1f} s {row['ratio']:6.1f}x {row['at_least']:7d}x   "
            f"{left['accuracy'][0]:.2%} / {right['accuracy'][0]:.2%}   {left['steps']:,} / {right['steps']:,} steps",
            flush=True,
        )
    with tempfile.TemporaryDirectory() as folder:
        words = [sys.executable, "-m", "digits", "study", "--epochs", "1", "--out", folder]
        peak = peak_of([*words, *(["--data-dir", given.data_dir] if given.data_dir else [])])
    print(f"peak memory of `digits study`: {peak:.0f} MB")
    figures = {"rounds": given.rounds, "epochs": given.epochs, "rows": rows, "study_peak_mb": round(peak)}
    print(f"kept in {keep('study', figures)}")


if __name__ == "__main__":
    main()
