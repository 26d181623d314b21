"""A small network, painted: its units in layers, the numbers in them as far as they are known."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from gui.widgets.chart import SMALL, Ink

UNIT = 23.0  # px, radius
APART = 56.0  # px between the middles of two units of a layer


class NetView(QWidget):
    """`sizes` units in each layer; every unit is joined to every one of the next layer."""

    def __init__(self) -> None:
        super().__init__()
        self.sizes: tuple[int, ...] = ()
        self.values: dict[int, tuple[float, ...]] = {}  # by layer
        self.newest: int | None = None
        self._ink: Ink | None = None
        self.setFixedWidth(300)

    def set_ink(self, ink: Ink) -> None:
        """The theme's colours; the first line's is the newest layer's."""
        self._ink = ink
        self.update()

    def show_net(self, sizes: tuple[int, ...]) -> None:
        """Another network, of which nothing is known yet."""
        self.sizes, self.values, self.newest = sizes, {}, None
        self.setFixedHeight(round(max(sizes, default=0) * APART + 8))
        self.setAccessibleName(f"A network of {' - '.join(map(str, sizes))} units")

    def show_values(self, values: dict[int, tuple[float, ...]], newest: int | None) -> None:
        """Numbers by layer, and which of them came last."""
        self.values, self.newest = values, newest
        self.update()

    def place(self, layer: int, unit: int) -> QPointF:
        """The middle of a unit."""
        gaps = max(1, len(self.sizes) - 1)
        x = UNIT + 4 + layer * (self.width() - 2 * UNIT - 8) / gaps
        return QPointF(x, self.height() / 2 + (unit - (self.sizes[layer] - 1) / 2) * APART)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Weights as lines, units as circles."""
        if self._ink is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = QFont(self.font())
        font.setPixelSize(SMALL)
        painter.setFont(font)
        for layer in range(1, len(self.sizes)):
            self._paint_weights(painter, layer, self._ink)
        for layer in range(len(self.sizes)):
            self._paint_units(painter, layer, self._ink)

    def _paint_weights(self, painter: QPainter, layer: int, ink: Ink) -> None:
        used = QColor(ink.lines[0])
        used.setAlpha(150)
        painter.setPen(QPen(used if layer == self.newest else ink.grid, 1.2))
        for unit in range(self.sizes[layer]):
            for before in range(self.sizes[layer - 1]):
                painter.drawLine(self.place(layer - 1, before), self.place(layer, unit))

    def _paint_units(self, painter: QPainter, layer: int, ink: Ink) -> None:
        values = self.values.get(layer, ())
        for unit in range(self.sizes[layer]):
            middle = self.place(layer, unit)
            painter.setBrush(self.palette().window())
            painter.setPen(QPen(ink.lines[0] if layer == self.newest else ink.quiet, 1.6))
            painter.drawEllipse(middle, UNIT, UNIT)
            if unit < len(values):
                painter.setPen(ink.text)
                box = QRectF(middle.x() - UNIT, middle.y() - UNIT, 2 * UNIT, 2 * UNIT)
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, f"{values[unit]:.4g}")
