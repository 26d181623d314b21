"""A small residual U-Net on half-resolution features, told how strong the noise is.

The shape follows DRUNet (Zhang et al., "Plug-and-Play Image Restoration with Deep Denoiser Prior",
2021): residual blocks without normalization, strided convolutions down and up, additive skips, and
the noise level as one more input channel as in FFDNet (Zhang et al., 2018). It works on 2x2 pixel
blocks moved into channels, which quarters the cost of every layer.
"""

from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn

from engine.models import Architecture


@dataclass(frozen=True, slots=True)
class Config:
    """Sizes: picture channels, features per level, residual blocks per level and side."""

    channels: int = 3
    widths: tuple[int, ...] = (48, 96, 192)
    blocks: int = 2


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions around a ReLU, added to the input; (N, C, H, W) -> (N, C, H, W)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(width, width, 3, padding=1)
        self.second = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """Residual of the paper's equation x + f(x)."""
        return x + self.second(torch.relu(self.first(x)))


class UNet(nn.Module):
    """(N, C + 1, H, W) -> (N, C, H, W), H and W multiples of 8 with three levels.

    The first C channels are the noisy picture in [0, 1], the last is the noise level, sigma / 255,
    constant or varying over the picture. The output is the clean picture, not clamped.
    """

    def __init__(self, config: Config) -> None:
        super().__init__()
        widths, blocks = config.widths, config.blocks
        self.channels = config.channels
        self.fold = nn.PixelUnshuffle(2)
        self.unfold = nn.PixelShuffle(2)
        self.head = nn.Conv2d(4 * (config.channels + 1), widths[0], 3, padding=1)
        pairs = list(pairwise(widths))
        self.encoder = nn.ModuleList(stage(width, blocks) for width in widths[:-1])
        self.down = nn.ModuleList(nn.Conv2d(wide, deep, 2, stride=2) for wide, deep in pairs)
        self.body = stage(widths[-1], blocks)
        self.up = nn.ModuleList(nn.ConvTranspose2d(deep, wide, 2, stride=2) for wide, deep in pairs)
        self.decoder = nn.ModuleList(stage(width, blocks) for width in widths[:-1])
        self.tail = nn.Conv2d(widths[0], 4 * config.channels, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """Estimate the noise and take it away."""
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
        return x[:, : self.channels] - self.unfold(self.tail(features))


def stage(width: int, blocks: int) -> nn.Sequential:
    """Residual blocks of one level."""
    return nn.Sequential(*(ResidualBlock(width) for _ in range(blocks)))


ARCHITECTURE = Architecture(
    name="unet", config=Config, build=UNet, multiple=8, halo=48, conditions=("sigma",)
)
