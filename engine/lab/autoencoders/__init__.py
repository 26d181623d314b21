"""One file an autoencoder; this package finds them by walking its own folder.

All of them turn pictures x (N, C, H, W) in [0, 1] into codes h (N, D) and back. Losses are means
over the batch; |x - r|^2 is the mean squared error of a pixel unless the file says otherwise.
"""

import importlib
import pkgutil
from abc import abstractmethod
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

import torch
from torch import Tensor

from engine.lab.learner import Batch, Learner, Losses


@dataclass(frozen=True, slots=True)
class Plan:
    """Sizes and weights; each kind reads what it needs. `shape`: (C, H, W) of a picture.

    `weight`: of its penalty, None as the kind likes it.
    """

    shape: tuple[int, int, int]
    latent: int = 16
    hidden: int = 128
    noise: float = 0.3
    sparsity: str = "l1"
    target: float = 0.05
    weight: float | None = None
    beta: float = 1.0
    cell: str = "gru"

    @property
    def values(self) -> int:
        """Numbers in a picture."""
        channels, height, width = self.shape
        return channels * height * width


class Autoencoder(Learner):
    """x -> h = f(x) -> r = g(h), near x again."""

    name: ClassVar[str] = ""

    def __init__(self, plan: Plan) -> None:
        super().__init__()
        self.plan = plan

    @abstractmethod
    def encode(self, x: Tensor) -> Tensor:
        """(N, C, H, W) in [0, 1] -> codes (N, D)."""

    @abstractmethod
    def decode(self, code: Tensor) -> Tensor:
        """(N, D) -> (N, C, H, W) in [0, 1]."""

    def forward(self, x: Tensor) -> Tensor:
        """The reconstruction, without anything random."""
        return self.decode(self.encode(x))

    def loss(self, part: str, batch: Batch, dice: torch.Generator) -> Losses:
        """L = |x - r|^2."""
        del part, dice
        reconstruction = (self(batch.x) - batch.x).square().mean()
        return {"loss": reconstruction}

    def picture(self, flat: Tensor) -> Tensor:
        """(N, values) -> (N, C, H, W)."""
        return flat.reshape(-1, *self.plan.shape)


@cache
def autoencoders() -> dict[str, type[Autoencoder]]:
    """Every `AUTOENCODER` in this folder, by name."""
    modules = [f"{__name__}.{module.name}" for module in pkgutil.iter_modules(__path__)]
    kinds: list[type[Autoencoder]] = [importlib.import_module(name).AUTOENCODER for name in modules]
    return {kind.name: kind for kind in kinds}
