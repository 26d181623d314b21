"""Crops that are damaged as they are drawn, and crops of real pairs, which are so already."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from engine.training.data import Crops, Drawn, Pair, turned
from engine.training.degradation import Bytes

Hurt = Callable[[Bytes, np.random.Generator], Bytes]
Found = Callable[[Bytes, Bytes], Bytes]
REAL = 0.5  # share of the crops that come from real pairs, where there are some


@dataclass(frozen=True, slots=True)
class Damage:
    """What is done to a good picture, and what is made of a damaged one with its mended version.

    Both give what the network is shown, with further planes where the lesson needs them.
    """

    hurt: Hurt
    found: Found

    def __call__(self, pair: Pair, thrown: np.random.Generator) -> Bytes:
        """A crop as it is to be shown."""
        small, large = np.ascontiguousarray(pair.small), np.ascontiguousarray(pair.large)
        return self.hurt(large, thrown) if twins(pair) else self.found(small, large)


@dataclass(frozen=True, slots=True)
class Damaged(Crops):
    """`small` is the damaged crop, `large` the good one, turned eight ways; see `chances`."""

    damage: Damage | None = None

    def __call__(self, pairs: list[Pair], thrown: np.random.Generator) -> Drawn:
        """One batch, told by `thrown` alone."""
        assert self.damage is not None
        small, large = [], []
        for index in thrown.choice(len(pairs), size=self.number, p=chances(pairs)):
            crop = turned(pairs[index], self.edge, thrown)
            small.append(self.damage(crop, thrown))
            large.append(np.ascontiguousarray(crop.large))
        return Drawn(
            torch.from_numpy(np.stack(small)),
            torch.from_numpy(np.stack(large)),
            torch.zeros(self.number),
        )


def chances(pairs: list[Pair]) -> NDArray[np.float64]:
    """How likely each is drawn: by its area, but real pairs together at least `REAL` of the time.

    Good pictures lie in memory once, real pairs twice.
    """
    area = np.array([pair.large[0].size for pair in pairs], float)
    real = np.array([not np.may_share_memory(pair.small, pair.large) for pair in pairs])
    share = area[real].sum() / area.sum()
    if 0 < share < REAL:
        area[real] *= REAL / share
        area[~real] *= (1 - REAL) / (1 - share)
    return area / area.sum()


def twins(pair: Pair) -> bool:
    """Whether there is no difference: a good picture, or a sound part of a damaged one."""
    return np.array_equal(pair.small, pair.large)
