"""Brushes for pictures made of numbers: fractal noise, blends, halos, strokes, spruces.

Everything is drawn at `FINE` times the final size. The dice are shared and seeded, so a drawing
that calls the brushes in the same order is the same drawing.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float32]  # (H, W)
Picture = NDArray[np.float32]  # (H, W, 3) RGB in [0, 1]
Colour = tuple[float, float, float]
Spot = tuple[float, float]  # x, y in px of the drawing

WIDTH, HEIGHT = 960, 640
FINE = 2  # drawn this many times larger
W, H = WIDTH * FINE, HEIGHT * FINE

dice = np.random.default_rng(1839)  # the year of the first darkrooms
ROWS, COLUMNS = np.mgrid[0:H, 0:W].astype(np.float32)


def cloudy(shape: tuple[int, int], cells: tuple[float, float], octaves: int = 6) -> Plane:
    """Fractal noise in about [-1, 1]; `cells` of the coarsest grid, down and across."""
    total = np.zeros(shape, np.float32)
    for octave in range(octaves):
        total += lattice(shape, cells, octave) * 0.55**octave
    return total / 1.6


def ridged(shape: tuple[int, int], cells: tuple[float, float], octaves: int, gain: float) -> Plane:
    """Fractal noise in [0, 1], sharp crests and round valleys (Musgrave's multifractal)."""
    total, weight = np.zeros(shape, np.float32), np.ones(shape, np.float32)
    for octave in range(octaves):
        crest = (1 - np.abs(lattice(shape, cells, octave)) * 1.15).clip(0) ** 2 * weight
        total += crest * gain**octave
        weight = np.clip(crest * 1.5 + 0.45, 0, 1)
    return total * (1 - gain) / (1 - gain**octaves)


def lattice(shape: tuple[int, int], cells: tuple[float, float], octave: int) -> Plane:
    """Smooth random values between grid points, the grid `2 ** octave` times as fine as `cells`."""
    rows, columns = (max(2, round(count * 2**octave)) for count in cells)
    grid = dice.uniform(-1, 1, (rows + 3, columns + 3)).astype(np.float32)
    return cv2.resize(grid, shape[::-1], interpolation=cv2.INTER_CUBIC)


def mix(low: Picture | Colour, high: Picture | Colour, share: Plane) -> Picture:
    """`low` where `share` is 0, `high` where it is 1."""
    part = np.clip(share, 0, 1)[..., None]
    blend: Picture = np.asarray(low, np.float32) * (1 - part) + np.asarray(high, np.float32) * part
    return blend


def smooth(low: float, high: float, value: Plane) -> Plane:
    """0 below `low`, 1 above `high`, without a kink between."""
    t = np.clip((value - low) / (high - low), 0, 1)
    ramp: Plane = t * t * (3 - 2 * t)
    return ramp


def shine(scene: Picture, spot: Spot, reach: float, colour: Colour, power: float = 2.0) -> Picture:
    """Add the halo of a light at `spot` that has faded to a third at `reach` px."""
    far = np.hypot(COLUMNS - spot[0], ROWS - spot[1]) / reach
    return scene + (power / (1 + far**2) ** 2)[..., None] * np.asarray(colour, np.float32)


class Sheet:
    """Something drawn with strokes, then laid over the scene."""

    def __init__(self) -> None:
        self.ink = np.zeros((H, W, 4), np.uint8)

    def stroke(self, points: Sequence[Spot], colour: Colour, thick: float = 1) -> None:
        """A line through the points."""
        path = np.round(np.array(points) * 16).astype(np.int32).reshape(-1, 1, 2)
        cv2.polylines(
            self.ink, [path], False, self._ink(colour), max(1, round(thick)), cv2.LINE_AA, 4
        )

    def fill(self, points: Sequence[Spot], colour: Colour) -> None:
        """A polygon."""
        path = np.round(np.array(points) * 16).astype(np.int32).reshape(-1, 1, 2)
        cv2.fillPoly(self.ink, [path], self._ink(colour), cv2.LINE_AA, 4)

    def box(self, left: float, top: float, right: float, bottom: float, colour: Colour) -> None:
        """An upright rectangle."""
        self.fill([(left, top), (right, top), (right, bottom), (left, bottom)], colour)

    def over(self, scene: Picture) -> Picture:
        """The scene with this sheet on top."""
        ink = self.ink.astype(np.float32) / 255
        cover = np.maximum(ink[..., 3:], 1e-6)  # edges hold colour times cover
        return scene * (1 - ink[..., 3:]) + np.clip(ink[..., :3] / cover, 0, 1) * ink[..., 3:]

    @staticmethod
    def _ink(colour: Colour) -> tuple[float, ...]:
        return (*(255 * float(np.clip(c, 0, 1)) for c in colour), 255)


def pine(sheet: Sheet, foot: Spot, tall: float, tone: Colour, lit: float) -> None:
    """A spruce: whorls of drooping boughs, each with needles. `lit`: how warm its right side is."""
    x, y = foot
    wide = max(0.6, tall / 110)
    sheet.fill([(x - wide, y), (x, y - tall), (x + wide, y)], tuple(0.7 * c for c in tone))
    whorls = int(np.clip(tall / 6, 9, 150))
    for level in range(whorls):
        part = (level + dice.uniform(0, 0.8)) / whorls  # 0 at the top
        reach = tall * (0.008 + 0.20 * part**0.9) * dice.uniform(0.62, 1.12)
        for side in (-1, 1):
            start = (x, y - tall * (1 - 0.93 * part))
            bough(
                sheet,
                start,
                side * reach * dice.uniform(0.8, 1.1),
                tone,
                lit if side > 0 else lit / 4,
            )


def bough(sheet: Sheet, start: Spot, reach: float, tone: Colour, lit: float) -> None:
    """One bough from the trunk outward, its tip lifted a little, needles hanging from it."""
    count = int(np.clip(abs(reach) / 2.2, 3, 44))
    for t in np.linspace(0.05, 1, count):
        x = start[0] + reach * t
        y = start[1] + abs(reach) * (0.52 * t - 0.20 * t**2)
        glow = 1 + lit * t * dice.uniform(0.2, 1.0)
        shade = dice.uniform(0.45, 1.5) * glow
        colour = (
            tone[0] * shade * (1 + 0.5 * lit * t),
            tone[1] * shade,
            tone[2] * shade * (1 - 0.15 * lit * t),
        )
        drop = abs(reach) * 0.20 * (1.15 - t) * dice.uniform(0.5, 1.2) + 1.5
        lean = np.sign(reach) * drop * dice.uniform(0.1, 0.9)
        sheet.stroke([(x, y - 1), (x + lean, y + drop)], colour, max(1, abs(reach) / 60))
