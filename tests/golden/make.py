"""Make the golden artifact anew, only when its format changes: python -m tests.golden.make, from the project's root."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from digits.artifact import save
from digits.train import RUNS, train
from tests.conftest import draw_samples

if __name__ == "__main__":
    here = Path(__file__).parent
    train_data, validation = draw_samples(500, 1), draw_samples(20, 2, "validation")
    classifier = train(replace(RUNS["linear"], epochs=2), train_data, validation, progress=False).classifier()
    save(classifier, here / "linear.safetensors")
    np.savez_compressed(here / "linear.npz", glyphs=validation.glyphs, probabilities=classifier(validation.glyphs))
