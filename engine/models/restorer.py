"""A residual U-Net for old prints, told the tones of the whole picture.

The shape is that of DRUNet (Zhang et al., 2021) on 2x2 pixel blocks moved into channels. Fading is
a matter of the whole picture, which a tile does not show: so the network is told the darkest, the
middle and the lightest value of every colour, and every tile is mended alike. From these alone it
decides on a curve for each colour, as one would draw it in the darkroom; the U-Net does the rest.
"""

from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn

from engine.models import Architecture

PERCENTILES = (1, 50, 99)
FLAT = 0.05  # colours that span less are not stretched further


@dataclass(frozen=True, slots=True)
class Config:
    """Sizes: picture channels, features per level, residual blocks per level and side."""

    channels: int = 3
    widths: tuple[int, ...] = (32, 64, 128)
    blocks: int = 2


class Block(nn.Module):
    """Two 3x3 convolutions around a ReLU, added to the input; (N, C, H, W) -> (N, C, H, W)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(width, width, 3, padding=1)
        self.second = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """X + f(x)."""
        return x + self.second(torch.relu(self.first(x)))


class Restorer(nn.Module):
    """(N, C + 9, H, W) -> (N, C, H, W), H and W multiples of 8 by default.

    First the picture in [0, 1], then nine constant planes: of red, green and blue each the 1st,
    50th and 99th percentile over the whole picture. The output is the mended picture, not clamped.
    While training it answers with what the curves alone make of it, too: (N, 2 C, H, W).
    """

    def __init__(self, config: Config) -> None:
        super().__init__()
        widths, channels = config.widths, config.channels
        pairs = list(pairwise(widths))
        self.channels = channels
        self.fold = nn.PixelUnshuffle(2)
        self.unfold = nn.PixelShuffle(2)
        self.curves = nn.Sequential(
            nn.Conv2d(9, 64, 1), nn.ReLU(), nn.Conv2d(64, 64, 1), nn.ReLU(), nn.Conv2d(64, 9, 1)
        )
        self.head = nn.Conv2d(4 * channels + 9, widths[0], 3, padding=1)
        self.encoder = nn.ModuleList(stage(width, config.blocks) for width in widths[:-1])
        self.down = nn.ModuleList(nn.Conv2d(wide, deep, 2, stride=2) for wide, deep in pairs)
        self.body = stage(widths[-1], config.blocks)
        self.up = nn.ModuleList(nn.ConvTranspose2d(deep, wide, 2, stride=2) for wide, deep in pairs)
        self.decoder = nn.ModuleList(stage(width, config.blocks) for width in widths[:-1])
        self.tail = nn.Conv2d(widths[0], 4 * channels, 3, padding=1)
        for last in (self.curves[-1], self.tail):
            for weights in last.parameters():
                nn.init.zeros_(weights)  # it begins by changing nothing

    def forward(self, x: Tensor) -> Tensor:
        """What is wrong is taken away."""
        tones = x[:, self.channels :, :1, :1]
        picture = curved(x[:, : self.channels], tones, self.curves(tones))
        planes = x[:, self.channels :, ::2, ::2]
        features = self.head(torch.cat([self.fold(picture), planes], 1))
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
        mended = picture + self.unfold(self.tail(features))
        return torch.cat([picture, mended], 1) if self.training else mended


def curved(picture: Tensor, tones: Tensor, change: Tensor) -> Tensor:
    """(N, 3, H, W) through a curve for each colour; `tones` and `change` are (N, 9, 1, 1).

    `change` says by how much the dark and the light end move, and how far the middle is bent.
    """
    dark, span = tones[:, 0::3], (tones[:, 2::3] - tones[:, 0::3]).clamp_min(FLAT)
    darker, lighter, bend = change[:, 0::3], change[:, 1::3], change[:, 2::3]
    share = (picture - dark) / span
    share = share + bend * share * (1 - share)
    return dark + darker + share * (span + lighter - darker)


def stage(width: int, blocks: int) -> nn.Sequential:
    """Residual blocks of one level."""
    return nn.Sequential(*(Block(width) for _ in range(blocks)))


ARCHITECTURE = Architecture(
    name="restorer",
    config=Config,
    build=Restorer,
    multiple=8,
    halo=48,
    conditions=tuple(
        f"{colour} {percentile}"
        for colour in ("red", "green", "blue")
        for percentile in PERCENTILES
    ),
    multiples=lambda config: 2 ** len(config.widths),
)
