"""StyleGAN2's generator (Karras et al., 2020) in plain PyTorch: no operator of its own.

A mapping network turns z into w; every convolution is scaled by w on the way in and brought back to
unit length on the way out (equations 1 to 3). Scaling the features instead of the weights is the
same arithmetic and lets a whole batch share one convolution, which CPUs need.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.models import Architecture

GAIN = math.sqrt(2)  # a leaky ReLU halves the power of what comes in, about
BLUR = (1.0, 3.0, 3.0, 1.0)  # the binomial filter of every change of size


@dataclass(frozen=True, slots=True)
class Config:
    """Sizes. `widths`: features at 4 px, 8 px, ... up to the picture's.

    `mapping`: layers from z to w. `labels`: classes it is told of. `residual`: pictures grow by
    residual blocks instead of skips of RGB. `dense`: what the first layer starts from depends on w,
    as in BigGAN; the paper starts from a learned constant. `kept`: the file brings the noise that
    seed 0 stands for. `clamp`: what features and pictures are clamped to, as NVlabs do; 0 for not.
    """

    widths: tuple[int, ...] = (160, 160, 112, 64, 32)
    z_dim: int = 128
    w_dim: int = 128
    mapping: int = 3
    channels: int = 3
    labels: int = 0
    residual: int = 0
    dense: int = 0
    kept: int = 0
    clamp: float = 0.0


class EqualLinear(nn.Module):
    """A dense layer whose weights are scaled when used, so that all learn at one rate."""

    def __init__(self, ins: int, outs: int, *, bias: float = 0.0, rate: float = 1.0) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outs, ins) / rate)
        self.bias = nn.Parameter(torch.full((outs,), bias / rate))
        self.scale, self.rate = rate / math.sqrt(ins), rate

    def scaled(self) -> Tensor:
        """(outs, ins) as they act."""
        return self.weight * self.scale

    def forward(self, x: Tensor) -> Tensor:
        """(N, ins) -> (N, outs)."""
        return F.linear(x, self.scaled(), self.bias * self.rate)


class Modulated(nn.Module):
    """A convolution whose input features w scales; (N, C, H, W), (N, w_dim) -> (N, C', H', W').

    With `up` twice as wide and high: a transposed convolution, then the blur.
    """

    def __init__(self, ins: int, outs: int, w_dim: int, edge: int = 3, *, up: bool = False) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outs, ins, edge, edge))
        self.style = EqualLinear(w_dim, ins, bias=1.0)
        self.scale, self.up = 1 / math.sqrt(ins * edge * edge), up
        self._kept: tuple[tuple[int, torch.device], Tensor] | None = None

    def forward(self, x: Tensor, w: Tensor, *, demodulate: bool = True) -> Tensor:
        """Modulate, convolve, demodulate."""
        style = self.style(w)
        weight = self.weight * self.scale
        x = x * style.to(x.dtype)[:, :, None, None]
        if self.up:
            x = F.conv_transpose2d(x, weight.transpose(0, 1), stride=2)
            x = blurred(x, 2.0, (1, 1, 1, 1))
        else:
            x = F.conv2d(x, weight, padding=weight.shape[-1] // 2)
        if demodulate:
            x = x * self.lengths(style, weight).to(x.dtype)[:, :, None, None]
        return x

    def lengths(self, style: Tensor, weight: Tensor) -> Tensor:
        """(N, outs): one over the length of every output's modulated weights, in float32."""
        with torch.autocast(style.device.type, enabled=False):
            return (style.float().square() @ self.squares(weight).T + 1e-8).rsqrt()

    def squares(self, weight: Tensor) -> Tensor:
        """(outs, ins) sums of squared weights; kept while nobody learns: a fifth of the time."""
        if self.weight.requires_grad or torch.is_inference_mode_enabled():
            return weight.float().square().sum((2, 3))
        state = (self.weight._version, self.weight.device)
        if self._kept is None or self._kept[0] != state:
            self._kept = (state, weight.float().square().sum((2, 3)))
        return self._kept[1]


class Styled(nn.Module):
    """Modulated convolution, noise, bias, leaky ReLU."""

    def __init__(self, ins: int, outs: int, config: Config, *, up: bool = False) -> None:
        super().__init__()
        self.conv = Modulated(ins, outs, config.w_dim, up=up)
        self.clamp = config.clamp * GAIN
        self.strength = nn.Parameter(torch.zeros(()))  # of the noise
        self.bias = nn.Parameter(torch.zeros(outs))

    def forward(self, x: Tensor, w: Tensor, noise: Tensor | None) -> Tensor:
        """`noise` (1 or N, 1, H, W), or None."""
        x = self.conv(x, w) + self.bias.to(x.dtype)[:, None, None]
        if noise is not None:
            x = x + (self.strength * noise).to(x.dtype)
        return clamped(F.leaky_relu(x, 0.2) * GAIN, self.clamp)


class ToPicture(nn.Module):
    """Features -> what they add to the picture."""

    def __init__(self, ins: int, config: Config) -> None:
        super().__init__()
        self.conv = Modulated(ins, config.channels, config.w_dim, 1)
        self.bias = nn.Parameter(torch.zeros(config.channels))
        self.clamp = config.clamp

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, channels, H, W)."""
        painted = self.conv(x, w, demodulate=False) + self.bias.to(x.dtype)[:, None, None]
        return clamped(painted, self.clamp)


class Level(nn.Module):
    """All that happens at one size above 4 px: grow, refine, add to the picture."""

    def __init__(self, ins: int, outs: int, config: Config, *, last: bool) -> None:
        super().__init__()
        self.grow = Styled(ins, outs, config, up=True)
        self.refine = Styled(outs, outs, config)
        self.side = nn.Conv2d(ins, outs, 1, bias=False) if config.residual else None
        told = last or not config.residual
        self.paint = ToPicture(outs, config) if told else None

    def forward(
        self, x: Tensor, picture: Tensor | None, w: Tensor, noise: list[Tensor | None]
    ) -> tuple[Tensor, Tensor | None]:
        """W (N, 3, w_dim): one for each of the two convolutions and the picture."""
        y = self.refine(self.grow(x, w[:, 0], noise[0]), w[:, 1], noise[1])
        if self.side is not None:
            y = (y + larger(self.side(x))) / GAIN
        if self.paint is not None:
            painted = self.paint(y, w[:, 2])
            picture = painted if picture is None else larger(picture) + painted
        return y, picture


class StyleGan2(nn.Module):
    """The contract of `engine.latent.generator`; `forward` is what training calls."""

    mean_w: Tensor

    def __init__(self, config: Config) -> None:
        super().__init__()
        widths, self.config = config.widths, config
        self.z_dim, self.w_dim, self.labels = config.z_dim, config.w_dim, config.labels
        self.channels, self.size = config.channels, 4 * 2 ** (len(widths) - 1)
        self.layers = 2 * len(widths)
        inputs = config.z_dim * (2 if config.labels else 1)
        self.embed = EqualLinear(config.labels, config.z_dim) if config.labels else None
        sizes = [inputs] + [config.w_dim] * config.mapping
        self.mapping = nn.ModuleList(EqualLinear(a, b, rate=0.01) for a, b in pairwise(sizes))
        self.constant = nn.Parameter(torch.randn(1, widths[0], 4, 4))
        self.dense = EqualLinear(config.w_dim, widths[0] * 16) if config.dense else None
        self.first = Styled(widths[0], widths[0], config)
        alone = len(widths) == 1 or not config.residual
        self.paint = ToPicture(widths[0], config) if alone else None
        self.levels = nn.ModuleList(
            Level(a, b, config, last=number == len(widths) - 2)
            for number, (a, b) in enumerate(pairwise(widths))
        )
        self.register_buffer("mean_w", torch.zeros(config.w_dim))
        for number, side in enumerate(self.sides() if config.kept else ()):
            self.register_buffer(f"noise_{number}", torch.zeros(1, 1, side, side))

    def sides(self) -> tuple[int, ...]:
        """Px of the square of noise that each convolution takes."""
        return (4, *(4 << level for level in range(1, len(self.levels) + 1) for _ in range(2)))

    # --- z -> w ---

    def map(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """(N, z_dim) standard normal, labels (N,) int64 -> w (N, layers, w_dim), not truncated."""
        return self.mapped(z, labels)[:, None].expand(-1, self.layers, -1)

    def mapped(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """(N, z_dim) -> (N, w_dim)."""
        x = normalized(z)
        if self.embed is not None:
            told = torch.zeros(len(z), dtype=torch.int64, device=z.device)
            told = told if labels is None else labels
            chosen = F.one_hot(told, self.labels).to(x.dtype)
            x = torch.cat([x, normalized(self.embed(chosen))], 1)
        for layer in self.mapping:
            x = F.leaky_relu(layer(x), 0.2) * GAIN
        return x

    # --- w -> picture ---

    def draw(self, w: Tensor, noise: int | None = 0) -> Tensor:
        """(N, layers, w_dim) -> (N, channels, size, size), in [0, 1], not clamped."""
        return self.painted(w, self.seeded(noise, w.device))[0]

    def look(self, w: Tensor, side: int, noise: int | None = 0) -> tuple[Tensor, Tensor]:
        """`draw`, and the features (N, C, side, side) it passed through (the nearest side)."""
        picture, seen = self.painted(w, self.seeded(noise, w.device))
        return picture, min(seen, key=lambda x: abs(math.log2(x.shape[-1] / side)))

    def painted(self, w: Tensor, noise: list[Tensor | None]) -> tuple[Tensor, list[Tensor]]:
        """The picture, and the features at each size."""
        x = self.constant.expand(len(w), -1, -1, -1)
        if self.dense is not None:
            x = x + self.dense(w[:, 0]).view(len(w), -1, 4, 4)
        x = x.contiguous(memory_format=torch.channels_last)
        x = self.first(x, w[:, 0], noise[0])
        picture = self.paint(x, w[:, 1]) if self.paint is not None else None
        seen = [x]
        for number, level in enumerate(self.levels):
            at = 2 * number + 1
            x, picture = level(x, picture, w[:, at : at + 3], noise[at : at + 2])
            seen.append(x)
        assert picture is not None
        return picture.float() / 2 + 0.5, seen

    def seeded(self, seed: int | None, device: torch.device) -> list[Tensor | None]:
        """Noise for each convolution, thrown on the CPU so that it is the same everywhere."""
        if seed is None:
            return [None] * len(self.sides())
        if seed == 0 and self.config.kept:
            return [self.get_buffer(f"noise_{number}") for number in range(len(self.sides()))]
        return [each.to(device) for each in thrown(seed, self.sides())]

    def style_weights(self) -> list[Tensor]:
        """What each of the layers does with its w first: (outputs, w_dim) each, for SeFa."""
        first = self.first.conv.style.scaled()
        if self.dense is not None:
            first = torch.cat([first, self.dense.scaled()])
        weights = [first]
        for level in self.levels:
            assert isinstance(level, Level)
            weights += [each.conv.style.scaled() for each in (level.grow, level.refine)]
        last = self.levels[-1].paint if len(self.levels) else self.paint
        assert isinstance(last, ToPicture)
        return [*weights, last.conv.style.scaled()]

    # --- training ---

    def forward(
        self,
        z: Tensor,
        labels: Tensor | None = None,
        mixed: Tensor | None = None,
        dice: torch.Generator | None = None,
    ) -> Tensor:
        """Z -> picture, noise by `dice` (none without).

        Where `mixed` (N, z_dim) is given, a random number of the finer layers take their w from it
        (style mixing regularization).
        """
        w = self.mapped(z, labels)
        if self.training:
            self.mean_w.lerp_(w.detach().float().mean(0), 0.005)
        layered = w[:, None].expand(-1, self.layers, -1)
        if mixed is not None and dice is not None:
            cross = torch.randint(1, 2 * self.layers, (len(z), 1), generator=dice, device=z.device)
            coarse = torch.arange(self.layers, device=z.device)[None] < cross
            other = self.mapped(mixed, labels)[:, None].expand(-1, self.layers, -1)
            layered = torch.where(coarse[:, :, None], layered, other)
        noise = self.seeded(None, z.device)
        if dice is not None:
            noise = [
                torch.randn(len(z), 1, side, side, generator=dice, device=z.device)
                for side in self.sides()
            ]
        return self.painted(layered, noise)[0]


def normalized(x: Tensor) -> Tensor:
    """Every vector with a mean square of one."""
    return x * (x.square().mean(1, keepdim=True) + 1e-8).rsqrt()


def clamped(x: Tensor, limit: float) -> Tensor:
    """Between -limit and limit; 0 is none."""
    return x.clamp(-limit, limit) if limit else x


def blurred(x: Tensor, gain: float, pad: tuple[int, int, int, int]) -> Tensor:
    """Each feature map through the binomial filter, which keeps its sum times `gain` squared."""
    row = x.new_tensor(BLUR) * (gain / sum(BLUR))
    kernel = torch.outer(row, row)[None, None].repeat(x.shape[1], 1, 1, 1)
    return F.conv2d(F.pad(x, pad), kernel, groups=x.shape[1])


def larger(x: Tensor) -> Tensor:
    """(N, C, H, W) -> (N, C, 2H, 2W): zeros between the pixels, then the filter."""
    row = x.new_tensor(BLUR) * (2 / sum(BLUR))
    kernel = torch.outer(row, row)[None, None].repeat(x.shape[1], 1, 1, 1)
    return F.conv_transpose2d(x, kernel, stride=2, padding=1, groups=x.shape[1])


@lru_cache(maxsize=64)
def thrown(seed: int, sides: tuple[int, ...]) -> tuple[Tensor, ...]:
    """Standard normal maps (1, 1, side, side)."""
    dice = torch.Generator().manual_seed(seed)
    with torch.inference_mode(mode=False):  # kept for whoever wants gradients next time
        return tuple(torch.randn(1, 1, side, side, generator=dice) for side in sides)


ARCHITECTURE = Architecture(
    name="stylegan2", config=Config, build=StyleGan2, tileable=False, kind="generator"
)
