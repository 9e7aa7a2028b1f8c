"""A trained network as everything above this floor sees it: glyphs in, probabilities out, a card beside."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digits.artifact import weights
from digits.base.errors import BadArtifact, BadData
from digits.base.records import Card, Samples
from digits.measure import Scores, score
from digits.models import Network, as_tensor, logits


class Classifier:
    """A network with its card. Call it with uint8 glyphs (N, 28, 28) for float32 probabilities (N, K)."""

    def __init__(self, network: Network, card: Card) -> None:
        self.network = network
        self.card = card

    @property
    def classes(self) -> tuple[str, ...]:
        """What each column of the probabilities stands for."""
        return self.card.classes

    def logits(self, glyphs: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the logits, float32 (N, K), of uint8 `glyphs` (N, 28, 28)."""
        out: NDArray[np.float32] = logits(self.network, as_tensor(glyphs)).numpy()
        return out

    def __call__(self, glyphs: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the probabilities, float32 (N, K), of uint8 `glyphs` (N, 28, 28): each row adds up to one."""
        out: NDArray[np.float32] = logits(self.network, as_tensor(glyphs)).softmax(1).numpy()
        return out

    def score(self, samples: Samples) -> Scores:
        """Return the Scores of the network's answers to `samples`. Raises BadData if it knows other classes."""
        if samples.classes != self.classes:
            raise BadData(f"{samples.name} has the classes {samples.classes}; the network knows {self.classes}.")
        return score(self(samples.glyphs), samples.labels, self.classes)


def save(classifier: Classifier, path: Path | str) -> Path:
    """Write `classifier` to `path`, a .safetensors file, whole or not at all; return the path. Raises BadOutput."""
    path = check_suffix(path)
    return weights.write(classifier.network, classifier.card, path)


def load(path: Path | str) -> Classifier:
    """Return the network saved at `path`, on the CPU.

    Built by the name on its card and filled strictly: no weight may be missing, over or of another shape. Nothing is
    unpickled. Raises BadArtifact.
    """
    path = check_suffix(path)
    return Classifier(*weights.read(path))


def prove(classifier: Classifier, path: Path | str, glyphs: NDArray[np.uint8]) -> None:
    """Load `path`; raise BadArtifact unless it is `classifier` again: equal weights, and equal logits for `glyphs`.

    To the bit: the tutorial compares one mean loss within a tolerance, which two different networks can pass.
    """
    again = load(path)
    mine, saved = classifier.network.state_dict(), again.network.state_dict()
    different = [name for name in mine if not mine[name].equal(saved[name])]
    if different:
        raise BadArtifact(f"{path} has other weights than the network it was saved from: {', '.join(different)}.")
    if not np.array_equal(classifier.logits(glyphs), again.logits(glyphs)):
        raise BadArtifact(f"{path} answers otherwise than the network it was saved from.")


def check_suffix(path: Path | str) -> Path:
    """Return `path` if its suffix is one that a network can be saved under. Raises BadArtifact."""
    path = Path(path)
    if path.suffix != weights.SUFFIX:
        raise BadArtifact(f"{path}: a saved network ends in {weights.SUFFIX}, not in {path.suffix!r}.")
    return path
