"""The run tiny: 99 % on MNIST with few parameters.

The public record's recipe is timed before each training, on as many threads.

    python benchmarks/tiny.py --data-dir FOLDER [--seeds 3] [--out FOLDER]
"""

from recipes import Bench


def main() -> None:
    bench = Bench(__doc__, "tiny", 3)
    attempts, seconds, _ = bench.alternate()
    bench.finish({bench.name: bench.recipe_row(attempts, seconds)})


if __name__ == "__main__":
    main()
