"""A small U-Net that says of every pixel how likely it is damaged.

Ronneberger et al., "U-Net" (2015), with additive skips and residual blocks without normalization,
on 2x2 pixel blocks moved into channels, which quarters the cost of every layer.
"""

from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn

from engine.models import Architecture


@dataclass(frozen=True, slots=True)
class Config:
    """Sizes: picture channels, planes of the answer, features per level, blocks per level."""

    channels: int = 3
    out_channels: int = 1
    widths: tuple[int, ...] = (24, 48, 96)
    blocks: int = 1


class Block(nn.Module):
    """Two 3x3 convolutions around a ReLU, added to the input; (N, C, H, W) -> (N, C, H, W)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(width, width, 3, padding=1)
        self.second = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """X + f(x)."""
        return x + self.second(torch.relu(self.first(x)))


class Segmenter(nn.Module):
    """(N, C, H, W) in [0, 1] -> (N, 1, H, W) probabilities, H and W multiples of 8 by default."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        widths = config.widths
        pairs = list(pairwise(widths))
        self.fold = nn.PixelUnshuffle(2)
        self.unfold = nn.PixelShuffle(2)
        self.head = nn.Conv2d(4 * config.channels, widths[0], 3, padding=1)
        self.encoder = nn.ModuleList(stage(width, config.blocks) for width in widths[:-1])
        self.down = nn.ModuleList(nn.Conv2d(wide, deep, 2, stride=2) for wide, deep in pairs)
        self.body = stage(widths[-1], config.blocks)
        self.up = nn.ModuleList(nn.ConvTranspose2d(deep, wide, 2, stride=2) for wide, deep in pairs)
        self.decoder = nn.ModuleList(stage(width, config.blocks) for width in widths[:-1])
        self.tail = nn.Conv2d(widths[0], 4 * config.out_channels, 3, padding=1)
        assert self.tail.bias is not None
        nn.init.constant_(self.tail.bias, -3)  # damage is rare

    def forward(self, x: Tensor) -> Tensor:
        """How likely each pixel is damaged."""
        features = self.head(self.fold(x))
        skips = []
        for encode, down in zip(self.encoder, self.down, strict=True):
            features = encode(features)
            skips.append(features)
            features = down(features)
        features = self.body(features)
        for decode, up, skip in zip(
            reversed(self.decoder), reversed(self.up), reversed(skips), strict=True
        ):
            features = decode(up(features) + skip)
        return torch.sigmoid(self.unfold(self.tail(features)).float())


def stage(width: int, blocks: int) -> nn.Sequential:
    """Residual blocks of one level."""
    return nn.Sequential(*(Block(width) for _ in range(blocks)))


ARCHITECTURE = Architecture(
    name="segmenter",
    config=Config,
    build=Segmenter,
    multiple=8,
    halo=40,
    multiples=lambda config: 2 ** len(config.widths),
)
