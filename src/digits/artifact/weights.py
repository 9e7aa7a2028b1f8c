"""Safetensors files: a network's tensors, and its card as JSON in the metadata. docs/format.md has the layout."""

import hashlib
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.torch import save as to_bytes
from torch import Tensor

from digits.artifact.classifier import Classifier
from digits.base.errors import BadArtifact, UnknownName
from digits.base.files import reason, write_whole
from digits.base.records import Card
from digits.models import Network, as_tensor, build, count, logits

KEY = "digits.card"


class TorchClassifier(Classifier):
    """A Classifier that torch answers for: the one kind that can be saved and exported."""

    def __init__(self, network: Network, card: Card) -> None:
        super().__init__(partial(_answer, network), card)
        self.network = network

    def details(self) -> dict[str, str]:
        """Return what there is to tell of the network itself, by name, in words."""
        parameters, multiply_adds = count(self.network)
        return {
            "parameters": f"{parameters:,}",
            "multiply-adds": f"{multiply_adds:,} per glyph",
            "layers": str(self.network.layers),
        }


def fingerprint(network: Network) -> str:
    """Return a SHA-256 in hex of all tensors of `network`, names, shapes and bits: equal only for equal networks."""
    digest = hashlib.sha256()
    for name, tensor in network.state_dict().items():
        digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}\n".encode())
        digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()


def network_of(classifier: Classifier) -> Network:
    """Return the network of torch that answers for `classifier`. Raises BadArtifact if there is none."""
    if not isinstance(classifier, TorchClassifier):
        raise BadArtifact(
            "A network that was loaded from an .onnx file can only answer: load the .safetensors it was exported from."
        )
    return classifier.network


def write(classifier: Classifier, path: Path) -> Path:
    """Write the network's tensors and its card to `path`; return the path. Raises BadOutput, BadArtifact."""
    return write_tensors(path, network_of(classifier).state_dict(), {KEY: classifier.card.to_json()})


def read(path: Path) -> TorchClassifier:
    """Return what `write` put into `path`. Raises BadArtifact."""
    tensors, metadata = read_tensors(path)
    if KEY not in metadata:
        raise BadArtifact(f"{path} has no card: it is a safetensors file, but no network of digits.")
    try:
        card = Card.from_json(metadata[KEY])
        network = build(card.model, card.hidden, len(card.classes))
    except (BadArtifact, UnknownName) as error:
        raise BadArtifact(f"{path} cannot be used: {error}") from error
    _fill(network, tensors, path)
    return TorchClassifier(network, card)


def write_tensors(path: Path, tensors: Mapping[str, Tensor], metadata: Mapping[str, str]) -> Path:
    """Write `tensors`, from any device, and `metadata` to `path` as safetensors, whole or not at all."""
    plain = {
        name: tensor.detach().cpu().clone(memory_format=torch.contiguous_format) for name, tensor in tensors.items()
    }
    return write_whole(path, to_bytes(plain, dict(metadata)))


def read_tensors(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Return the tensors and the metadata of a safetensors file. Raises BadArtifact."""
    if not path.is_file():
        raise BadArtifact(f"There is no file {path}.")
    try:
        with safe_open(path, framework="pt") as file:
            return {name: file.get_tensor(name) for name in file.keys()}, file.metadata() or {}  # noqa: SIM118
    except (SafetensorError, ValueError) as error:
        raise BadArtifact(f"{path} is no safetensors file, or is damaged ({error}).") from error
    except OSError as error:
        raise BadArtifact(f"Cannot read {path}: {reason(error)}.") from error


def _answer(network: Network, glyphs: NDArray[np.uint8]) -> NDArray[np.float32]:
    out: NDArray[np.float32] = logits(network, as_tensor(glyphs)).numpy()
    return out


def _fill(network: Network, tensors: Mapping[str, Tensor], path: Path) -> None:
    """Copy `tensors` into the network, which must have just these, in these shapes and types."""
    wanted = network.state_dict()
    missing, extra = sorted(wanted.keys() - tensors.keys()), sorted(tensors.keys() - wanted.keys())
    other = [name for name in wanted if name in tensors and _form(wanted[name]) != _form(tensors[name])]
    for what, names in (("lacks", missing), ("has unknown", extra), ("has another shape of", other)):
        if names:
            raise BadArtifact(f"{path} does not fit the {network.model} on its card: it {what} {', '.join(names)}.")
    network.load_state_dict(dict(tensors))


def _form(tensor: Tensor) -> tuple[torch.Size, torch.dtype]:
    return tensor.shape, tensor.dtype
