"""A distribution drawn by hand: points sprayed by a round brush."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from gui.widgets.dots import scatter
from gui.widgets.field import Field

SPREAD = 2.5  # of the plane's units for one of a drawn point, which lies between -1 and 1
MOST = 600  # points; the oldest fall away
APART = 0.35  # of the brush's radius from one spray to the next
SPRAY = 3  # points at a time
NARROW, WIDE = 0.03, 0.8
Place = tuple[float, float]


class Sketch:
    """Points of the plane; `radius` in its units."""

    def __init__(self) -> None:
        self.radius = 0.14
        self.places: NDArray[np.float64] = np.zeros((0, 2))
        self._last: Place | None = None
        self._dice = np.random.default_rng(0)

    @property
    def points(self) -> tuple[Place, ...]:
        """As a spec has them, between -1 and 1."""
        scaled = (self.places / SPREAD).clip(-1, 1).round(4)
        return tuple((x, y) for x, y in scaled.tolist())

    def set_points(self, points: tuple[Place, ...]) -> None:
        """Those of a spec."""
        self.places = SPREAD * np.array(points, np.float64).reshape(-1, 2)

    def draw(self, place: Place) -> None:
        """Spray there, unless the brush has hardly moved."""
        if self._last is not None and _far(self._last, place) < APART * self.radius:
            return
        self._last = place
        angles = self._dice.uniform(0, 2 * np.pi, SPRAY)
        radii = self.radius * np.sqrt(self._dice.uniform(0, 1, SPRAY))
        new = np.array(place) + np.stack([radii * np.cos(angles), radii * np.sin(angles)], 1)
        self.places = np.concatenate([self.places, new.clip(-SPREAD, SPREAD)])[-MOST:]

    def erase(self, place: Place) -> None:
        """Take away what is under the brush."""
        off = np.linalg.norm(self.places - place, axis=1)
        self.places = self.places[off > self.radius]
        self._last = None

    def lift(self) -> None:
        """The stroke is done."""
        self._last = None

    def clear(self) -> None:
        """Begin anew."""
        self.places = np.zeros((0, 2))

    def widen(self, factor: float) -> None:
        """A larger brush, or a smaller one."""
        self.radius = min(WIDE, max(NARROW, self.radius * factor))

    def paint(
        self,
        painter: QPainter,
        field: Field,
        colour: QColor,
        ground: QColor,
        over: QPointF | None,
    ) -> None:
        """The points, and the brush under the mouse."""
        if len(self.places):
            scatter(painter, field.to_pane(self.places), colour, 4, ground)
        if over is not None:
            wide = field.area((0, 0, self.radius, self.radius)).width()
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour, 1))
            painter.drawEllipse(QRectF(over.x() - wide, over.y() - wide, 2 * wide, 2 * wide))


def _far(one: Place, other: Place) -> float:
    return float(np.hypot(one[0] - other[0], one[1] - other[1]))
