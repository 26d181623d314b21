"""How unlike a picture is to the one it should be: to pixels, to borrowed eyes, to the prior."""

from typing import NamedTuple

import torch
from torch import Tensor, nn

from engine.perceptual import unit
from engine.training.critics import shifted
from engine.training.lesson import Loss


class Weights(NamedTuple):
    """Of the parts of the loss."""

    pixel: float
    perceptual: float
    prior: float


def redrawn(
    output: tuple[Tensor, Tensor, Tensor],
    target: Tensor,
    eyes: nn.Module | None,
    weights: Weights,
    shift: tuple[int, int] = (0, 0),
) -> Loss:
    """Loss of (picture, mean, log variance) against the picture; as a VAE is taught."""
    picture, mean, spread = output
    pixel = (picture - target).abs().mean()
    divergence = 0.5 * (mean.square() + spread.exp() - 1 - spread).sum(1).mean()
    total = weights.pixel * pixel + weights.prior * divergence
    figures = {"loss pixel": pixel, "loss prior": divergence}
    if eyes is not None:
        perceptual = likeness(eyes, shifted(picture, shift), shifted(target, shift))
        total = total + weights.perceptual * perceptual
        figures["loss perceptual"] = perceptual
    return Loss(total, {k: v.detach() for k, v in (figures | {"loss": total}).items()})


def likeness(eyes: nn.Module, drawn: Tensor, target: Tensor) -> Tensor:
    """Squared distance of what the eyes see, each place's features of length one; a scalar.

    The shallowest depth is left out: what it wants of a flat place is noise, and a grid serves.
    """
    with torch.no_grad():
        wanted = eyes(target.expand(-1, 3, -1, -1))
    total = drawn.new_zeros(())
    seen = eyes(drawn.expand(-1, 3, -1, -1))
    for ours, theirs in zip(seen[1:], wanted[1:], strict=True):
        total = total + (unit(ours) - unit(theirs)).square().sum(1).mean()
    return total
