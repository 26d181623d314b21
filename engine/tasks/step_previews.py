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
from engine.specs import OldPhotoStep, PictureStep, PreviewSteps, ProposeMask, ReadSteps, WriteSteps
from engine.tasks import apply, scratches
from engine.tasks.apply import Bench
from engine.tasks.denoise import mix
from engine.tasks.preview import clipped, colour

MENDED_PX = 6_000_000  # of a picture that is kept at full strength, too
KEPT_PX = 40_000_000  # pixels of results of steps that are kept, at least that of the last one


@dataclass(slots=True)
class Opened:
    """One picture at one size, and what the steps made of it; None where that was forgotten."""

    key: tuple[Path, int, int]
    full: tuple[int, int]
    picture: Picture
    done: list[tuple[PictureStep, Picture | None]] = field(default_factory=list)
    mended: tuple[OldPhotoStep, Picture, Picture] | None = None  # at full strength: from, to


class StepPreviews:
    """Runs `PreviewSteps` and `ProposeMask` on one runtime.

    It remembers one opened picture, at its full size and at the last smaller one: people go back
    and forth between all of it and a part seen closer.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._opened: dict[bool, Opened] = {}  # whether it is the smaller one

    def run(self, spec: PreviewSteps) -> Job:
        """See `specs.PreviewSteps`. Returns the facts."""
        active = steps.check(spec.steps) if any(step.on for step in spec.steps) else ()
        opened = yield from self._open(spec.picture, spec.longest)
        if spec.before:
            yield shown("before", opened.picture, opened, spec.box)
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

    def _open(self, path: Path, longest: int) -> Generator[Event, None, Opened]:
        key = (path, path.stat().st_mtime_ns, longest)
        self._opened = {at: each for at, each in self._opened.items() if each.key[:2] == key[:2]}
        kept = self._opened.get(longest > 0)
        if kept is None or kept.key != key:
            picture = image.read(path)
            yield Step(0, 1)
            full = (picture.height, picture.width)
            alpha = picture.alpha
            small = replace(
                picture,
                pixels=reduced(picture.pixels, longest),
                alpha=None if alpha is None else reduced(alpha, longest),
            )
            kept = self._opened[longest > 0] = Opened(key, full, small)
        return kept

    def _after(
        self, active: tuple[PictureStep, ...], opened: Opened, device: str
    ) -> Generator[Event, None, Picture]:
        """What all steps make of it, from the last of them whose result is known."""
        same = 0
        while same < min(len(active), len(opened.done)) and opened.done[same][0] == active[same]:
            same += 1
        if same < len(active):
            del opened.done[same:]
        start, picture = 0, opened.picture
        for number in range(same, 0, -1):
            kept = opened.done[number - 1][1]
            if kept is not None:
                start, picture = number, kept
                break
        small = (opened.picture.height, opened.picture.width) != opened.full
        bench = Bench(self._runtime, device, opened.key[0], opened.full, reduced=small)
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


def forget(opened: Opened) -> None:
    """Drop the oldest results beyond what may be kept."""
    room = KEPT_PX
    for number in range(len(opened.done) - 1, -1, -1):
        step, picture = opened.done[number]
        if picture is not None:
            room -= picture.width * picture.height
            if room < 0 and number < len(opened.done) - 1:
                opened.done[number] = (step, None)


def shown(
    name: str, picture: Picture, opened: Opened, box: tuple[int, int, int, int] | None
) -> Preview:
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
