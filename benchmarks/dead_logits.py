"""How much of the tutorial's V1 is luck: its run from many seeds, beside the same network without its last ReLU.

Counts the classes that are never answered and the accuracy, on the validation part, and keeps all in
results/dead_logits.json.

    python benchmarks/dead_logits.py --data-dir FOLDER [--seeds 20]
"""

import argparse
import statistics
from dataclasses import replace

from digits.data import samples
from digits.train import RUNS, train

from timing import keep


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data-dir")
    options.add_argument("--seeds", type=int, default=20)
    given = options.parse_args()
    train_data, validation = (samples("mnist", part, given.data_dir) for part in ("train", "validation"))
    rows: dict[str, list[dict[str, object]]] = {}
    for name in ("mlp-relu-logits", "mlp"):
        rows[name] = []
        for seed in range(given.seeds):
            scores = (
                train(replace(RUNS[name], seed=seed), train_data, validation, progress=False)
                .classifier()
                .score(validation)
            )
            rows[name].append({"seed": seed, "accuracy": scores.accuracy, "never": scores.never})
        right = [float(str(row["accuracy"])) for row in rows[name]]
        lost = [len(tuple(row["never"])) for row in rows[name]]  # type: ignore[arg-type]
        print(
            f"{name:16s} {given.seeds} seeds: validation accuracy {min(right):.2%} to {max(right):.2%}, mean "
            f"{statistics.mean(right):.2%}; never said {min(lost)} to {max(lost)}, mean {statistics.mean(lost):.1f}",
            flush=True,
        )
    print(f"kept in {keep('dead_logits', {'seeds': given.seeds, 'part': 'validation', 'rows': rows})}")


if __name__ == "__main__":
    main()
