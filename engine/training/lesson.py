"""What the loop must know of one kind of learning: a learner is a file that fills this in."""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor, nn

from engine.job import Pixels
from engine.specs import Train
from engine.training.data import Crops, Draw, Drawn, Found, Pair, Pictures, Rules, found, pair_of
from engine.training.networks import Plan, built

MODEL = "model"  # the part of a lesson that becomes the model


@dataclass(slots=True)
class Batch:
    """What the network is given and what it should answer.

    `told` (N,) is what was drawn with each, `dice` for what the losses throw; `drawn` is for a
    learner's own use between its parts.
    """

    inputs: Tensor
    target: Tensor
    told: Tensor | None = None
    dice: torch.Generator | None = None
    drawn: Tensor | None = None

    def __len__(self) -> int:
        """Crops in it."""
        return len(self.inputs)

    def pieces(self, number: int) -> list["Batch"]:
        """Cut into `number` smaller ones of about the same size."""
        pairs = zip(self.inputs.chunk(number), self.target.chunk(number), strict=True)
        told = self.told.chunk(number) if self.told is not None else [None] * number
        return [
            Batch(inputs, target, said, self.dice)
            for (inputs, target), said in zip(pairs, told, strict=False)
        ]


@dataclass(frozen=True, slots=True)
class Tuning:
    """Adam's settings for one part, besides the rate; `muon` takes its matrices instead."""

    betas: tuple[float, float] = (0.9, 0.999)
    decay: float = 1e-4
    muon: bool = False


@dataclass(frozen=True, slots=True)
class Marked:
    """What came out of an exam: means of the marks, and a sheet (3, H, W) with its columns."""

    scores: dict[str, float]
    sheet: Pixels
    columns: tuple[str, ...] = ()


class Exam(ABC):
    """The same task each time it is taken, so that marks may be compared."""

    @abstractmethod
    def take(self, net: nn.Module, device: torch.device) -> Generator[None, None, Marked]:
        """Put a network to the test; a yield after every short while."""


@dataclass(frozen=True, slots=True)
class Loss:
    """What is made smaller, and figures to show; names of losses begin with "loss"."""

    total: Tensor
    figures: dict[str, Tensor]


class Lesson(ABC):
    """One kind of learning, planned for one run. Nothing heavy happens before `set_up`."""

    learner: ClassVar[str] = ""
    batch: ClassVar[int] = 16
    edge: ClassVar[int] = 64
    yardstick: ClassVar[str] = "psnr"  # the mark by which the best model is chosen
    higher_is_better: ClassVar[bool] = True
    lowest: ClassVar[float] = 0.01  # share of the learning rate that the schedule ends at
    step: int = 0  # the one at hand
    rates: tuple[float, float] = (1e-3, 3e-4)  # from nothing, from a base model
    scaled: bool = False  # whether its gradients are, as float16 needs it; the gear says so
    plan: Plan
    channels: int = 3
    scale: int = 1
    spoil: Callable[[Any, np.random.Generator], tuple[Any, float]] | None = None
    choice: int = 1  # of so many crops the liveliest is learned from

    def __init__(self, spec: Train) -> None:
        self.spec = spec
        self.modules: dict[str, nn.Module] = {}
        self.size = spec.batch or self.batch
        wanted = spec.edge or self.edge
        self.piece = max(1, wanted // self.plan.multiple) * self.plan.multiple
        default = self.rates[self.plan.ready]
        self.rate = spec.learning_rate if spec.learning_rate is not None else default

    @property
    def rules(self) -> Rules:
        """How its pictures are kept."""
        room = 8 if self.spoil else 0
        least = self.scale * self.piece + room
        return Rules(self.channels, max(self.spec.longest, least), least, self.scale)

    def found(self) -> Found:
        """The files it learns from. UserError where there are not enough."""
        return found(self.spec.data, self.rules)

    def read(self, path: Path) -> Pair:
        """What is kept of one of them. Raises Unreadable."""
        return pair_of(path, self.rules)

    def crops(self, number: int) -> Draw:
        """What draws its batches."""
        return Crops(number, self.piece, self.spoil, self.choice)

    def set_up(self, device: torch.device) -> None:
        """Build the networks, on the CPU; `modules` are what learns."""
        del device
        self.modules[MODEL] = built(self.plan, self.spec.seed)

    def parts(self, progress: float) -> tuple[str, ...]:
        """Which modules learn in a step, in turn; `progress` of the budget from 0 to 1."""
        del progress
        return (MODEL,)

    @abstractmethod
    def batch_of(self, drawn: Drawn, dice: torch.Generator) -> Batch:
        """Bytes on the device -> what is given and what is wanted, in [0, 1]."""

    @abstractmethod
    def loss(self, part: str, batch: Batch) -> Loss:
        """What the module `part` should make smaller."""

    @abstractmethod
    def card(self) -> dict[str, Any]:
        """What a card says of any model of this lesson: task, title, description, values ..."""

    @abstractmethod
    def exam(self, held_back: Pictures) -> Exam:
        """How it is measured; nothing of `held_back` is ever learned from."""

    def split(self, pictures: Pictures) -> tuple[Pictures, Pictures]:
        """(those to learn from, those held back)."""
        return pictures.split(self.spec.validation)

    def falling(self, used: float) -> float:
        """The share of the learning rate when so much of the budget is used: a cosine."""
        return self.lowest + (1 - self.lowest) * 0.5 * (1 + math.cos(math.pi * used))

    def budget(self, learned: Pictures) -> Train:
        """The spec, perhaps with a number of steps that only the pictures can tell."""
        del learned
        return self.spec

    def outputs(self, weights: dict[str, Tensor]) -> dict[str, dict[str, Tensor]]:
        """The weights of each model that is left, by its id; the first is the run's own."""
        return {self.spec.name: weights}

    def about(self, model: str) -> dict[str, Any]:
        """What the card says of the model of that id."""
        del model
        return self.card()

    def tuning(self, part: str) -> Tuning:
        """How the part of that name is changed."""
        del part
        return Tuning()

    def pace(self, part: str) -> float:
        """The share of the rate that the part gets in the step at hand."""
        del part
        return 1.0

    def example(self, number: int) -> tuple[Tensor, ...]:
        """What the model is called with, for a batch of `number`."""
        channels = self.channels + len(self.plan.architecture.conditions)
        return (torch.rand(number, channels, self.piece, self.piece),)

    def better(self, scores: dict[str, float], than: dict[str, float]) -> bool:
        """Whether an exam went better than another; never where it tells nothing."""
        if self.yardstick not in scores or self.yardstick not in than:
            return False
        mark, other = scores[self.yardstick], than[self.yardstick]
        return mark > other if self.higher_is_better else mark < other


def l1(output: Tensor, batch: Batch) -> Loss:
    """The mean absolute difference."""
    loss = (output.float() - batch.target).abs().mean()
    return Loss(loss, {"loss": loss.detach()})


def floats(images: Tensor) -> Tensor:
    """Bytes -> [0, 1], channels last, which convolutions like best on CPUs and GPUs."""
    return (images.float() / 255).contiguous(memory_format=torch.channels_last)


def pixels(image: Any) -> Pixels:
    """(C, H, W) bytes -> float32 in [0, 1]."""
    return np.asarray(image, np.float32) / np.float32(255)


def parameters(module: nn.Module) -> Iterator[nn.Parameter]:
    """Those that learn."""
    return (each for each in module.parameters() if each.requires_grad)
