"""Draw the pictures that Restore is tried on at first: `python packaging/make_old_photo.py`.

The scene of `make_sample.py` without its noise: once grey, once as an old print that was folded,
scratched and left in the sun, once with the sign by the lake that one may want to be gone. Same
numbers, same pictures: nobody's photograph is in them.
"""

import sys
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

sys.path.insert(0, str(Path(__file__).parent))

from make_sample import clean

ASSETS = Path(__file__).parents[1] / "assets"
PAPER = np.array([1.0, 0.94, 0.82], np.float32)  # what white has become
SHARE, SHIFT = 16, 4  # cv2 draws at sixteenths of a pixel
Picture = NDArray[np.floating]

dice = np.random.default_rng(1926)


def grey(scene: Picture) -> Picture:
    """(H, W, 3) -> its luma (H, W), lifted as a day would be."""
    luma = scene @ np.array([0.2126, 0.7152, 0.0722])
    return np.clip(luma, 0, 1) ** 0.72


def way(height: int, width: int) -> NDArray[np.int32]:
    """A scratch: nearly straight, a little bent, from one side towards another."""
    start = dice.uniform((0, -20), (width, 0.4 * height))
    steps = np.linspace(0, 1, 24)[:, None]
    lean = dice.uniform((-0.25 * width, 0.4 * height), (0.25 * width, 1.1 * height))
    bend = np.sin(np.pi * steps * dice.uniform(0.5, 2)) * dice.normal(0, 9, 2)
    return np.round((start + steps * lean + bend) * SHARE).astype(np.int32)


def damage(height: int, width: int) -> Picture:
    """(H, W) from -1, dark, to 1, bare paper."""
    marks = np.zeros((height, width), np.float32)
    for _ in range(15):
        layer = np.zeros_like(marks)
        wide = int(dice.integers(1, 4))
        cv2.polylines(layer, [way(height, width)], False, 1.0, wide, cv2.LINE_AA, SHIFT)
        marks = np.maximum(marks, layer * dice.uniform(0.65, 1))
    fold = np.zeros_like(marks)
    bent = [(0, 0.37), (0.22, 0.375), (0.5, 0.362), (0.8, 0.371), (1, 0.366)]
    line = np.array([(x * width, y * height) for x, y in bent])
    cv2.polylines(
        fold, [np.round(line * SHARE).astype(np.int32)], False, 1.0, 3, cv2.LINE_AA, SHIFT
    )
    torn = cv2.resize(dice.random((1, 160), np.float32), (width, height)) > 0.28
    marks = np.maximum(marks, fold * torn)
    for _ in range(90):
        spot = tuple(int(each) for each in dice.uniform((0, 0), (width, height)) * SHARE)
        layer = np.zeros_like(marks)
        radius = int(dice.exponential(1.6) * SHARE) + SHARE // 2
        cv2.circle(layer, spot, radius, 1.0, -1, cv2.LINE_AA, SHIFT)
        sign = 1 if dice.random() < 0.7 else -0.8
        marks = np.where(layer > 0, sign * layer * dice.uniform(0.6, 1), marks)
    return marks


def old(scene: Picture) -> Picture:
    """(H, W, 3): soft, faded, toned, scratched."""
    plane = cv2.GaussianBlur(grey(scene).astype(np.float32), (0, 0), 0.9)
    plane = 0.24 + 0.62 * plane + dice.normal(0, 0.012, plane.shape)
    marks = damage(*plane.shape)
    plane = np.where(marks > 0, plane + marks * (0.97 - plane), plane * (1 + 0.8 * marks))
    print_ = plane[..., None] * PAPER
    rows, columns = np.mgrid[0 : plane.shape[0], 0 : plane.shape[1]]
    stain = np.hypot(columns - 0.86 * plane.shape[1], rows - 0.12 * plane.shape[0])
    ring = np.exp(-(((stain - 95) / 16) ** 2)) * 0.10 + (stain < 95) * 0.05
    return print_ * (1 - ring[..., None] * np.array([0.4, 0.8, 1.4]))


def save(picture: Picture, name: str) -> None:
    """Write one of them."""
    values = np.clip(np.round(255 * picture), 0, 255).astype(np.uint8)
    Image.fromarray(values).save(ASSETS / name, quality=88)


def main() -> None:
    """Write all three."""
    scene = clean()
    save(old(scene), "sample-old.jpg")
    save(np.repeat(grey(scene)[..., None], 3, 2), "sample-grey.jpg")
    save(scene, "sample-sign.jpg")


if __name__ == "__main__":
    main()
