"""Distributions one can see: what is real in a duel, with its density where that is known."""

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from engine.errors import UserError
from engine.lab.learner import Batch
from engine.specs_lab import LabDuel

Places = NDArray[np.float32]  # (N, D), D = 1 or 2, about -3 to 3
INSIDE = 4.0  # sigmas around a mode that count as its own
SHARE = 0.2  # of its fair share, that a mode must get to be covered
DRAWN_SIGMA = 0.04


class Distribution(ABC):
    """Something to draw places from. `box`: left, bottom, right, top of what is worth seeing."""

    dims = 2
    box: tuple[float, float, float, float] = (-3, -3, 3, 3)

    @abstractmethod
    def sample(self, size: int, thrown: np.random.Generator) -> Places:
        """(size, D) at random."""

    def density(self, places: Places) -> NDArray[np.float64] | None:
        """The density p at (N, D); None where nobody knows it."""
        del places
        return None

    def batch(self, size: int, thrown: np.random.Generator) -> Batch:
        """As the loop wants it."""
        return Batch(torch.from_numpy(self.sample(size, thrown)))


@dataclass(frozen=True, slots=True, eq=False)
class Mixture(Distribution):
    """Gaussians: `means` (K, D), `sigmas` (K,), `weights` (K,) that sum to 1."""

    means: NDArray[np.float64]
    sigmas: NDArray[np.float64]
    weights: NDArray[np.float64]

    @property
    def dims(self) -> int:  # type: ignore[override]
        """Of a place."""
        return self.means.shape[1]

    def sample(self, size: int, thrown: np.random.Generator) -> Places:
        """A Gaussian by its weight, then a place in it."""
        which = thrown.choice(len(self.means), size, p=self.weights)
        noise = thrown.standard_normal((size, self.dims))
        return (self.means[which] + self.sigmas[which, None] * noise).astype(np.float32)

    def density(self, places: Places) -> NDArray[np.float64]:
        """sum_k w_k N(x; mu_k, sigma_k^2)."""
        squares = np.square(places[:, None] - self.means[None]).sum(2)
        scale = (2 * math.pi * self.sigmas**2) ** (self.dims / 2)
        bells = np.exp(-0.5 * squares / self.sigmas**2) / scale
        return np.asarray(bells @ self.weights)

    def covered(self, places: Places) -> tuple[int, float]:
        """How many of the Gaussians (N, D) places reach, and the share that lies in any of them."""
        squares = np.square(places[:, None] - self.means[None]).sum(2)
        inside = squares <= (INSIDE * self.sigmas) ** 2
        shares = inside.mean(0)
        return int((shares >= SHARE * self.weights).sum()), float(inside.any(1).mean())


def mixture(means: object, sigma: float, weights: object = None) -> Mixture:
    """Gaussians of one width; equally likely without weights."""
    places = np.asarray(means, np.float64)
    share = np.full(len(places), 1 / len(places)) if weights is None else np.asarray(weights)
    return Mixture(places, np.full(len(places), sigma), share)


class Circle(Distribution):
    """A radius of 2, blurred by `sigma`."""

    radius, sigma = 2.0, 0.08

    def sample(self, size: int, thrown: np.random.Generator) -> Places:
        """An angle, and a radius near 2."""
        angle = thrown.uniform(0, 2 * math.pi, size)
        radius = self.radius + self.sigma * thrown.standard_normal(size)
        return (radius * np.stack([np.cos(angle), np.sin(angle)])).T.astype(np.float32)

    def density(self, places: Places) -> NDArray[np.float64]:
        """N(r; 2, sigma^2) spread over the circumference 2 pi r."""
        radius = np.hypot(places[:, 0], places[:, 1]).astype(np.float64)
        bell = np.exp(-0.5 * ((radius - self.radius) / self.sigma) ** 2)
        return bell / (self.sigma * math.sqrt(2 * math.pi) * 2 * math.pi * np.maximum(radius, 1e-6))


class Spiral(Distribution):
    """One and a half turns, widening to a radius of 2.4."""

    def sample(self, size: int, thrown: np.random.Generator) -> Places:
        """Evenly along the turns, slightly blurred."""
        turn = np.sqrt(thrown.uniform(0.04, 1, size))
        angle = 3 * math.pi * turn
        line = 2.4 * turn * np.stack([np.cos(angle), np.sin(angle)])
        return (line + 0.05 * thrown.standard_normal(line.shape)).T.astype(np.float32)


def ring() -> Mixture:
    """Eight Gaussians of sigma 0.05 on a circle of radius 2, the field's test of collapse."""
    angles = np.arange(8) * math.pi / 4
    return mixture(2 * np.stack([np.cos(angles), np.sin(angles)], 1), 0.05)


def distribution(spec: LabDuel) -> Distribution:
    """What the spec calls real. UserError where points are missing."""
    match spec.distribution:
        case "gaussian":
            return mixture([[1.0]], 0.5)
        case "two-gaussians":
            return mixture([[-1.5], [1.5]], 0.3)
        case "ring":
            return ring()
        case "circle":
            return Circle()
        case "spiral":
            return Spiral()
        case "mixture":
            return mixture([[-1.5, -1.0], [1.6, -0.6], [0.0, 1.7]], 0.3, [0.5, 0.3, 0.2])
        case _:
            return drawn(spec)


def drawn(spec: LabDuel) -> Mixture:
    """A small Gaussian around each point; points in -1 to 1 are spread over the box."""
    points = np.array(spec.points, np.float64).reshape(-1, 2)
    if spec.drawn is not None:
        points = from_csv(spec.drawn)
    if len(points) < 2:
        raise UserError("No points are drawn.", "Draw some, or name a CSV file with --drawn.")
    if not np.isfinite(points).all() or np.abs(points).max() > 1:
        raise UserError("Drawn points must lie within -1 and 1.", "Scale them down.")
    return mixture(2.5 * points, DRAWN_SIGMA * 2.5)


def from_csv(path: Path) -> NDArray[np.float64]:
    """x,y a line -> (N, 2)."""
    try:
        points = np.loadtxt(path.expanduser(), delimiter=",", ndmin=2)
    except (OSError, ValueError) as why:
        raise UserError(
            f"{path.name} cannot be read as points.", "Write x,y on each line."
        ) from why
    if points.shape[1:] != (2,):
        raise UserError(f"{path.name} does not hold two columns.", "Write x,y on each line.")
    return np.asarray(points)


def kernel_density(points: Places, places: Places) -> NDArray[np.float64]:
    """A density at `places` (M, D) that points (N, D) suggest: Gaussians of Silverman's width."""
    count, dims = points.shape
    spread = float(points.std(0).mean()) + 1e-3
    sigma = spread * (count * (dims + 2) / 4) ** (-1 / (dims + 4))
    return mixture(points, max(sigma, 0.02)).density(places)


def divergence(real: Places, made: Places, box: tuple[float, float, float, float]) -> float:
    """Jensen-Shannon of two clouds in nats, 0 to log 2, on a grid of 24 cells a side.

    Few places leave it above 0 even where both come from one distribution.
    """
    left, bottom, right, top = box
    sides = [np.linspace(left, right, 25), np.linspace(bottom, top, 25)][: real.shape[1]]
    p, q = (
        np.histogramdd(np.clip(each, -2.999, 2.999), sides)[0].ravel() / len(each)
        for each in (real, made)
    )
    middle = (p + q) / 2

    def kl(of: NDArray[np.float64]) -> float:
        some = of > 0
        return float((of[some] * np.log(of[some] / middle[some])).sum())

    return (kl(p) + kl(q)) / 2
