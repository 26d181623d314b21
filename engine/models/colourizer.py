"""Colours for grey pictures: a class of colour for every place, then the mean of the likely ones.

Predicting colours as classes, rare ones weighted up, and reading them out as an annealed mean
follows Zhang, Isola and Efros, "Colorful Image Colorization" (2016): a plain regression would
answer what is uncertain with grey. Dots of known colour ride along as in Zhang et al., "Real-Time
User-Guided Image Colorization" (2017). The classes are a grid over chroma that is fine near grey.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.models import Architecture


@dataclass(frozen=True, slots=True)
class Config:
    """Sizes: luma alone comes in, chroma goes out; features at 1/4, 1/8 and 1/16 of the size.

    `levels`: classes along each of the two axes. `temperature` of the annealed mean: 1 is the mean
    of all classes, towards 0 only the likeliest counts and colours grow vivid.
    """

    channels: int = 1
    out_channels: int = 2
    widths: tuple[int, ...] = (48, 96, 128)
    blocks: int = 2
    levels: int = 15
    temperature: float = 0.8


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
    """(N, 5, H, W) -> (N, 2, H, W), H and W multiples of 16; a whole picture of about 200 px.

    In: luma in [0, 1], then Cb + 1/2 and Cr + 1/2 where colours are known (1/2 elsewhere), 1 there
    and 0 elsewhere, and how far down each row is, from 0 to 1. Out: Cb + 1/2 and Cr + 1/2. While
    training it answers with logits of the classes instead, (N, levels squared, H / 4, W / 4).
    """

    centres: Tensor

    def __init__(self, config: Config) -> None:
        super().__init__()
        fine, middle, deep = config.widths
        self.temperature = config.temperature
        self.fold = nn.PixelUnshuffle(2)
        self.head = nn.Conv2d(4 * (config.channels + 4), fine, 3, stride=2, padding=1)
        self.fine = Block(fine)
        self.to_middle = nn.Conv2d(fine, middle, 3, stride=2, padding=1)
        self.middle = nn.Sequential(*(Block(middle) for _ in range(config.blocks)))
        self.to_deep = nn.Conv2d(middle, deep, 3, stride=2, padding=1)
        self.deep = nn.Sequential(*(Block(deep) for _ in range(config.blocks)))
        self.scene = nn.Conv2d(deep, deep, 1)  # what the picture shows as a whole
        self.from_deep = nn.Conv2d(deep, middle, 1)
        self.after = Block(middle)
        self.from_middle = nn.Conv2d(middle, fine, 1)
        self.last = Block(fine)
        self.tail = nn.Conv2d(fine, config.levels**2, 1)
        self.register_buffer("centres", centres(config.levels), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """Logits while training, else the annealed mean of the classes, enlarged."""
        fine = self.fine(torch.relu(self.head(self.fold(x))))
        middle = self.middle(torch.relu(self.to_middle(fine)))
        deep = self.deep(torch.relu(self.to_deep(middle)))
        deep = torch.relu(deep + self.scene(deep.mean((2, 3), keepdim=True)))
        middle = self.after(torch.relu(middle + enlarged(self.from_deep(deep), 2)))
        fine = self.last(torch.relu(fine + enlarged(self.from_middle(middle), 2)))
        logits = self.tail(fine).float()
        if self.training:
            return logits
        likely = torch.softmax(logits / self.temperature, 1)
        mean = F.conv2d(likely, self.centres[:, :, None, None].to(likely.dtype))
        return enlarged(mean, 4) + 0.5


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
    multiple=16,
    conditions=("blue", "red", "hinted", "height"),
    tileable=False,
)
