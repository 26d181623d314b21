"""The style of any picture on any other, in one pass: adaptive instance normalization.

Huang and Belongie, "Arbitrary Style Transfer in Real-time with Adaptive Instance Normalization"
(2017): features of the photo get the mean and deviation of the style's features, and a decoder
draws the picture that has them. Here the encoder is SqueezeNet 1.1 (Iandola et al., 2016), and the
statistics are exchanged at four depths instead of one, so that the decoder need not invent what the
photo has. The style picture and the strength ride along as further channels of the one input.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.models import Architecture
from engine.squeezenet import DEVIATION, MEAN, Fire

TAPS = (1, 4, 7, 10)  # layers of the encoder whose statistics are exchanged
WIDTHS = (64, 128, 256, 384)  # and how many features they have
SIZES = (0.8, 4.0, 16.0, 38.0)  # of the features on photographs, root mean square
EPSILON = 1e-3  # added to variances; a feature that hardly varies is not blown up


@dataclass(frozen=True, slots=True)
class Config:
    """Sizes: picture channels, and features of the decoder at full size; deeper ones have more."""

    channels: int = 3
    width: int = 16


class AdaIn(nn.Module):
    """(N, 2 C + 1, H, W) -> (N, C, H, W), all in [0, 1], H and W multiples of 16.

    The channels are the photo, the style picture and the strength, 0 for the photo's own style.
    """

    mean: Tensor
    deviation: Tensor

    def __init__(self, config: Config) -> None:
        super().__init__()
        # numbered as in SqueezeNet, whose weights it has; they do not learn
        self.encoder = nn.Sequential(
            nn.Conv2d(3, 64, 3, stride=2, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(3, 2, padding=1),
            Fire(64, 16, 64),
            Fire(128, 16, 64),
            nn.MaxPool2d(3, 2, padding=1),
            Fire(128, 32, 128),
            Fire(256, 32, 128),
            nn.MaxPool2d(3, 2, padding=1),
            Fire(256, 48, 192),
            Fire(384, 48, 192),
        )
        self.encoder.requires_grad_(requires_grad=False)
        wide = [config.width * times for times in (2, 4, 8, 12)]
        self.enter = convolution(WIDTHS[3], wide[3])
        self.join = nn.ModuleList(
            convolution(above + here, width)
            for above, here, width in zip(wide[:0:-1], WIDTHS[2::-1], wide[2::-1], strict=True)
        )
        self.refine = convolution(wide[2], wide[2])
        self.leave = nn.Sequential(
            convolution(wide[0], config.width),
            nn.ReLU(),
            convolution(config.width, config.channels),
        )
        for name, values in (("mean", MEAN), ("deviation", DEVIATION)):
            self.register_buffer(name, torch.tensor(values).view(1, 3, 1, 1), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """Encode both, exchange the statistics, draw."""
        photo, style, strength = x[:, :3], x[:, 3:6], x[:, 6:, :1, :1]
        pairs = zip(self.features(photo), self.features(style), strict=True)
        return self.drawn([exchanged(ours, theirs, strength) for ours, theirs in pairs])

    def features(self, image: Tensor) -> list[Tensor]:
        """What the encoder sees in (N, 3, H, W) at four depths, shallow first, of size 1."""
        x = (image - self.mean) / self.deviation
        seen: list[Tensor] = []
        for number, layer in enumerate(self.encoder):
            x = layer(x)
            if number in TAPS:
                seen.append(x / SIZES[len(seen)])
        return seen

    def drawn(self, features: list[Tensor]) -> Tensor:
        """The picture with these features."""
        x = torch.relu(self.enter(features[3]))
        for depth, join in zip((2, 1, 0), self.join, strict=True):
            x = torch.cat([enlarged(x), features[depth]], 1)
            x = torch.relu(join(x))
            x = x + torch.relu(self.refine(x)) if depth == 2 else x
        return torch.sigmoid(self.leave(enlarged(x)))


def exchanged(ours: Tensor, theirs: Tensor, strength: Tensor) -> Tensor:
    """Equation 8 of the paper, and equation 14 for a strength below 1."""
    mean, deviation = statistics(ours)
    their_mean, their_deviation = statistics(theirs)
    styled = their_deviation * (ours - mean) / deviation + their_mean
    return ours + strength * (styled - ours)


def statistics(features: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and deviation of each feature over the picture, (N, C, 1, 1) both."""
    mean = features.mean((2, 3), keepdim=True)
    variance = features.square().mean((2, 3), keepdim=True) - mean.square()
    return mean, (variance.clamp_min(0) + EPSILON).sqrt()


def convolution(before: int, after: int) -> nn.Conv2d:
    """3x3."""
    return nn.Conv2d(before, after, 3, padding=1)


def enlarged(x: Tensor) -> Tensor:
    """Twice as wide and high."""
    return F.interpolate(x, scale_factor=2.0, mode="nearest")


ARCHITECTURE = Architecture(
    name="adain",
    config=Config,
    build=AdaIn,
    multiple=16,
    halo=64,
    conditions=("style red", "style green", "style blue", "strength"),
    tileable=False,
)
