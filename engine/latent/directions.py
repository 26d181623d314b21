"""Directions in w: principal components, closed-form factorization, and from two handfuls.

Every one is found as rows of length 1 with the standard deviation of w along it.
"""

from collections.abc import Generator as Steps
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.errors import UserError
from engine.job import Event, Step
from engine.latent.warm import Loaded

# GANSpace takes a million; the first tens of components settle early.
W_SAMPLES, W_BATCH = 10_000, 250
FEATURE_SAMPLES, FEATURE_BATCH = 2048, 16
FEATURE_PX = 8  # where features are compared: large enough for shapes, too small for detail
KEPT = 128  # components; the window shows ten
SPARE = 32  # more are looked for than are kept: the last ones found are the least exact


@dataclass(frozen=True, slots=True)
class Found:
    """`steps` (k, w_dim): one standard deviation along each direction; `share` (k,) of it all."""

    steps: Tensor
    share: Tensor

    @property
    def sigmas(self) -> Tensor:
        """(k,) standard deviations of w along each."""
        return self.steps.norm(dim=1)


def spread(loaded: Loaded) -> Steps[Event, None, Tensor]:
    """The covariance of w (w_dim, w_dim), float64 on the CPU; the unit matrix where w is z."""
    width = loaded.net.w_dim
    if not loaded.maps:
        return torch.eye(width, dtype=torch.float64)
    total, square = torch.zeros(width, dtype=torch.float64), torch.zeros(width, width).double()
    for start in range(0, W_SAMPLES, W_BATCH):
        w = loaded.sampled(W_BATCH, seed=1 + start)[:, 0].double().cpu()
        total += w.sum(0)
        square += w.T @ w
        yield Step(start + W_BATCH, W_SAMPLES, "Looking how far w spreads")
    mean = total / W_SAMPLES
    return square / W_SAMPLES - torch.outer(mean, mean)


def pca(loaded: Loaded) -> Steps[Event, None, Found]:
    """Principal components of w, the widest first: GANSpace (Härkönen et al. 2020), section 2.1.

    Where w is z, which is as wide in every direction, those of the features it makes; section 2.2.
    """
    if not loaded.maps:
        return (yield from pca_of_features(loaded))
    values, vectors = torch.linalg.eigh((yield from spread(loaded)))
    values, vectors = values.flip(0).clamp_min(0), vectors.flip(1)
    steps = (vectors * values.sqrt()).T[:KEPT]
    return Found(upright(steps).float(), (values / values.sum()).float()[:KEPT])


def pca_of_features(loaded: Loaded) -> Steps[Event, None, Found]:
    """Directions in z that move the widest components of the features: found by regression on z."""
    z, seen = [], []
    for start in range(0, FEATURE_SAMPLES, FEATURE_BATCH):
        w = loaded.sampled(FEATURE_BATCH, seed=1 + start)
        z.append(w[:, 0].cpu())
        seen.append(features(loaded, w))
        yield Step(start + FEATURE_BATCH, FEATURE_SAMPLES, "Looking at what changes")
    codes, flat = torch.cat(z), torch.cat(seen)
    flat -= flat.mean(0)
    yield Step(FEATURE_SAMPLES, FEATURE_SAMPLES, "Looking at what changes")
    count = min(KEPT, loaded.net.z_dim)
    total = float(flat.square().sum())
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)  # a randomized method (Halko et al. 2011), the same on every start
        along, values, _ = torch.svd_lowrank(flat, q=min(count + SPARE, *flat.shape), niter=4)
    yield Step(FEATURE_SAMPLES, FEATURE_SAMPLES, "Looking at what changes")
    steps = (along[:, :count].T.double() @ codes.double()) / len(codes) ** 0.5
    steps = steps / steps.norm(dim=1, keepdim=True).clamp_min(1e-12)
    return Found(upright(steps).float(), values[:count].square() / total)


@torch.no_grad()
def features(loaded: Loaded, w: Tensor) -> Tensor:
    """(N, layers, w_dim) -> (N, C * side * side), side at most `FEATURE_PX`, on the CPU."""
    _, seen = loaded.net.look(w, FEATURE_PX, None)
    small = torch.nn.functional.adaptive_avg_pool2d(seen, min(FEATURE_PX, seen.shape[-1]))
    return small.flatten(1).float().cpu()


def sefa(weights: list[Tensor], covariance: Tensor) -> Found:
    """Eigenvectors of A^T A, the largest eigenvalue first; SeFa (Shen and Zhou 2021), equation 5.

    `weights`: (outputs, w_dim) of each layer, stacked to A. `covariance` of w gives the length.
    """
    stacked = torch.cat([each.detach().double().cpu() for each in weights])
    values, vectors = torch.linalg.eigh(stacked.T @ stacked)
    values, vectors = values.flip(0).clamp_min(0), vectors.flip(1).T[:KEPT]
    sigmas = ((vectors @ covariance) * vectors).sum(1).clamp_min(0).sqrt()
    steps = vectors * sigmas[:, None]
    return Found(upright(steps).float(), (values / values.sum()).float()[:KEPT])


def upright(steps: Tensor) -> Tensor:
    """The same directions, the largest number of each positive: an eigenvector has no sign."""
    largest = steps.gather(1, steps.abs().argmax(1, keepdim=True))
    return steps * torch.where(largest < 0, -1.0, 1.0)


def own(a: list[Tensor], b: list[Tensor], covariance: Tensor, layers: range) -> Tensor:
    """From the mean of `a` to the mean of `b`; in `layers` one standard deviation of w long.

    `a`, `b`: w (layers, w_dim) each. Returns (layers, w_dim); UserError where the two means are the
    same in `layers`.
    """
    step = torch.stack(b).mean(0).double().cpu() - torch.stack(a).mean(0).double().cpu()
    chosen = step[layers.start : layers.stop]
    length = chosen.square().sum(1).mean().sqrt() if layers else torch.zeros(())
    if length < 1e-6:
        raise UserError(
            "Both handfuls are the same in these layers.", "Mark others, or choose more layers."
        )
    chosen = chosen / length
    sigma = ((chosen @ covariance) * chosen).sum(1).mean().clamp_min(1e-12).sqrt()
    return (step / length * sigma).float()
