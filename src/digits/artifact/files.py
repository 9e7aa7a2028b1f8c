"""Loading and saving networks by suffix: .safetensors by torch, .onnx by ONNX Runtime, each imported when met."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digits.artifact.classifier import Classifier
from digits.artifact.graph import Graph
from digits.base.errors import BadArtifact
from digits.base.extras import require_extra

WEIGHTS, ONNX = ".safetensors", ".onnx"


def load(path: Path | str, *, threads: int = 0) -> Classifier:
    """Return the classifier of glyphs saved at `path`, as `load_network` does.

    Raises BadArtifact, also for a network that is no classifier; MissingExtra.
    """
    saved = load_network(path, threads=threads)
    if not isinstance(saved, Classifier):
        raise BadArtifact(f"{path} is a network of the kind {saved.card.model!r}, and tells no digit from another.")
    return saved


def load_network(path: Path | str, *, threads: int = 0) -> Classifier | Graph:
    """Return the network saved at `path`, on the CPU: a classifier of glyphs, or a graph that reads lines or finds ink.

    From .safetensors it is a network of torch: built by the name on its card and filled strictly, so that no weight
    may be missing, over or of another shape. From .onnx it answers by ONNX Runtime, without torch, on so many
    `threads`; 0 means all cores. Nothing is unpickled. Raises BadArtifact, MissingExtra.
    """
    path = check_suffix(path, WEIGHTS, ONNX)
    if path.suffix == ONNX:
        with require_extra("", str(path)):
            from digits.artifact import onnx_file
        return onnx_file.read(path, threads)
    with require_extra("train", str(path)):
        from digits.artifact import weights
    return weights.read(path)


def save(saved: Classifier | Graph, path: Path | str) -> Path:
    """Write the network `saved` to `path`, a .safetensors file, whole or not at all; return the path.

    Raises BadOutput, and BadArtifact for a network that was loaded from an .onnx file.
    """
    path = check_suffix(path)
    with require_extra("train", "Saving a network"):
        from digits.artifact import weights
    return weights.write(saved, path)


def export_onnx(saved: Classifier | Graph, path: Path | str) -> Path:
    """Write `saved`, a network of torch, to `path`, an .onnx file, whole or not at all; return the path.

    The file answers as torch does: see `onnx_export.write` and `graph_export.write` for what is compared. Raises
    BadArtifact and writes nothing if it would not, if its card does not travel, or if the network came from an .onnx
    file; BadOutput; MissingExtra.
    """
    path = check_suffix(path, ONNX)
    with require_extra("train", "Exporting a network"):
        from digits.artifact import graph_export, onnx_export
    return graph_export.write(saved, path) if isinstance(saved, Graph) else onnx_export.write(saved, path)


def prove(classifier: Classifier, path: Path | str, glyphs: NDArray[np.uint8]) -> None:
    """Load `path`; raise BadArtifact unless it is `classifier` again: equal weights, and equal logits for `glyphs`.

    To the bit: the tutorial compares one mean loss within a tolerance, which two different networks can pass.
    """
    with require_extra("train", "Proving a saved network"):
        from digits.artifact import weights
    again = load(check_suffix(path))
    mine, saved = (weights.network_of(each).state_dict() for each in (classifier, again))
    different = [name for name in mine if not mine[name].equal(saved[name])]
    if different:
        raise BadArtifact(f"{path} has other weights than the network it was saved from: {', '.join(different)}.")
    if not np.array_equal(classifier.logits(glyphs), again.logits(glyphs)):
        raise BadArtifact(f"{path} answers otherwise than the network it was saved from.")


def check_suffix(path: Path | str, *suffixes: str) -> Path:
    """Return `path` if its suffix is one of `suffixes`: where a network can be saved, if none are given.

    Raises BadArtifact.
    """
    path, wanted = Path(path), suffixes or (WEIGHTS,)
    if path.suffix not in wanted:
        kind = "an exported" if wanted == (ONNX,) else "a saved"
        raise BadArtifact(f"{path}: {kind} network ends in {' or '.join(wanted)}, not in {path.suffix!r}.")
    return path
