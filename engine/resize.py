"""Plain resampling of float pictures: for odd sizes, and to show large pictures small."""

from collections.abc import Generator

import cv2
import numpy as np
from PIL import Image

from engine.job import Event, Pixels, Step

STRIP_PX = 8_000_000  # output pixels between two steps


def resized(image: Pixels, height: int, width: int) -> Generator[Event, None, Pixels]:
    """(C, H, W) -> (C, height, width) by antialiased Lanczos, not clamped; a `Step` a strip.

    A strip is computed with a margin wider than the filter, so strips cannot be seen.
    """
    output = np.empty((len(image), height, width), np.float32)
    ratio = image.shape[1] / height  # source rows an output row
    margin = 1 + int(np.ceil(3 * max(1.0, 1 / ratio)))  # output rows covering the filter's reach
    rows = max(16, STRIP_PX // width)
    for top in range(0, height, rows):
        bottom = min(height, top + rows)
        first, last = max(0, top - margin), min(height, bottom + margin)
        for channel, plane in enumerate(image):
            box = (0, first * ratio, image.shape[2], min(image.shape[1], last * ratio))
            strip = Image.fromarray(plane).resize(
                (width, last - first), Image.Resampling.LANCZOS, box=box
            )
            output[channel, top:bottom] = np.asarray(strip)[top - first : bottom - first]
        yield Step(bottom, height)
    return output


def fitted(height: int, width: int, longest: int) -> tuple[int, int]:
    """(height, width) shrunk so that the long side is at most `longest`; 0 leaves it."""
    if not longest or max(height, width) <= longest:
        return height, width
    ratio = longest / max(height, width)
    return max(1, round(height * ratio)), max(1, round(width * ratio))


def plane(image: Pixels, size: tuple[int, ...], kind: int = cv2.INTER_AREA) -> Pixels:
    """(H, W) -> (height, width) of `size`, at once; `kind` is one of OpenCV's interpolations."""
    height, width = size
    large = cv2.resize(np.ascontiguousarray(image), (width, height), None, 0, 0, kind)
    return np.asarray(large, np.float32)


def planes(image: Pixels, size: tuple[int, ...], kind: int = cv2.INTER_AREA) -> Pixels:
    """(C, H, W) -> (C, height, width), as `plane` does it."""
    return np.stack([plane(each, size, kind) for each in image])
