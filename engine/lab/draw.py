"""Results as pictures: sheets of small pictures, curves, clouds of points. RGB (3, H, W) in [0, 1].

Drawn for a white page, with letters that need no font.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from engine.job import Pixels
from engine.specs_lab_live import Diagram

Line = tuple[Sequence[float], Sequence[float]]  # x and y
Box = tuple[float, float, float, float]  # left, bottom, right, top
# Okabe and Ito's colours, which people who see fewer colours can tell apart, and two greys.
COLOURS = (
    *((0, 114, 178), (230, 159, 0), (0, 158, 115), (213, 94, 0), (204, 121, 167)),
    *((86, 180, 233), (240, 228, 66), (0, 0, 0), (120, 120, 120), (180, 140, 90)),
)
INK, FAINT, PAPER = (40, 40, 40), (215, 215, 215), (255, 255, 255)
LETTERS = cv2.FONT_HERSHEY_SIMPLEX
SHEET_PX = 48  # small pictures are enlarged to about this
GAP = 2


def sheet(images: Tensor | NDArray[np.float32], columns: int) -> Pixels:
    """(N, C, H, W) in rows of `columns`, enlarged by whole numbers, white between them."""
    tiles = np.asarray(images, np.float32).clip(0, 1)
    times = max(1, SHEET_PX // max(tiles.shape[2:]))
    tiles = tiles.repeat(times, 2).repeat(times, 3)
    tiles = np.broadcast_to(tiles, (len(tiles), 3, *tiles.shape[2:]))
    rows = -(-len(tiles) // columns)
    _, _, height, width = tiles.shape
    page = np.ones((3, rows * (height + GAP) + GAP, columns * (width + GAP) + GAP), np.float32)
    for number, tile in enumerate(tiles):
        top, left = (
            GAP + place * (side + GAP)
            for place, side in zip(divmod(number, columns), (height, width), strict=True)
        )
        page[:, top : top + height, left : left + width] = tile
    return page


def beside(*pages: Pixels) -> Pixels:
    """Pictures next to each other, white below the lower ones."""
    tall = max(page.shape[1] for page in pages)
    padded = [
        np.pad(page, ((0, 0), (0, tall - page.shape[1]), (0, 8)), constant_values=1)
        for page in pages
    ]
    return np.concatenate(padded, 2)


def heat(values: NDArray[np.float32]) -> Pixels:
    """(H, W), 0 black over red and yellow to 1 white."""
    x = values.clip(0, 1)
    return np.stack([(3 * x).clip(0, 1), (3 * x - 1).clip(0, 1), (3 * x - 2).clip(0, 1)])


@dataclass(frozen=True, slots=True)
class Frame:
    """Axes on a page of `width` x `height` px: where a place in the data lies on it."""

    box: Box
    width: int = 640
    height: int = 400
    margin: int = 56

    def px(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.int32]:
        """Data -> (N, 2) px, whole; what is no number lies at the bottom."""
        left, bottom, right, top = self.box
        wide, tall = self.width - self.margin - 16, self.height - self.margin - 16
        across = self.margin + (x - left) / ((right - left) or 1) * wide
        down = 16 + (top - y) / ((top - bottom) or 1) * tall
        places = np.nan_to_num(np.stack([across, down], 1), posinf=1e4, neginf=-1e4)
        return np.round(places.clip(-1e4, 1e4)).astype(np.int32)

    def page(self, x_label: str, y_label: str) -> NDArray[np.uint8]:
        """White, with axes, their numbers and words."""
        page = np.full((self.height, self.width, 3), 255, np.uint8)
        left, bottom, right, top = self.box
        for x in np.linspace(left, right, 5):
            ((px, py),) = self.px(np.array([x]), np.array([bottom]))
            cv2.line(page, (px, 16), (px, py), FAINT, 1, cv2.LINE_AA)
            write(page, number(x, right - left), (px - 12, py + 18))
        for y in np.linspace(bottom, top, 5):
            ((px, py),) = self.px(np.array([left]), np.array([y]))
            cv2.line(page, (px, py), (self.width - 16, py), FAINT, 1, cv2.LINE_AA)
            write(page, number(y, top - bottom), (6, py + 4))
        write(page, x_label, (self.width // 2, self.height - 12))
        write(page, y_label, (self.margin + 6, 12))
        return page


def number(value: float, span: float) -> str:
    """As a tick of an axis that spans so much."""
    digits = max(0, 2 - int(np.floor(np.log10(span or 1))))
    return f"{round(value, digits) + 0.0:.{digits}f}"


def write(page: NDArray[np.uint8], text: str, place: tuple[int, int]) -> None:
    """Small letters, the foot of the first one at `place`."""
    cv2.putText(page, text, place, LETTERS, 0.4, INK, 1, cv2.LINE_AA)


def diagram(lines: Mapping[str, Line], x_label: str, y_label: str) -> Diagram:
    """Lines by name, to be drawn by whoever shows them."""
    kept = {
        name: (tuple(map(float, x)), tuple(map(float, y))) for name, (x, y) in lines.items() if x
    }
    return Diagram(x_label, y_label, kept)


def history(points: Mapping[str, Sequence[tuple[int, float]]], begin: str) -> Diagram:
    """The curves of a training whose names begin so, by what comes after that."""
    lines = {
        name.removeprefix(begin).strip() or "training": (
            [step for step, _ in line],
            [value for _, value in line],
        )
        for name, line in sorted(points.items(), key=lambda each: each[0] != begin)
        if name.startswith(begin)
    }
    return diagram(lines, "step", begin.strip())


def curves(lines: Mapping[str, Line], x_label: str, y_label: str) -> Pixels:
    """Lines by name in one diagram, with a legend; odd peaks are cut off at the top."""
    drawn = {name: line for name, line in lines.items() if len(line[0])}
    xs = np.concatenate([np.asarray(x, float) for x, _ in drawn.values()] or [np.zeros(1)])
    ys = np.concatenate([np.asarray(y, float) for _, y in drawn.values()] or [np.zeros(1)])
    ys = ys[np.isfinite(ys)]
    high = float(np.quantile(ys, 0.995)) if len(ys) > 100 else float(ys.max(initial=0))
    low = float(ys.min(initial=high))
    room = 0.05 * (high - low) or 1.0
    frame = Frame((float(xs.min()), low - room, float(xs.max()), high + room))
    page = frame.page(x_label, y_label)
    for number, (name, (x, y)) in enumerate(drawn.items()):
        colour = COLOURS[number % len(COLOURS)]
        places = frame.px(np.asarray(x, float), np.asarray(y, float))
        cv2.polylines(page, [places], False, colour, 2, cv2.LINE_AA)
        for place in places if len(places) < 30 else ():
            cv2.circle(page, tuple(map(int, place)), 3, colour, -1, cv2.LINE_AA)
        left, down = frame.width - 190, 30 + 16 * number
        cv2.line(page, (left, down - 4), (left + 16, down - 4), colour, 2, cv2.LINE_AA)
        write(page, name, (left + 22, down))
    return pixels(page)


def scatter(
    clouds: Sequence[tuple[NDArray[np.float32], NDArray[np.int64]]],
    box: Box | None = None,
    title: str = "",
) -> Pixels:
    """Clouds of (places (N, 2), classes (N,)) on a square; classes are colours."""
    everything = np.concatenate([places for places, _ in clouds])
    if box is None:
        low, high = np.quantile(everything, 0.005, axis=0), np.quantile(everything, 0.995, axis=0)
        room = 0.08 * (high - low) + 1e-6
        box = (*(low - room).tolist(), *(high + room).tolist())
    frame = Frame(box, 480, 480)
    page = frame.page("", title)
    for places, classes in clouds:
        px = frame.px(places[:, 0].astype(float), places[:, 1].astype(float))
        for place, kind in zip(px.tolist(), classes.tolist(), strict=True):
            cv2.circle(page, tuple(place), 3, COLOURS[kind % len(COLOURS)], -1, cv2.LINE_AA)
    return pixels(page)


def pixels(page: NDArray[np.uint8]) -> Pixels:
    """(H, W, 3) bytes -> (3, H, W) in [0, 1]."""
    return np.ascontiguousarray(page.transpose(2, 0, 1), np.float32) / np.float32(255)
