"""Network: what all networks here have in common, whether they look at glyphs, strips of ink or pictures."""

from typing import ClassVar

from torch import nn


class Network(nn.Module):
    """A network that knows what it was built of; uint8 in, float32 out, the scaling inside.

    SHAPE  of one input that it is usual to count its work for
    UNIT   what one input is called
    """

    SHAPE: ClassVar[tuple[int, ...]]
    UNIT: ClassVar[str]

    def __init__(self, model: str, hidden: int, classes: int) -> None:
        super().__init__()
        self.model, self.hidden, self.classes = model, hidden, classes

    def outline(self) -> str:
        """Return its layers in torch's own words."""
        return str(getattr(self, "layers", self))


def normed(
    channels: int,
    wide: int,
    side: int,
    step: int | tuple[int, int] = 1,
    padding: int | tuple[int, int] | None = None,
) -> list[nn.Module]:
    """Return a convolution of `side` x `side` without bias, batch norm and ReLU; by default the size stays."""
    around = side // 2 if padding is None else padding
    convolution = nn.Conv2d(channels, wide, side, step, padding=around, bias=False)
    return [convolution, nn.BatchNorm2d(wide), nn.ReLU()]


def in_proportion(widths: tuple[int, ...], last: int) -> tuple[int, ...]:
    """Return `widths` scaled so that the last is `last`; none is less than 1."""
    return tuple(max(1, round(each * last / widths[-1])) for each in widths)
