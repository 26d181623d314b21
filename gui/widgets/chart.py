"""A diagram of lines over training steps, painted: raw and smoothed, linear or logarithmic."""

import math
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QWidget

from gui.widgets.series import Series, limits, thinned, ticks

HEAD, FOOT, SIDE = 24, 20, 46  # px above, below and left of the lines
RIGHT = 10
TICK_PX = 28  # room for one number on the vertical axis
SMALL = 11  # px, of the letters


@dataclass(frozen=True, slots=True)
class Ink:
    """The colours of a diagram; `lines` are taken in turn."""

    text: QColor
    quiet: QColor
    grid: QColor
    lines: tuple[QColor, ...]


class Chart(QWidget):
    """Lines that share an axis. `smooth`: thin raw lines under thick smoothed ones."""

    def __init__(self, name: str, *, smooth: bool, waiting: str = "") -> None:
        super().__init__()
        self.name, self.smooth, self.waiting = name, smooth, waiting
        self.lines: dict[str, Series] = {}
        self.log = False
        self._ink = Ink(QColor(), QColor(), QColor(), (QColor(),))
        self._over: float | None = None
        self._level: float | None = None
        self._bounds: tuple[float, float] | None = None
        self.setAccessibleName(name)
        self.setMinimumSize(QSize(200, 130))
        self.setMouseTracking(True)

    def set_ink(self, ink: Ink) -> None:
        """The theme's colours."""
        self._ink = ink
        self.update()

    def set_log(self, log: bool) -> None:
        """A logarithmic axis, or a plain one."""
        self.log = log
        self.update()

    def set_level(self, level: float | None, bounds: tuple[float, float] | None = None) -> None:
        """Mark the value that the lines should come to; `bounds` hold the axis still."""
        self._level, self._bounds = level, bounds
        self.update()

    def clear(self) -> None:
        """No lines."""
        self.lines.clear()
        self.update()

    def add(self, line: str, step: float, value: float) -> None:
        """Another value of a line."""
        self.lines.setdefault(line, Series()).add(step, value)
        self.update()

    def words(self) -> str:
        """The newest values, as they stand above the lines."""
        return " · ".join(self._legend(line) for line, each in self.lines.items() if each.steps)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Values under the mouse."""
        self._over = event.position().x()
        self.update()

    def leaveEvent(self, _event: object) -> None:
        """The newest values again."""
        self._over = None
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Name, values, axes, lines."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = QFont(self.font())
        font.setPixelSize(SMALL)
        painter.setFont(font)
        shown = {line: each for line, each in self.lines.items() if each.steps}
        self._paint_head(painter, shown)
        area = QRectF(self.rect()).adjusted(SIDE, HEAD, -RIGHT, -FOOT)
        if not shown:
            painter.setPen(self._ink.quiet)
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.waiting)
            return
        frame = self._frame(area, list(shown.values()))
        self._paint_axes(painter, frame)
        painter.setClipRect(area.adjusted(-1, -2, 2, 2))
        for number, each in enumerate(shown.values()):
            self._paint_line(painter, frame, each, self._colour(number))
        self._paint_over(painter, frame)

    def _frame(self, area: QRectF, shown: list[Series]) -> "Frame":
        first = min(each.steps[0] for each in shown)
        last = max(each.steps[-1] for each in shown)
        low, high = self._bounds or limits(shown, smooth=self.smooth, log=self.log)
        return Frame(area, min(0.0, first), max(last, first + 1), low, high, self.log)

    def _colour(self, number: int) -> QColor:
        return self._ink.lines[number % len(self._ink.lines)]

    def _paint_head(self, painter: QPainter, shown: dict[str, Series]) -> None:
        metrics = QFontMetricsF(painter.font())
        painter.setPen(self._ink.quiet)
        painter.drawText(QPointF(2, 14), self.name)
        right = float(self.width() - RIGHT)
        least = metrics.horizontalAdvance(self.name) + 24
        texts = {line: self._legend(line) for line in shown}
        if right - sum(metrics.horizontalAdvance(text) + 26 for text in texts.values()) < least:
            texts = {line: line for line in shown}  # no room for the values
        for number, (_, text) in reversed(list(enumerate(texts.items()))):
            right -= metrics.horizontalAdvance(text)
            if right < least:
                return
            painter.setPen(self._ink.text)
            painter.drawText(QPointF(right, 14), text)
            painter.setPen(QPen(self._colour(number), 2.5))
            painter.drawLine(QPointF(right - 14, 10), QPointF(right - 5, 10))
            right -= 26

    def _legend(self, line: str) -> str:
        each = self.lines[line]
        at = len(each.steps) - 1
        if self._over is not None:
            shown = [line for line in self.lines.values() if line.steps]
            area = QRectF(self.rect()).adjusted(SIDE, HEAD, -RIGHT, -FOOT)
            at = each.at(self._frame(area, shown).step(self._over))
        value = (each.smooth if self.smooth else each.values)[at]
        where = f"step {each.steps[at]:,.0f}: " if self._over is not None else ""
        return f"{where}{line} {value:.4g}" if len(self.lines) > 1 else f"{where}{value:.4g}"

    def _paint_axes(self, painter: QPainter, frame: "Frame") -> None:
        area = frame.area
        most = max(2, int(area.height() / TICK_PX))
        for value in ticks(frame.low, frame.high, most, log=frame.log):
            y = frame.y(value)
            painter.setPen(QPen(self._ink.grid, 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(self._ink.quiet)
            box = QRectF(0, y - 8, SIDE - 8, 16)
            side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(box, side, f"{value:.4g}")
        if self._level is not None:
            painter.setPen(QPen(self._ink.quiet, 1, Qt.PenStyle.DashLine))
            y = frame.y(self._level)
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(self._ink.quiet)
        most = max(2, int(area.width() / 70))
        for step in ticks(frame.first, frame.last, most):
            if step == int(step):
                text = f"{step:,.0f}"
                wide = painter.fontMetrics().horizontalAdvance(text) + 2
                box = QRectF(frame.x(step) - wide / 2, area.bottom() + 4, wide, 14)
                box.moveRight(min(box.right(), self.width() - 1.0))
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_line(self, painter: QPainter, frame: "Frame", each: Series, colour: QColor) -> None:
        raw, columns = QColor(colour), max(2, int(frame.area.width()))
        thick = QPen(colour, 2)
        thick.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        if self.smooth:
            raw.setAlpha(95)
            painter.setPen(QPen(raw, 1))
            painter.drawPolyline(QPolygonF(frame.points(each.steps, each.values, columns)))
        elif each.steps[0] == 0 and len(each.steps) > 1:
            painter.setPen(QPen(self._ink.quiet, 1, Qt.PenStyle.DashLine))
            y = frame.y(each.values[0])  # how good it was before
            painter.drawLine(QPointF(frame.area.left(), y), QPointF(frame.area.right(), y))
        painter.setPen(thick)
        line = frame.points(each.steps, each.smooth if self.smooth else each.values, columns)
        painter.drawPolyline(QPolygonF(line))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        shown = line[-1:] if self.smooth or len(line) > 60 else line
        for point in shown:
            painter.drawEllipse(point, 2.6, 2.6)

    def _paint_over(self, painter: QPainter, frame: "Frame") -> None:
        if self._over is not None and frame.area.left() <= self._over <= frame.area.right():
            painter.setPen(QPen(self._ink.quiet, 1))
            top, bottom = frame.area.top(), frame.area.bottom()
            painter.drawLine(QPointF(self._over, top), QPointF(self._over, bottom))


@dataclass(frozen=True, slots=True)
class Frame:
    """Where steps and values lie in a rectangle."""

    area: QRectF
    first: float
    last: float
    low: float
    high: float
    log: bool

    def x(self, step: float) -> float:
        """Of a step."""
        share = (step - self.first) / (self.last - self.first)
        return self.area.left() + share * self.area.width()

    def step(self, x: float) -> float:
        """Of a place."""
        share = (x - self.area.left()) / max(1.0, self.area.width())
        return self.first + share * (self.last - self.first)

    def y(self, value: float) -> float:
        """Of a value; what a logarithm cannot show lies on the ground."""
        if self.log:
            low, high = math.log(self.low), math.log(self.high)
            share = (math.log(max(value, self.low)) - low) / (high - low)
        else:
            share = (value - self.low) / (self.high - self.low)
        return self.area.bottom() - share * self.area.height()

    def points(self, steps: list[float], values: list[float], columns: int) -> list[QPointF]:
        """A line through the points, thinned to the columns there are."""
        x, y = thinned(steps, values, columns)
        across = self.area.left() + (x - self.first) / (self.last - self.first) * self.area.width()
        low, high = np.log((self.low, self.high)) if self.log else (self.low, self.high)
        height = np.log(np.maximum(y, self.low)) if self.log else y
        down = self.area.bottom() - (height - low) / (high - low) * self.area.height()
        return list(map(QPointF, across.tolist(), down.tolist()))
