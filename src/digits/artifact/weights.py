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
from digits.artifact.graph import Graph
from digits.base.errors import BadArtifact, UnknownName
from digits.base.files import reason, write_whole
from digits.base.records import GRAPHS, Card
from digits.models import Network, answered, as_tensor, build, count, logits

KEY = "digits.card"


class TorchClassifier(Classifier):
    """A Classifier that torch answers for: the kind that can be saved and exported."""

    def __init__(self, network: Network, card: Card) -> None:
        super().__init__(partial(_answer, network), card)
        self.network = network

    def details(self) -> dict[str, str]:
        """Return what there is to tell of the network itself, by name, in words."""
        return _details(self.network)


class TorchGraph(Graph):
    """A Graph that torch answers for; it can be saved and exported as well."""

    def __init__(self, network: Network, card: Card) -> None:
        super().__init__(lambda values: answered(network, as_tensor(values)).numpy(), card)
        self.network = network

    def details(self) -> dict[str, str]:
        """Return what there is to tell of the network itself, by name, in words."""
        return _details(self.network)


Saveable = TorchClassifier | TorchGraph


def with_card(network: Network, card: Card) -> Saveable:
    """Return `network` with `card`, as what its model is: a classifier of glyphs, or a graph."""
    return TorchGraph(network, card) if card.model in GRAPHS else TorchClassifier(network, card)


def _details(network: Network) -> dict[str, str]:
    parameters, multiply_adds = count(network)
    return {
        "parameters": f"{parameters:,}",
        "multiply-adds": f"{multiply_adds:,} per {network.UNIT}",
        "layers": network.outline(),
    }


def fingerprint(network: Network) -> str:
    """Return a SHA-256 in hex of all tensors of `network`, names, shapes and bits: equal only for equal networks."""
    digest = hashlib.sha256()
    for name, tensor in network.state_dict().items():
        digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}\n".encode())
        digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()


def network_of(saved: Classifier | Graph) -> Network:
    """Return the network of torch that answers for `saved`. Raises BadArtifact if there is none."""
    if not isinstance(saved, Saveable):
        raise BadArtifact(
            "A network that was loaded from an .onnx file can only answer: load the .safetensors it was exported from."
        )
    return saved.network


def write(saved: Classifier | Graph, path: Path) -> Path:
    """Write the network's tensors and its card to `path`; return the path. Raises BadOutput, BadArtifact."""
    return write_tensors(path, network_of(saved).state_dict(), {KEY: saved.card.to_json()})


def read(path: Path) -> Saveable:
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
    return with_card(network, card)


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
