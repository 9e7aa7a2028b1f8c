"""The run quick995: 99.5 % on MNIST in the least time.

The public record's recipe is timed before each training, on as many threads.

    python benchmarks/quick995.py --data-dir FOLDER [--seeds 5] [--out FOLDER]
"""

from recipes import Bench


def main() -> None:
    bench = Bench(__doc__, "quick995", 5)
    attempts, seconds, _ = bench.alternate()
    bench.finish({bench.name: bench.recipe_row(attempts, seconds)})


if __name__ == "__main__":
    main()
