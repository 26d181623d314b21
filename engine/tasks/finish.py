"""Plain finishing in floats: tones, colours, sharpness, and the picture's frame.

Values are those of the file, not of light. Nothing is rounded; what leaves [0, 1] is cut off.
"""

import math
from collections.abc import Generator

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.chroma import luma
from engine.errors import UserError
from engine.job import Event, Pixels, Step
from engine.specs import CropStep, FinishStep, RotateStep

ROWS_PX = 500_000  # pixels between two steps
STOPS = 0.3  # of light, that the strongest temperature or tint is worth in a colour
SHARP, SOFT = 1.0, 1.5  # px, reach of the blur taken away, or laid over
MARGIN = 12  # px, more than the blur reaches


def finished(step: FinishStep, pixels: Pixels) -> Generator[Event, None, Pixels]:
    """(C, H, W) -> (C, H, W): white balance, brightness, contrast, gamma, saturation, sharpness."""
    result = np.empty_like(pixels)
    height = pixels.shape[1]
    rows = max(1, ROWS_PX // pixels.shape[2])
    for top in range(0, height, rows):
        strip = slice(top, min(height, top + rows))
        result[:, strip] = toned(step, pixels[:, strip])
        yield Step(strip.stop, height)
    if not step.sharpness:
        return result
    sharp = np.empty_like(result)
    for top in range(0, height, rows):
        bottom = min(height, top + rows)
        first, last = max(0, top - MARGIN), min(height, bottom + MARGIN)
        seen = sharpened(result[:, first:last], step.sharpness / 100)
        sharp[:, top:bottom] = seen[:, top - first : bottom - first]
        yield Step(bottom, height)
    return sharp


def toned(step: FinishStep, pixels: Pixels) -> Pixels:
    """All that happens to each pixel by itself."""
    values = pixels
    if len(values) == 3 and (step.temperature or step.tint):
        values = values * gains(step.temperature / 100, step.tint / 100)[:, None, None]
    values = values * np.float32(2 ** (step.brightness / 100))
    values = np.float32(0.5) + (values - np.float32(0.5)) * np.float32(2 ** (step.contrast / 100))
    values = np.clip(values, 0, 1)
    if step.gamma != 1:
        values = values ** np.float32(1 / step.gamma)
    if len(values) == 3 and step.saturation:
        grey = luma(values)
        values = grey + (values - grey) * np.float32(1 + step.saturation / 100)
    return np.clip(values, 0, 1)


def gains(temperature: float, tint: float) -> Pixels:
    """Factors of red, green and blue that leave the luma of grey as it is."""
    exponents = np.array([temperature, -tint, -temperature]) * STOPS
    factors = 2.0**exponents
    return (factors / (factors @ (0.299, 0.587, 0.114))).astype(np.float32)


def sharpened(pixels: Pixels, amount: float) -> Pixels:
    """An unsharp mask, or a blur below 0."""
    reach = SHARP if amount > 0 else SOFT
    blurred = np.stack([cv2.GaussianBlur(plane, (0, 0), reach) for plane in pixels])
    result = pixels + np.float32(1.5 * amount if amount > 0 else amount) * (pixels - blurred)
    return np.clip(result, 0, 1).astype(np.float32, copy=False)


def crop_box(step: CropStep, height: int, width: int) -> tuple[int, int, int, int]:
    """(top, left, bottom, right) in px. UserError where nothing is left."""
    left, right = (round(width * share / 100) for share in (step.left, step.left + step.width))
    top, bottom = (round(height * share / 100) for share in (step.top, step.top + step.height))
    right, bottom = min(width, right), min(height, bottom)
    if right <= left or bottom <= top:
        raise UserError("The crop leaves nothing of the picture.", "Choose a larger part.")
    return top, left, bottom, right


def rotated(step: RotateStep, planes: Pixels) -> Pixels:
    """(C, H, W) turned clockwise; quarter turns are exact."""
    if step.mirror:
        planes = planes[:, :, ::-1]
    quarters, rest = divmod(step.angle, 90)
    if rest:
        return tilted(np.ascontiguousarray(planes), step.angle)
    return np.ascontiguousarray(np.rot90(planes, -int(quarters), axes=(1, 2)))


def tilted(planes: Pixels, angle: float) -> Pixels:
    """Turned by any angle, cut to the largest upright rectangle that is full."""
    turn, size = turning(planes.shape[1], planes.shape[2], angle)
    return warped(planes, turn, size)


def turning(height: int, width: int, angle: float) -> tuple[NDArray[np.float64], tuple[int, int]]:
    """Where (x, y) go, as a 2 x 3 matrix, and (height, width) of what is left."""
    wide, tall = largest(width, height, math.radians(angle))
    middle = ((width - 1) / 2, (height - 1) / 2)
    turn = np.asarray(cv2.getRotationMatrix2D(middle, -angle, 1), np.float64)
    turn[:, 2] += ((wide - width) / 2, (tall - height) / 2)
    return turn, (tall, wide)


def warped(planes: Pixels, turn: NDArray[np.float64], size: tuple[int, int]) -> Pixels:
    """(C, H, W) moved by such a matrix -> (C, *size)."""
    size_cv = (size[1], size[0])
    turned = [
        cv2.warpAffine(plane, turn, size_cv, None, cv2.INTER_CUBIC, cv2.BORDER_REPLICATE)
        for plane in planes
    ]
    return np.stack(turned).astype(np.float32, copy=False).clip(0, 1)


def largest(width: int, height: int, angle: float) -> tuple[int, int]:
    """(width, height) of the largest upright rectangle inside one turned by `angle`, radians."""
    sine, cosine = abs(math.sin(angle)), abs(math.cos(angle))
    long, short = max(width, height), min(width, height)
    if short <= 2 * sine * cosine * long or abs(sine - cosine) < 1e-10:
        half = short / 2  # two corners touch the long side
        wide, tall = (half / sine, half / cosine)
        wide, tall = (wide, tall) if width >= height else (tall, wide)
    else:
        double = cosine**2 - sine**2
        wide = (width * cosine - height * sine) / double
        tall = (height * cosine - width * sine) / double
    return max(1, int(wide)), max(1, int(tall))
