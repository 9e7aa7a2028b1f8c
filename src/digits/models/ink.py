"""The ink network: a picture in, for each pixel how likely it is handwriting, and how likely print.

A small U-Net (Ronneberger et al., 2015) whose ways across are sums, as in LinkNet (Chaurasia and Culurciello, 2017),
which costs half; the first layer goes in steps of two, and the last answers for four pixels at each place (sub-pixel
convolution; Shi et al., 2016).
"""

from itertools import pairwise

import torch
from torch import Tensor, nn

from digits.models.network import Network, in_proportion, normed

LAYERS = 2  # handwriting, print
WIDTHS = (12, 24, 40, 64, 80)  # channels, of the network that ships
STRIDE = 32  # pixels: a picture's sides must be multiples of this


def _layer(channels: int, wide: int, side: int = 3, step: int = 1) -> nn.Sequential:
    return nn.Sequential(*normed(channels, wide, side, step))


class InkNetwork(Network):
    """Pictures, uint8 (N, 3, H, W) with sides that are multiples of STRIDE, to logits, float32 (N, K, H, W)."""

    SHAPE, UNIT = (3, 320, 320), "picture of 320 x 320"
    bright: Tensor

    def __init__(self, hidden: int = WIDTHS[-1], classes: int = LAYERS) -> None:
        super().__init__("ink", hidden, classes)
        wide = in_proportion(WIDTHS, hidden)
        self.stem = _layer(3, wide[0], 5, 2)
        pairs = list(pairwise(wide))
        self.down = nn.ModuleList([nn.Sequential(_layer(i, o, 3, 2), _layer(o, o)) for i, o in pairs])
        self.wide = _layer(wide[-1], wide[-1])
        self.across = nn.ModuleList([nn.Conv2d(o, i, 1) for i, o in pairs])
        self.up = nn.ModuleList([_layer(i, i) for i, _ in pairs])
        self.out = nn.Conv2d(wide[0], 4 * classes, 3, padding=1)
        self.register_buffer("bright", torch.tensor(127.5))

    def forward(self, pictures: Tensor) -> Tensor:
        """Return the logits, float32 (N, K, H, W)."""
        steps = [self.stem(pictures / self.bright - 1)]
        for layer in self.down:
            steps.append(layer(steps[-1]))
        out = self.wide(steps.pop())
        for across, up in zip(reversed(self.across), reversed(self.up), strict=True):
            out = up(nn.functional.interpolate(across(out), scale_factor=2.0, mode="nearest") + steps.pop())
        return nn.functional.pixel_shuffle(self.out(out), 2)
