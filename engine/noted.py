"""Notes a picture carries of what was done to it: every task, told as steps."""

from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

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


def steps_for(task: PictureTask, source: Path) -> tuple[PictureStep, ...]:
    """The same for one of its pictures, which may have steps of its own."""
    own = dict(task.own).get(source) if isinstance(task, Apply) else None
    return steps_of(task) if own is None else tuple(step for step in own if step.on)


def noted(task: PictureTask, picture: Picture, source: Path) -> Picture:
    """What became of `source` with a note of what was done, if wished; `notes` are about that."""
    done = steps_for(task, source)
    if not (task.note_settings and task.keep_metadata) or not done:
        return picture
    theirs = xmp.without_steps(picture.meta.xmp)
    said, words = text(done, min(xmp.LONGEST, xmp.PACKET_ROOM - len(theirs or b"")))
    packet = xmp.with_steps(theirs, said) if said else theirs
    if said and packet == theirs:
        words = "The settings could not be noted: its XMP data is damaged."
    meta = replace(picture.meta, xmp=packet)
    return replace(picture, meta=meta, notes=(*picture.notes, words) if words else picture.notes)


def text(done: Sequence[PictureStep], room: int) -> tuple[str, str]:
    """Steps as a picture carries them, in `room` bytes; and what had to be left out, in words."""
    done = [_found_again(step) for step in done]
    said = steps.packed(done)
    if len(said.encode()) <= room:
        return said, ""
    said = steps.packed(
        replace(step, png=b"", box=None, full=None) if isinstance(step, FillStep) else step
        for step in done
    )
    if len(said.encode()) <= room:
        return said, "The settings were noted without the mask: it is too large for that."
    return "", "The settings were not noted: there is no room for them beside its other data."


def _found_again(step: PictureStep) -> PictureStep:
    """Files that it names by their whole path; "~" for one's own folder, whose name is private."""
    paths: dict[str, Any] = {
        each.name: _private(value.absolute())
        for each in fields(step)
        if isinstance(value := getattr(step, each.name), Path)
    }
    return replace(step, **paths) if paths else step


def _private(path: Path) -> Path:
    home = Path.home()
    return "~" / path.relative_to(home) if path.is_relative_to(home) else path
