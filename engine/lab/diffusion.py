"""Noise taken back step by step: one network, three ways to draw from it.

Ho, Jain and Abbeel, "Denoising diffusion probabilistic models", 2020 (DDPM); Song, Meng and Ermon,
"Denoising diffusion implicit models", 2021 (DDIM); Song, Sohl-Dickstein, Kingma, Kumar, Ermon and
Poole, "Score-based generative modeling through stochastic differential equations", 2021. Pictures x
are in [0, 1] outside and in [-1, 1] inside; t counts from 0 (nearly clean) to `levels` - 1 (noise).
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from engine.lab.learner import Batch, Learner, Losses, normal

FIRST, LAST = 1e-4, 0.02  # the paper's betas, for 1000 levels
WAVES = 32  # numbers that tell the network the time
SNR = 0.1  # of the corrector's Langevin step


@dataclass(frozen=True, slots=True)
class Schedule:
    """beta_t linear in t, scaled so that few levels too end in noise; alpha_t = 1 - beta_t."""

    levels: int

    def betas(self) -> Tensor:
        """(levels,)."""
        scale = 1000 / self.levels
        return torch.linspace(scale * FIRST, min(0.999, scale * LAST), self.levels)

    def kept(self) -> Tensor:
        """alpha-bar_t, the product of the alphas: the share of the picture's variance left."""
        return (1 - self.betas()).cumprod(0)


class Noise(nn.Module):
    """epsilon(x_t, t): a small U-Net, (N, C, H, W) and (N,) -> (N, C, H, W), H and W any."""

    def __init__(self, channels: int, width: int) -> None:
        super().__init__()
        self.time = nn.Sequential(nn.Linear(WAVES, 2 * width), nn.SiLU())
        self.head = nn.Conv2d(channels, width, 3, padding=1)
        self.fine = Block(width, width, 2 * width)
        self.down = nn.Conv2d(width, 2 * width, 3, stride=2, padding=1)
        self.coarse = nn.ModuleList(Block(2 * width, 2 * width, 2 * width) for _ in range(2))
        self.up = nn.Conv2d(2 * width, width, 3, padding=1)
        self.last = Block(2 * width, width, 2 * width)
        self.tail = nn.Conv2d(width, channels, 3, padding=1)

    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        """The noise in x_t."""
        time = self.time(waves(t))
        fine = self.fine(self.head(x), time)
        coarse = self.down(fine)
        for block in self.coarse:
            coarse = block(coarse, time)
        back = nn.functional.interpolate(self.up(coarse), size=fine.shape[2:])
        return self.tail(self.last(torch.cat([fine, back], 1), time))


class Block(nn.Module):
    """Two convolutions, told the time between them, and a way around."""

    def __init__(self, given: int, width: int, time: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(given, width, 3, padding=1)
        self.told = nn.Linear(time, width)
        self.norm = nn.GroupNorm(4, width)
        self.second = nn.Conv2d(width, width, 3, padding=1)
        self.around = nn.Conv2d(given, width, 1)

    def forward(self, x: Tensor, time: Tensor) -> Tensor:
        """(N, given, H, W), (N, time) -> (N, width, H, W)."""
        inner = self.norm(self.first(x)) + self.told(time)[:, :, None, None]
        return self.around(x) + self.second(nn.functional.silu(inner))


def waves(t: Tensor) -> Tensor:
    """(N,) in [0, 1] -> (N, 32) sines and cosines, as Vaswani and others (2017) tell a place."""
    speeds = torch.exp(torch.linspace(0, math.log(1000), WAVES // 2))
    angles = t[:, None] * speeds
    return torch.cat([angles.sin(), angles.cos()], 1)


class Diffusion(Learner):
    """The network, its schedule, its loss and its samplers."""

    rate = 2e-3

    def __init__(self, shape: tuple[int, int, int], levels: int, width: int) -> None:
        super().__init__()
        self.shape, self.levels = shape, levels
        self.network = Noise(shape[0], width)
        self.beta = Schedule(levels).betas()
        self.kept = Schedule(levels).kept()

    def epsilon(self, x: Tensor, t: int | Tensor) -> Tensor:
        """The noise in x_t (N, C, H, W); `t` one level, or one for each (N,)."""
        times = torch.as_tensor(t, dtype=torch.float32).expand(len(x)) / self.levels
        return self.network(x, times)

    def forth(self, x: Tensor, t: int | Tensor, noise: Tensor) -> Tensor:
        """x_t = sqrt(abar_t) x_0 + sqrt(1 - abar_t) eps: DDPM, equation 4. x_0 in [-1, 1]."""
        kept = self.kept[t].reshape(-1, 1, 1, 1)
        return kept.sqrt() * x + (1 - kept).sqrt() * noise

    def loss(self, part: str, batch: Batch, dice: torch.Generator) -> Losses:
        """L_simple = E |eps - eps(x_t, t)|^2: DDPM, equation 14."""
        del part
        x = 2 * batch.x - 1
        t = torch.randint(self.levels, (len(x),), generator=dice)
        noise = normal(x, dice)
        return {"loss": (noise - self.epsilon(self.forth(x, t, noise), t)).square().mean()}

    def start(self, count: int, dice: torch.Generator) -> Tensor:
        """x_T ~ N(0, 1), (count, C, H, W)."""
        return torch.randn(count, *self.shape, generator=dice)

    def clean(self, x: Tensor, t: int, epsilon: Tensor) -> Tensor:
        """The x_0 that x_t and its noise imply, held in [-1, 1]: DDPM, equation 15."""
        kept = self.kept[t]
        return ((x - (1 - kept).sqrt() * epsilon) / kept.sqrt()).clamp(-1, 1)

    def ddpm(self, x: Tensor, dice: torch.Generator) -> Iterator[Tensor]:
        """Every level back, DDPM's algorithm 2 in the form of its equation 7; yields x_t."""
        for t in range(self.levels - 1, -1, -1):
            beta, kept = self.beta[t], self.kept[t]
            before = self.kept[t - 1] if t else torch.tensor(1.0)
            clean = self.clean(x, t, self.guess(x, t))
            mean = (before.sqrt() * beta * clean + (1 - beta).sqrt() * (1 - before) * x) / (
                1 - kept
            )
            sigma = (beta * (1 - before) / (1 - kept)).sqrt()
            x = mean + sigma * normal(x, dice)
            yield x

    def ddim(self, x: Tensor, steps: int) -> Iterator[Tensor]:
        """Few levels back without dice, DDIM's equation 12 with eta 0; yields x_t.

        The noise is the one that x_0 implies once it is held in [-1, 1].
        """
        for t, after in self._stairs(steps):
            clean = self.clean(x, t, self.guess(x, t))
            epsilon = (x - self.kept[t].sqrt() * clean) / (1 - self.kept[t]).sqrt()
            kept = self.kept[after] if after >= 0 else torch.tensor(1.0)
            x = kept.sqrt() * clean + (1 - kept).sqrt() * epsilon
            yield x

    def score(self, x: Tensor, steps: int, dice: torch.Generator) -> Iterator[Tensor]:
        """The reverse SDE of the variance-preserving kind, by predictor and corrector; yields x_t.

        The score is -eps(x_t, t) / sqrt(1 - abar_t). The predictor is an Euler-Maruyama step of
        their equation 6, the corrector the Langevin step of their algorithm 5.
        """
        for t, after in self._stairs(steps):
            kept = self.kept[after] if after >= 0 else torch.tensor(1.0)
            beta = 1 - self.kept[t] / kept
            score = -self.guess(x, t) / (1 - self.kept[t]).sqrt()
            x = (2 - (1 - beta).sqrt()) * x + beta * score
            if after < 0:
                yield x.clamp(-1, 1)
                return
            x = x + beta.sqrt() * normal(x, dice)
            score = -self.guess(x, after) / (1 - kept).sqrt()
            noise = normal(x, dice)
            ratio = SNR * noise.flatten(1).norm(dim=1).mean() / score.flatten(1).norm(dim=1).mean()
            size = 2 * (1 - beta) * ratio.square()
            x = x + size * score + (2 * size).sqrt() * noise
            yield x

    @torch.no_grad()
    def guess(self, x: Tensor, t: int) -> Tensor:
        """The noise, without learning from it."""
        return self.epsilon(x, t)

    def _stairs(self, steps: int) -> list[tuple[int, int]]:
        """(level, next level) from noise to picture, -1 at the end."""
        levels = torch.linspace(self.levels - 1, 0, min(steps, self.levels)).round().int().tolist()
        return list(zip(levels, [*levels[1:], -1], strict=True))
