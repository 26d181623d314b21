"""The progressively grown generator (Karras et al., 2018), in its first minutes 4 px small.

`grown` says how far it is: 2.3 means that two doublings are finished and the third is faded in to
three tenths (figure 2 of the paper). A finished model has all of them. There is no mapping, so w is
z, of length one and with the class beside it, and there is one layer.
"""

import math
from dataclasses import dataclass
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.models import Architecture


@dataclass(frozen=True, slots=True)
class Config:
    """Sizes. `widths`: features at 4 px, 8 px, ... up to the picture's; `labels`: classes."""

    widths: tuple[int, ...] = (192, 192, 128, 64, 32)
    z_dim: int = 128
    channels: int = 3
    labels: int = 0


class EqualConv(nn.Module):
    """A convolution whose weights are scaled when used (section 4.1 of the paper)."""

    def __init__(self, ins: int, outs: int, edge: int, gain: float = math.sqrt(2)) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outs, ins, edge, edge))
        self.bias = nn.Parameter(torch.zeros(outs))
        self.scale = gain / math.sqrt(ins * edge * edge)

    def forward(self, x: Tensor) -> Tensor:
        """(N, ins, H, W) -> (N, outs, H, W)."""
        edge = self.weight.shape[-1]
        return F.conv2d(x, self.weight * self.scale, self.bias, padding=edge // 2)


class Level(nn.Module):
    """Twice as wide and high, then two convolutions."""

    def __init__(self, ins: int, outs: int) -> None:
        super().__init__()
        self.first, self.second = EqualConv(ins, outs, 3), EqualConv(outs, outs, 3)

    def forward(self, x: Tensor) -> Tensor:
        """(N, ins, H, W) -> (N, outs, 2H, 2W)."""
        x = F.interpolate(x, scale_factor=2.0, mode="nearest")
        x = normalized(F.leaky_relu(self.first(x), 0.2))
        return normalized(F.leaky_relu(self.second(x), 0.2))


class ProGan(nn.Module):
    """The contract of `engine.latent.generator`; `forward` is what training calls."""

    mean_w: Tensor
    grown: Tensor

    def __init__(self, config: Config) -> None:
        super().__init__()
        widths = config.widths
        self.z_dim, self.labels, self.channels = config.z_dim, config.labels, config.channels
        self.w_dim = config.z_dim * (2 if config.labels else 1)
        self.layers, self.size = 1, 4 * 2 ** (len(widths) - 1)
        self.embed = nn.Embedding(config.labels, config.z_dim) if config.labels else None
        self.dense = EqualConv(self.w_dim, widths[0] * 16, 1, gain=math.sqrt(2) / 4)
        self.first = EqualConv(widths[0], widths[0], 3)
        self.levels = nn.ModuleList(Level(a, b) for a, b in pairwise(widths))
        self.paint = nn.ModuleList(EqualConv(each, config.channels, 1, gain=1) for each in widths)
        self.register_buffer("mean_w", torch.zeros(self.w_dim))
        self.register_buffer("grown", torch.tensor(float(len(self.levels))))

    def map(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """(N, z_dim) -> (N, 1, w_dim): z brought to one length, and the class."""
        z = normalized(z)
        if self.embed is not None:
            told = z.new_zeros(len(z), dtype=torch.int64) if labels is None else labels
            z = torch.cat([z, normalized(self.embed(told))], 1)
        return z[:, None]

    def draw(self, w: Tensor, noise: int | None = 0) -> Tensor:
        """(N, 1, w_dim) -> (N, channels, size, size), not clamped. It has no noise inputs."""
        del noise
        return self.whole(self.painted(w)[0])

    def look(self, w: Tensor, side: int, noise: int | None = 0) -> tuple[Tensor, Tensor]:
        """`draw`, and the features (N, C, side, side) it passed through (the nearest side)."""
        del noise
        picture, seen = self.painted(w)
        nearest = min(seen, key=lambda x: max(x.shape[-1] / side, side / x.shape[-1]))
        return self.whole(picture), nearest

    def whole(self, picture: Tensor) -> Tensor:
        """As large as it will be in the end."""
        return F.interpolate(picture, [self.size, self.size], mode="nearest")

    def painted(self, w: Tensor) -> tuple[Tensor, list[Tensor]]:
        """The picture as large as it has grown, and the features at each size until there."""
        grown = float(self.grown)
        x = self.dense(w[:, 0, :, None, None]).view(len(w), -1, 4, 4)
        x = normalized(F.leaky_relu(x.contiguous(memory_format=torch.channels_last), 0.2))
        x = normalized(F.leaky_relu(self.first(x), 0.2))
        seen = [x]
        for level in self.levels[: math.ceil(grown)]:
            x = level(x)
            seen.append(x)
        picture = self.paint[len(seen) - 1](x)
        fade = grown - math.floor(grown)
        if fade:
            before = self.paint[len(seen) - 2](seen[-2])
            picture = torch.lerp(F.interpolate(before, scale_factor=2.0), picture, fade)
        return picture.float() / 2 + 0.5, seen

    def style_weights(self) -> list[Tensor]:
        """The dense layer, (outputs, w_dim)."""
        return [self.dense.weight[:, :, 0, 0] * self.dense.scale]

    def forward(
        self,
        z: Tensor,
        labels: Tensor | None = None,
        mixed: Tensor | None = None,
        dice: torch.Generator | None = None,
    ) -> Tensor:
        """Z -> a picture as large as it has grown; there are no styles to mix, no noise."""
        del mixed, dice
        return self.painted(self.map(z, labels))[0]


def normalized(x: Tensor) -> Tensor:
    """Pixel norm: at every place, features with a mean square of one (equation 2)."""
    return x * (x.square().mean(1, keepdim=True) + 1e-8).rsqrt()


ARCHITECTURE = Architecture(
    name="progan", config=Config, build=ProGan, tileable=False, kind="generator"
)
