"""Directions: found, listed, made from two handfuls, named, forgotten."""

from collections.abc import Generator as Steps
from dataclasses import replace
from pathlib import Path

from torch import Tensor

from engine.errors import UserError
from engine.job import Event, Job, Step
from engine.latent import directions, kept, points, tags
from engine.latent.warm import Loaded
from engine.specs import Direction, Directions, ForgetDirection, KeepDirection, OwnDirection, Place
from engine.tasks import project
from engine.tasks.room import Room


def listed(spec: Directions, room: Room) -> Job:
    """Those of a kind, or all; finding takes a while the first time. Returns `Direction`s."""
    loaded = yield from room.generator(spec.model, spec.device)
    shelf = room.shelf(loaded)
    found: tuple[Direction, ...] = ()
    for kind in ("own", "pca", "sefa") if spec.kind == "all" else (spec.kind,):
        found += yield from shelf.listed(kind, spec.count)
    return found


def own(spec: OwnDirection, room: Room) -> Job:
    """From the mean of the places `a` to that of `b`. Returns the `Direction`."""
    loaded = yield from room.generator(spec.model, spec.device)
    name = kept.fit(spec.name)
    layers = points.layers_of(spec.layers, loaded.net.layers)
    for letter, handful in (("A", spec.a), ("B", spec.b)):
        if not handful:
            raise UserError(f"Nothing is marked {letter}.", "Mark at least one picture for each.")
    count = len(spec.a) + len(spec.b)
    w: list[Tensor] = []
    for number, what in enumerate((*spec.a, *spec.b)):
        yield Step(number, count, f"{name}: {number + 1} of {count}")
        w.append((yield from w_of(what, loaded, spec, room)))
    covariance = yield from room.shelf(loaded).spread()
    step = directions.own(w[: len(spec.a)], w[len(spec.a) :], covariance, layers)
    return room.shelf(loaded).add(name, step, spec.layers)


def w_of(
    what: Place | Path, loaded: Loaded, spec: OwnDirection, room: Room
) -> Steps[Event, None, Tensor]:
    """W (layers, w_dim) of a place or of a picture: the place it carries, else by projecting it."""
    if isinstance(what, Path):
        note = tags.noted_in(what)
        if note is None or note.place.model != loaded.id:
            return (yield from project.quick(loaded, what))
        what = note.drawn
    if what.model not in (None, loaded.id):
        raise UserError(
            f"One of these is a place of {what.model}, not of {loaded.id}.", "Mark others."
        )
    ready = yield from room.ready(replace(what, model=loaded.id), spec.device)
    return ready.w()


def renamed(spec: KeepDirection, room: Room) -> Job:
    """Call it something and limit it to layers. Returns the `Direction`."""
    loaded = yield from room.generator(spec.model, spec.device)
    return (yield from room.shelf(loaded).rename(spec.direction, spec.name, spec.layers))


def forgotten(spec: ForgetDirection, room: Room) -> Job:
    """Remove one's own; a found one gets its plain name back."""
    loaded = yield from room.generator(spec.model, spec.device)
    yield from room.shelf(loaded).forget(spec.direction)
