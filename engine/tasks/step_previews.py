"""Steps on one picture for the screen: what was worked out for earlier requests is kept."""

import math
from collections.abc import Generator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from engine import image, masks, resize, steps, xmp
from engine.formats import by_ending
from engine.image import Picture
from engine.job import Event, Job, Pixels, Preview, Step
from engine.runtime import Runtime
from engine.specs import (
    FillStep,
    OldPhotoStep,
    PictureStep,
    PreviewSteps,
    ProposeMask,
    ReadSteps,
    WriteSteps,
)
from engine.tasks import apply, scratches
from engine.tasks import step_regions as regions
from engine.tasks.apply import Bench
from engine.tasks.denoise import mix
from engine.tasks.preview import clipped, colour
from engine.tasks.step_parts import Parts, Whole

MENDED_PX = 6_000_000  # of a picture that is kept at full strength, too
SIZES = 4  # of the opened picture that are kept: full, for the screen, rough, and known
KNOWN = 1200  # px, the long side of a picture that shows what a part of it is part of
KEPT_PX = 40_000_000  # pixels of results of steps that are kept, at least that of the last one
Steps = tuple[PictureStep, ...]
Box = tuple[int, int, int, int]  # left, top, width, height, px


@dataclass(slots=True)
class Opened:
    """One picture at one size, and what the steps made of it; None where that was forgotten."""

    key: tuple[Path, int, int]
    full: tuple[int, int]
    picture: Picture
    done: list[tuple[PictureStep, Picture | None]] = field(default_factory=list)
    mended: tuple[OldPhotoStep, Picture, Picture] | None = None  # at full strength: from, to

    @property
    def whole(self) -> bool:
        """Whether it is as large as in its file."""
        return (self.picture.height, self.picture.width) == self.full


class StepPreviews:
    """Runs `PreviewSteps` and `ProposeMask` on one runtime.

    It remembers one opened picture, at its full size and at smaller ones: people go back and forth
    between all of it and a part seen closer. A part at full size is worked out by itself.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._opened: dict[int, Opened] = {}  # by the long side asked for; 0 is its full size
        self._parts = Parts()

    def run(self, spec: PreviewSteps) -> Job:
        """See `specs.PreviewSteps`. Returns the facts."""
        active = steps.check(spec.steps) if any(step.on for step in spec.steps) else ()
        opened = yield from self._open(spec.picture, spec.longest)
        if spec.before:
            yield shown("before", opened.picture, opened, spec.box)
        if spec.box is not None and opened.whole:
            preview = yield from self._part(active, opened, spec.box, spec.device)
        else:
            picture = yield from self._after(active, opened, spec.device)
            preview = shown("after", picture, opened, spec.box)
        yield preview
        return preview.facts

    def propose(self, spec: ProposeMask) -> Job:
        """See `specs.ProposeMask`. Returns the facts."""
        active = steps.check(spec.steps) if any(step.on for step in spec.steps) else ()
        scratches.entry_for(spec.model)
        opened = yield from self._open(spec.picture, 0)
        picture = yield from self._after(active, opened, spec.device)
        network = yield from scratches.finder(
            spec.model, spec.device, self._runtime, precise=picture.depth > 8
        )
        mask = yield from scratches.found(picture.pixels, network, spec.sensitivity)
        facts = {
            "png": masks.packed(mask),
            "share": float(mask.mean()),
            "width": picture.width,
            "height": picture.height,
        }
        yield Step(1, 1)
        yield Preview("mask", colour(reduced(mask, spec.longest)), None, facts)
        return facts

    def _part(
        self, active: Steps, opened: Opened, box: Box, device: str
    ) -> Generator[Event, None, Preview]:
        """A box of the result: from what is known of all of it on, no more than that needs."""
        known = same_steps(opened, active)
        while known and opened.done[known - 1][1] is None:
            known -= 1
        while known < len(active) and isinstance(active[known], FillStep):  # costs its holes only
            known += 1
        picture = yield from self._after(active[:known], opened, device)
        bench = Bench(self._runtime, device, opened.key[0], opened.full, quick=True)
        place = regions.wanted(active, opened.full, box)

        def looked(steps: Steps) -> Generator[Event, None, Picture]:
            smaller = yield from self._open(opened.key[0], KNOWN)
            return (yield from self._after(steps, smaller, device))

        whole = Whole(active[:known], picture, looked)
        part = yield from self._parts.work(active, place, whole, bench)
        facts: dict[str, object] = {"width": opened.full[1], "height": opened.full[0], "box": box}
        return Preview("after", image.shown(part.picture), part.picture.meta.icc, facts)

    def _open(self, path: Path, longest: int) -> Generator[Event, None, Opened]:
        key = (path, path.stat().st_mtime_ns, longest)
        if any(each.key[:2] != key[:2] for each in self._opened.values()):
            self._opened, self._parts = {}, Parts()
        kept = self._opened.pop(longest, None)
        if kept is None:
            full_size = self._opened.get(0)
            picture = full_size.picture if full_size else image.read(path)
            yield Step(0, 1)
            full = (picture.height, picture.width)
            alpha = picture.alpha
            small = replace(
                picture,
                pixels=reduced(picture.pixels, longest),
                alpha=None if alpha is None else reduced(alpha, longest),
            )
            kept = Opened(key, full, small)
        self._opened[longest] = kept  # now the most recently used
        while len(self._opened) > SIZES:
            del self._opened[next(iter(self._opened))]
        return kept

    def _after(self, active: Steps, opened: Opened, device: str) -> Generator[Event, None, Picture]:
        """What all steps make of it, from the last of them whose result is known."""
        same = same_steps(opened, active)
        if same < len(active):
            del opened.done[same:]
        start, picture = 0, opened.picture
        for number in range(same, 0, -1):
            kept = opened.done[number - 1][1]
            if kept is not None:
                start, picture = number, kept
                break
        bench = Bench(
            self._runtime, device, opened.key[0], opened.full, reduced=not opened.whole, quick=True
        )
        for number in range(start, len(active)):
            picture = yield from self._through(active[number], picture, opened, bench)
            if number < len(opened.done):
                opened.done[number] = (active[number], picture)
            else:
                opened.done.append((active[number], picture))
            forget(opened)
        return picture

    def _through(
        self, step: PictureStep, picture: Picture, opened: Opened, bench: Bench
    ) -> Generator[Event, None, Picture]:
        """One step; an old photo at another strength is only mixed anew."""
        if not isinstance(step, OldPhotoStep) or picture.width * picture.height > MENDED_PX:
            return (yield from apply.through((step,), picture, bench))
        full, kept = replace(step, strength=100), opened.mended
        if kept is None or kept[0] != full or kept[1] is not picture:
            result = yield from apply.through((full,), picture, bench)
            kept = opened.mended = (full, picture, result)
        pixels = kept[2].pixels.copy()
        mix(pixels, picture.pixels, step.strength / 100)
        yield Step(1, 1)
        return replace(kept[2], pixels=pixels)


def same_steps(opened: Opened, active: Steps) -> int:
    """How many steps were the same the last time."""
    same = 0
    while same < min(len(active), len(opened.done)) and opened.done[same][0] == active[same]:
        same += 1
    return same


def forget(opened: Opened) -> None:
    """Drop the oldest results beyond what may be kept."""
    room = KEPT_PX
    for number in range(len(opened.done) - 1, -1, -1):
        step, picture = opened.done[number]
        if picture is not None:
            room -= picture.width * picture.height
            if room < 0 and number < len(opened.done) - 1:
                opened.done[number] = (step, None)


def shown(name: str, picture: Picture, opened: Opened, box: Box | None) -> Preview:
    """A picture, or its part that was at `box` of the full size, as the screen shows it."""
    facts: dict[str, object] = {"width": opened.full[1], "height": opened.full[0]}
    pixels = image.shown(picture)
    if box is not None:
        across, down = picture.width / opened.full[1], picture.height / opened.full[0]
        place = (int(box[0] * across), int(box[1] * down))
        room = (math.ceil(box[2] * across), math.ceil(box[3] * down))
        left, top, right, bottom = clipped((*place, *room), pixels.shape[1], pixels.shape[2])
        pixels = np.ascontiguousarray(pixels[:, top:bottom, left:right])
        facts["box"] = box
    return Preview(name, pixels, picture.meta.icc, facts)


def reduced(pixels: Pixels, longest: int) -> Pixels:
    """(C, H, W) at most `longest` px on its long side; 0 leaves it."""
    height, width = pixels.shape[1:]
    size = resize.fitted(height, width, longest)
    return pixels if size == (height, width) else resize.planes(pixels, size)


def read(spec: ReadSteps) -> Job:
    """See `specs.ReadSteps`."""
    yield Step(0, 1)
    if by_ending(spec.file) is None:
        return steps.read(spec.file)
    said = xmp.steps(image.packet(spec.file))
    return steps.unpacked(said) if said else ()


def write(spec: WriteSteps) -> Job:
    """See `specs.WriteSteps`. Returns the file."""
    yield Step(0, 1)
    steps.write(spec.file, spec.steps)
    return spec.file
