"""The run best: the most accurate network over seeds; then several looks at each glyph, and all networks as one.

Rows: the networks as they are; each looking at nine shifts of a glyph (test-time augmentation); the mean of their
probabilities (ensemble); both. What is combined, and how, was fixed before test was opened.

    python benchmarks/best.py --data-dir FOLDER [--seeds 3] [--out FOLDER]
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from digits.train.compare import Attempt

from recipes import Bench, over_seeds

SHIFTS = [(down, across) for down in (-1, 0, 1) for across in (-1, 0, 1)]  # pixels


def looks(attempts: Sequence[Attempt], glyphs: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return each network's mean probabilities over nine shifts of each glyph, float32 (networks, N, 10)."""
    padded = np.pad(glyphs, ((0, 0), (1, 1), (1, 1)))
    shifted = [padded[:, 1 + down : 29 + down, 1 + across : 29 + across] for down, across in SHIFTS]
    return np.stack(
        [np.mean([attempt.classifier(np.ascontiguousarray(each)) for each in shifted], axis=0) for attempt in attempts]
    )


def main() -> None:
    bench = Bench(__doc__, "best", 3)
    attempts, seconds, _ = bench.alternate()
    single, several = bench.answers(attempts), looks(attempts, bench.test.glyphs)
    labels = bench.test.labels
    bench.finish(
        {
            "best": bench.recipe_row(attempts, seconds, single),
            "best, nine looks": over_seeds(several.argmax(2) == labels, bench.test),
            "ensemble": over_seeds((single.mean(0).argmax(1) == labels)[None], bench.test),
            "ensemble, nine looks": over_seeds((several.mean(0).argmax(1) == labels)[None], bench.test),
        }
    )


if __name__ == "__main__":
    main()
