"""The room where generators are kept warm with their directions; every latent task works in it."""

import time
from collections.abc import Generator as Steps
from dataclasses import dataclass
from typing import Any

import torch

from engine.job import Event, Job, Preview
from engine.latent.points import Arrows
from engine.latent.shelf import Shelf
from engine.latent.warm import Loaded, Warm, shown
from engine.specs import DrawPlaces, OpenGenerator, Place

TOGETHER, TOGETHER_PX = 4, 128  # places drawn at once, and up to which size: a batch is faster


@dataclass(frozen=True, slots=True)
class Ready:
    """A place with all that it takes to draw it."""

    place: Place
    loaded: Loaded
    arrows: Arrows

    def w(self) -> torch.Tensor:
        """W (layers, w_dim) as it is drawn."""
        return self.loaded.w_of(self.place, self.arrows)


class Room:
    """One instance, one thread."""

    def __init__(self) -> None:
        self._warm = Warm()
        self._shelves: dict[int, tuple[Loaded, Shelf]] = {}

    def generator(self, model: str | None, device: str) -> Steps[Event, None, Loaded]:
        """A generator by its id, warm."""
        return (yield from self._warm.generator(model, device))

    def shelf(self, loaded: Loaded) -> Shelf:
        """The directions of a generator."""
        key = id(loaded)
        if key not in self._shelves:
            self._shelves = {key: (loaded, Shelf(loaded))}
        return self._shelves[key][1]

    def ready(self, place: Place, device: str) -> Steps[Event, None, Ready]:
        """A place with its generator and its directions. UserError where it cannot be drawn."""
        loaded = yield from self.generator(place.model, device)
        arrows = (yield from self.shelf(loaded).arrows(place)) if directed(place) else {}
        return Ready(place, loaded, arrows)


def directed(place: Place) -> bool:
    """Whether edits are at work anywhere in it."""
    return bool(place.edits) or any(directed(mix.source) for mix in place.mixes)


def opened(spec: OpenGenerator, room: Room) -> Job:
    """Load a generator, and draw once so that the next time is quick. Returns its facts."""
    loaded = yield from room.generator(spec.model, spec.device)
    loaded.picture(loaded.w_of(Place(), {}))
    return loaded.facts()


def draw(spec: DrawPlaces, room: Room) -> Job:
    """A `Preview` named "place" for each; see `specs.DrawPlaces` for its facts."""
    waiting: list[tuple[int, Ready]] = []
    for index, place in enumerate(spec.places):
        each = yield from room.ready(place, spec.device)
        if waiting and not together(waiting, each):
            yield from previews(waiting, spec.edge)
            waiting = []
        waiting.append((index, each))
    yield from previews(waiting, spec.edge)
    return len(spec.places)


def together(waiting: list[tuple[int, Ready]], each: Ready) -> bool:
    """Whether a place can be drawn at once with those that wait."""
    first = waiting[0][1]
    small = each.loaded.net.size <= TOGETHER_PX and len(waiting) < TOGETHER
    return small and first.loaded is each.loaded and first.place.noise == each.place.noise


def previews(waiting: list[tuple[int, Ready]], edge: int | None) -> Job:
    """Draw them in one go, then show one after the other."""
    if not waiting:
        return
    start = time.perf_counter()
    loaded, noise = waiting[0][1].loaded, waiting[0][1].place.noise
    pictures = loaded.draw(torch.stack([each.w() for _, each in waiting]), noise)
    ms = (time.perf_counter() - start) * 1000 / len(waiting)
    for (index, each), picture in zip(waiting, pictures, strict=True):
        facts: dict[str, Any] = {"place": each.place, "index": index}
        facts |= {"model": loaded.id, "ms": ms}
        yield Preview("place", shown(picture, edge), facts=facts)
