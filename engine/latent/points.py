"""From seeds and places to w: one point, many points, and what lies between two of them.

z (z_dim,) is standard normal; w is (layers, w_dim), a row for each layer, coarse to fine.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.errors import UserError
from engine.latent import pad
from engine.latent.generator import Generator
from engine.specs import Place


@dataclass(frozen=True, slots=True)
class Arrow:
    """A direction ready to be used: `step` (1 or layers, w_dim) is one standard deviation long.

    `layers`: the words for those it is limited to.
    """

    step: Tensor
    layers: str = "all"


Arrows = Mapping[str, Arrow]  # by the id of the direction


def z_of(seed: int, size: int) -> Tensor:
    """The z of a seed, (size,) float32, the same on every machine and in every version.

    From the Mersenne Twister as NumPy froze it, which is also what StyleGAN's seeds mean: an
    imported model shows the faces its authors show.
    """
    values = np.random.RandomState(seed).randn(size)
    return torch.from_numpy(values.astype(np.float32))


def truncated(w: Tensor, mean: Tensor, amount: float) -> Tensor:
    """`mean` + `amount` (w - mean); StyleGAN (Karras et al. 2019), appendix B."""
    return torch.lerp(mean.expand_as(w), w, amount) if amount != 1 else w


def mixed(w: Tensor, other: Tensor, layers: range) -> Tensor:
    """The w (layers, w_dim) with some layers of `other`: style mixing."""
    if not layers:
        return w
    result = w.clone()
    result[layers.start : layers.stop] = other[layers.start : layers.stop]
    return result


def lerp(start: Tensor, end: Tensor, part: float) -> Tensor:
    """Straight from `start` (part 0) to `end` (part 1)."""
    return torch.lerp(start, end, part)


def slerp(start: Tensor, end: Tensor, part: float) -> Tensor:
    """Along the great circle, the length changing evenly; over the last dimension.

    Shoemake (1985). Vectors that point the same way, or opposite ways (where no circle is the
    right one), and those of length 0 are joined by a straight line.
    """
    lengths = start.norm(dim=-1, keepdim=True), end.norm(dim=-1, keepdim=True)
    unit_start, unit_end = (
        each / length.clamp_min(1e-12) for each, length in zip((start, end), lengths, strict=True)
    )
    angle = (unit_start * unit_end).sum(-1, keepdim=True).clamp(-1, 1).acos()
    sine = angle.sin()
    circle = (unit_start * ((1 - part) * angle).sin() + unit_end * (part * angle).sin()) / sine
    circle = circle * torch.lerp(*lengths, part)
    flat = (sine < 1e-4) | (torch.minimum(*lengths) < 1e-8)
    return torch.where(flat, torch.lerp(start, end, part), circle)


def edits(place: Place, arrows: Arrows, layers: int) -> Tensor:
    """What a place's edits add to w, (layers, w_dim)."""
    total = torch.zeros(layers, next(iter(arrows.values())).step.shape[1])
    for edit in place.edits:
        arrow = arrows[edit.direction]
        chosen = layers_of(edit.layers or arrow.layers, layers)
        steps = arrow.step.cpu().expand_as(total)[chosen.start : chosen.stop]
        total[chosen.start : chosen.stop] += edit.amount * steps
    return total


def label_of(net: Generator, seed: int, label: int | None) -> int | None:
    """The class a seed is drawn as: the one asked for, else one that the seed decides."""
    if not net.labels:
        return None
    return seed % net.labels if label is None else label


def check(net: Generator, place: Place, model: str) -> None:
    """UserError where the place cannot be one of this generator's."""
    if place.w is not None:
        rows, widths = len(place.w), {len(row) for row in place.w}
        if rows not in (1, net.layers) or widths != {net.w_dim}:
            has = f"{rows} x {'/'.join(map(str, sorted(widths)))}"
            raise UserError(
                f"This latent is {has} numbers; {model} takes {net.layers} x {net.w_dim}.",
                "Open it with the model it comes from.",
            )
    if place.label is not None and not 0 <= place.label < max(1, net.labels):
        words = f"classes 0 to {net.labels - 1}" if net.labels else "no classes"
        raise UserError(f"There is no class {place.label}: {model} has {words}.", "Leave it out.")
    if not all(map(np.isfinite, (place.x, place.y, place.truncation))):
        raise UserError("This place has a coordinate that is no number.", "Start from a seed.")
    for each in place.mixes:
        layers_of(each.layers, net.layers)
        check(net, each.source, model)


def layers_of(words: str, layers: int) -> range:
    """As `pad.layer_range`, with a UserError."""
    try:
        return pad.layer_range(words, layers)
    except ValueError as why:
        raise UserError(str(why)) from why


def rows(w: Tensor) -> tuple[tuple[float, ...], ...]:
    """(layers, w_dim) as plain numbers, for a `Place`."""
    return tuple(tuple(row) for row in w.detach().cpu().tolist())
