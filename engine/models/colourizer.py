"""Colours for grey pictures: a class of colour for every place, then the mean of the likely ones.

Predicting colours as classes, rare ones weighted up, and reading them out as an annealed mean
follows Zhang, Isola and Efros, "Colorful Image Colorization" (2016): a plain regression would
answer what is uncertain with grey. Dots of known colour ride along as in Zhang et al., "Real-Time
User-Guided Image Colorization" (2017). The classes are a grid over chroma that is fine near grey.
What a picture shows is told by SqueezeNet 1.1 (Iandola et al., 2016), which learns along.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.models import Architecture
from engine.squeezenet import DEVIATION, MEAN, Fire


@dataclass(frozen=True, slots=True)
class Config:
    """Sizes: luma alone comes in, chroma goes out; `widths` are features drawn at 1/4, 1/8, 1/16.

    `eyes`: features of the first layer that looks; 64 is SqueezeNet 1.1. `levels`: classes along
    each of the two axes. `temperature` of the annealed mean: 1 is the mean of all classes; towards
    0 only the likeliest counts and colours grow vivid, above 1 doubtful ones grow pale.
    """

    channels: int = 1
    out_channels: int = 2
    eyes: int = 64
    widths: tuple[int, ...] = (64, 96, 128)
    blocks: int = 2
    levels: int = 15
    temperature: float = 2.0


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


class Eyes(nn.Module):
    """The features of SqueezeNet 1.1, of one (N, 5, H, W); names and numbers are torchvision's."""

    def __init__(self, channels: int, width: int) -> None:
        super().__init__()
        few, many = width // 4, 2 * width  # what squeezes and what expands grow together
        self.features = nn.ModuleDict(
            {
                "0": nn.Conv2d(channels, width, 3, stride=2, padding=1),
                "3": Fire(width, few, width),
                "4": Fire(many, few, width),
                "6": Fire(many, 2 * few, many),
                "7": Fire(2 * many, 2 * few, many),
                "9": Fire(2 * many, 3 * few, 3 * width),
                "10": Fire(3 * many, 3 * few, 3 * width),
                "11": Fire(3 * many, 4 * few, 2 * many),
                "12": Fire(4 * many, 4 * few, 2 * many),
            }
        )

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """What is seen at 1/4 (2 width features), 1/8 (4 width) and 1/16 (8 width)."""
        layers = self.features
        x = halved(torch.relu(layers["0"](x)))
        fine = layers["4"](layers["3"](x))
        middle = layers["7"](layers["6"](halved(fine)))
        x = layers["10"](layers["9"](halved(middle)))
        return fine, middle, layers["12"](layers["11"](x))


class Colourizer(nn.Module):
    """(N, 5, H, W) -> (N, 2, H, W), H and W multiples of 16; a whole picture of about 250 px.

    In: luma in [0, 1], then Cb + 1/2 and Cr + 1/2 where colours are known (1/2 elsewhere), 1 there
    and 0 elsewhere, and how far down each row is, from 0 to 1. Out: Cb + 1/2 and Cr + 1/2. While
    training it answers with logits of the classes instead, (N, levels squared, H / 4, W / 4).
    """

    centres: Tensor

    def __init__(self, config: Config) -> None:
        super().__init__()
        fine, middle, deep = config.widths
        self.temperature = config.temperature
        self.eyes = Eyes(config.channels + 4, config.eyes)
        self.to_deep = nn.Conv2d(8 * config.eyes, deep, 1)
        self.scene = nn.Conv2d(deep, deep, 1)  # what the picture shows as a whole
        self.deep = nn.Sequential(*(Block(deep) for _ in range(config.blocks)))
        self.from_deep = nn.Conv2d(deep, middle, 1)
        self.to_middle = nn.Conv2d(4 * config.eyes, middle, 1)
        self.middle = nn.Sequential(*(Block(middle) for _ in range(config.blocks)))
        self.from_middle = nn.Conv2d(middle, fine, 1)
        self.to_fine = nn.Conv2d(2 * config.eyes, fine, 1)
        self.fine = nn.Sequential(*(Block(fine) for _ in range(config.blocks)))
        self.tail = nn.Conv2d(fine, config.levels**2, 1)
        self.register_buffer("centres", centres(config.levels), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """Logits while training, else the annealed mean of the classes, enlarged."""
        near, away, far = self.eyes(x)
        deep = self.to_deep(far)
        deep = self.deep(torch.relu(deep + self.scene(deep.mean((2, 3), keepdim=True))))
        middle = torch.relu(self.to_middle(away) + enlarged(self.from_deep(deep), 2))
        middle = self.middle(middle)
        fine = self.fine(torch.relu(self.to_fine(near) + enlarged(self.from_middle(middle), 2)))
        logits = self.tail(fine).float()
        if self.training:
            return logits
        likely = torch.softmax(logits / self.temperature, 1)
        mean = F.conv2d(likely, self.centres[:, :, None, None].to(likely.dtype))
        return enlarged(mean, 4) + 0.5

    def open_eyes(self, known: dict[str, Tensor]) -> None:
        """Begin with weights of torchvision's `squeezenet1_1().features`.

        They were learned on normalized RGB: of grey, the first layer's three planes are one, and
        what they subtract goes into its bias. What else it is told counts nothing at first.
        """
        state = dict(known)
        weight, mean, deviation = state["0.weight"], torch.tensor(MEAN), torch.tensor(DEVIATION)
        first = torch.zeros_like(self.eyes.state_dict()["features.0.weight"])
        first[:, 0] = (weight / deviation[:, None, None]).sum(1)
        state["0.weight"] = first
        shift = (weight * (mean / deviation)[:, None, None]).sum((1, 2, 3))
        state["0.bias"] = state["0.bias"] - shift
        self.eyes.features.load_state_dict(state)


def halved(x: Tensor) -> Tensor:
    """Half as wide and high, the largest of 3x3 each; even sides stay exact halves."""
    return F.max_pool2d(x, 3, 2, ceil_mode=True)


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
