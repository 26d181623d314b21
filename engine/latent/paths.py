"""Ways from place to place: w for every frame of a walk."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.latent import pad, points
from engine.latent.points import Arrows
from engine.latent.warm import Loaded
from engine.specs import Place

Way = Callable[[float], Tensor]  # from how far, in [0, 1], to w (layers, w_dim)


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture of a walk: `part` of the way from key `leg` to the next, and its w."""

    leg: int
    part: float
    w: Tensor
    noise: int | None


def frames(
    legs: list[tuple[Place, Place]], ways: list[Way], each: int, *, last: bool
) -> Iterator[Frame]:
    """`each` frames a leg, evenly; with `last` the end of the last leg, too."""
    for leg, ((start, _), way) in enumerate(zip(legs, ways, strict=True)):
        for number in range(each):
            yield Frame(leg, number / each, way(number / each), start.noise)
    if last:
        yield Frame(len(legs) - 1, 1.0, ways[-1](1.0), legs[-1][1].noise)


def legs(keys: tuple[Place, ...], *, loop: bool) -> list[tuple[Place, Place]]:
    """Each key with the next; with `loop` the last with the first."""
    ends = (*keys[1:], keys[0]) if loop else keys[1:]
    return list(zip(keys, ends, strict=False))


def straight(loaded: Loaded, start: Place, end: Place, arrows: Arrows) -> Way:
    """From w to w."""
    first, second = loaded.w_of(start, arrows), loaded.w_of(end, arrows)
    return lambda part: points.lerp(first, second, part)


def spherical(loaded: Loaded, start: Place, end: Place, arrows: Arrows) -> Way | None:
    """On the sphere of z, then through the mapping; None where an end has no z.

    Truncation and edits change evenly on the way.
    """
    first, second = code(loaded, start), code(loaded, end)
    label = class_of(loaded, start)
    if first is None or second is None or label != class_of(loaded, end):
        return None
    shifts = [shift(loaded, place, arrows) for place in (start, end)]

    def way(part: float) -> Tensor:
        w = loaded.mapped(points.slerp(first, second, part), label)
        amount = (1 - part) * start.truncation + part * end.truncation
        w = points.truncated(w, loaded.mean, amount)
        return w + points.lerp(shifts[0], shifts[1], part)

    return way


def code(loaded: Loaded, place: Place) -> Tensor | None:
    """The z (z_dim,) of a place that has one: a plain seed, or any without a mapping network."""
    if place.mixes:
        return None
    if not loaded.maps and loaded.net.w_dim == loaded.net.z_dim:  # w may hold a class besides
        return loaded.base_w(place)[0]
    seed = pad.seed_of(place)
    return None if seed is None else points.z_of(seed, loaded.net.z_dim).to(loaded.device)


def class_of(loaded: Loaded, place: Place) -> int | None:
    """The class a place is drawn as."""
    return points.label_of(loaded.net, pad.seed_at(place.x, place.y), place.label)


def shift(loaded: Loaded, place: Place, arrows: Arrows) -> Tensor:
    """What the edits add, (layers, w_dim)."""
    if not place.edits:
        return torch.zeros(loaded.net.layers, loaded.net.w_dim, device=loaded.device)
    return points.edits(place, arrows, loaded.net.layers).to(loaded.device)
