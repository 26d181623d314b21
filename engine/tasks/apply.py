"""Steps, one after the other, on one picture in floats: nothing is rounded before it is written."""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import cv2
import numpy as np

from engine import batch, masks, noted, steps
from engine.errors import UserError
from engine.image import Picture
from engine.job import Event, Job, Note, Pixels, Step
from engine.resize import resized
from engine.runtime import Runtime
from engine.specs import (
    Apply,
    ColourStep,
    CropStep,
    Denoise,
    DenoiseStep,
    FillStep,
    FinishStep,
    OldPhotoStep,
    PictureStep,
    ResizeStep,
    Restore,
    RotateStep,
    ScratchesStep,
    StyleStep,
    Transfer,
    TransferStep,
    Upscale,
    UpscaleStep,
)
from engine.tasks import colour, denoise, fill, finish, old_photo, scratches, transfer, upscale
from engine.tasks.within import Within

Made = Generator[Event, None, Picture]
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Bench:
    """Where steps are done: by whom, for which file, and at which size their masks are told.

    `full`: (height, width) of the file's picture. `reduced`: what is worked on is a smaller copy
    for the screen, on which steps that only change the size would show nothing. `within`: what is
    worked on is a part of the picture at that step. `quick`: somebody waits for it to be shown.
    """

    runtime: Runtime
    device: str
    source: Path
    full: tuple[int, int]
    reduced: bool = False
    within: Within | None = None
    quick: bool = False


def run(spec: Apply | Restore, runtime: Runtime) -> Job:
    """Every source picture through the steps, to its target. Returns a `Report`."""
    asked = noted.steps_of(spec)
    if isinstance(spec, Restore) and not asked:
        raise UserError(
            "Nothing was asked for.", "Choose --mask, --scratches auto, --old-photo or --colour."
        )
    own = spec.own if isinstance(spec, Apply) else ()
    if asked or not own:
        steps.check(asked)
    for _, other in own:
        steps.check(other)
    yield from runtime.check(spec.device)

    def work(picture: Picture, source: Path) -> Made:
        active = steps.check(noted.steps_for(spec, source))
        bench = Bench(runtime, spec.device, source, (picture.height, picture.width))
        return (yield from through(active, picture, bench))

    return (yield from batch.run(spec, {"op": spec.op, "model": "auto"}, work))


def through(active: Sequence[PictureStep], picture: Picture, bench: Bench) -> Made:
    """The picture after all steps; a `Step` counts them, with fractions."""
    for number, step in enumerate(active):
        picture = yield from counted(done(step, picture, bench), step, number, len(active))
    yield Step(len(active), len(active))
    return picture


def counted(
    job: Generator[Event, None, Result], step: PictureStep, number: int, total: int
) -> Generator[Event, None, Result]:
    """The same job; its `Step`s say that it is one of several."""
    while True:
        try:
            event = next(job)
        except StopIteration as end:
            made: Result = end.value
            return made
        if isinstance(event, Step):
            part = event.done / event.total if event.total else 0
            event = Step(number + min(0.99, part), total, step.title)
        yield event


def done(step: PictureStep, picture: Picture, bench: Bench) -> Made:
    """The picture after one step."""
    if bench.reduced and isinstance(step, UpscaleStep | ResizeStep):
        yield Step(1, 1)
        return picture
    return (yield from DOERS[type(step)](step, picture, bench))


def denoised(step: DenoiseStep, picture: Picture, bench: Bench) -> Made:
    """Without noise."""
    spec = Denoise(model=step.model, strength=step.strength, blend=step.blend, device=bench.device)
    pixels, _ = yield from denoise.denoised(
        spec,
        picture.pixels,
        bench.runtime,
        sigma=bench.within.noise if bench.within else None,
        precise=precise(picture),
    )
    return replace(picture, pixels=pixels)


def upscaled(step: UpscaleStep, picture: Picture, bench: Bench) -> Made:
    """Larger."""
    spec = Upscale(model=step.model, scale=step.scale, device=bench.device)
    return (yield from upscale.larger(spec, picture, bench.runtime))


def masked(step: FillStep, picture: Picture, bench: Bench) -> Made:
    """Filled in."""
    mask = yield from mask_of(step, picture, bench)
    return (yield from filled(picture, mask, step.model, bench))


def mask_of(step: FillStep, picture: Picture, bench: Bench) -> Generator[Event, None, Pixels]:
    """A step's mask at the size of the picture at hand, checked; of a part of it that part."""
    height, width = bench.full
    if step.mask is not None:
        mask = masks.read(masks.file_for(step.mask, bench.source), height, width)
    else:
        masks.check_size(step.full, height, width, "The mask was")
        mask = masks.placed(masks.unpacked(step.png), step.box, height, width)
    yield Step(0, 1)
    if bench.within is not None:
        top, left, bottom, right = bench.within.place
        return masks.checked(mask)[:, top:bottom, left:right]
    if mask.shape[1:] != (picture.height, picture.width):
        size = (picture.width, picture.height)
        mask = np.asarray(cv2.resize(mask[0], size, interpolation=cv2.INTER_AREA), np.float32)[None]
    return masks.checked(mask)


def filled(picture: Picture, mask: Pixels, model: str | None, bench: Bench) -> Made:
    """The mask filled in."""
    network = yield from fill.filler(model, bench.device, bench.runtime, precise=precise(picture))
    pixels = yield from fill.filled(picture.pixels, mask, network)
    return replace(picture, pixels=pixels)


def unscratched(step: ScratchesStep, picture: Picture, bench: Bench) -> Made:
    """Scratches found and filled in; a word where there are none."""
    finder = yield from scratches.finder(
        step.model, bench.device, bench.runtime, precise=precise(picture)
    )
    mask = yield from scratches.found(picture.pixels, finder, step.sensitivity, bench.within)
    if not mask.any() or step.strength == 0:
        yield Note("Scratches were left alone." if mask.any() else "No scratches were found.")
        return picture
    if mask.mean() > masks.FULL:
        yield Note("All of it was taken for damage: scratches were left alone.")
        return picture
    return (
        yield from filled(picture, mask * np.float32(step.strength / 100), step.fill_model, bench)
    )


def mended(step: OldPhotoStep, picture: Picture, bench: Bench) -> Made:
    """As new."""
    if step.strength == 0:
        return picture
    entry = old_photo.entry_for(step.model)
    network = yield from bench.runtime.network(entry, bench.device, precise=precise(picture))
    pixels = yield from old_photo.mended(picture.pixels, step.strength, network, bench.within)
    return replace(picture, pixels=pixels)


def coloured(step: ColourStep, picture: Picture, bench: Bench) -> Made:
    """In colour; a profile for grey pictures would be wrong then."""
    high, wide = bench.within.size if bench.within else (picture.height, picture.width)
    if step.hints:
        masks.check_size(step.full, *bench.full, "The dots of colour were")
    across, down = wide / bench.full[1], high / bench.full[0]
    hints = tuple(replace(hint, x=hint.x * across, y=hint.y * down) for hint in step.hints)
    scaled = replace(step, hints=hints)
    entry = colour.entry_for(step.model)
    network = yield from bench.runtime.network(entry, bench.device, precise=precise(picture))
    pixels = yield from colour.colourized(
        scaled, picture.pixels, network, within=bench.within, mirrored=not bench.quick
    )
    meta = picture.meta
    if meta.icc and meta.icc[16:20] == b"GRAY":
        meta = replace(meta, icc=None)
        yield Note("The grey colour profile was left out.")
    return replace(picture, pixels=pixels, meta=meta)


def transferred(step: TransferStep | StyleStep, picture: Picture, bench: Bench) -> Made:
    """As the other domain, or the style, has it."""
    spec = Transfer(model=step.model, strength=step.strength, device=bench.device)
    if isinstance(step, TransferStep):
        spec = replace(spec, direction=step.direction)
    else:
        spec = replace(spec, style=step.style)
    way = transfer.way_for(spec)
    return (yield from transfer.transferred(spec, way, picture, bench.runtime, bench.within))


def finished(step: FinishStep, picture: Picture, bench: Bench) -> Made:
    """Tones, colours and sharpness."""
    del bench
    return replace(picture, pixels=(yield from finish.finished(step, picture.pixels)))


def cropped(step: CropStep, picture: Picture, bench: Bench) -> Made:
    """A part of it."""
    del bench
    top, left, bottom, right = finish.crop_box(step, picture.height, picture.width)
    yield Step(1, 1)
    return framed(picture, lambda planes: planes[:, top:bottom, left:right].copy())


def rotated(step: RotateStep, picture: Picture, bench: Bench) -> Made:
    """Turned."""
    del bench
    yield Step(1, 1)
    return framed(picture, lambda planes: finish.rotated(step, planes))


def resampled(step: ResizeStep, picture: Picture, bench: Bench) -> Made:
    """At another size."""
    del bench
    height, width = resized_to(step, (picture.height, picture.width))
    if (height, width) == (picture.height, picture.width):
        yield Step(1, 1)
        return picture
    pixels = (yield from resized(picture.pixels, height, width)).clip(0, 1)
    alpha = picture.alpha
    if alpha is not None:
        alpha = (yield from resized(alpha, height, width)).clip(0, 1)
    return replace(picture, pixels=pixels, alpha=alpha)


def resized_to(step: ResizeStep, size: tuple[int, int]) -> tuple[int, int]:
    """(height, width) of a picture of that size afterwards."""
    ratio = step.longest / max(size)
    if ratio > 1 and not step.enlarge:
        return size
    height, width = (max(1, round(side * ratio)) for side in size)
    return height, width


def framed(picture: Picture, change: Callable[[Pixels], Pixels]) -> Picture:
    """The same done to colours and transparency."""
    alpha = picture.alpha
    return replace(
        picture,
        pixels=change(picture.pixels),
        alpha=None if alpha is None else change(alpha),
    )


def precise(picture: Picture) -> bool:
    """Whether less than full floats would show."""
    return picture.depth > 8


DOERS: dict[type[PictureStep], Callable[[Any, Picture, Bench], Made]] = {
    DenoiseStep: denoised,
    UpscaleStep: upscaled,
    FillStep: masked,
    ScratchesStep: unscratched,
    OldPhotoStep: mended,
    ColourStep: coloured,
    TransferStep: transferred,
    StyleStep: transferred,
    FinishStep: finished,
    CropStep: cropped,
    RotateStep: rotated,
    ResizeStep: resampled,
}
