"""Lessons from one domain to another: which pictures they read, what their models' cards say."""

import logging
from abc import abstractmethod
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor

from engine import perceptual
from engine.domains import Domain
from engine.errors import UserError
from engine.training import sides
from engine.training.data import Drawn, Found, Pair, Pictures, Rules
from engine.training.degradation import Bytes
from engine.training.families import families
from engine.training.lesson import Batch, Lesson, floats

log = logging.getLogger(__name__)
AT_ONCE = 8  # pictures an exam looks at between two yields
FEW_OF_A_DOMAIN = 100  # pictures; below this it warns


class Translation(Lesson):
    """A lesson of two domains, of which each picture is seen as a whole."""

    higher_is_better = False
    few: ClassVar[int] = FEW_OF_A_DOMAIN

    @property
    def rules(self) -> Rules:
        """Nearly as large as the network sees them; not less than half of it."""
        return Rules(3, round(sides.ROOM * self.piece), self.piece // 2)

    @property
    def reader(self) -> sides.Reader:
        """What reads its pictures."""
        return sides.Reader(self.piece)

    @abstractmethod
    def domain(self) -> Domain:
        """What the card says of the way the model goes."""

    def batch_of(self, drawn: Drawn, dice: torch.Generator) -> Batch:
        """A is given, B is wanted; in [0, 1]."""
        return Batch(floats(drawn.small), floats(drawn.large), dice=dice)

    def card(self) -> dict[str, Any]:
        """Task and domain."""
        return {"task": "transfer", "extras": self.domain().extras()}


class UnpairedTranslation(Translation):
    """A lesson whose two folders need not match."""

    words: ClassVar[tuple[str, str]] = ("domain A", "domain B")

    def __init__(self, spec: Any) -> None:
        super().__init__(spec)
        self.other: set[Path] = set()  # the files of B

    def found(self) -> Found:
        """Both domains' files."""
        asked: Any = self.spec
        sides.given(asked.data, self.words[0], "--data")
        sides.given(asked.data_b, self.words[1], "--data-b")
        found, self.other = sides.unpaired(asked.data, asked.data_b, self.rules)
        return sides.warned(found, self.other, self.few)

    def read(self, path: Path) -> Pair:
        """One picture, on its side of the pair."""
        picture = self.reader(path)
        return Pair(sides.NOTHING, picture) if path in self.other else Pair(picture, sides.NOTHING)

    def crops(self, number: int) -> sides.Unpaired:
        """Both domains, independently."""
        return sides.Unpaired(number, self.piece)

    def split(self, pictures: Pictures) -> tuple[Pictures, Pictures]:
        """None that is held back shows, mirrored or not, what one shows that it learns from."""
        shown = (each.small if each.small.size else each.large for each in pictures.pairs())
        return pictures.split(self.spec.validation, families(shown))

    def held(self, pictures: Pictures) -> tuple[list[Bytes], list[Bytes]]:
        """The middles of the held-back pictures of A, and of B."""
        pairs = pictures.pairs()
        a = [sides.middle(each.small, self.piece) for each in pairs if each.small.size]
        b = [sides.middle(each.large, self.piece) for each in pairs if each.large.size]
        return a, b


def halved(used: float) -> float:
    """The full rate for half of the budget, then in a straight line to nothing, as published."""
    return min(1.0, 2 * (1 - used))


def eyes() -> perceptual.SqueezeNet | None:
    """The network that looks at features, where its weights are on this computer."""
    try:
        return perceptual.squeezenet()
    except UserError as why:
        log.info("no distance of features: %s", why)
        return None


def tensor(pictures: list[Bytes], device: torch.device) -> Tensor:
    """(N, 3, H, W) in [0, 1] of bytes."""
    return floats(torch.from_numpy(np.stack(pictures)).to(device))


@torch.inference_mode()
def seen(net: perceptual.SqueezeNet, pictures: Tensor) -> np.ndarray:
    """(N, 512) features."""
    return perceptual.pooled(net, pictures.clamp(0, 1)).float().cpu().numpy()
