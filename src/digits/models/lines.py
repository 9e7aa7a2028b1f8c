"""The line network: a strip of ink in, for each place along it what is written there, and where its box is.

Convolutions fold the height away, then look along the line; the last layer answers for two places at each column, so
that equal neighbours keep a place of paper between them. It is taught by connectionist temporal classification (CTC;
Graves et al., 2006), and beside it by the places where characters are known to stand.
"""

import torch
from torch import Tensor, nn

from digits.base.records import DIGITS, SIGNS

CLASSES = len(DIGITS) + len(SIGNS) + 2  # something else, and nothing
BOX = 4  # left, top, right, bottom
COLUMN, PLACES = 4, 2  # pixels of a column, and places that are answered for in it


def _normed(i: int, o: int, kernel: int | tuple[int, int], stride: int | tuple[int, int] = 1, pad: tuple[int, int] | None = None) -> list[nn.Module]:
    size = (kernel, kernel) if isinstance(kernel, int) else kernel
    around = (size[0] // 2, size[1] // 2) if pad is None else pad
    return [nn.Conv2d(i, o, size, stride, around, bias=False), nn.BatchNorm2d(o), nn.ReLU()]


def _along(channels: int, dilation: int) -> list[nn.Module]:
    return [
        nn.Conv2d(channels, channels, (1, 5), padding=(0, 2 * dilation), dilation=(1, dilation), bias=False),
        nn.BatchNorm2d(channels),
        nn.ReLU(),
    ]


class LineNetwork(nn.Module):
    """Strips, uint8 (N, 48, W) with W a multiple of 4, to float32 (N, W / 2, CLASSES + BOX): logits, and boxes.

    A box tells how far its sides are from the place, in 28ths of a digit's height.
    """

    ink: Tensor

    def __init__(self, wide: tuple[int, ...] = (16, 32, 48, 72, 96, 112)) -> None:
        super().__init__()
        a, b, c, d, e, f = wide
        self.trunk = nn.Sequential(
            *_normed(1, a, 5, 2),  # (24, W / 2)
            *_normed(a, b, 3, 2),  # (12, W / 4)
            *_normed(b, c, 3),
            *_normed(c, c, 3),
            *_normed(c, d, 3, (2, 1)),  # (6, W / 4)
            *_normed(d, d, 3),
            *_normed(d, e, 3, (2, 1)),  # (3, W / 4)
            *_normed(e, f, 3, pad=(0, 1)),  # (1, W / 4)
        )
        self.along = nn.ModuleList([nn.Sequential(*_along(f, dilation)) for dilation in (1, 2, 4)])
        self.drop = nn.Dropout(0.1)
        self.head = nn.Conv2d(f, PLACES * (CLASSES + BOX), 1)
        self.register_buffer("ink", torch.tensor(255.0))

    def forward(self, strips: Tensor) -> Tensor:
        """Return logits and boxes, float32 (N, W / 2, CLASSES + BOX)."""
        out = self.trunk(strips.unsqueeze(1) / self.ink)
        for layer in self.along:
            out = out + layer(out)
        out = self.head(self.drop(out)).squeeze(2)  # (N, 2 (C + 4), W / 4)
        count, _, columns = out.shape
        return out.reshape(count, PLACES, CLASSES + BOX, columns).permute(0, 3, 1, 2).reshape(count, -1, CLASSES + BOX)
