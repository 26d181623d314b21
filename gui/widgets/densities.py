"""A duel in one dimension: both densities, the discriminator, and the one that would be best."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from gui.widgets.lab_ink import LabInk

SMALL = 11  # px, of the letters
TIP = (
    "Blue is the density of what is real, red of what is made. The green line is the\n"
    "discriminator; dashed, the best one there can be: p / (p + q), one half where both agree."
)
Floats = NDArray[np.float32]
SIDES = ("real", "made")


class Densities(QWidget):
    """Lines over one axis, by name: "real", "generated", "discriminator", "best discriminator"."""

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumSize(QSize(200, 160))
        self.setMouseTracking(True)
        self.setAccessibleName("Densities and discriminator")
        self.setToolTip(TIP)
        self.axis: Floats = np.zeros(0, np.float32)
        self.lines: dict[str, Floats] = {}
        self._ink: LabInk | None = None
        self._over: float | None = None

    def set_ink(self, ink: LabInk) -> None:
        """The theme's colours."""
        self._ink = ink
        self.update()

    def set_lines(self, x: Floats, lines: dict[str, Floats]) -> None:
        """Another step."""
        self.axis, self.lines = x, lines
        self.update()

    def words(self) -> str:
        """The values under the mouse."""
        if self._over is None or not len(self.axis):
            return ""
        at = int(np.abs(self.axis - self._value(self._over)).argmin())
        values = " · ".join(f"{SHORT[name]} {line[at]:.2f}" for name, line in self.lines.items())
        return f"x {self.axis[at]:.2f} · {values}"

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Values under the mouse."""
        self._over = event.position().x()
        self.update()

    def leaveEvent(self, _event: object) -> None:
        """None."""
        self._over = None
        self.update()

    # -- drawn ----------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Axis, areas, lines, words."""
        if self._ink is None or not len(self.axis):
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = QFont(self.font())
        font.setPixelSize(SMALL)
        painter.setFont(font)
        self._paint_axes(painter)
        top = max(float(self.lines[each].max()) for each in ("real", "generated")) * 1.1
        self._paint_area(painter, self.lines["real"] / top, self._ink.real)
        self._paint_area(painter, self.lines["generated"] / top, self._ink.made)
        for name, dashed in (("best discriminator", True), ("discriminator", False)):
            if name in self.lines:
                self._paint_line(painter, self._judged(name), dashed=dashed)
        self._paint_words(painter)

    @property
    def _area(self) -> QRectF:
        return QRectF(self.rect()).adjusted(12, 34, -34, -24)

    @property
    def _critic(self) -> bool:
        """Without a best discriminator it is a critic, on a scale of its own."""
        return "best discriminator" not in self.lines

    def _judged(self, name: str) -> Floats:
        line = self.lines[name]
        if not self._critic:
            return line
        return (line - line.min()) / max(float(line.max() - line.min()), 1e-6)

    def _value(self, across: float) -> float:
        area, (first, last) = self._area, (float(self.axis[0]), float(self.axis[-1]))
        return first + (across - area.left()) / max(1.0, area.width()) * (last - first)

    def _spots(self, heights: Floats) -> list[QPointF]:
        area, (first, last) = self._area, (float(self.axis[0]), float(self.axis[-1]))
        across = area.left() + (self.axis - first) / (last - first) * area.width()
        down = area.bottom() - heights * area.height()
        return [QPointF(x, y) for x, y in zip(across.tolist(), down.tolist(), strict=True)]

    def _paint_axes(self, painter: QPainter) -> None:
        assert self._ink is not None
        area = self._area
        for share, word in ((0.0, "0"), (0.5, "½"), (1.0, "1")):
            y = area.bottom() - share * area.height()
            style = Qt.PenStyle.DashLine if share == 0.5 else Qt.PenStyle.SolidLine
            painter.setPen(QPen(self._ink.line, 1, style))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            if not self._critic:
                painter.setPen(self._ink.judge)
                painter.drawText(QPointF(area.right() + 8, y + 4), word)
        painter.setPen(self._ink.quiet)
        for value in range(round(float(self.axis[0])), round(float(self.axis[-1])) + 1):
            ((spot),) = self._spots_at(value)
            painter.drawText(QPointF(spot - 4, area.bottom() + 16), f"{value}")

    def _spots_at(self, value: float) -> tuple[float]:
        area, (first, last) = self._area, (float(self.axis[0]), float(self.axis[-1]))
        return (area.left() + (value - first) / (last - first) * area.width(),)

    def _paint_area(self, painter: QPainter, heights: Floats, colour: QColor) -> None:
        area, spots = self._area, self._spots(heights)
        ground = [QPointF(area.right(), area.bottom()), QPointF(area.left(), area.bottom())]
        fill = QColor(colour)
        fill.setAlpha(60)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawPolygon(QPolygonF([*spots, *ground]))
        painter.setPen(QPen(colour, 2))
        painter.drawPolyline(QPolygonF(spots))

    def _paint_line(self, painter: QPainter, heights: Floats, *, dashed: bool) -> None:
        assert self._ink is not None
        pen = QPen(self._ink.text if dashed else self._ink.judge, 1.5 if dashed else 2.2)
        if dashed:
            pen.setDashPattern([4, 4])
        painter.setPen(pen)
        painter.drawPolyline(QPolygonF(self._spots(heights)))

    def _paint_words(self, painter: QPainter) -> None:
        """A legend, or the values under the mouse."""
        assert self._ink is not None
        ink, metrics, left = self._ink, painter.fontMetrics(), 12.0
        if self._over is not None:
            painter.setPen(ink.text)
            painter.drawText(QPointF(left, 18), self.words())
            painter.setPen(QPen(ink.quiet, 1))
            area = self._area
            painter.drawLine(QPointF(self._over, area.top()), QPointF(self._over, area.bottom()))
            return
        inks = {"real": ink.real, "generated": ink.made, "discriminator": ink.judge}
        for name in self.lines:
            word = "critic" if name == "discriminator" and self._critic else name
            painter.setPen(QPen(inks.get(name, ink.text), 2.5))
            painter.drawLine(QPointF(left, 14), QPointF(left + 12, 14))
            painter.setPen(ink.text)
            painter.drawText(QPointF(left + 18, 18), word)
            left += 18 + metrics.horizontalAdvance(word) + 18


SHORT = {"real": "p", "generated": "q", "discriminator": "D", "best discriminator": "best D"}
