"""The line network: a strip of ink in, for each place along it what is written there, and where its box is.

Convolutions fold the height away, then look along the line; the last layer answers for two places at each column, so
that equal neighbours keep a place of paper between them. It is taught by connectionist temporal classification (CTC;
Graves et al., 2006), and beside it by the places where characters are known to stand.
"""

import torch
from torch import Tensor, nn

from digits.base.records import CHARS
from digits.models.network import Network, in_proportion, normed

CLASSES = len(CHARS) + 2  # something else, and nothing
BOX = 4  # left, top, right, bottom
COLUMN, PLACES = 4, 2  # pixels of a column, and places that are answered for in it
HEIGHT = 48  # pixels of a strip
WIDTHS = (20, 36, 48, 64, 88, 120)  # channels, of the network that ships


def _along(channels: int, dilation: int) -> list[nn.Module]:
    return [
        nn.Conv2d(channels, channels, (1, 5), padding=(0, 2 * dilation), dilation=(1, dilation), bias=False),
        nn.BatchNorm2d(channels),
        nn.ReLU(),
    ]


class LineNetwork(Network):
    """Strips, uint8 (N, 48, W) with W a multiple of 4, to float32 (N, W / 2, K + 4): logits of K classes, and boxes.

    A box tells how far its sides are from the place, in heights of a digit.
    """

    SHAPE, UNIT = (HEIGHT, 128), "strip of 48 x 128"
    ink: Tensor

    def __init__(self, hidden: int = WIDTHS[-1], classes: int = CLASSES) -> None:
        super().__init__("line", hidden, classes)
        a, b, c, d, e, f = in_proportion(WIDTHS, hidden)
        self.trunk = nn.Sequential(
            *normed(1, a, 5, 2),  # (24, W / 2)
            *normed(a, b, 3),
            nn.MaxPool2d(2),  # (12, W / 4)
            *normed(b, c, 3),
            *normed(c, d, 3),
            nn.MaxPool2d((2, 1)),  # (6, W / 4)
            *normed(d, e, 3),
            nn.MaxPool2d((2, 1)),  # (3, W / 4)
            *normed(e, f, 3, padding=(0, 1)),  # (1, W / 4)
        )
        self.along = nn.ModuleList([nn.Sequential(*_along(f, dilation)) for dilation in (1, 2, 4)])
        self.drop = nn.Dropout(0.1)
        self.head = nn.Conv2d(f, PLACES * (classes + BOX), 1)
        self.register_buffer("ink", torch.tensor(255.0))

    def forward(self, strips: Tensor) -> Tensor:
        """Return logits and boxes, float32 (N, W / 2, K + 4)."""
        out = self.trunk(strips.unsqueeze(1) / self.ink)
        for layer in self.along:
            out = out + layer(out)
        out = self.head(self.drop(out)).squeeze(2)  # (N, 2 (C + 4), W / 4)
        (count, channels, columns), each = out.shape, self.classes + BOX
        out = out.reshape(count, channels // each, each, columns).permute(0, 3, 1, 2)
        places: Tensor = out.reshape(count, -1, each)
        return places
