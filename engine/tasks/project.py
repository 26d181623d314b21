"""One's own photo as a place: cut out, searched for, kept beside the photo."""

import time
from collections.abc import Generator as Steps
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engine import image
from engine.errors import UserError
from engine.formats import by_ending
from engine.job import Event, Job, Pixels, Preview, Step
from engine.latent import points, tags
from engine.latent.projection import Projection, cut
from engine.latent.warm import Loaded, shown
from engine.specs import Place, Project, Projected
from engine.tasks.faces import free
from engine.tasks.room import Room

SHOW_EVERY = 10  # steps
GUESSING = 0.15  # of the bar
QUICK_STEPS, QUICK_SECONDS = 120, 30.0  # for a photo among many
STRANGE = (
    "This photo looks unlike anything the model draws. Move the square: a face should be seen from "
    "the front and fill it."
)


@dataclass(frozen=True, slots=True)
class Budget:
    """Whichever ends first."""

    steps: int
    seconds: float

    def spent(self, steps: int, since: float) -> float:
        """How much of it is gone, 1 for all."""
        return max(steps / self.steps, (time.perf_counter() - since) / self.seconds)


def run(spec: Project, room: Room) -> Job:
    """Search, showing the best so far; see `specs.Project`. Returns a `Projected`."""
    loaded = yield from room.generator(spec.model, spec.device)
    target = spec.target or spec.photo.with_name(f"{spec.photo.stem}_{loaded.id}.png")
    if by_ending(target) != "png":
        raise UserError(f"{target.name} cannot keep the place.", "Name a .png file.")
    target = target if spec.target else free(target, set())
    seen = cut_out(spec.photo, spec.box, spec.angle, loaded)
    yield Preview("target", shown(seen[0]))
    search = Projection(loaded, seen, spec.seed)
    try:
        yield from searched(search, loaded, Budget(spec.steps, spec.seconds))
    finally:  # also where the job is closed midway: the best so far is kept
        place = place_of(search, loaded)
        tags.write(target, loaded, place, {})
    words = "" if search.near else STRANGE
    return Projected(place, search.distance, search.near, words, target)


def quick(loaded: Loaded, photo: Path) -> Steps[Event, None, Tensor]:
    """The w (layers, w_dim) of a photo's middle, found in less time."""
    search = Projection(loaded, cut_out(photo, None, 0.0, loaded))
    for event in searched(search, loaded, Budget(QUICK_STEPS, QUICK_SECONDS)):
        if isinstance(event, Step):
            yield Step(event.done, event.total, photo.name)
    return search.best


def searched(search: Projection, loaded: Loaded, budget: Budget) -> Job:
    """Guess, then step until the budget is spent."""
    start = time.perf_counter()
    for part in search.guess():
        yield Step(GUESSING * part, 1, "Looking for something like it")
    yield now(search, loaded, 0, start)
    number = 0
    while (spent := budget.spent(number, start)) < 1:
        search.step(spent)
        number += 1
        yield Step(GUESSING + (1 - GUESSING) * min(1.0, spent), 1, f"step {number}")
        if number % SHOW_EVERY == 0:
            yield now(search, loaded, number, start)
    search.settle()
    yield now(search, loaded, number, start)
    yield Step(1, 1, f"step {number}")


def now(search: Projection, loaded: Loaded, step: int, start: float) -> Preview:
    """The best so far."""
    facts = {"place": place_of(search, loaded), "distance": search.distance, "step": step}
    seconds = time.perf_counter() - start
    facts["ms"] = seconds * 1000 / max(1, step)
    return Preview("place", loaded.picture(search.best), facts=facts)


def place_of(search: Projection, loaded: Loaded) -> Place:
    """The best so far as a place."""
    return Place(model=loaded.id, w=points.rows(search.best), truncation=1.0)


def cut_out(
    photo: Path, box: tuple[float, float, float] | None, angle: float, loaded: Loaded
) -> Tensor:
    """(1, C, size, size) in [0, 1] on the device: the square of the photo. UserError."""
    pixels: Pixels = image.shown(image.read(photo))
    square = cut(pixels, box, angle, loaded.net.size)
    if loaded.net.channels == 1:
        square = square.mean(0, keepdims=True)
    return torch.from_numpy(np.ascontiguousarray(square))[None].to(loaded.device)
