"""Masks: grey PNGs, files or bytes, as planes (1, H, W) in [0, 1]; white is what is worked on."""

from pathlib import Path

import numpy as np

from engine import image
from engine.errors import UserError
from engine.formats import by_ending
from engine.job import Pixels

REMEDY = "Paint one in white on black, as large as the picture."
FULL = 0.98  # share of the picture from which on there is nothing left to fill from
Box = tuple[int, int, int, int]


def file_for(mask: Path, source: Path) -> Path:
    """The mask itself, or in a folder of masks the one named like the picture."""
    if not mask.is_dir():
        return mask
    named = sorted(
        path for path in mask.iterdir() if path.stem == source.stem and by_ending(path) is not None
    )
    if not named:
        raise UserError(f"There is no mask called {source.stem} in {mask}.", REMEDY)
    return named[0]


def read(mask: Path, height: int, width: int) -> Pixels:
    """The mask in a file. UserError where its size is another, or it is empty or full."""
    picture = image.read(mask)
    if (picture.height, picture.width) != (height, width):
        raise UserError(
            f"The mask {mask.name} is {picture.width} x {picture.height} px, "
            f"the picture {width} x {height}.",
            "Both must be of the same size.",
        )
    plane = picture.pixels.mean(0, keepdims=True, dtype=np.float32)
    if picture.alpha is not None:
        plane = plane * picture.alpha
    return checked(plane, f"The mask {mask.name}")


def checked(plane: Pixels, name: str = "The mask") -> Pixels:
    """The same. UserError where there is nothing, or nothing but mask."""
    share = float((plane > 0).mean())
    if share == 0:
        raise UserError(f"{name} is empty: nothing in it is white.", REMEDY)
    if share > FULL:
        raise UserError(
            f"{name} covers the whole picture: nothing is left to fill from.",
            "Leave out what is to stay.",
        )
    return plane


def packed(plane: Pixels) -> bytes:
    """(1, H, W) in [0, 1] -> the bytes of a grey PNG, quickly made."""
    import cv2

    values = np.round(plane[0] * 255).astype(np.uint8)
    _, data = cv2.imencode(".png", values, [cv2.IMWRITE_PNG_COMPRESSION, 1])
    return data.tobytes()


def unpacked(data: bytes) -> Pixels:
    """The bytes of a PNG -> (1, H, W) in [0, 1]. UserError where they are none."""
    import cv2

    values = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE) if data else None
    if values is None:
        raise UserError("The mask in this step is damaged.", "Paint it again.")
    return np.asarray(values, np.float32)[None] / np.float32(255)


def check_size(full: tuple[int, int] | None, height: int, width: int, what: str) -> None:
    """UserError where `what` was painted on a picture of another size (width, height)."""
    if full is not None and full != (width, height):
        raise UserError(
            f"{what} painted on a picture of {full[0]} x {full[1]} px; "
            f"this one has {width} x {height} px.",
            "Paint it anew, or leave the step out for this picture.",
        )


def placed(plane: Pixels, box: Box | None, height: int, width: int) -> Pixels:
    """A mask told at `box` as one of the whole picture. UserError where it does not fit."""
    left, top = box[:2] if box else (0, 0)
    tall, wide = plane.shape[1:]
    if (
        top < 0
        or left < 0
        or top + tall > height
        or left + wide > width
        or (box is None and (tall, wide) != (height, width))
    ):
        raise UserError(
            f"The mask is {wide} x {tall} px and does not fit a picture of {width} x {height} px.",
            "Use it on the picture it was painted on.",
        )
    whole = np.zeros((1, height, width), np.float32)
    whole[:, top : top + tall, left : left + wide] = plane
    return whole
