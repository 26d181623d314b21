"""A walk from key face to key face, drawn frame by frame into a film."""

import time
from collections.abc import Generator as Steps
from collections.abc import Iterator
from contextlib import closing

import torch

from engine.errors import UserError
from engine.job import Event, Job, Note, Preview, Step
from engine.latent import film, paths
from engine.latent.paths import Frame, Way
from engine.latent.warm import shown
from engine.specs import Place, Walk
from engine.tasks.room import TOGETHER, TOGETHER_PX, Room


def run(spec: Walk, room: Room) -> Job:
    """Every frame; see `specs.Walk`. Returns the path, or None."""
    if len(spec.keys) < 2:
        raise UserError("A walk needs two places or more.", "Add another key face or seed.")
    loaded = yield from room.generator(spec.keys[0].model, spec.device)
    edge = spec.edge or loaded.net.size
    legs = paths.legs(spec.keys, loop=spec.loop)
    total = len(legs) * spec.frames + (not spec.loop)
    with closing(film.film(spec.target, spec.rate)) as reel:
        ways = yield from ways_of(spec, legs, room)
        done = 0
        batch = TOGETHER if loaded.net.size <= TOGETHER_PX else 1
        for group in grouped(paths.frames(legs, ways, spec.frames, last=not spec.loop), batch):
            start = time.perf_counter()
            pictures = loaded.draw(torch.stack([frame.w for frame in group]), group[0].noise)
            ms = (time.perf_counter() - start) * 1000 / len(group)
            for frame, picture in zip(group, pictures, strict=True):
                pixels = shown(picture, edge)
                reel.add(pixels)
                facts = {"frame": done, "frames": total, "ms": ms}
                done += 1
                yield Preview("frame", pixels, facts=facts | {"leg": frame.leg, "part": frame.part})
            yield Step(done, total, f"frame {done} of {total}")
        reel.finish()
    return spec.target


def ways_of(
    spec: Walk, legs: list[tuple[Place, Place]], room: Room
) -> Steps[Event, None, list[Way]]:
    """How each leg goes; a note where one cannot go as it was asked."""
    ways: list[Way] = []
    told = False
    for start, end in legs:
        first = yield from room.ready(start, spec.device)
        second = yield from room.ready(end, spec.device)
        if first.loaded is not second.loaded:
            raise UserError(
                "These key faces come from different models.", "Walk within one of them."
            )
        arrows = {**first.arrows, **second.arrows}
        way = None
        if spec.path == "spherical":
            way = paths.spherical(first.loaded, start, end, arrows)
            if way is None and not told:
                told = True
                yield Note("A key face that is no plain seed has no z: those legs go straight.")
        ways.append(way or paths.straight(first.loaded, start, end, arrows))
    return ways


def grouped(frames: Iterator[Frame], most: int) -> Iterator[list[Frame]]:
    """Up to `most` frames that follow each other and share their noise."""
    group: list[Frame] = []
    for frame in frames:
        if group and (len(group) == most or frame.noise != group[0].noise):
            yield group
            group = []
        group.append(frame)
    if group:
        yield group
