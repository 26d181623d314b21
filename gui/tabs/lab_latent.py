"""Places of a code of any size on a plane that one can wander in. Arithmetic only."""

from dataclasses import dataclass, replace
from math import floor

import numpy as np
from numpy.typing import NDArray

UNIT = 0.5  # of a code of two numbers, from one picture of the plane to the next
AWAY = 1 << 20  # keeps the dice's numbers positive
Place = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Latent:
    """`size` numbers. Two are the plane itself; of more, each whole-numbered place is random.

    Between those lies a mean of the four next to it, as far from the middle as they are themselves:
    a mean of independent normals, divided by the length of its weights, is normal too.
    """

    size: int
    seed: int = 0

    def at(self, x: float, y: float) -> Place:
        """A place of the plane, on which y grows downward."""
        if self.size == 2:
            return UNIT * x, 0.0 - UNIT * y
        left, top = floor(x), floor(y)
        across, down = x - left, y - top
        corners = ((0, 0), (1, 0), (0, 1), (1, 1))
        weights = np.array(
            [(across if i else 1 - across) * (down if j else 1 - down) for i, j in corners]
        )
        zs = np.stack([self._random(0, left + i, top + j) for i, j in corners])
        return _place(weights @ zs / np.linalg.norm(weights))

    def between(self, number: int, share: float) -> Place:
        """A share of the way from one random place to another; `number` says which two."""
        ends = np.stack([self._random(1, number, 0), self._random(1, number, 1)])
        weights = np.array([1 - share, share])
        return _place(weights @ ends / np.linalg.norm(weights))

    def another(self) -> "Latent":
        """Other random places."""
        return replace(self, seed=self.seed + 1)

    def _random(self, kind: int, *where: int) -> NDArray[np.float64]:
        seeds = (self.seed, kind, *(each + AWAY for each in where))
        return np.random.default_rng(seeds).standard_normal(self.size)


def _place(z: NDArray[np.float64]) -> Place:
    return tuple(float(each) for each in z)
