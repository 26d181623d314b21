"""How far a drawn picture is from a photo: what projection makes smaller, and what it reports."""

import logging
from functools import lru_cache
from typing import Protocol

import torch
import torch.nn.functional as F
from torch import Tensor

from engine import perceptual
from engine.errors import UserError

log = logging.getLogger(__name__)
SMALLEST = perceptual.SMALLEST  # px; smaller pictures are compared without the network
PIXELS = 0.5  # weight of the plain difference beside LPIPS
LEVELS = 5  # of the Laplacian pyramid


class Likeness(Protocol):
    """(N, C, H, W) in [0, 1] -> (N,) distances to the one picture it was made for.

    `strange`: a photo whose nearest guess is farther than this shows something else. What is drawn
    for it by changing every layer comes nearer in the end, but is no face any more.
    """

    strange: float

    def __call__(self, pictures: Tensor) -> Tensor:
        """Differentiable."""


class Seen:
    """LPIPS and the mean difference of pixels."""

    strange = 0.45  # faces came to 0.14-0.36 with four models; landscapes, animals to 0.51-0.75

    def __init__(self, net: perceptual.Lpips, target: Tensor) -> None:
        self._net, self._target = net, target
        with torch.no_grad():
            self._seen = net.net(coloured(target))

    def __call__(self, pictures: Tensor) -> Tensor:
        """See `Likeness`."""
        seen = self._net.net(coloured(pictures))
        known = [each.expand(len(pictures), -1, -1, -1) for each in self._seen]
        plain = (pictures - self._target).abs().mean((1, 2, 3))
        return self._net.distance(seen, known) + PIXELS * plain


class Pyramid:
    """Differences level by level, from coarse light and shade to fine edges, all of one weight.

    Lap1 of Bojanowski et al. (2018): for computers that do not have the network of LPIPS.
    """

    strange = 0.5  # it seldom knows: faces 0.24-0.34, other things 0.28-0.65

    def __init__(self, target: Tensor) -> None:
        self._target = target
        self._levels = laplacian(target)

    def __call__(self, pictures: Tensor) -> Tensor:
        """See `Likeness`."""
        levels = zip(laplacian(pictures), self._levels, strict=True)
        total = torch.zeros(len(pictures), device=pictures.device)
        for mine, theirs in levels:
            total = total + (mine - theirs).abs().mean((1, 2, 3))
        return total + PIXELS * (pictures - self._target).abs().mean((1, 2, 3))


def laplacian(picture: Tensor) -> list[Tensor]:
    """(N, C, H, W) -> what each halving loses, finest first, and what is left."""
    levels: list[Tensor] = []
    while len(levels) < LEVELS and picture.shape[-1] >= 4:
        half = F.avg_pool2d(picture, 2)
        again = F.interpolate(half, size=picture.shape[-2:], mode="bilinear")
        levels.append(picture - again)
        picture = half
    return [*levels, picture]


def coloured(picture: Tensor) -> Tensor:
    """(N, 1 or 3, H, W) as RGB."""
    return picture.expand(-1, 3, -1, -1)


def likeness(target: Tensor) -> Likeness:
    """To `target` (1, C, H, W) in [0, 1]: by LPIPS where its weights are here."""
    net = judge(target.device) if target.shape[-1] >= SMALLEST else None
    return Pyramid(target) if net is None else Seen(net, target)


@lru_cache(maxsize=1)
def judge(device: torch.device) -> perceptual.Lpips | None:
    """The network of LPIPS; None where its weights are not among the person's models."""
    try:
        return perceptual.lpips().to(device)
    except UserError as why:
        log.info("without LPIPS: %s", why)
        return None
