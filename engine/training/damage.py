"""What time does to prints, done to good pictures: holes, scratches, dust, stains, fading.

Everything is drawn with the dice it is given. Pictures are bytes (C, H, W); masks are bytes
(H, W), 255 where something is wrong.
"""

from collections.abc import Callable
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.training.degradation import Bytes, jpeg

Mask = NDArray[np.uint8]  # (H, W), 0 or 255
Plane = NDArray[np.float32]  # (H, W) or (C, H, W), in [0, 1]
COMPRESSION = 25  # 8-bit levels; what JPEG changes stays below
VISIBLE = 0.06  # change of a pixel from which on damage counts as such


def holes(height: int, width: int, dice: np.random.Generator) -> Mask:
    """Free-form strokes, blobs and now and then a box, covering 5 to 40 % together.

    After Yu et al., "Free-Form Image Inpainting with Gated Convolution" (2019), section 3.2.
    """
    mask = np.zeros((height, width), np.uint8)
    wanted = float(dice.uniform(0.05, 0.4))
    draws: tuple[Callable[[Mask, np.random.Generator], None], ...] = (brush, brush, blob, box)
    while (mask > 0).mean() < wanted:
        draws[int(dice.integers(len(draws)))](mask, dice)
    if (mask > 0).mean() > 0.6:
        return holes(height, width, dice)
    return mask


def brush(mask: Mask, dice: np.random.Generator) -> None:
    """A stroke that turns at random, as a hand with a brush would draw it."""
    size = min(mask.shape)
    point = dice.uniform(0, 1, 2) * mask.shape[::-1]
    angle, thick = float(dice.uniform(0, 2 * np.pi)), int(dice.uniform(0.02, 0.12) * size) + 1
    for _ in range(int(dice.integers(2, 9))):
        angle += float(dice.normal(0, 0.8))
        away = point + dice.uniform(0.05, 0.25) * size * np.array([np.cos(angle), np.sin(angle)])
        cv2.line(mask, _whole(point), _whole(away), 255, thick)
        cv2.circle(mask, _whole(away), thick // 2, 255, -1)
        point = away


def blob(mask: Mask, dice: np.random.Generator) -> None:
    """A round thing with an uneven edge."""
    size = min(mask.shape)
    middle = dice.uniform(0, 1, 2) * mask.shape[::-1]
    angles = np.linspace(0, 2 * np.pi, 12, endpoint=False)
    reach = size * dice.uniform(0.05, 0.2) * dice.uniform(0.6, 1.3, 12)
    points = middle + np.stack([np.cos(angles), np.sin(angles)], 1) * reach[:, None]
    cv2.fillPoly(mask, [np.round(points).astype(np.int32)], 255)


def box(mask: Mask, dice: np.random.Generator) -> None:
    """A rectangle."""
    height, width = mask.shape
    tall, wide = (int(side * dice.uniform(0.08, 0.35)) for side in (height, width))
    top, left = int(dice.integers(height - tall)), int(dice.integers(width - wide))
    mask[top : top + tall, left : left + wide] = 255


def scratched(clean: Bytes, dice: np.random.Generator) -> tuple[Bytes, Mask]:
    """Scratches, hairs, dust and stains over a picture, and where they can be seen."""
    height, width = clean.shape[1:]
    picture = _floats(clean)
    before = picture.copy()
    kinds: tuple[Callable[[Plane, np.random.Generator], None], ...] = (lines, hairs, dust, stains)
    for draw in kinds:
        if dice.random() < 0.6:
            cover = np.zeros((height, width), np.float32)
            draw(cover, dice)
            _laid(picture, cover, dice, darker=0.25 if draw is not stains else 0.5)
    result = _whole_numbers(picture)
    changed = np.abs(picture - before).max(0) > VISIBLE
    return result, changed.astype(np.uint8) * np.uint8(255)


def lines(cover: Plane, dice: np.random.Generator) -> None:
    """Long scratches, mostly straight, broken here and there."""
    height, width = cover.shape
    for _ in range(int(dice.integers(1, 7))):
        start = dice.uniform(0, 1, 2) * (width, height)
        angle = float(dice.choice([np.pi / 2, dice.uniform(0, np.pi)]) + dice.normal(0, 0.05))
        length = dice.uniform(0.2, 1.5) * max(height, width)
        steps = np.linspace(-0.5, 0.5, 24)
        drift = np.cumsum(dice.normal(0, 0.4, 24))
        across = np.array([-np.sin(angle), np.cos(angle)])
        points = start + steps[:, None] * length * np.array([np.cos(angle), np.sin(angle)])
        points = points + drift[:, None] * across
        _polyline(cover, points, dice, gaps=float(dice.choice([0, 0.1, 0.3])))


def hairs(cover: Plane, dice: np.random.Generator) -> None:
    """Short curved ones: hairs, creases, lint; few or in swarms."""
    for _ in range(int(dice.choice([2, 8, 40]))):
        size = float(dice.uniform(4, 60))
        point = dice.uniform(0, 1, 2) * cover.shape[::-1]
        angle = dice.uniform(0, 2 * np.pi) + np.cumsum(dice.normal(0, 0.5, 8))
        steps = np.cumsum(np.stack([np.cos(angle), np.sin(angle)], 1) * size / 8, 0)
        _polyline(cover, point + steps, dice, gaps=0.0)


def dust(cover: Plane, dice: np.random.Generator) -> None:
    """Specks of a pixel to a few."""
    height, width = cover.shape
    for _ in range(int(dice.choice([5, 25, 120]) * height * width / 128**2) + 1):
        middle = _whole(dice.uniform(0, 1, 2) * (width, height))
        axes = tuple(int(each) for each in dice.integers(0, dice.choice([2, 2, 4]), 2))
        turned = float(dice.uniform(0, 180))
        cv2.ellipse(cover, (middle, (2 * axes[0] + 1, 2 * axes[1] + 1), turned), 1.0, -1)


def stains(cover: Plane, dice: np.random.Generator) -> None:
    """Blotches with a cloudy inside and a soft edge."""
    height, width = cover.shape
    mask = np.zeros(cover.shape, np.uint8)
    for _ in range(int(dice.integers(1, 4))):
        blob(mask, dice)
    cloud = cv2.resize(
        dice.uniform(0, 1, (height // 8 + 2, width // 8 + 2)).astype(np.float32), (width, height)
    )
    soft = cv2.GaussianBlur(mask.astype(np.float32) / 255, (0, 0), float(dice.uniform(0.7, 3)))
    cover += (soft * (cloud > dice.uniform(0.2, 0.7)) * dice.uniform(0.5, 1)).astype(np.float32)


def _polyline(
    cover: Plane, points: NDArray[np.float64], dice: np.random.Generator, *, gaps: float
) -> None:
    thick = int(dice.choice([1, 1, 1, 2, 3]))
    for start, end in pairwise(points):
        if dice.random() >= gaps:
            level = float(dice.uniform(0.6, 1))
            cv2.line(cover, _whole(start), _whole(end), level, thick, cv2.LINE_AA)


def _laid(picture: Plane, cover: Plane, dice: np.random.Generator, *, darker: float) -> None:
    """The cover in a colour of its own, light more often than dark, seldom fully opaque."""
    if dice.random() < 0.5:
        cover = _blurred(cover, float(dice.uniform(0.4, 1)))
    tone = dice.uniform(0, 0.25) if dice.random() < darker else dice.uniform(0.75, 1)
    colour = (tone + dice.normal(0, 0.04, len(picture))).clip(0, 1)[:, None, None]
    share = cover.clip(0, 1) * np.float32(dice.uniform(0.4, 1))
    picture += share * (colour.astype(np.float32) - picture)


def aged(clean: Bytes, dice: np.random.Generator, fading: float = 1.0) -> Bytes:
    """A print as it looks after decades: blurred, faded, stained, with grain, and scanned.

    `fading`: how strongly, from 0 to 1.
    """
    picture = _floats(clean)
    if dice.random() < 0.7:
        reach = float(dice.uniform(0.4, 1.8))
        picture = np.stack([_blurred(plane, reach) for plane in picture])
    if dice.random() < 0.85:
        picture = faded(picture, dice, fading)
    if dice.random() < 0.6:
        spotted, _ = scratched(_whole_numbers(picture), dice)
        picture = _floats(spotted)
    if dice.random() < 0.8:
        grain = dice.standard_normal(picture.shape[1:], np.float32)
        grain = _blurred(grain, float(dice.uniform(0.3, 0.9)))
        picture = picture + grain / grain.std() * np.float32(dice.uniform(0.005, 0.05))
    result = _whole_numbers(picture)
    return jpeg(result, int(dice.integers(60, 98))) if dice.random() < 0.6 else result


def faded(picture: Plane, dice: np.random.Generator, fading: float) -> Plane:
    """Contrast lost, blacks lifted, dyes gone each at its own pace: casts, yellowing, pallor."""
    amount = fading * float(dice.uniform(0.1, 1))
    paler = np.float32(1 - amount * float(dice.uniform(0, 0.8)))
    grey = picture.mean(0, keepdims=True, dtype=np.float32)
    picture = np.asarray(grey + (picture - grey) * paler, np.float32)
    count = len(picture)
    yellow = np.array([0.06, 0.02, -0.08])[:count]
    cast = dice.normal(0, 0.05, count) + yellow * dice.uniform(-0.5, 1)
    low = amount * (dice.uniform(0, 0.3) + cast)
    high = 1 - amount * (dice.uniform(0, 0.3) - cast)
    curve = np.exp(amount * dice.normal(0, 0.25, count))
    dark, light, power = (each.astype(np.float32)[:, None, None] for each in (low, high, curve))
    return np.asarray(dark + (light - dark) * picture.clip(0, 1) ** power, np.float32)


def differing(damaged: Bytes, mended: Bytes) -> Mask:
    """Where two versions of a picture differ by more than compression makes them differ."""
    apart = np.abs(damaged.astype(np.int16) - mended).max(0)
    return (apart > COMPRESSION).astype(np.uint8) * np.uint8(255)


def _whole(point: NDArray[np.float64]) -> tuple[int, int]:
    return int(point[0]), int(point[1])


def _floats(picture: Bytes) -> Plane:
    """Bytes -> [0, 1]."""
    return picture.astype(np.float32) / np.float32(255)


def _whole_numbers(picture: Plane) -> Bytes:
    """[0, 1] -> bytes."""
    return np.round(picture.clip(0, 1) * 255).astype(np.uint8)


def _blurred(plane: Plane, reach: float) -> Plane:
    """(H, W), by a Gaussian of that sigma."""
    return np.asarray(cv2.GaussianBlur(plane, (0, 0), reach), np.float32)
