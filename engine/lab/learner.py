"""What the lab's loop must know of a model: its parts, and what each should make smaller."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

import torch
from torch import Tensor, nn

Losses = dict[str, Tensor]  # terms by name; "loss" is what is made smaller


@dataclass(frozen=True, slots=True)
class Batch:
    """Examples `x` (N, ...), and their classes `labels` (N,) int64 or None."""

    x: Tensor
    labels: Tensor | None = None


class Learner(nn.Module, ABC):
    """A model that learns, all of its dice thrown from outside so that every step can be repeated.

    `rate`: the learning rate it likes; `betas`: Adam's.
    """

    rate: ClassVar[float] = 2e-3
    betas: ClassVar[tuple[float, float]] = (0.9, 0.999)

    def parts(self, share: float) -> tuple[str, ...]:
        """Which parts learn in a step, in turn; `share` of the budget from 0 to 1."""
        del share
        return ("model",)

    def weights(self, part: str) -> Iterable[nn.Parameter]:
        """What the optimizer of a part may change."""
        del part
        return self.parameters()

    def optimizer(self, part: str, rate: float) -> torch.optim.Optimizer:
        """Adam (Kingma and Ba, 2015), unless the paper wants another one."""
        return torch.optim.Adam(self.weights(part), lr=rate, betas=self.betas)

    @abstractmethod
    def loss(self, part: str, batch: Batch, dice: torch.Generator) -> Losses:
        """The terms of the part's loss."""

    def stepped(self, part: str) -> dict[str, float]:
        """Called after each step of a part; figures that can be had only then."""
        del part
        return {}


def normal(like: Tensor, dice: torch.Generator) -> Tensor:
    """Standard normal numbers, of the shape of `like`."""
    return torch.randn(like.shape, generator=dice)


def mlp(*sizes: int, between: Callable[[], nn.Module] = nn.ReLU) -> nn.Sequential:
    """Linear layers (N, sizes[0]) -> (N, sizes[-1]); none of the last one's is bent."""
    layers: list[nn.Module] = []
    for wide, narrow in pairwise(sizes):
        layers += [nn.Linear(wide, narrow), between()]
    return nn.Sequential(*layers[:-1])


def count(module: nn.Module) -> int:
    """Its weights."""
    return sum(each.numel() for each in module.parameters())
