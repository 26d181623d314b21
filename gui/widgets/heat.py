"""A height over a plane as colours: what looks made, what looks real, and what could be either."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

from engine.job import Pixels
from gui.paint import to_image
from gui.widgets.field import Box

STRONG = 0.5  # of a colour, where the discriminator is sure
Heights = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Heat:
    """(rows, columns) heights, the first row at the bottom; `low` and `high` end the scale."""

    heights: Heights
    box: Box
    low: float = 0.0
    high: float = 1.0

    @property
    def shares(self) -> Heights:
        """The same from 0, made, to 1, real."""
        return ((self.heights - self.low) / max(self.high - self.low, 1e-9)).clip(0, 1)

    def at(self, x: float, y: float) -> float | None:
        """The height at a place, between the four nearest ones; None outside."""
        left, bottom, right, top = self.box
        rows, columns = self.heights.shape
        across = (x - left) / (right - left) * (columns - 1)
        up = (y - bottom) / (top - bottom) * (rows - 1)
        if not (0 <= across <= columns - 1 and 0 <= up <= rows - 1):
            return None
        column, row = min(int(across), columns - 2), min(int(up), rows - 2)
        right_share, up_share = across - column, up - row
        near = self.heights[row : row + 2, column : column + 2].astype(float)
        line = near[:, 0] * (1 - right_share) + near[:, 1] * right_share
        return float(line[0] * (1 - up_share) + line[1] * up_share)

    @property
    def edge(self) -> Box:
        """The box with half a cell more: the heights are the middles of the image's px."""
        left, bottom, right, top = self.box
        rows, columns = self.heights.shape
        wide, high = (right - left) / (columns - 1) / 2, (top - bottom) / (rows - 1) / 2
        return left - wide, bottom - high, right + wide, top + high


def bounded(heights: Heights, box: Box) -> Heat:
    """A discriminator's: 0 is surely made, 1 surely real."""
    return Heat(heights, box)


def unbounded(heights: Heights, box: Box) -> Heat:
    """A critic's, whose heights mean something beside each other only."""
    low, high = float(heights.min()), float(heights.max())
    return Heat(heights, box, low, max(high, low + 1e-6))


def painted(shares: Heights, ground: QColor, made: QColor, real: QColor) -> QImage:
    """(H, W) from 0 to 1, the first row at the bottom -> an image, its first row at the top."""
    return to_image(_mixed(shares[::-1], ground, made, real))


def _mixed(shares: Heights, ground: QColor, made: QColor, real: QColor) -> Pixels:
    """(H, W) -> (3, H, W) in [0, 1]."""
    middle, low, high = (
        np.array(each.getRgbF()[:3], np.float32).reshape(3, 1, 1)  # type: ignore[index]
        for each in (ground, made, real)
    )
    sure = STRONG * (2 * shares - 1)
    return middle + np.maximum(sure, 0) * (high - middle) + np.maximum(-sure, 0) * (low - middle)
