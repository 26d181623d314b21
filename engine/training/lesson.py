"""What the loop must know of one kind of learning: a learner is a file that fills this in."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor, nn

from engine import metrics
from engine.job import Pixels
from engine.specs import Train
from engine.training.data import Crops, Drawn, Pair, Pictures, Rules
from engine.training.networks import Plan, built

MODEL = "model"  # the part of a lesson that becomes the model
EXAM_PX = 256  # edge of the pieces that are measured on, of what the network answers
EXAM_PICTURES = 12


@dataclass(slots=True)
class Batch:
    """What the network is given and what it should answer; `drawn` is for a learner's own use."""

    inputs: Tensor
    target: Tensor
    drawn: Tensor | None = None

    def __len__(self) -> int:
        """Crops in it."""
        return len(self.inputs)

    def pieces(self, number: int) -> list["Batch"]:
        """Cut into `number` smaller ones of about the same size."""
        pairs = zip(self.inputs.chunk(number), self.target.chunk(number), strict=True)
        return [Batch(inputs, target) for inputs, target in pairs]


@dataclass(frozen=True, slots=True)
class Question:
    """A held-back piece: `inputs` (1, C + conditions, H, W) are for the network.

    `shown` is the picture in them, `answer` the right one, (C, scale H, scale W).
    """

    inputs: Tensor
    shown: Pixels
    answer: Pixels


@dataclass(frozen=True, slots=True)
class Loss:
    """What is made smaller, and figures to show; names begin with "loss"."""

    total: Tensor
    figures: dict[str, Tensor]


class Lesson(ABC):
    """One kind of learning, planned for one run. Nothing heavy happens before `set_up`."""

    learner: ClassVar[str] = ""
    batch: ClassVar[int] = 16
    edge: ClassVar[int] = 64
    yardstick: ClassVar[str] = "psnr"  # the mark by which the best model is chosen
    higher_is_better: ClassVar[bool] = True
    rates: tuple[float, float] = (1e-3, 3e-4)  # from nothing, from a base model
    plan: Plan
    channels: int = 3
    scale: int = 1
    spoil: Callable[[Any, np.random.Generator], tuple[Any, float]] | None = None

    def __init__(self, spec: Train) -> None:
        self.spec = spec
        self.modules: dict[str, nn.Module] = {}
        self.size = spec.batch or self.batch
        wanted = spec.edge or self.edge
        self.piece = max(1, wanted // self.plan.multiple) * self.plan.multiple
        default = self.rates[self.plan.base is not None]
        self.rate = spec.learning_rate if spec.learning_rate is not None else default

    @property
    def rules(self) -> Rules:
        """How its pictures are kept."""
        room = 8 if self.spoil else 0
        least = self.scale * self.piece + room
        return Rules(self.channels, max(self.spec.longest, least), least, self.scale)

    def crops(self, number: int) -> Crops:
        """What draws its batches."""
        return Crops(number, self.piece, self.spoil)

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
    def question(self, pair: Pair, number: int) -> Question:
        """A held-back crop as a question that is the same each time."""

    @abstractmethod
    def card(self) -> dict[str, Any]:
        """What a card says of any model of this lesson: task, title, description, values ..."""

    def exam(self, held_back: Pictures) -> list[Question]:
        """Questions about the middle of the held-back pictures, evenly chosen."""
        pairs = held_back.pairs()
        every = max(1, len(pairs) // EXAM_PICTURES)
        chosen = enumerate(pairs[::every][:EXAM_PICTURES])
        return [self.question(self.middle(pair), number) for number, pair in chosen]

    def middle(self, pair: Pair) -> Pair:
        """The middle of a picture, in sizes that the network takes."""
        sides = [
            min(side, EXAM_PX // self.scale) // self.plan.multiple * self.plan.multiple
            for side in pair.small.shape[1:]
        ]
        top, left = (
            (whole - side) // 2 // 8 * 8
            for whole, side in zip(pair.small.shape[1:], sides, strict=True)
        )
        cut = []
        for picture, s in ((pair.small, 1), (pair.large, self.scale)):
            rows, columns = (
                slice(s * start, s * (start + side))
                for start, side in zip((top, left), sides, strict=True)
            )
            cut.append(np.ascontiguousarray(picture[:, rows, columns]))
        return Pair(*cut)

    def marks(self, answer: Pixels, question: Question) -> dict[str, float]:
        """How good an answer is."""
        return {"psnr": metrics.psnr(answer, question.answer)}

    def better(self, scores: dict[str, float], than: dict[str, float]) -> bool:
        """Whether an exam went better than another."""
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
