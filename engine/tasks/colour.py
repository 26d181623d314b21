"""Colour for grey and toned pictures: chroma from a network, luma from the picture, to the bit.

The network looks at a small copy of the whole picture. Its chroma is carried to full size along the
picture's own edges (He and Sun, "Fast Guided Filter", 2015) and laid on the luma, which stays: see
`engine.chroma`.
"""

from collections.abc import Generator, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from engine import catalogue, chroma, resize
from engine.errors import UserError
from engine.job import Event, Note, Pixels, Step
from engine.runtime import Network
from engine.specs import ColourStep, Hint
from engine.tasks.within import Place, Size, Within

LONGEST = 320  # px, of the copy that the network sees, where its card does not say
DOT = 2  # px there, around a hint's middle
NEAR, ALIKE = 0.15, 0.08  # how far a hint reaches: share of the long side, and of luma
REACH, SMOOTH = 3, 1e-3  # of the guided filter: px, and variance of luma that counts as none
OWN = 0.02  # chroma that one tone over all does not explain, from which on colours are its own
ROWS_PX = 400_000  # pixels between two steps


def entry_for(model: str | None) -> catalogue.Entry:
    """The model asked for, or the first; UserError where there is none."""
    if model is not None:
        return catalogue.find(model, "colourize")
    models = catalogue.entries("colourize")
    if not models:
        raise UserError("No model that colours is installed.", "Train one, or leave it out.")
    return models[0]


def colourized(
    step: ColourStep,
    pixels: Pixels,
    network: Network,
    *,
    within: Within | None = None,
    mirrored: bool = True,
) -> Generator[Event, None, Pixels]:
    """(C, H, W) -> (3, H, W) with the luma it had; hints are told in px of the whole picture.

    `mirrored`: the network looks a second time, at the mirrored picture, and the mean of both
    counts; that errs a little less and takes that much longer.
    """
    whole = within.small.pixels if within else pixels
    if has_colours(whole) and not (step.recolour or step.hints):
        yield Note("It has its own colours: they were kept.")
        return pixels
    size = within.size if within else (pixels.shape[1], pixels.shape[2])
    longest = int(network.entry.card.extras.get("longest", LONGEST))
    height, width = resize.fitted(size[0], size[1], longest)
    small = resize.planes(chroma.luma(whole), (height, width))
    yield Step(0, 1)
    ratio = (width / size[1], height / size[0])
    dots = [(int(hint.x * ratio[0]), int(hint.y * ratio[1]), hint) for hint in step.hints]
    inside = [dot for dot in dots if 0 <= dot[0] < width and 0 <= dot[1] < height]
    colours = predicted(network, small, inside)
    yield Step(0, 1)
    if mirrored:
        others = [(width - 1 - column, row, hint) for column, row, hint in inside]
        other = predicted(network, np.ascontiguousarray(small[:, :, ::-1]), others)
        colours = np.float32(0.5) * (colours + other[:, :, ::-1])
        yield Step(0, 1)
    colours = followed(colours, small, inside) * np.float32(step.saturation / 100)
    place = within.place if within else (0, 0, *size)
    return (yield from carried(chroma.luma(pixels), small, colours, place, size))


def has_colours(pixels: Pixels) -> bool:
    """Whether its colours are more than one tone over all, as sepia is."""
    if len(pixels) == 1:
        return False
    rows, columns = (max(1, side // 256) for side in pixels.shape[1:])
    few = pixels[:, ::rows, ::columns]
    y = chroma.luma(few).ravel()
    tone = np.stack([np.ones_like(y), y, y * y], 1)
    own = chroma.chroma(few).reshape(2, -1).T
    explained = tone @ np.linalg.lstsq(tone, own, rcond=None)[0]
    return float(np.sqrt(np.mean((own - explained) ** 2))) > OWN


def predicted(network: Network, y: Pixels, dots: Sequence[tuple[int, int, Hint]]) -> Pixels:
    """(1, h, w) -> chroma (2, h, w), as the network sees it."""
    height, width = y.shape[1:]
    known = np.full((3, height, width), 0.5, np.float32)
    known[2] = 0
    for column, row, hint in dots:
        around = np.s_[max(0, row - DOT) : row + DOT + 1, max(0, column - DOT) : column + DOT + 1]
        known[:2, *around] = chroma_of(hint.colour)[:, None, None] + np.float32(0.5)
        known[2, *around] = 1
    rows = np.broadcast_to(np.linspace(0, 1, height, dtype=np.float32)[:, None], y.shape)
    planes = np.concatenate([y, known, rows])
    multiple = network.traits.multiple
    missing = (-height % multiple, -width % multiple)
    planes = np.pad(planes, ((0, 0), (0, missing[0]), (0, missing[1])), "symmetric")
    drawn = network.run(np.ascontiguousarray(planes[None]))[0, :, :height, :width]
    return drawn - np.float32(0.5)


def chroma_of(colour: str) -> Pixels:
    """The two values of chroma of "#rrggbb". UserError where it is no colour."""
    try:
        values = bytes.fromhex(colour.removeprefix("#"))
        red, green, blue = values
    except ValueError as why:
        raise UserError(f"{colour} is no colour.", "Write it as #rrggbb.") from why
    pixel = np.array([red, green, blue], np.float32)[:, None, None] / np.float32(255)
    return chroma.chroma(pixel)[:, 0, 0]


def followed(colours: Pixels, y: Pixels, dots: Sequence[tuple[int, int, Hint]]) -> Pixels:
    """The same, pulled to the hints: near them, where the picture is as light as there."""
    if not dots:
        return colours
    height, width = y.shape[1:]
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    change, total = np.zeros_like(colours), np.zeros((height, width), np.float32)
    for column, row, hint in dots:
        apart = ((rows - row) ** 2 + (columns - column) ** 2) / (NEAR * max(height, width)) ** 2
        unlike = ((y[0] - y[0, row, column]) / ALIKE) ** 2
        weight = np.exp(-(apart + unlike) / 2)
        off = chroma_of(hint.colour) - colours[:, row, column]
        change += weight * off[:, None, None]
        total += weight
    return np.asarray(colours + change / np.maximum(total, 1), np.float32)


def carried(
    y: Pixels,
    small: Pixels,
    colours: Pixels,
    place: Place | None = None,
    size: Size | None = None,
) -> Generator[Event, None, Pixels]:
    """Luma (1, H, W), a small one and its chroma -> (3, H, W); a `Step` a strip.

    `place`: where in a picture of `size` that luma lies; the small one shows all of it.
    """
    height, width = y.shape[1:]
    first, left = (place or (0, 0))[:2]
    slopes, offsets = affine(small[0], colours)
    result = np.empty((3, height, width), np.float32)
    rows = max(1, ROWS_PX // width)
    for top in range(0, height, rows):
        bottom = min(height, top + rows)
        strip = y[:, top:bottom]
        box = (first + top, left, first + bottom, left + width)
        slope, offset = (
            enlarged(planes, box, size or (height, width)) for planes in (slopes, offsets)
        )
        result[:, top:bottom] = chroma.coloured(strip, slope * strip + offset)
        yield Step(bottom, height)
    return result


def affine(y: Pixels, colours: Pixels) -> tuple[Pixels, Pixels]:
    """(h, w) and (2, h, w) -> slopes and offsets of chroma over luma around each place."""
    mean = blurred(y)
    spread = blurred(y * y) - mean * mean
    slopes, offsets = [], []
    for plane in colours:
        level = blurred(plane)
        slope = (blurred(y * plane) - mean * level) / (spread + np.float32(SMOOTH))
        slopes.append(blurred(slope))
        offsets.append(blurred(level - slope * mean))
    return np.stack(slopes), np.stack(offsets)


def blurred(plane: NDArray[np.floating]) -> Pixels:
    """Means of the square around each pixel."""
    edge = (2 * REACH + 1, 2 * REACH + 1)
    return np.asarray(
        cv2.blur(plane.astype(np.float32, copy=False), edge, None, (-1, -1), cv2.BORDER_REFLECT),
        np.float32,
    )


def enlarged(planes: Pixels, box: Place, size: Size) -> Pixels:
    """What lies at `box` of planes (C, h, w) enlarged to `size`, bilinear."""
    top, left, bottom, right = box
    at_y = ((np.arange(top, bottom) + 0.5) * planes.shape[1] / size[0] - 0.5).astype(np.float32)
    at_x = ((np.arange(left, right) + 0.5) * planes.shape[2] / size[1] - 0.5).astype(np.float32)
    across, down = np.meshgrid(at_x, at_y)
    found = [
        cv2.remap(plane, across, down, cv2.INTER_LINEAR, None, cv2.BORDER_REPLICATE)
        for plane in planes
    ]
    return np.stack(found).astype(np.float32, copy=False)
