"""Paint the sample painting, from which the Transfer tab takes a style to try.

    python packaging/make_painting.py

Strokes that follow a flow with four whirls, in the blues and yellows of a night. All of it is made
here: no painting of anybody's is copied. Writes `assets/painting.webp`.
"""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

WIDE, HIGH, SEED = 960, 720, 4  # px
STROKES = 9000
MEADOW = 560  # px from the top, where green begins
WHIRLS = ((250, 220, 1, 150), (640, 300, -1, 190), (860, 120, 1, 110), (420, 560, -1, 160))
NIGHT = ((28, 44, 96), (44, 74, 140), (70, 110, 170), (120, 160, 190), (20, 30, 66))
GOLD = ((240, 200, 80), (250, 225, 130), (222, 160, 60))
GREEN = ((30, 60, 44), (52, 86, 52), (84, 110, 60))
Plane = NDArray[np.float32]


def main() -> None:
    """Paint it and save it."""
    picture = painted(np.random.default_rng(SEED))
    target = Path(__file__).parents[1] / "assets" / "painting.webp"
    Image.fromarray(picture).save(target, quality=82, method=6)


def painted(dice: np.random.Generator) -> NDArray[np.uint8]:
    """(H, W, 3): stroke upon stroke."""
    across, down, light = flow()
    picture = np.full((HIGH, WIDE, 3), (40, 52, 92), np.uint8)
    for _ in range(STROKES):
        start = dice.uniform(0, WIDE), dice.uniform(0, HIGH)
        way = followed(start, int(dice.integers(8, 22)), across, down)
        shine = light[int(start[1]), int(start[0])] + dice.normal(0, 0.08)
        colours = GOLD if dice.random() < 1.1 * shine else NIGHT
        if start[1] > MEADOW and dice.random() < 0.75:
            colours = GREEN
        colour = np.clip(dice.choice(colours) + dice.normal(0, 12, 3), 0, 255)
        ink = tuple(int(part) for part in colour)
        cv2.polylines(picture, [way], False, ink, int(dice.integers(3, 8)), cv2.LINE_AA)
    return picture


def flow() -> tuple[Plane, Plane, Plane]:
    """Direction of the strokes at every pixel, across and down, and how bright it is there."""
    y, x = np.mgrid[0:HIGH, 0:WIDE].astype(np.float32)
    across, down = np.full_like(x, 0.5), np.zeros_like(x)
    light = np.zeros_like(x)
    for left, top, turn, reach in WHIRLS:
        dx, dy = x - left, y - top
        far = np.hypot(dx, dy) + 1
        pull = 2.2 * np.exp(-((far / reach) ** 2))
        across -= turn * dy / far * pull
        down += turn * dx / far * pull
        light += np.exp(-((far / (0.35 * reach)) ** 2))
    length = np.hypot(across, down)
    return across / length, down / length, light


def followed(
    start: tuple[float, float], steps: int, across: Plane, down: Plane
) -> NDArray[np.int32]:
    """(N, 2): the way of a stroke from `start`, 3 px a step, while it stays on the canvas."""
    x, y = start
    way = []
    for _ in range(steps):
        if not (0 <= x < WIDE and 0 <= y < HIGH):
            break
        way.append((int(x), int(y)))
        row, column = int(y), int(x)
        x, y = x + 3 * across[row, column], y + 3 * down[row, column]
    return np.array(way, np.int32)


if __name__ == "__main__":
    main()
