"""Augmentation of a whole batch of glyphs at once, so that no network sees the same glyph twice.

Shifting by whole pixels costs next to nothing. Bending is more: turning, slanting, stretching and shifting by one
affine map, and a coarse random field (elastic distortion: Simard, Steinkraus and Platt, 2003), in one look-up; then
lines made thicker or thinner and ink made fainter.
"""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

Augment = Callable[[Tensor, torch.Generator], Tensor]

COARSE = 5  # nodes of the bending field along each side
SHIFTED = 2  # pixels, at most
THICKENED = 0.2  # of the glyphs; as many are thinned


def none(glyphs: Tensor, generator: torch.Generator) -> Tensor:  # noqa: ARG001
    """Return the glyphs as they are."""
    return glyphs


def shift(glyphs: Tensor, generator: torch.Generator) -> Tensor:
    """Return uint8 `glyphs` (N, 28, 28), each moved by up to SHIFTED whole pixels each way: a copy, no arithmetic."""
    count, side = len(glyphs), glyphs.shape[-1]
    padded = F.pad(glyphs, (SHIFTED, SHIFTED, SHIFTED, SHIFTED))
    windows = padded.unfold(1, side, 1).unfold(2, side, 1)  # (N, 5, 5, 28, 28), a view
    down, across = torch.randint(0, 2 * SHIFTED + 1, (2, count), generator=generator).to(glyphs.device)
    return windows[torch.arange(count, device=glyphs.device), down, across]


def bend(glyphs: Tensor, generator: torch.Generator) -> Tensor:
    """Return uint8 `glyphs` (N, 28, 28) as uint8: moved, bent, and with other pens.

    One standard deviation is 6 degrees of turn, 0.1 of slant, 7 % of size on each axis, 0.6 pixel of shift and 0.45
    pixel of bend at each node.
    """
    count, device = len(glyphs), glyphs.device

    def normal(*shape: int, deviation: float) -> Tensor:
        return torch.randn(count, *shape, generator=generator).to(device) * deviation

    angle, slant = normal(deviation=0.1), normal(deviation=0.1)
    wide, high = normal(deviation=0.07).exp(), normal(deviation=0.07).exp()
    shift = normal(2, deviation=0.6 / 14)  # half a glyph's side is 1
    cosine, sine = angle.cos(), angle.sin()
    across = torch.stack([cosine * wide, slant - sine, shift[:, 0]], 1)
    down = torch.stack([sine, cosine * high, shift[:, 1]], 1)
    grid = F.affine_grid(torch.stack([across, down], 1), [count, 1, *glyphs.shape[1:]], align_corners=False)
    field = F.interpolate(normal(2, COARSE, COARSE, deviation=0.45 / 14), size=glyphs.shape[1:], mode="bilinear")
    ink = F.grid_sample(glyphs.unsqueeze(1).float(), grid + field.permute(0, 2, 3, 1), align_corners=False)
    return _other_pens(ink, generator).squeeze(1).round().to(torch.uint8)


def _other_pens(ink: Tensor, generator: torch.Generator) -> Tensor:
    """Blend some of `ink` (N, 1, 28, 28) with itself thickened or thinned by a pixel, and make some fainter."""
    chance, share, faint = torch.rand(3, len(ink), 1, 1, 1, generator=generator).to(ink.device)
    thick, thin = chance < THICKENED, chance > 1 - THICKENED
    wider = F.max_pool2d(ink, 3, 1, 1)
    narrower = -F.max_pool2d(-ink, 3, 1, 1)
    blend = torch.where(thick, share * 0.7, 0) * (wider - ink) + torch.where(thin, share * 0.5, 0) * (narrower - ink)
    fainter: Tensor = (ink + blend) * (1 - 0.5 * (faint - 0.7).clamp(min=0))
    return fainter


AUGMENTS: dict[str, Augment] = {"none": none, "shift": shift, "bend": bend}
