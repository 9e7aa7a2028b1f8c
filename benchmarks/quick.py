"""The run quick: 99 % on MNIST in seconds, against the public record's recipe, alternating in one process.

Prints mean test accuracy over seeds, seconds of training, and how many times as long the reference takes; keeps all in
results/quick.json.

    python benchmarks/quick.py --data-dir FOLDER [--seeds 10] [--out FOLDER]
"""

import statistics

import torch

from digits.models import as_tensor

from recipes import Bench, over_seeds


def main() -> None:
    bench = Bench(__doc__, "quick", 10)
    bench.with_references = True
    attempts, seconds, references = bench.alternate()
    glyphs = as_tensor(bench.test.glyphs).unsqueeze(1).float() / 255
    with torch.inference_mode():
        theirs = torch.stack([network(glyphs).argmax(1) for network in references]).numpy() == bench.test.labels
    bench.finish(
        {
            "quick": bench.recipe_row(attempts, seconds),
            "reference": {
                **over_seeds(theirs, bench.test),
                "seconds": seconds,
                "median_seconds": statistics.median(seconds),
                "ratio": 1.0,
            },
        }
    )


if __name__ == "__main__":
    main()
