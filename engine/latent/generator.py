"""The one contract of every generator: z -> w -> picture.

A network without a mapping has one layer and w = z. Pictures are in [0, 1], not clamped.
"""

from typing import Protocol, runtime_checkable

from torch import Tensor


@runtime_checkable
class Generator(Protocol):
    """What the latent rooms ask of a network, whatever its architecture.

    `layers`: how many w a picture takes, coarse to fine; 1 without a mapping. `size`: px of the
    square picture. `labels`: classes it was told of, 0 for none. `mean_w` (w_dim,): the middle of
    w, towards which truncation pulls.
    """

    z_dim: int
    w_dim: int
    layers: int
    size: int
    channels: int
    labels: int
    mean_w: Tensor

    def map(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """(N, z_dim) standard normal, labels (N,) int64 -> w (N, layers, w_dim), not truncated."""

    def draw(self, w: Tensor, noise: int | None = 0) -> Tensor:
        """(N, layers, w_dim) -> (N, channels, size, size).

        `noise` seeds the noise inputs, the same on every device; None leaves them out.
        """

    def look(self, w: Tensor, side: int, noise: int | None = 0) -> tuple[Tensor, Tensor]:
        """`draw`, and the features (N, C, side, side) it passed through (the nearest side)."""

    def style_weights(self) -> list[Tensor]:
        """What each of the layers does with its w first: (outputs, w_dim) each, for SeFa."""


@runtime_checkable
class Encoder(Protocol):
    """What an autoencoder's network can do besides."""

    def encode(self, picture: Tensor) -> Tensor:
        """(N, channels, size, size) in [0, 1] -> the w (N, layers, w_dim) that stands for it."""
