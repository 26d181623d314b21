"""A variational autoencoder (Kingma and Welling, 2014): picture to point, point to picture.

It works on 2x2 pixel blocks moved into channels, which quarters the cost of its largest layers.
There is no mapping, so w = z and one layer. Whoever has only the decoder's side of it sees a
generator; the encoder finds the point that stands for a photo at once.
"""

from dataclasses import dataclass
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.models import Architecture

GROUPS = 8  # of features that are normalized together


@dataclass(frozen=True, slots=True)
class Config:
    """Sizes. `widths`: features at 4 px, 8 px, ... up to half the picture's size."""

    widths: tuple[int, ...] = (104, 80, 56, 40)
    z_dim: int = 128
    channels: int = 3


class Refine(nn.Module):
    """Group normalization, SiLU and a 3x3 convolution, added to the input where sizes allow."""

    def __init__(self, ins: int, outs: int) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(GROUPS, ins)
        self.conv = nn.Conv2d(ins, outs, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """(N, ins, H, W) -> (N, outs, H, W)."""
        y = self.conv(F.silu(self.norm(x)))
        return x + y if y.shape == x.shape else y


class Encoder(nn.Module):
    """(N, C, size, size) in [0, 1] -> mean and logarithm of the variance, (N, z_dim) each."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        wide = config.widths[::-1]
        self.fold = nn.PixelUnshuffle(2)
        self.head = nn.Conv2d(4 * config.channels, wide[0], 3, padding=1)
        self.down = nn.Sequential(
            *(
                nn.Sequential(nn.SiLU(), nn.Conv2d(a, b, 4, 2, 1), Refine(b, b))
                for a, b in pairwise(wide)
            )
        )
        self.tail = nn.Linear(wide[-1] * 16, 2 * config.z_dim)

    def forward(self, picture: Tensor) -> tuple[Tensor, Tensor]:
        """The posterior; the logarithm is kept where its exponential is."""
        x = F.silu(self.down(self.head(self.fold(2 * picture - 1))))
        mean, spread = self.tail(x.flatten(1)).chunk(2, 1)
        return mean, spread.clamp(-12, 6)


class Decoder(nn.Module):
    """(N, z_dim) -> (N, C, size, size)."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        widths = config.widths
        self.head = nn.Linear(config.z_dim, widths[0] * 16)
        self.first = Refine(widths[0], widths[0])
        # Convolve first, enlarge then: four times cheaper than the other way round.
        self.up = nn.ModuleList(Refine(a, b) for a, b in pairwise(widths))
        self.refine = nn.ModuleList(Refine(b, b) for b in widths[1:])
        self.tail = nn.Conv2d(widths[-1], 4 * config.channels, 3, padding=1)
        self.unfold = nn.PixelShuffle(2)

    def forward(self, w: Tensor) -> tuple[Tensor, list[Tensor]]:
        """The picture, and the features at each size."""
        x = self.head(w).view(len(w), -1, 4, 4).contiguous(memory_format=torch.channels_last)
        x = self.first(x)
        seen = [x]
        for up, refine in zip(self.up, self.refine, strict=True):
            x = refine(F.interpolate(up(x), scale_factor=2.0, mode="bilinear"))
            seen.append(x)
        return smooth(self.unfold(self.tail(F.silu(x))).float() / 2 + 0.5), seen


class Vae(nn.Module):
    """The contracts of `engine.latent.generator`, both; `forward` is what training calls."""

    mean_w: Tensor

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.z_dim = self.w_dim = config.z_dim
        self.layers, self.labels = 1, 0
        self.channels, self.size = config.channels, 4 * 2 ** len(config.widths)
        self.encoder, self.decoder = Encoder(config), Decoder(config)
        self.register_buffer("mean_w", torch.zeros(config.z_dim))

    def forward(self, picture: Tensor, chance: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Pictures and standard normal (N, z_dim) -> pictures again, mean and log variance."""
        mean, spread = self.encoder(picture)
        return self.decoder(mean + chance * (spread / 2).exp())[0], mean, spread

    def encode(self, picture: Tensor) -> Tensor:
        """(N, channels, size, size) in [0, 1] -> w (N, 1, w_dim), the mean of the posterior."""
        return self.encoder(picture)[0][:, None]

    def map(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """(N, z_dim) -> (N, 1, z_dim), the same numbers."""
        del labels
        return z[:, None]

    def draw(self, w: Tensor, noise: int | None = 0) -> Tensor:
        """(N, 1, w_dim) -> (N, channels, size, size), not clamped. It has no noise inputs."""
        del noise
        return self.decoder(w[:, 0])[0]

    def look(self, w: Tensor, side: int, noise: int | None = 0) -> tuple[Tensor, Tensor]:
        """`draw`, and the features (N, C, side, side) it passed through (the nearest side)."""
        del noise
        picture, seen = self.decoder(w[:, 0])
        return picture, min(seen, key=lambda x: max(x.shape[-1] / side, side / x.shape[-1]))

    def style_weights(self) -> list[Tensor]:
        """The decoder's dense layer, (outputs, w_dim)."""
        return [self.decoder.head.weight]


def smooth(picture: Tensor) -> Tensor:
    """Without the grid that blocks of 2x2 pixels leave: (1, 2, 1) lets none of it pass."""
    for axis in (2, 3):
        side = [0, 0, 0, 0]
        side[2 * (3 - axis) : 2 * (3 - axis) + 2] = [1, 1]
        wide = F.pad(picture, side, mode="replicate")
        length = picture.shape[axis]
        ends = wide.narrow(axis, 0, length) + wide.narrow(axis, 2, length)
        picture = picture / 2 + ends / 4
    return picture


ARCHITECTURE = Architecture(name="vae", config=Config, build=Vae, tileable=False, kind="generator")
