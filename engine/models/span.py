"""SPAN, the Swift Parameter-free Attention Network for super-resolution (Wan et al., 2023).

Three 3x3 convolutions a block; the block's own output, through an odd activation, decides how much
of it passes (eq. 4 to 6), so attention costs no parameters and stays local: tiles cannot be seen.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.models import Architecture


@dataclass(frozen=True, slots=True)
class Config:
    """Sizes of a SPAN: picture channels, features, blocks, and how many times larger it draws."""

    channels: int = 3
    width: int = 48
    blocks: int = 6
    scale: int = 2


class Block(nn.Module):
    """SPAB, (N, C, H, W) -> (N, C, H, W) and the features after its first activation."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(width, width, 3, padding=1)
        self.second = nn.Conv2d(width, width, 3, padding=1)
        self.third = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """O = (F(x) + x) * (sigmoid(F(x)) - 1/2)."""
        out = self.third(F.silu(self.second(F.silu(self.first(x)))))
        return (out + x) * (torch.sigmoid(out) - 0.5)


class Span(nn.Module):
    """(N, C, H, W) in [0, 1] -> (N, C, scale H, scale W), not clamped."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        width, scale = config.width, config.scale
        self.scale = scale
        self.head = nn.Conv2d(config.channels, width, 3, padding=1)
        self.blocks = nn.ModuleList(Block(width) for _ in range(config.blocks))
        self.body = nn.Conv2d(width, width, 3, padding=1)
        self.fuse = nn.Conv2d(4 * width, width, 1)
        self.tail = nn.Conv2d(width, config.channels * scale * scale, 3, padding=1)
        self.unfold = nn.PixelShuffle(scale)

    def forward(self, x: Tensor) -> Tensor:
        """Head, first, next-to-last and last features are fused, as in the paper's figure 2."""
        head = self.head(x)
        features, kept = head, []
        for block in self.blocks:
            features = block(features)
            kept.append(features)
        fused = self.fuse(torch.cat([head, self.body(features), kept[0], kept[-2]], 1))
        nearest = x.repeat_interleave(self.scale**2, dim=1)  # the network draws only the difference
        return self.unfold(self.tail(fused) + nearest)


ARCHITECTURE = Architecture(name="span", config=Config, build=Span, multiple=1, halo=24)
