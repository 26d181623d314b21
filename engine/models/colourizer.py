"""Colours for grey pictures: a class of colour for every place, then the one nearest to all.

Predicting colours as classes, rare ones weighted up, follows Zhang, Isola and Efros, "Colorful
Image Colorization" (2016): a plain regression would answer what is uncertain with grey. They are
read out as the geometric median, from which the expected distance is least. Dots of known colour
ride along as in Zhang et al., "Real-Time User-Guided Image Colorization" (2017). The classes are a
grid over chroma that is fine near grey. What a picture shows is told by an EfficientNet-Lite, whose
eyes do not learn.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.efficientnet import EfficientNetLite
from engine.models import Architecture

STEPS, NEAREST = 3, 0.004  # towards the median; chroma, within which a point is reached
DROPPED = 0.3  # share of what the eyes see that is left out while learning


@dataclass(frozen=True, slots=True)
class Config:
    """Sizes: luma alone comes in, chroma goes out; `widths` are features drawn at 1/4, 1/8, 1/16.

    `eyes`: how many blocks of EfficientNet-Lite look, in Lite0 12 to 16; `lite`: in which, 0 to 4.
    `levels`: classes along each of the two axes. `temperature`: at 1 classes count as likely as
    they are said to be; towards 0 only the likeliest counts and colours grow vivid, above 1
    doubtful ones grow pale. A network is too sure of pictures that it did not learn from (Guo et
    al., "On Calibration of Modern Neural Networks", 2017).
    """

    channels: int = 1
    out_channels: int = 2
    eyes: int = 14
    lite: int = 0
    widths: tuple[int, ...] = (48, 80, 112)
    blocks: int = 2
    levels: int = 15
    temperature: float = 1.25


class Block(nn.Module):
    """Two normalized 3x3 convolutions added to the input; (N, C, H, W) -> (N, C, H, W)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.first_norm = nn.BatchNorm2d(width)
        self.second = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.second_norm = nn.BatchNorm2d(width)

    def forward(self, x: Tensor) -> Tensor:
        """ReLU(x + f(x))."""
        hidden = torch.relu(self.first_norm(self.first(x)))
        return torch.relu(x + self.second_norm(self.second(hidden)))


class Colourizer(nn.Module):
    """(N, 5, H, W) -> (N, 2, H, W), H and W multiples of 32; a whole picture of about 250 px.

    In: luma in [0, 1], then Cb + 1/2 and Cr + 1/2 where colours are known (1/2 elsewhere), 1 there
    and 0 elsewhere, and how far down each row is, from 0 to 1. Out: Cb + 1/2 and Cr + 1/2. While
    training it answers with logits of the classes instead, (N, levels squared, H / 4, W / 4).
    """

    centres: Tensor

    def __init__(self, config: Config) -> None:
        super().__init__()
        fine, middle, deep = config.widths
        self.temperature = config.temperature
        self.eyes = EfficientNetLite(config.eyes, config.lite)
        seen = self.eyes.widths
        self.forgetful = nn.Dropout2d(DROPPED)
        self.scene = nn.Conv2d(seen[3], deep, 1)  # what the picture shows as a whole
        self.to_deepest = nn.Conv2d(seen[3], deep, 1)
        self.to_deep = nn.Conv2d(seen[2], deep, 1)
        self.told_deep = nn.Conv2d(3, deep, 1)
        self.deep = nn.Sequential(*(Block(deep) for _ in range(config.blocks)))
        self.from_deep = nn.Conv2d(deep, middle, 1)
        self.to_middle = nn.Conv2d(seen[1], middle, 1)
        self.middle = nn.Sequential(*(Block(middle) for _ in range(config.blocks)))
        self.from_middle = nn.Conv2d(middle, fine, 1)
        self.to_fine = nn.Conv2d(seen[0], fine, 1)
        self.told_fine = nn.Conv2d(config.channels + 4, fine, 8, 4, padding=2)
        self.fine = nn.Sequential(*(Block(fine) for _ in range(config.blocks)))
        self.tail = nn.Conv2d(fine, config.levels**2, 1)
        self.register_buffer("centres", centres(config.levels), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """Logits while training, else the median of the classes, enlarged."""
        near, away, far, farthest = self.eyes(x[:, :1])
        dots = torch.cat([x[:, 1:3] - 0.5, x[:, 3:4]], 1)
        away, far, farthest = (self.forgetful(each) for each in (away, far, farthest))
        deep = self.to_deep(far) + self.told_deep(16 * F.avg_pool2d(dots, 16))
        deep = deep + enlarged(self.to_deepest(farthest), 2)
        deep = self.deep(torch.relu(deep + self.scene(farthest.mean((2, 3), keepdim=True))))
        middle = self.middle(torch.relu(self.to_middle(away) + enlarged(self.from_deep(deep), 2)))
        fine = self.to_fine(near) + self.told_fine(x) + enlarged(self.from_middle(middle), 2)
        logits = self.tail(self.fine(torch.relu(fine))).float()
        if self.training:
            return logits
        likely = torch.softmax(logits / self.temperature, 1)
        return enlarged(median(likely, self.centres.to(likely.dtype)), 4) + 0.5


def median(shares: Tensor, points: Tensor) -> Tensor:
    """(N, K, H, W) shares of (2, K) points -> (N, 2, H, W), least far from all: Weiszfeld (1937).

    It begins at the mean; a few steps come near enough.
    """
    at = F.conv2d(shares, points[:, :, None, None])
    for _ in range(STEPS):
        blue, red = (at[:, n : n + 1] - points[n, :, None, None] for n in (0, 1))
        weights = shares / (blue.square() + red.square()).sqrt().clamp_min(NEAREST)
        at = F.conv2d(weights, points[:, :, None, None]) / weights.sum(1, keepdim=True)
    return at


def enlarged(x: Tensor, times: int) -> Tensor:
    """Bilinear."""
    return F.interpolate(x, scale_factor=float(times), mode="bilinear", align_corners=False)


def axis(levels: int) -> Tensor:
    """Chroma of the classes along one axis: squares, so that they lie close together near grey."""
    steps = torch.linspace(-1, 1, levels)
    return steps * steps.abs() / 2


def centres(levels: int) -> Tensor:
    """(2, levels squared): Cb and Cr of every class; Cr changes first."""
    values = axis(levels)
    return torch.stack([values.repeat_interleave(levels), values.repeat(levels)])


def classes(colours: Tensor, levels: int) -> tuple[Tensor, Tensor]:
    """(N, 2, H, W) chroma -> the four classes around each, (N, 4, H, W), and their shares.

    The shares sum to 1, and the mean of the four centres under them is the colour itself.
    """
    values = axis(levels).to(colours)
    within = colours.clamp(-0.5, 0.5)
    low = (torch.searchsorted(values, within.contiguous(), right=True) - 1).clamp(0, levels - 2)
    high_share = (within - values[low]) / (values[low + 1] - values[low])
    numbers, shares = [], []
    for blue in (0, 1):
        for red in (0, 1):
            numbers.append((low[:, 0] + blue) * levels + low[:, 1] + red)
            blue_share = high_share[:, 0] if blue else 1 - high_share[:, 0]
            red_share = high_share[:, 1] if red else 1 - high_share[:, 1]
            shares.append(blue_share * red_share)
    return torch.stack(numbers, 1), torch.stack(shares, 1)


ARCHITECTURE = Architecture(
    name="colourizer",
    config=Config,
    build=Colourizer,
    multiple=32,
    conditions=("blue", "red", "hinted", "height"),
    tileable=False,
)
