"""A diagram of a few lines over any axis, painted: what an experiment found, not how it goes."""

import math
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QFont,
    QFontMetricsF,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QWidget

from gui.widgets.chart import FOOT, HEAD, RIGHT, SIDE, SMALL, TICK_PX, Ink
from gui.widgets.series import thinned, ticks

Line = tuple[tuple[float, ...], tuple[float, ...]]  # places and values
FEW = 30  # points that are marked
STEP = "step"  # an axis of which people expect that it is linear
SPREAD = 12.0  # places so many times apart stand on a logarithmic axis, where they are few
NEAR = 14.0  # px from a point whose value is told
PEAKS = 100  # values of which the highest few may be cut off


class DiagramView(QWidget):
    """Lines by name under their names; the axes' words stand at their ends."""

    def __init__(self, x: str, y: str, lines: dict[str, Line]) -> None:
        super().__init__()
        self.along, self.up = x, y
        self.lines = {name: line for name, line in lines.items() if line[0]}
        self._ink: Ink | None = None
        self._over: QPointF | None = None
        self.setMinimumSize(QSize(220, 190))
        self.setMouseTracking(True)
        self.setAccessibleName(f"{y} over {x}: {', '.join(lines)}")

    def set_ink(self, ink: Ink) -> None:
        """The theme's colours."""
        self._ink = ink
        self.update()

    def sizeHint(self) -> QSize:
        """Room for a few ticks."""
        return QSize(360, 220)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell the value under the mouse."""
        self._over = event.position()
        self.update()

    def leaveEvent(self, _event: object) -> None:
        """Names again."""
        self._over = None
        self.update()

    def axes(self) -> "Axes":
        """Where places and values lie."""
        area = QRectF(self.rect()).adjusted(SIDE, HEAD, -RIGHT, -FOOT - SMALL - 4)
        xs = np.concatenate([np.asarray(line[0]) for line in self.lines.values()])
        ys = np.concatenate([np.asarray(line[1]) for line in self.lines.values()])
        ys = ys[np.isfinite(ys)]
        high = float(np.quantile(ys, 0.99)) if len(ys) > PEAKS else float(ys.max(initial=0))
        low = float(ys.min(initial=high))
        room = 0.06 * (high - low) or abs(high) * 0.05 or 1.0
        left, right = float(xs.min()), float(xs.max())
        right = right if right > left else left + 1
        few = max(len(line[0]) for line in self.lines.values()) < FEW
        log = few and self.along != STEP and left > 0 and right / left >= SPREAD
        return Axes(
            area, (left, right if right > left else left + 1), (low - room, high + room), log
        )

    def near(self, place: QPointF) -> tuple[str, float, float] | None:
        """The line, place and value of the point under the mouse."""
        axes = self.axes()
        points = [
            (QPointF(axes.across(x), axes.down(y)) - place, name, x, y)
            for name, line in self.lines.items()
            for x, y in zip(*line, strict=True)
        ]
        if not points:
            return None
        away, name, x, y = min(points, key=lambda each: QPointF.dotProduct(each[0], each[0]))
        return (name, x, y) if math.hypot(away.x(), away.y()) <= NEAR else None

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Names, axes, lines."""
        if self._ink is None or not self.lines:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = QFont(self.font())
        font.setPixelSize(SMALL)
        painter.setFont(font)
        axes = self.axes()
        self._paint_head(painter, self._ink)
        self._paint_axes(painter, axes, self._ink)
        painter.setClipRect(axes.area.adjusted(-4, -4, 4, 4))
        for number, line in enumerate(self.lines.values()):
            self._paint_line(painter, axes, line, number)

    def _paint_head(self, painter: QPainter, ink: Ink) -> None:
        found = self.near(self._over) if self._over is not None else None
        metrics = QFontMetricsF(painter.font())
        painter.setPen(ink.quiet)
        painter.drawText(QPointF(2, 14), self.up)
        right = float(self.width() - RIGHT)
        words = [f"{found[0]}: {found[2]:.4g} at {found[1]:.4g}"] if found else list(self.lines)
        for number, word in reversed(list(enumerate(words))):
            at = list(self.lines).index(found[0]) if found else number
            right -= metrics.horizontalAdvance(word)
            if right < metrics.horizontalAdvance(self.up) + 24:
                return
            painter.setPen(ink.text)
            painter.drawText(QPointF(right, 14), word)
            painter.setPen(QPen(ink.lines[at % len(ink.lines)], 2.5))
            painter.drawLine(QPointF(right - 14, 10), QPointF(right - 5, 10))
            right -= 26

    def _paint_axes(self, painter: QPainter, axes: "Axes", ink: Ink) -> None:
        area = axes.area
        for value in ticks(*axes.values, max(2, int(area.height() / TICK_PX))):
            y = axes.down(value)
            painter.setPen(QPen(ink.grid, 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(ink.quiet)
            side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(0, y - 8, SIDE - 8, 16), side, f"{value:.4g}")
        painter.setPen(ink.quiet)
        for place in self._places(axes):
            box = QRectF(axes.across(place) - 30, area.bottom() + 4, 60, 14)
            box.moveRight(min(box.right(), self.width() + 12.0))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, f"{place:,.4g}")
        box = QRectF(area.left(), self.height() - SMALL - 5, area.width(), SMALL + 5)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self.along)

    def _places(self, axes: "Axes") -> list[float]:
        """Ticks of the horizontal axis: where few points stand far apart, the points' own."""
        own = sorted({x for line in self.lines.values() for x in line[0]})
        if axes.log and len(own) <= 8:
            return own
        return ticks(*axes.places, max(2, int(axes.area.width() / 70)), log=axes.log)

    def _paint_line(self, painter: QPainter, axes: "Axes", line: Line, number: int) -> None:
        assert self._ink is not None
        colour = self._ink.lines[number % len(self._ink.lines)]
        places, values = list(line[0]), list(line[1])
        few = len(places) < FEW
        if not few and places == sorted(places) and len(set(places)) == len(places):
            thin = thinned(places, values, max(2, int(axes.area.width())))
            places, values = thin[0].tolist(), thin[1].tolist()
        points = [
            QPointF(axes.across(x), axes.down(y)) for x, y in zip(places, values, strict=True)
        ]
        pen = QPen(colour, 2)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.drawPolyline(QPolygonF(points))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        for point in points if few and len(points) > 2 else ():
            painter.drawEllipse(point, 3, 3)
        painter.setBrush(Qt.BrushStyle.NoBrush)


@dataclass(frozen=True, slots=True)
class Axes:
    """Both axes over a rectangle; `log`: the horizontal one is logarithmic."""

    area: QRectF
    places: tuple[float, float]
    values: tuple[float, float]
    log: bool

    def across(self, place: float) -> float:
        """Of a place on the horizontal axis."""
        low, high = self.places
        if self.log:
            share = math.log(place / low) / math.log(high / low)
        else:
            share = (place - low) / (high - low)
        return self.area.left() + share * self.area.width()

    def down(self, value: float) -> float:
        """Of a value."""
        low, high = self.values
        return self.area.bottom() - (value - low) / (high - low) * self.area.height()
