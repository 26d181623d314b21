"""Notes a picture carries of what was done to it: every task, told as steps."""

from collections.abc import Sequence
from dataclasses import replace

from engine import steps, xmp
from engine.image import Picture
from engine.specs import (
    Apply,
    ColourStep,
    Denoise,
    DenoiseStep,
    FillStep,
    OldPhotoStep,
    PictureStep,
    PictureTask,
    Restore,
    ScratchesStep,
    StyleStep,
    Transfer,
    TransferStep,
    Upscale,
    UpscaleStep,
)


def steps_of(task: PictureTask) -> tuple[PictureStep, ...]:
    """The same task as steps; empty where there are none for it."""
    match task:
        case Apply():
            return tuple(step for step in task.steps if step.on)
        case Restore():
            return restoring(task)
        case Denoise():
            return (DenoiseStep(model=task.model, strength=task.strength, blend=task.blend),)
        case Upscale():
            return (UpscaleStep(model=task.model, scale=task.scale),)
        case Transfer() if task.style is not None:
            return (StyleStep(model=task.model, style=task.style, strength=task.strength),)
        case Transfer():
            return (
                TransferStep(model=task.model, direction=task.direction, strength=task.strength),
            )
        case _:
            return ()


def restoring(task: Restore) -> tuple[PictureStep, ...]:
    """What is asked of Restore, in its order."""
    found: list[PictureStep] = []
    if task.mask is not None:
        found.append(FillStep(mask=task.mask, model=task.fill_model))
    if task.scratches == "auto":
        found.append(
            ScratchesStep(
                model=task.scratches_model,
                fill_model=task.fill_model,
                sensitivity=task.sensitivity,
                strength=task.strength,
            )
        )
    if task.old_photo:
        found.append(OldPhotoStep(model=task.old_photo_model, strength=task.strength))
    if task.colour:
        found.append(
            ColourStep(
                model=task.colour_model,
                saturation=task.saturation,
                recolour=task.recolour,
                hints=task.hints,
            )
        )
    return tuple(found)


def noted(task: PictureTask, picture: Picture) -> Picture:
    """The picture with a note of what the task did, where that is wished."""
    if not (task.note_settings and task.keep_metadata):
        return picture
    said = text(steps_of(task))
    if not said:
        return picture
    return replace(picture, meta=replace(picture.meta, xmp=xmp.with_steps(picture.meta.xmp, said)))


def text(done: Sequence[PictureStep]) -> str:
    """Steps as a picture carries them; masks too large for that are left out."""
    if not done:
        return ""
    said = steps.packed(done)
    if len(said) <= xmp.LONGEST:
        return said
    return steps.packed(
        replace(step, png=b"", box=None) if isinstance(step, FillStep) else step for step in done
    )
