"""A part of what steps make of a picture, from that part of it and its surroundings alone.

From the part that is wanted one goes back through the steps: what each must see of the picture
before it. Then they are done in order on parts no larger than that. What a step must know of all
of the picture, it sees on a smaller one (`Within`).
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from engine.image import Picture
from engine.job import Pixels
from engine.specs import (
    ColourStep,
    CropStep,
    DenoiseStep,
    FillStep,
    FinishStep,
    OldPhotoStep,
    PictureStep,
    ResizeStep,
    RotateStep,
    ScratchesStep,
    StyleStep,
    TransferStep,
    Upscale,
    UpscaleStep,
)
from engine.tasks import apply, finish, upscale
from engine.tasks.fill import AROUND, CORE
from engine.tasks.within import Place, Size

GRID = 16  # px; parts start on this grid, as tiles of the whole picture do
MARGIN = 48  # px around, for networks
NEAR = 16  # px around, for what looks at the next pixels only
FOUND = 64  # px around, that a network needs to find scratches
TURNED = 3  # px around, for cubic interpolation
LANCZOS = 3  # px around, at the smaller of both sizes
MOVING = (CropStep, RotateStep)
RESHAPING = (*MOVING, ResizeStep)
SURROUNDINGS: dict[type[PictureStep], tuple[int, int]] = {  # px around, and the grid they start on
    DenoiseStep: (MARGIN, GRID),
    OldPhotoStep: (MARGIN, GRID),
    FillStep: (AROUND, CORE),
    ScratchesStep: (AROUND + FOUND, CORE),
    ColourStep: (0, 1),
    TransferStep: (NEAR, GRID),
    StyleStep: (NEAR, GRID),
    FinishStep: (NEAR, GRID),
}


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a picture of `size`, and where it lies there."""

    picture: Picture
    place: Place
    size: Size

    def cut(self, place: Place) -> "Part":
        """A part of this one, in px of the picture."""
        if place == self.place:
            return self
        top, left = self.place[:2]
        rows = slice(place[0] - top, place[2] - top)
        columns = slice(place[1] - left, place[3] - left)
        return replace(self, picture=framed(self.picture, np.s_[:, rows, columns]), place=place)

    def covers(self, place: Place) -> bool:
        """Whether all of that is here."""
        return (
            self.place[0] <= place[0]
            and self.place[1] <= place[1]
            and self.place[2] >= place[2]
            and self.place[3] >= place[3]
        )


def framed(picture: Picture, where: tuple[slice, ...]) -> Picture:
    """That part of colours and transparency."""
    alpha = picture.alpha
    return replace(
        picture,
        pixels=np.ascontiguousarray(picture.pixels[where]),
        alpha=None if alpha is None else np.ascontiguousarray(alpha[where]),
    )


# How large, and where


def size_after(step: PictureStep, size: Size) -> Size:
    """(height, width) of a picture of that size after a step."""
    match step:
        case CropStep():
            top, left, bottom, right = finish.crop_box(step, *size)
            return bottom - top, right - left
        case RotateStep() if step.angle % 90:
            return finish.turning(*size, step.angle)[1]
        case RotateStep():
            return size[::-1] if step.angle // 90 % 2 else size
        case UpscaleStep():
            return upscale.target_size(Upscale(scale=step.scale), *size)
        case ResizeStep():
            return apply.resized_to(step, size)
        case _:
            return size


def sizes(active: Sequence[PictureStep], size: Size) -> list[Size]:
    """Before the first step, and after each."""
    found = [size]
    for step in active:
        found.append(size_after(step, found[-1]))
    return found


def wanted(active: Sequence[PictureStep], size: Size, box: tuple[int, int, int, int]) -> Place:
    """Where a box (left, top, width, height) of what moving steps make lies in the result."""
    shape = sizes([step for step in active if isinstance(step, MOVING)], size)[-1]
    end = sizes(active, size)[-1]
    left, top, width, height = box
    return scaled((top, left, top + height, left + width), shape, end)


def seen(step: PictureStep, place: Place, before: Size, holes: Sequence[Place]) -> Place:
    """What a step must see of a picture of size `before` to make that part of its result.

    `holes`: what it must see to fill in, each as a whole, where it touches the part.
    """
    match step:
        case CropStep():
            top, left = finish.crop_box(step, *before)[:2]
            return place[0] + top, place[1] + left, place[2] + top, place[3] + left
        case RotateStep():
            return unturned(step, place, before)
        case UpscaleStep() | ResizeStep():
            after = size_after(step, before)
            margin = MARGIN
            if isinstance(step, ResizeStep):
                margin = 1 + math.ceil(LANCZOS * max(1.0, before[0] / after[0]))
            return grown(scaled(place, after, before), before, margin)
        case _:
            for hole in holes:
                place = united(place, hole) if touching(place, hole) else place
            return grown(place, before, *SURROUNDINGS[type(step)])


def grown(place: Place, size: Size, margin: int, grid: int = GRID) -> Place:
    """With its surroundings, from a multiple of `grid` on."""
    top, left = (max(0, side - margin) // grid * grid for side in place[:2])
    bottom, right = (min(end, side + margin) for side, end in zip(place[2:], size, strict=True))
    return top, left, bottom, right


def scaled(place: Place, size: Size, to: Size) -> Place:
    """The same part of the same picture at another size, never less."""
    down, across = to[0] / size[0], to[1] / size[1]
    top, left = max(0, int(place[0] * down)), max(0, int(place[1] * across))
    bottom = min(to[0], max(top + 1, math.ceil(place[2] * down)))
    right = min(to[1], max(left + 1, math.ceil(place[3] * across)))
    return min(top, bottom - 1), min(left, right - 1), bottom, right


def united(place: Place, other: Place) -> Place:
    """The least that holds both."""
    return (
        min(place[0], other[0]),
        min(place[1], other[1]),
        max(place[2], other[2]),
        max(place[3], other[3]),
    )


def touching(place: Place, other: Place) -> bool:
    """Whether they have a pixel in common."""
    return (
        place[0] < other[2] and other[0] < place[2] and place[1] < other[3] and other[1] < place[3]
    )


def unturned(step: RotateStep, place: Place, before: Size) -> Place:
    """What becomes that part when it is turned."""
    if step.angle % 90:
        turn, _ = finish.turning(*before, step.angle)
        top, left, bottom, right = place
        corners = np.array([[left, top], [right, top], [left, bottom], [right, bottom]], float)
        across, down = (np.linalg.inv(turn[:, :2]) @ (corners - turn[:, 2]).T).round(6)
        first = (math.floor(down.min()), math.floor(across.min()))
        last = (math.ceil(down.max()), math.ceil(across.max()))
        place = grown(clipped((*first, *last), before), before, TURNED, 1)
    else:
        size = size_after(step, before)
        for _ in range(int(step.angle // 90) % 4):  # a quarter back
            place = (size[1] - place[3], place[0], size[1] - place[1], place[2])
            size = size[::-1]
    if step.mirror:
        place = (place[0], before[1] - place[3], place[2], before[1] - place[1])
    return place


def area(place: Place) -> int:
    """How many pixels that is."""
    return (place[2] - place[0]) * (place[3] - place[1])


def clipped(place: Place, size: Size) -> Place:
    """What of it lies in the picture."""
    top, left = max(0, place[0]), max(0, place[1])
    return top, left, min(size[0], place[2]), min(size[1], place[3])


# Steps that make another shape of it


def reshaped(step: PictureStep, part: Part, place: Place) -> Part:
    """A part after a step that crops, turns or resizes; it sees what `seen` says."""
    size = size_after(step, part.size)
    match step:
        case RotateStep() if step.angle % 90:
            made = each(part.picture, lambda planes: tilted(step, planes, part, place))
        case RotateStep():
            made = each(part.picture, lambda planes: finish.rotated(step, planes))
        case ResizeStep():
            made = each(part.picture, lambda planes: resampled(planes, part, place, size))
        case _:
            made = part.picture
    return Part(made, place, size)


def each(picture: Picture, change: Callable[[Pixels], Pixels]) -> Picture:
    """The same done to colours and transparency."""
    return apply.framed(picture, change)


def tilted(step: RotateStep, planes: Pixels, part: Part, place: Place) -> Pixels:
    """Turned by any angle."""
    top, left = part.place[:2]
    if step.mirror:
        planes, left = planes[:, :, ::-1], part.size[1] - part.place[3]
    turn, _ = finish.turning(*part.size, step.angle)
    turn[:, 2] += turn[:, :2] @ np.array([left, top], float) - np.array([place[1], place[0]])
    return finish.warped(
        np.ascontiguousarray(planes), turn, (place[2] - place[0], place[3] - place[1])
    )


def resampled(planes: Pixels, part: Part, place: Place, size: Size) -> Pixels:
    """At another size."""
    down, across = part.size[0] / size[0], part.size[1] / size[1]
    top, left = part.place[:2]
    box = (
        max(0.0, place[1] * across - left),
        max(0.0, place[0] * down - top),
        min(float(planes.shape[2]), place[3] * across - left),
        min(float(planes.shape[1]), place[2] * down - top),
    )
    to = (place[3] - place[1], place[2] - place[0])
    made = [
        Image.fromarray(plane).resize(to, Image.Resampling.LANCZOS, box=box) for plane in planes
    ]
    return np.stack([np.asarray(plane) for plane in made]).clip(0, 1)


def enlarged(step: UpscaleStep, part: Part, made: Picture, place: Place) -> Part:
    """What lies at `place`, of a part made larger as a whole."""
    size = size_after(step, part.size)
    where = [slice(None)]
    for side, length in enumerate((made.height, made.width)):
        long = place[side + 2] - place[side]
        start = round(place[side] - part.place[side] * size[side] / part.size[side])
        start = max(0, min(start, length - long))
        where.append(slice(start, start + long))
    return Part(framed(made, tuple(where)), place, size)
