"""Fill holes in a picture: gated convolutions with a wide view, on top of a smooth filling.

Gated convolutions (Yu et al., "Free-Form Image Inpainting with Gated Convolution", 2019) learn
where to trust a pixel; dilated ones (Iizuka et al., 2017) see far at an eighth of the size. What
they draw is added to a smooth filling from the border, a pull-push pyramid (Gortler et al., "The
Lumigraph", 1996): so the network only has to learn what is not smooth.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.models import Architecture

LEVELS = 6  # of the pyramid
DILATIONS = (1, 2, 4, 8)


@dataclass(frozen=True, slots=True)
class Config:
    """Sizes: picture channels, features at 1/2, 1/4 and 1/8 of the size, dilated blocks."""

    channels: int = 3
    widths: tuple[int, ...] = (24, 48, 96)
    blocks: int = 6


class GatedConv(nn.Module):
    """A 3x3 convolution times a gate learned beside it; (N, C, H, W) -> (N, C', H/s, W/s)."""

    def __init__(self, before: int, after: int, *, stride: int = 1, dilation: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv2d(before, 2 * after, 3, stride, dilation, dilation)

    def forward(self, x: Tensor) -> Tensor:
        """ELU(features) * sigmoid(gate)."""
        features, gate = self.conv(x).chunk(2, 1)
        return F.elu(features) * torch.sigmoid(gate)


class Gated(nn.Module):
    """(N, C + 1, H, W) -> (N, C, H, W), H and W multiples of 64.

    The last channel is 1 where there is a hole, 0 elsewhere; what the picture holds there does not
    count. Outside the hole the picture is returned as it is.
    """

    def __init__(self, config: Config) -> None:
        super().__init__()
        fine, middle, deep = config.widths
        channels = self.channels = config.channels
        self.fold = nn.PixelUnshuffle(2)
        self.unfold = nn.PixelShuffle(2)
        self.head = GatedConv(4 * (channels + 1), fine)
        self.fine = GatedConv(fine, fine)
        self.to_middle = GatedConv(fine, middle, stride=2)
        self.middle = GatedConv(middle, middle)
        self.to_deep = GatedConv(middle, deep, stride=2)
        self.deep = nn.ModuleList(
            GatedConv(deep, deep, dilation=DILATIONS[number % len(DILATIONS)])
            for number in range(config.blocks)
        )
        self.from_deep = nn.Conv2d(deep, middle, 1)
        self.after = GatedConv(middle, middle)
        self.from_middle = nn.Conv2d(middle, fine, 1)
        self.last = GatedConv(fine, fine)
        self.tail = nn.Conv2d(fine, 4 * channels, 3, padding=1)
        for weights in self.tail.parameters():
            nn.init.zeros_(weights)  # it begins with the smooth filling

    def forward(self, x: Tensor) -> Tensor:
        """The picture with its holes filled."""
        hole = x[:, self.channels :]
        known = x[:, : self.channels] * (1 - hole)
        smooth = smoothly_filled(known, 1 - hole)
        fine = self.fine(self.head(self.fold(torch.cat([smooth - 0.5, hole], 1))))
        middle = self.middle(self.to_middle(fine))
        deep = self.to_deep(middle)
        for block in self.deep:
            deep = deep + block(deep)
        middle = self.after(middle + enlarged(self.from_deep(deep)))
        fine = self.last(fine + enlarged(self.from_middle(middle)))
        return known + hole * (smooth + self.unfold(self.tail(fine)))


def enlarged(x: Tensor) -> Tensor:
    """Twice as wide and high, bilinear."""
    return F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)


def smoothly_filled(known: Tensor, weight: Tensor) -> Tensor:
    """(N, C, H, W), 0 where unknown, and (N, 1, H, W), 1 where known -> the same without holes.

    Pull: means of what is known, at ever coarser sizes. Push: where a size knows little, the next
    coarser one answers.
    """
    pyramid = []
    total = (known.sum((2, 3), keepdim=True)) / weight.sum((2, 3), keepdim=True).clamp_min(1e-3)
    for _ in range(LEVELS):
        pyramid.append((known / weight.clamp_min(1e-4), weight))
        known, weight = F.avg_pool2d(known, 2), F.avg_pool2d(weight, 2)
    share = weight.clamp_max(0.1) * 10
    filled = share * known / weight.clamp_min(1e-4) + (1 - share) * total
    for values, sure in reversed(pyramid):
        filled = sure * values + (1 - sure) * enlarged(filled)
    return filled


ARCHITECTURE = Architecture(
    name="gated",
    config=Config,
    build=Gated,
    multiple=64,
    halo=128,
    conditions=("hole",),
    tileable=False,
)
