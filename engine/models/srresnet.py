"""SRResNet, the generator of SRGAN (Ledig et al., 2017), without batch normalization.

Residual blocks at the small size, a long skip, then sub-pixel convolutions. Normalization is left
out as in EDSR (Lim et al., 2017): it costs memory, and its statistics differ between tiles.
"""

from dataclasses import dataclass

import torch.nn.functional as F
from torch import Tensor, nn

from engine.models import Architecture


@dataclass(frozen=True, slots=True)
class Config:
    """Sizes: picture channels, features, residual blocks, and how many times larger it draws."""

    channels: int = 3
    width: int = 64
    blocks: int = 16
    scale: int = 4


class Block(nn.Module):
    """Two 3x3 convolutions around a PReLU, added to the input; (N, C, H, W) -> (N, C, H, W)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(width, width, 3, padding=1)
        self.act = nn.PReLU(width)
        self.second = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """X + f(x)."""
        return x + self.second(self.act(self.first(x)))


class SRResNet(nn.Module):
    """(N, C, H, W) in [0, 1] -> (N, C, scale H, scale W), not clamped."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        width, channels = config.width, config.channels
        self.scale = config.scale
        self.head = nn.Conv2d(channels, width, 3, padding=1)
        self.act = nn.PReLU(width)
        self.blocks = nn.Sequential(*(Block(width) for _ in range(config.blocks)))
        self.body = nn.Conv2d(width, width, 3, padding=1)
        factors = (2, 2) if config.scale == 4 else (config.scale,)
        self.grow = nn.Sequential(*(step for factor in factors for step in enlarge(width, factor)))
        self.tail = nn.Conv2d(width, channels, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """Draw what plain enlarging leaves out, and add it to that."""
        features = self.act(self.head(x))
        features = features + self.body(self.blocks(features))
        plain = F.interpolate(x, scale_factor=float(self.scale), mode="nearest")
        return plain + self.tail(self.grow(features))


def enlarge(width: int, factor: int) -> tuple[nn.Module, ...]:
    """Features `factor` times wider and higher."""
    wide = nn.Conv2d(width, width * factor**2, 3, padding=1)
    return wide, nn.PixelShuffle(factor), nn.PReLU(width)


ARCHITECTURE = Architecture(name="srresnet", config=Config, build=SRResNet, multiple=1, halo=40)
