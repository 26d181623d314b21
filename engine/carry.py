"""A result worked out on a small picture, carried to the full-size original without losing detail.

Guided upsampling (He and Sun, "Fast Guided Filter", 2015; after He et al., 2013): around every
pixel of the small pictures the result is written as an affine function of the original's colours.
These functions vary smoothly, so they are enlarged in place of the result and applied to the
original; what they cannot explain, new strokes and shapes, is enlarged as it is. Where nothing was
enlarged, the result comes out exactly.
"""

from collections.abc import Generator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.job import Event, Pixels, Step

REACH = 1 / 40  # of the short side: how far around a pixel its function is fitted
SMOOTH = 2e-3  # variance below which the original's detail counts as none
STRIP_PX = 400_000  # output pixels between two steps
Box = tuple[int, int, int, int]  # top, left, bottom, right


@dataclass(frozen=True, slots=True)
class Change:
    """How colours change over a picture, on a small grid: (12, h, w).

    Three colours' three weights each, then what is added to each of the three.
    """

    grid: NDArray[np.float32]

    def on(self, original: Pixels, box: Box, size: tuple[int, int]) -> Pixels:
        """The change at a region (3, bottom - top, right - left) of a picture of `size`."""
        top, left, bottom, right = box
        y, y_next, down = places(top, bottom, size[0], self.grid.shape[1])
        x, x_next, across = places(left, right, size[1], self.grid.shape[2])
        rows = self.grid[:, y] + down[:, None] * (self.grid[:, y_next] - self.grid[:, y])
        result = np.empty((3, bottom - top, right - left), np.float32)
        for colour in range(3):
            plane = between(rows[9 + colour], x, x_next, across)
            for seen in range(3):
                weight = between(rows[3 * colour + seen], x, x_next, across)
                weight *= original[seen]
                plane += weight
            result[colour] = plane
        return np.clip(result, 0, 1, out=result)


def between(plane: Pixels, x: NDArray[np.intp], x_next: NDArray[np.intp], part: Pixels) -> Pixels:
    """(R, w) -> (R, W), linear between columns."""
    here = np.take(plane, x, axis=1)
    there = np.take(plane, x_next, axis=1)
    there -= here
    there *= part
    here += there
    return here


def places(
    start: int, end: int, full: int, small: int
) -> tuple[NDArray[np.intp], NDArray[np.intp], Pixels]:
    """For pixels from `start` to `end` of `full`: the two of `small` around each, and the part."""
    at = (np.arange(start, end) + 0.5) * small / full - 0.5
    at = at.clip(0, small - 1)
    first = at.astype(np.intp)
    return first, np.minimum(first + 1, small - 1), (at - first).astype(np.float32)


def guided(source: Pixels, result: Pixels) -> Change:
    """The change from `source` to `result`, (3, h, w) both."""
    radius = max(1, round(REACH * min(source.shape[1:])))
    functions = affine(source, result, radius)
    explained = np.einsum("cshw,shw->chw", functions[:9].reshape(3, 3, *source.shape[1:]), source)
    functions[9:] = result - explained
    return Change(np.ascontiguousarray(functions, np.float32))


def unguided(result: Pixels) -> Change:
    """The result itself, whatever the original."""
    return Change(np.concatenate([np.zeros((9, *result.shape[1:]), np.float32), result]))


def affine(source: Pixels, result: Pixels, radius: int) -> NDArray[np.float32]:
    """(12, h, w): weights and offsets of the best affine function around each pixel."""
    height, width = source.shape[1:]
    mean_s, mean_r = local(source, radius), local(result, radius)
    spread = local((source[:, None] * source).reshape(9, height, width), radius)
    spread -= (mean_s[:, None] * mean_s).reshape(9, height, width)
    shared = local((result[:, None] * source).reshape(9, height, width), radius)
    shared -= (mean_r[:, None] * mean_s).reshape(9, height, width)
    matrices = spread.reshape(3, 3, height, width).transpose(2, 3, 0, 1) + SMOOTH * np.eye(3)
    wanted = shared.reshape(3, 3, height, width).transpose(2, 3, 1, 0)
    weights = np.linalg.solve(matrices, wanted).transpose(3, 2, 0, 1).reshape(9, height, width)
    functions = np.concatenate([weights, np.zeros_like(mean_r)])
    return local(functions.astype(np.float32), radius)


def local(planes: Pixels, radius: int) -> Pixels:
    """Means of the square around each pixel."""
    edge = (2 * radius + 1, 2 * radius + 1)
    means = [
        cv2.blur(np.asarray(plane, np.float32), edge, None, (-1, -1), cv2.BORDER_REFLECT)
        for plane in planes
    ]
    return np.stack(means).astype(np.float32, copy=False)


def shrunk(pixels: Pixels, height: int, width: int) -> Generator[Event, None, Pixels]:
    """(C, H, W) -> (C, height, width): averaged where it gets smaller; a `Step` a plane."""
    smaller = height < pixels.shape[1] or width < pixels.shape[2]
    kind = cv2.INTER_AREA if smaller else cv2.INTER_CUBIC
    planes = []
    for number, plane in enumerate(pixels):
        planes.append(cv2.resize(plane, (width, height), None, 0, 0, kind).clip(0, 1))
        yield Step(number, len(pixels))
    return np.stack(planes).astype(np.float32, copy=False)


def carried(
    change: Change,
    original: Pixels,
    strength: float = 1.0,
    *,
    place: tuple[int, int] = (0, 0),
    size: tuple[int, int] | None = None,
) -> Generator[Event, None, Pixels]:
    """The change on an original (3, H, W), or on a part of one, a `Step` a strip.

    `place`: where the part's top left corner is in the picture, (y, x); `size`: the picture's.
    """
    height, width = original.shape[1:]
    y, x = place
    output = np.empty_like(original)
    rows = max(1, STRIP_PX // width)
    for top in range(0, height, rows):
        bottom = min(height, top + rows)
        strip = original[:, top:bottom]
        box = (y + top, x, y + bottom, x + width)
        done = change.on(strip, box, size or (height, width))
        output[:, top:bottom] = done if strength >= 1 else strip + strength * (done - strip)
        yield Step(bottom, height)
    return output
