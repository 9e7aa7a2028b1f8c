"""How many CPU threads a network should have: one, or all cores?

Trains networks of growing size for one short epoch, by turns on one thread and on all, and prints the median ratio:
over 1, all cores are quicker. `threads_for` in src/digits/train/device.py follows it. Keeps all in results.

    python benchmarks/threads.py [--rounds 7]
"""

import argparse
import os
import statistics

import numpy as np

from digits.base.records import Samples
from digits.train import Run, train

from timing import keep

SIZES = (
    ("linear", 10),
    ("mlp", 64),
    ("mlp", 256),
    ("mlp", 1024),
    ("tinyvgg", 1),
    ("tinyvgg", 2),
    ("tinyvgg", 4),
    ("tinyvgg", 10),
)
BATCH = 32


def noise(count: int) -> Samples:
    rng = np.random.default_rng(0)
    return Samples(rng.integers(0, 256, (count, 28, 28), np.uint8), np.arange(count) % 10, name="noise")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=7)
    rounds = options.parse_args().rounds
    train_data, validation, cores = noise(6400), noise(100), os.cpu_count() or 1
    rows = []
    print(f"{'network':14s} {'multiply-adds a step':>22s} {'1 thread':>10s} {f'{cores} threads':>10s} {'ratio':>6s}")
    for model, hidden in SIZES:
        took: dict[int, list[float]] = {1: [], cores: []}
        for _ in range(rounds):
            for threads, seconds in took.items():
                run = Run(model=model, hidden=hidden, optimizer="sgd", lr=1e-4, epochs=1, threads=threads, device="cpu")
                made = train(run, train_data, validation, progress=False)
                seconds.append(made.train_seconds / (len(train_data) / BATCH) * 1e6)
        ratio = statistics.median(one / all_ for one, all_ in zip(took[1], took[cores], strict=True))
        one, all_ = (statistics.median(seconds) for seconds in took.values())
        work = made.multiply_adds * BATCH
        rows.append({"model": model, "hidden": hidden, "multiply_adds_a_step": work, "us_a_step": took, "ratio": ratio})
        print(f"{model + ' ' + str(hidden):14s} {work:22,d} {one:7.0f} us {all_:7.0f} us {ratio:6.2f}", flush=True)
    print(f"kept in {keep('threads', {'rounds': rounds, 'rows': rows})}")


if __name__ == "__main__":
    main()
