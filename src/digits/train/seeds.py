"""Seeds of a run's generators: one for each purpose and epoch, so that a resumed run draws as if never stopped."""

import numpy as np

ORDER, DROPOUT, AUGMENT, DRAW = 1, 2, 3, 4  # what a generator is for; the weights' own is the bare seed


def seed_for(seed: int, purpose: int, epoch: int) -> int:
    """Return a 64-bit seed of its own for each purpose and epoch of a run (numpy's SeedSequence does the mixing)."""
    return int(np.random.SeedSequence([seed, purpose, epoch]).generate_state(1, np.uint64)[0])
