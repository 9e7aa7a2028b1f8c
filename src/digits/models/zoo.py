"""The networks that look at glyphs: uint8 in, logits out, scaling inside.

With ten hidden units, as the tutorial has them, and ten classes:

| model           | parameters | multiply-adds per glyph | what it is                                            |
|-----------------|-----------:|------------------------:|-------------------------------------------------------|
| linear          |      7,960 |                   7,940 | two linear layers, nothing between: the tutorial's V0 |
| mlp-relu-logits |      7,960 |                   7,940 | ReLU between, and after the logits: V1 as printed     |
| mlp             |      7,960 |                   7,940 | ReLU between only: V1 made right                      |
| tinyvgg         |      7,740 |               1,133,860 | four 3x3 convolutions, two poolings, one linear: V2   |
| reader          |     40,248 |               1,266,250 | five convolutions with batch norm; it ships with 24   |
| quick           |     60,840 |                 154,560 | two convolutions in large steps, one hidden layer     |
| tiny            |        580 |                 163,850 | one separable convolution, used four times            |

TinyVGG is the network of CNN Explainer (Wang et al., 2020), after VGG (Simonyan and Zisserman, 2015). The last ReLU of
mlp-relu-logits is a fault that we keep to show: a logit that is negative for every glyph becomes 0, gets no gradient,
and its class is never answered again.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from digits.base.records import SIDE
from digits.models.network import Network, normed

PIXELS = SIDE * SIDE
INK = 255.0  # the brightest a pixel can be
ANSWERED_AT_ONCE = 250  # glyphs: as quick as a thousand for all networks here, with a quarter of the memory


class GlyphNetwork(Network):
    """Layers behind the scaling that they were trained with: uint8 glyphs (N, 28, 28) in, float32 logits (N, K) out."""

    SHAPE, UNIT = (SIDE, SIDE), "glyph"
    ink: Tensor

    def __init__(self, model: str, hidden: int, classes: int, layers: nn.Sequential) -> None:
        super().__init__(model, hidden, classes)
        self.layers = layers
        self.register_buffer("ink", torch.tensor(INK))

    def forward(self, glyphs: Tensor) -> Tensor:
        """Return the logits, float32 (N, K), of uint8 `glyphs` (N, 28, 28)."""
        out: Tensor = self.layers(glyphs.unsqueeze(1) / self.ink)  # (N, 1, 28, 28), 0 to 1
        return out


def linear(hidden: int, classes: int) -> nn.Sequential:
    """Return the tutorial's V0: two linear layers, which together are still one linear map."""
    return nn.Sequential(nn.Flatten(), nn.Linear(PIXELS, hidden), nn.Linear(hidden, classes))


def mlp(hidden: int, classes: int) -> nn.Sequential:
    """Return V1 made right: a ReLU between two linear layers, and none on the logits."""
    return nn.Sequential(nn.Flatten(), nn.Linear(PIXELS, hidden), nn.ReLU(), nn.Linear(hidden, classes))


def mlp_relu_logits(hidden: int, classes: int) -> nn.Sequential:
    """Return V1 as the tutorial has it, with its fault: a ReLU on the logits."""
    return nn.Sequential(*mlp(hidden, classes), nn.ReLU())


def tinyvgg(hidden: int, classes: int) -> nn.Sequential:
    """Return the tutorial's V2: two blocks of two 3x3 convolutions and a 2x2 pooling, then one linear layer."""
    return nn.Sequential(
        *_block(1, hidden),  # (N, hidden, 14, 14)
        *_block(hidden, hidden),  # (N, hidden, 7, 7)
        nn.Flatten(),
        nn.Linear(hidden * (SIDE // 4) ** 2, classes),
    )


def reader(hidden: int, classes: int) -> nn.Sequential:
    """Return the network that ships: five convolutions with batch norm, from hidden to 16/3 of it channels wide.

    The first looks at 5x5 pixels in steps of two, which spares most of the work that full resolution costs.
    """
    wide = [hidden * share // 3 for share in (3, 6, 8, 12, 16)]
    return nn.Sequential(
        *normed(1, wide[0], 5, 2),  # (N, 3/3 hidden, 14, 14)
        *normed(wide[0], wide[1], 3),
        nn.MaxPool2d(2),
        *normed(wide[1], wide[2], 3),  # (N, 8/3 hidden, 7, 7)
        *normed(wide[2], wide[3], 3),
        nn.MaxPool2d(2),
        *normed(wide[3], wide[4], 3),  # (N, 16/3 hidden, 3, 3)
        nn.Flatten(),
        nn.Linear(wide[4] * (SIDE // 8) ** 2, classes),
    )


def quick(hidden: int, classes: int) -> nn.Sequential:
    """Return the network that learns most in few seconds: large steps, little that is not multiplication.

    A 7x7 convolution in steps of three, a 3x3 one, and one hidden layer. There is no pooling, and there are only 64
    places for batch norm and ReLU, which cost as much as convolutions on a CPU.
    """
    return nn.Sequential(
        *normed(1, hidden, 7, 3, padding=0),  # (N, hidden, 8, 8)
        *normed(hidden, 2 * hidden, 3, padding=0),  # (N, 2 hidden, 6, 6)
        nn.Flatten(),
        nn.Linear(72 * hidden, 8 * hidden),
        nn.ReLU(),
        nn.Linear(8 * hidden, classes),
    )


def tiny(hidden: int, classes: int) -> nn.Sequential:
    """Return the network of fewest parameters: one separable convolution, used four times.

    Each use has a batch norm of its own, which costs little and lets it do other work (weights that are shared over
    depth: Eigen et al., 2013; depth-wise separable: Sifre, 2014). The last convolution weighs the nine places of each
    channel, instead of a linear layer over all of them.
    """
    shared = nn.Sequential(
        nn.Conv2d(hidden, hidden, 3, padding=1, groups=hidden, bias=False), nn.Conv2d(hidden, hidden, 1, bias=False)
    )
    return nn.Sequential(
        nn.Conv2d(1, hidden, 3, padding=1, bias=False),
        nn.MaxPool2d(2),  # before batch norm, which then has a quarter of the work
        nn.BatchNorm2d(hidden),
        nn.ReLU(),  # (N, hidden, 14, 14)
        *_again(shared, hidden),
        *_again(shared, hidden),
        nn.MaxPool2d(2),  # (N, hidden, 7, 7)
        *_again(shared, hidden),
        *_again(shared, hidden),
        nn.MaxPool2d(2),  # (N, hidden, 3, 3)
        nn.Conv2d(hidden, hidden, 3, groups=hidden, bias=False),
        nn.Flatten(),
        nn.Linear(hidden, classes),
    )


def _again(shared: nn.Module, wide: int) -> list[nn.Module]:
    return [shared, nn.BatchNorm2d(wide), nn.ReLU()]


def _block(channels: int, hidden: int) -> list[nn.Module]:
    return [
        nn.Conv2d(channels, hidden, 3, padding=1),
        nn.ReLU(),
        nn.Conv2d(hidden, hidden, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
    ]


def as_tensor(array: NDArray[Any]) -> Tensor:
    """Return `array` as a tensor that shares its memory; a copy only where it is scattered or may not be written."""
    return torch.from_numpy(np.require(array, requirements=["C", "W"]))


def logits(network: Network, glyphs: Tensor, batch: int = ANSWERED_AT_ONCE) -> Tensor:
    """Return the logits, float32 (N, K) on the CPU, of uint8 `glyphs` (N, 28, 28) on any device.

    The network answers in evaluation mode and is left in the mode it was in. An answer does not depend on the
    glyphs beside it.
    """
    training, device = network.training, next(network.parameters()).device
    network.eval()
    try:
        with torch.inference_mode():
            answers = torch.empty(len(glyphs), network.classes)  # made first: else its parts lie between freed batches
            for part, place in zip(torch.split(glyphs, batch), torch.split(answers, batch), strict=True):
                place.copy_(network(part.to(device)))
            return answers
    finally:
        network.train(training)


MODELS: dict[str, Callable[[int, int], nn.Sequential]] = {
    "linear": linear,
    "mlp-relu-logits": mlp_relu_logits,
    "mlp": mlp,
    "tinyvgg": tinyvgg,
    "reader": reader,
    "quick": quick,
    "tiny": tiny,
}
