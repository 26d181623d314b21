"""Pix2Pix's generator: a U-Net that halves the picture to a single pixel and doubles it again.

Isola et al., "Image-to-Image Translation with Conditional Adversarial Networks" (2017). Layers are
nested and named as in the authors' checkpoints, which load as they are. As published, batch
normalization takes the picture's own statistics also when it is used, not those of the training.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.models import Architecture


@dataclass(frozen=True, slots=True)
class Config:
    """Sizes: picture channels in and out, features of the outermost level, halvings (7 or 8).

    The deepest levels have `deepest` times the features. `batch_norm` off normalizes every picture
    by itself; `resize` enlarges, then convolves, instead of transposed convolutions; `dropout`:
    while training, in the innermost levels.
    """

    channels: int = 3
    out_channels: int = 3
    width: int = 64
    halvings: int = 8
    deepest: int = 8
    batch_norm: bool = True
    resize: bool = False
    dropout: bool = True


class OwnBatchNorm(nn.BatchNorm2d):
    """Batch normalization by what it sees now, always; the running statistics are only kept."""

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C, H, W)."""
        if self.training:
            return super().forward(x)
        return F.instance_norm(x, weight=self.weight, bias=self.bias, eps=self.eps)


class Level(nn.Module):
    """One halving, what lies below it, one doubling, beside what came in (N, C, H, W)."""

    def __init__(self, outer: int, inner: int, config: Config, below: nn.Module | None) -> None:
        super().__init__()
        bias, up = not config.batch_norm, inner if below is None else 2 * inner
        layers = [nn.LeakyReLU(0.2), nn.Conv2d(outer, inner, 4, 2, padding=1, bias=bias)]
        if below is not None:
            layers += [norm(inner, config), below]
        layers += [nn.ReLU(), enlarging(up, outer, config, bias=bias), norm(outer, config)]
        if below is not None and outer == inner and config.dropout:
            layers += [nn.Dropout(0.5)]
        self.model = nn.Sequential(*layers)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, 2 C, H, W)."""
        return torch.cat([x, self.model(x)], 1)


class Outermost(nn.Module):
    """The first halving and the last doubling, (N, C, H, W) -> (N, C', H, W) in [-1, 1]."""

    def __init__(self, config: Config, below: nn.Module) -> None:
        super().__init__()
        width, bias = config.width, not config.batch_norm
        self.model = nn.Sequential(
            nn.Conv2d(config.channels, width, 4, 2, padding=1, bias=bias),
            below,
            nn.ReLU(),
            enlarging(2 * width, config.out_channels, config, bias=True),
            nn.Tanh(),
        )

    def forward(self, x: Tensor) -> Tensor:
        """The whole U-Net."""
        drawn: Tensor = self.model(x)
        return drawn


class UNetGenerator(nn.Module):
    """(N, C, H, W) in [0, 1] -> (N, C', H, W) in [0, 1], H and W multiples of 2^halvings."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        widths = [config.width * min(2**depth, config.deepest) for depth in range(config.halvings)]
        level: nn.Module | None = None
        for outer, inner in zip(widths[-2::-1], widths[:0:-1], strict=True):
            level = Level(outer, inner, config, level)
        assert level is not None
        self.model = Outermost(config, level)

    def forward(self, x: Tensor) -> Tensor:
        """Draw the other side of the pair."""
        return (self.model(2 * x - 1) + 1) / 2


def enlarging(wide: int, narrow: int, config: Config, *, bias: bool) -> nn.Module:
    """(N, C, H, W) -> (N, C', 2 H, 2 W)."""
    if not config.resize:
        return nn.ConvTranspose2d(wide, narrow, 4, 2, padding=1, bias=bias)
    return nn.Sequential(
        nn.Upsample(scale_factor=2.0), nn.Conv2d(wide, narrow, 3, padding=1, bias=bias)
    )


def norm(width: int, config: Config) -> nn.Module:
    """By the picture's own statistics, with learned scales or without."""
    return OwnBatchNorm(width) if config.batch_norm else nn.InstanceNorm2d(width)


def multiple(config: Config) -> int:
    """Height and width must be multiples of it, px."""
    return 1 << config.halvings


ARCHITECTURE = Architecture(
    name="unet_generator",
    config=Config,
    build=UNetGenerator,
    multiple=256,
    halo=64,
    tileable=False,
    multiples=multiple,
)
