"""Building any of the networks by its name, and counting its parameters and its work."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from digits.base.errors import check_name
from digits.models.ink import InkNetwork
from digits.models.lines import LineNetwork
from digits.models.network import Network
from digits.models.zoo import MODELS, GlyphNetwork


def build(model: str, hidden: int = 10, classes: int = 10, seed: int = 0) -> Network:
    """Return the network `model` with weights drawn from `seed` alone; torch's own generator is left as it was.

    The weights are those that `torch.manual_seed(seed)` and then building the same layers would give. Convolutions
    are laid out channels-last, which halves their time on a CPU. Raises UnknownName.
    """
    check_name("model", model, NETWORKS)
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        network = NETWORKS[model](hidden, classes)
    return network.to(memory_format=torch.channels_last)  # type: ignore[no-any-return, call-overload]


def count(network: Network) -> tuple[int, int]:
    """Return how many parameters `network` has, and how many multiply-adds one input takes (biases not counted).

    Each weight of a linear layer works once, each weight of a convolution once for every position of its output.
    torch's own FlopCounterMode counts the same, but takes a second to load.
    """
    counted = []

    def add(layer: nn.Module, _: object, out: Tensor) -> None:
        counted.append(layer.weight.numel() * (out.numel() // out.shape[1]))  # type: ignore[operator]

    hooks = [each.register_forward_hook(add) for each in network.modules() if isinstance(each, nn.Linear | nn.Conv2d)]
    answered(network, torch.zeros(1, *network.SHAPE, dtype=torch.uint8))
    for hook in hooks:
        hook.remove()
    return sum(weight.numel() for weight in network.parameters()), sum(counted)


def answered(network: Network, values: Tensor) -> Tensor:
    """Return the network's answer in evaluation mode to uint8 `values`, on the CPU; the mode is left as it was."""
    training = network.training
    network.eval()
    try:
        with torch.inference_mode():
            out: Tensor = network(values.to(next(network.parameters()).device)).cpu()
            return out
    finally:
        network.train(training)


def _of_glyphs(model: str) -> Callable[[int, int], Network]:
    return lambda hidden, classes: GlyphNetwork(model, hidden, classes, MODELS[model](hidden, classes))


NETWORKS: dict[str, Callable[[int, int], Network]] = {
    **{model: _of_glyphs(model) for model in MODELS},
    "line": LineNetwork,
    "ink": InkNetwork,
}
