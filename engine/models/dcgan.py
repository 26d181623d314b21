"""DCGAN's generator (Radford et al., 2016): transposed convolutions, batch normalization, ReLU.

As in figure 1 of the paper: z becomes 4x4 features, which four steps turn into 64x64 pixels. There
is no mapping, so w = z and one layer.
"""

from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn

from engine.models import Architecture

SPREAD = 0.02  # of the first weights, section 3.1 of the paper


@dataclass(frozen=True, slots=True)
class Config:
    """Sizes. `widths`: features at 4 px, 8 px, ... up to half the picture's; `labels`: classes."""

    widths: tuple[int, ...] = (512, 256, 128, 64)
    z_dim: int = 100
    channels: int = 3
    labels: int = 0


class DcGan(nn.Module):
    """The contract of `engine.latent.generator`; `forward` is what training calls.

    With classes, w is z and the class's embedding side by side.
    """

    mean_w: Tensor

    def __init__(self, config: Config) -> None:
        super().__init__()
        widths = config.widths
        self.z_dim, self.labels, self.channels = config.z_dim, config.labels, config.channels
        self.w_dim = config.z_dim * (2 if config.labels else 1)
        self.layers, self.size = 1, 4 * 2 ** len(widths)
        self.embed = nn.Embedding(config.labels, config.z_dim) if config.labels else None
        self.first = nn.ConvTranspose2d(self.w_dim, widths[0], 4, 1, 0, bias=False)
        self.levels = nn.ModuleList(
            nn.Sequential(
                nn.BatchNorm2d(a), nn.ReLU(), nn.ConvTranspose2d(a, b, 4, 2, 1, bias=False)
            )
            for a, b in pairwise(widths)
        )
        self.last = nn.Sequential(
            nn.BatchNorm2d(widths[-1]),
            nn.ReLU(),
            nn.ConvTranspose2d(widths[-1], config.channels, 4, 2, 1),
            nn.Tanh(),
        )
        self.register_buffer("mean_w", torch.zeros(self.w_dim))
        self.apply(begin)

    def map(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """(N, z_dim) -> (N, 1, w_dim), the same numbers, and the class."""
        if self.embed is not None:
            told = z.new_zeros(len(z), dtype=torch.int64) if labels is None else labels
            z = torch.cat([z, self.embed(told)], 1)
        return z[:, None]

    def draw(self, w: Tensor, noise: int | None = 0) -> Tensor:
        """(N, 1, w_dim) -> (N, channels, size, size). It has no noise inputs."""
        return self.look(w, self.size, noise)[0]

    def look(self, w: Tensor, side: int, noise: int | None = 0) -> tuple[Tensor, Tensor]:
        """`draw`, and the features (N, C, side, side) it passed through (the nearest side)."""
        del noise
        x = self.first(w[:, 0, :, None, None])
        seen = [x]
        for level in self.levels:
            x = level(x)
            seen.append(x)
        nearest = min(seen, key=lambda x: max(x.shape[-1] / side, side / x.shape[-1]))
        return self.last(x).float() / 2 + 0.5, nearest

    def style_weights(self) -> list[Tensor]:
        """The first layer as a matrix, (outputs, w_dim)."""
        return [self.first.weight.flatten(1).T]

    def forward(
        self,
        z: Tensor,
        labels: Tensor | None = None,
        mixed: Tensor | None = None,
        dice: torch.Generator | None = None,
    ) -> Tensor:
        """Z -> picture; there are no styles to mix and no noise to throw."""
        del mixed, dice
        return self.draw(self.map(z, labels))


def begin(module: nn.Module) -> None:
    """First weights as in the paper."""
    if isinstance(module, nn.ConvTranspose2d):
        nn.init.normal_(module.weight, 0.0, SPREAD)
    elif isinstance(module, nn.BatchNorm2d):
        nn.init.normal_(module.weight, 1.0, SPREAD)


ARCHITECTURE = Architecture(
    name="dcgan", config=Config, build=DcGan, tileable=False, kind="generator"
)
