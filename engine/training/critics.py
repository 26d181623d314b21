"""Critics of generators: one that looks at pixels, one with borrowed eyes, and both at once."""

import math
from dataclasses import dataclass
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from engine.efficientnet import EfficientNetLite
from engine.perceptual import SqueezeNet

Eyes = SqueezeNet | EfficientNetLite
ASKED = {SqueezeNet: (0, 1, 2, 6), EfficientNetLite: (0, 1, 2, 3)}  # depths, by projected critics
SEEN_PX = {SqueezeNet: 64, EfficientNetLite: 128}  # much smaller pictures are enlarged to this
HEAD = 64  # features of a projected head
KERNELS, KERNEL = 32, 8  # of minibatch discrimination
JITTER = 4  # px
GROUP = 4  # pictures whose standard deviation is taken together


@dataclass(frozen=True, slots=True)
class Options:
    """How a pixel critic is built; `minibatch`: "deviation", "discrimination" or "none"."""

    size: int = 64
    channels: int = 3
    width: int = 32
    labels: int = 0
    spectral: bool = False
    minibatch: str = "deviation"
    growing: bool = False


class Deviation(nn.Module):
    """Minibatch standard deviation (Karras et al., 2018): one more feature, the same everywhere.

    (N, C, H, W) -> (N, C + 1, H, W); groups of neighbours, so that real and drawn ones in one batch
    do not meet as long as each half is a multiple of the group.
    """

    def forward(self, x: Tensor) -> Tensor:
        """The mean over features and places of the deviation within each group."""
        number = len(x)
        group = math.gcd(number // 2, GROUP) if number % 2 == 0 else 1
        grouped = x.float().view(-1, group, *x.shape[1:])
        spread = (grouped.var(1, unbiased=False) + 1e-8).sqrt().mean((1, 2, 3))
        plane = spread.repeat_interleave(group).view(-1, 1, 1, 1).to(x.dtype)
        return torch.cat([x, plane.expand(-1, 1, *x.shape[2:])], 1)


class Discrimination(nn.Module):
    """Minibatch discrimination (Salimans et al., 2016): how close the others are.

    (N, F) -> (N, F + KERNELS): sums of exp(-L1 distance) to the other pictures of its half.
    """

    def __init__(self, features: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(features, KERNELS * KERNEL) / math.sqrt(features))

    def forward(self, x: Tensor) -> Tensor:
        """Equation 3.3 of the paper; itself, at a distance of nothing, is not counted."""
        seen = []
        for half in x.chunk(2) if len(x) % 2 == 0 else (x,):
            m = (half.float() @ self.weight.float()).view(len(half), KERNELS, KERNEL)
            apart = (m[:, None] - m[None]).abs().sum(3)
            seen.append((-apart).exp().sum(1) - 1)
        return torch.cat([x, torch.cat(seen).to(x.dtype)], 1)


class PixelCritic(nn.Module):
    """(N, C, size, size) in [0, 1] -> (N, 1) logits: DCGAN's strided convolutions, no batch norm.

    Labels enter by projection (Miyato and Koyama, 2018).
    """

    def __init__(self, options: Options) -> None:
        super().__init__()
        levels = int(math.log2(options.size)) - 2
        widths = [options.width * min(8, 2**n) for n in range(levels)]
        norm = spectral_norm if options.spectral else nn.Identity()
        self.levels = nn.ModuleList(
            nn.Sequential(norm(nn.Conv2d(ins, outs, 4, 2, 1)), nn.LeakyReLU(0.2))
            for ins, outs in pairwise([options.channels, *widths])
        )
        self.doors = nn.ModuleList(  # where pictures smaller than the full size come in
            nn.Sequential(norm(nn.Conv2d(options.channels, each, 1)), nn.LeakyReLU(0.2))
            for each in widths
            if options.growing
        )
        self.deviation = Deviation() if options.minibatch == "deviation" else None
        deep = widths[-1] + (self.deviation is not None)
        self.last = norm(nn.Conv2d(deep, widths[-1], 3, padding=1))
        self.dense = norm(nn.Linear(widths[-1] * 16, 256))
        alike = options.minibatch == "discrimination"
        self.discrimination = Discrimination(256) if alike else None
        self.verdict = norm(nn.Linear(256 + KERNELS * alike, 1))
        self.embed = norm(nn.Embedding(options.labels, 256)) if options.labels else None

    def entered(self, image: Tensor, grown: float | None) -> Tensor:
        """Features at 4 px. `grown` as in `engine.training.growth`; None for a full picture."""
        skipped = 0 if grown is None else len(self.levels) - math.ceil(grown)
        fade = 0.0 if grown is None else grown - math.floor(grown)
        x = self.doors[skipped - 1](image) if skipped else image
        for number, level in enumerate(self.levels[skipped:]):
            x = level(x)
            if number == 0 and fade:
                x = torch.lerp(self.doors[skipped](F.avg_pool2d(image, 2)), x, fade)
        return x

    def forward(
        self, image: Tensor, labels: Tensor | None = None, grown: float | None = None
    ) -> Tensor:
        """Logits, above 0 for real."""
        x = self.entered(2 * image - 1, grown)
        if self.deviation is not None:
            x = self.deviation(x)
        x = F.leaky_relu(self.last(x), 0.2)
        seen = x = F.leaky_relu(self.dense(x.flatten(1)), 0.2)
        if self.discrimination is not None:
            x = self.discrimination(x)
        verdict: Tensor = self.verdict(x)
        if self.embed is not None and labels is not None:
            verdict = verdict + (self.embed(labels) * seen).sum(1, keepdim=True)
        return verdict


class Head(nn.Module):
    """One depth of the projected critic: (N, C, H, W) features -> (N, 1, h, w) logits.

    The features are mixed by random weights that never learn, which keeps the critic from
    attending to a few of them (Sauer et al., 2021, section 3.2).
    """

    mix: Tensor

    def __init__(self, features: int, labels: int) -> None:
        super().__init__()
        self.register_buffer("mix", torch.randn(HEAD, features, 1, 1) / math.sqrt(features))
        self.first = spectral_norm(nn.Conv2d(HEAD, HEAD, 4, 2, 1))
        self.second = spectral_norm(nn.Conv2d(HEAD, HEAD, 3, 1, 1))
        self.verdict = spectral_norm(nn.Conv2d(HEAD, 1, 3, 1, 1))
        self.embed = nn.Embedding(labels, HEAD) if labels else None

    def forward(self, seen: Tensor, labels: Tensor | None) -> Tensor:
        """Logits for every patch."""
        x = F.leaky_relu(self.first(F.conv2d(seen, self.mix)), 0.2)
        x = F.leaky_relu(self.second(x), 0.2)
        verdict: Tensor = self.verdict(x)
        if self.embed is not None and labels is not None:
            verdict = verdict + (self.embed(labels)[:, :, None, None] * x).sum(1, keepdim=True)
        return verdict


class Critics(nn.Module):
    """Whatever judges in a run, as one part that learns: a pixel critic, projected heads, both."""

    def __init__(self, kind: str, options: Options) -> None:
        super().__init__()
        self.pixels = PixelCritic(options) if kind != "projected" else None
        self.register_buffer("chance", torch.zeros(()))  # of adaptive augmentation
        heads = kind != "pixels"
        widths = [SqueezeNet.widths[at] for at in ASKED[SqueezeNet] if heads]
        self.heads = nn.ModuleList(Head(width, options.labels) for width in widths)

    def forward(
        self,
        image: Tensor,
        seen: list[Tensor],
        labels: Tensor | None = None,
        grown: float | None = None,
    ) -> list[Tensor]:
        """(N, ...) logits of every judge, the pixel critic's first; `seen` as `look` has it."""
        verdicts = [] if self.pixels is None else [self.pixels(image, labels, grown).float()]
        for head, features in zip(self.heads, seen, strict=True):
            verdicts.append(head(features, labels).float())
        return verdicts


def shifted(image: Tensor, shift: tuple[int, int]) -> Tensor:
    """Without some rows and columns at the top and left, fewer than `JITTER`.

    The eyes halve pictures without looking at every pixel alike; seen always from the same place
    they would leave a grid in what is drawn.
    """
    return image[:, :, shift[0] :, shift[1] :]


def thrown_shift(dice: torch.Generator | None) -> tuple[int, int]:
    """One of the places to look from."""
    where = "cpu" if dice is None else dice.device
    down, right = torch.randint(0, JITTER, (2,), generator=dice, device=where).tolist()
    return down, right


def look(eyes: Eyes | None, image: Tensor, shift: tuple[int, int] = (0, 0)) -> list[Tensor]:
    """What the borrowed eyes see at the depths that are asked; nothing without eyes."""
    if eyes is None:
        return []
    image, wanted = shifted(image, shift), SEEN_PX[type(eyes)]
    if min(image.shape[2:]) <= wanted * 5 // 8:
        image = F.interpolate(image, [wanted, wanted], mode="bilinear", antialias=False)
    seen = eyes(image.expand(-1, 3, -1, -1))
    return [seen[at] for at in ASKED[type(eyes)]]
