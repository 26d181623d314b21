"""The plane of a duel: real and made points, where the made ones are sent, what is believed."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFont,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from gui.widgets.dots import scatter
from gui.widgets.duel_layers import paint_arrows, paint_label, paint_mesh
from gui.widgets.field import Box, Field
from gui.widgets.heat import Heat, painted
from gui.widgets.lab_ink import LabInk
from gui.widgets.sketch import Sketch

Places = NDArray[np.float32]
BOX: Box = (-3.0, -3.0, 3.0, 3.0)
SMALL = 11  # px, of the letters
LEGEND = 26.0  # px below the plane
TIP = (
    "Blue is real, red is made. The ground is what the discriminator believes; arrows say where\n"
    "it sends the made points. Wheel zooms, drag moves, double-click or 0 shows all of it."
)


@dataclass(frozen=True, slots=True)
class Sight:
    """All that one sees of a duel at one step."""

    real: Places | None = None
    made: Places | None = None
    arrows: Places | None = None
    heat: Heat | None = None
    mesh: Places | None = None  # row by row; as many rows as columns
    critic: bool = False


class DuelPlane(QWidget):
    """Only the newest sight is painted; with `sketching` the mouse draws what is real."""

    sketched = Signal()  # a stroke ended

    def __init__(self, name: str = "Plane of the duel") -> None:
        super().__init__()
        self.setMinimumSize(QSize(200, 200))
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(name)
        self.setToolTip(TIP)
        self.field = Field(even=True)
        self.field.set_box(BOX)
        self.sketch = Sketch()
        self.sight = Sight()
        self.sketching = False
        self.show_arrows, self.show_mesh = True, False
        self.caption = ""
        self._ground: QImage | None = None
        self._real: tuple[object, QPixmap] | None = None  # what is real hardly ever changes
        self._ink: LabInk | None = None
        self._over: QPointF | None = None
        self._held: QPointF | None = None

    # -- told -----------------------------------------------------------------------------------

    def set_ink(self, ink: LabInk) -> None:
        """The theme's colours."""
        self._ink, self._ground = ink, None
        self.update()

    def set_sight(self, sight: Sight) -> None:
        """Another step."""
        if sight.heat is not self.sight.heat:
            self._ground = None
        self.sight = sight
        self.update()

    def change(self, **parts: object) -> None:
        """Parts of the sight; the rest stays."""
        self.set_sight(replace(self.sight, **parts))  # type: ignore[arg-type]

    def set_sketching(self, on: bool) -> None:
        """The mouse draws, or looks."""
        self.sketching = on
        self.field.fit()
        self.setCursor(Qt.CursorShape.CrossCursor if on else Qt.CursorShape.ArrowCursor)
        self.update()

    def set_arrows(self, on: bool) -> None:
        """With arrows, or without."""
        self.show_arrows = on
        self.update()

    def set_mesh(self, on: bool) -> None:
        """With the generator's mesh, or without."""
        self.show_mesh = on
        self.update()

    def set_caption(self, words: str) -> None:
        """What is said in the corner."""
        self.caption = words
        self.update()

    def opinion(self, spot: QPointF) -> str:
        """What the discriminator believes of a place of the pane."""
        heat, (x, y) = self.sight.heat, self.field.place(spot)
        value = heat.at(x, y) if heat is not None else None
        where = f"({x:.2f}, {y:.2f})"
        if value is None:
            return where
        if self.sight.critic:
            return f"critic {value:.3g} at {where}"
        word = "real" if value > 0.55 else "made" if value < 0.45 else "either"
        return f"D = {value:.2f}, {word}, at {where}"

    # -- mouse and keys -------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Draw, erase with the right button, or take hold of the plane."""
        self._held = event.position()
        if self.sketching:
            self._stroke(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw on, move the plane, or say what is believed under the mouse."""
        self._over = event.position()
        if self._held is not None:
            if self.sketching:
                self._stroke(event)
            elif self.field.zoom > 1:
                self.field.move(event.position() - self._held)
            self._held = event.position()
        self.update()

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """A stroke is done."""
        if self._held is not None and self.sketching:
            self.sketch.lift()
            self.sketched.emit()
        self._held = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """All of it."""
        if self.sketching:
            self.mousePressEvent(event)
            return
        self.field.fit()
        self.update()

    def leaveEvent(self, _event: object) -> None:
        """Nothing is under the mouse."""
        self._over = None
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """A wider brush, or a closer look."""
        turned = event.angleDelta().y() / 120
        if self.sketching:
            self.sketch.widen(1.2**turned)
        else:
            self.field.magnify(1.2**turned, event.position())
        self.update()
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """+ and -, 0; [ and ] for the brush."""
        middle = QPointF(self.rect().center())
        match event.key():
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self.field.magnify(1.2, middle)
            case Qt.Key.Key_Minus:
                self.field.magnify(1 / 1.2, middle)
            case Qt.Key.Key_0:
                self.field.fit()
            case Qt.Key.Key_BracketLeft | Qt.Key.Key_BracketRight:
                self.sketch.widen(1.2 if event.key() == Qt.Key.Key_BracketRight else 1 / 1.2)
            case _:
                super().keyPressEvent(event)
                return
        self.update()

    def _stroke(self, event: QMouseEvent) -> None:
        erase = bool(event.buttons() & Qt.MouseButton.RightButton)
        place = self.field.place(event.position())
        if erase:
            self.sketch.erase(place)
        else:
            self.sketch.draw(place)
        self.update()

    # -- drawn ----------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another size."""
        super().resizeEvent(event)
        self.field.pane = QRectF(self.rect()).adjusted(8, 8, -8, -LEGEND - 6)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """What is believed, the points, the arrows, the words."""
        if self._ink is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = QFont(self.font())
        font.setPixelSize(SMALL)
        painter.setFont(font)
        area = self.field.area(self.field.box)
        seen = self._pane(area)
        painter.save()
        painter.setClipRect(seen)
        self._paint_ground(painter, area)
        self._paint_points(painter)
        painter.restore()
        painter.setPen(QPen(self._ink.line, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(seen)
        self._paint_legend(painter, seen)
        self._paint_words(painter, seen)

    def _pane(self, area: QRectF) -> QRectF:
        """The part of the widget in which the plane is seen; zoomed in, all there is."""
        fitted = Field(even=True)
        fitted.set_box(self.field.box)
        fitted.pane = self.field.pane
        return fitted.area(fitted.box) if self.field.zoom == 1 else area & self.field.pane

    def _paint_ground(self, painter: QPainter, area: QRectF) -> None:
        assert self._ink is not None
        heat = self.sight.heat
        if heat is None or self.sketching:
            painter.fillRect(area, self._ink.ground)
            return
        if self._ground is None:
            ink = self._ink
            self._ground = painted(heat.shares, ink.ground, ink.made, ink.real)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(self.field.area(heat.edge), self._ground)

    def _paint_points(self, painter: QPainter) -> None:
        assert self._ink is not None
        ink, sight = self._ink, self.sight
        if self.sketching:
            self.sketch.paint(painter, self.field, ink.real, ink.ground, self._over)
            return
        if sight.real is not None:
            painter.drawPixmap(0, 0, self._real_points(sight.real))
        if self.show_mesh and sight.mesh is not None:
            paint_mesh(painter, self.field.to_pane(sight.mesh), ink)
        if sight.made is None:
            return
        spots = self.field.to_pane(sight.made)
        if self.show_arrows and sight.arrows is not None:
            paint_arrows(painter, spots, sight.arrows, ink, critic=sight.critic)
        scatter(painter, spots, ink.made, self._dot(), ink.ground)

    def _dot(self) -> float:
        """Px of a point: larger on a large plane."""
        side = min(self.field.pane.width(), self.field.pane.height())
        return min(7.0, max(4.0, side / 90))

    def _real_points(self, real: Places) -> QPixmap:
        """The real points as they lie in the widget now."""
        assert self._ink is not None
        seen = (id(real), self.field.view, self.size().toTuple(), self._ink)
        if self._real is None or self._real[0] != seen:
            ratio = self.devicePixelRatioF()
            layer = QPixmap(self.size() * ratio)
            layer.setDevicePixelRatio(ratio)
            layer.fill(Qt.GlobalColor.transparent)
            painter = QPainter(layer)
            spots = self.field.to_pane(real)
            scatter(painter, spots, self._ink.real, self._dot() - 0.6, self._ink.ground)
            painter.end()
            self._real = (seen, layer)
        return self._real[1]

    def _paint_legend(self, painter: QPainter, seen: QRectF) -> None:
        """What the colours of the ground mean, below it."""
        assert self._ink is not None
        heat, ink = self.sight.heat, self._ink
        if heat is None or self.sketching:
            return
        low, high = (f"{heat.low:.3g}", f"{heat.high:.3g}")
        if not self.sight.critic:
            low, high = "made · D = 0", "D = 1 · real"
        words = painter.fontMetrics()
        y = seen.bottom() + 8
        bar = QRectF(seen.left(), y, seen.width(), 8)
        bar.adjust(words.horizontalAdvance(low) + 8, 0, -words.horizontalAdvance(high) - 8, 0)
        scale = painted(
            np.linspace(0, 1, 64, dtype=np.float32)[None], ink.ground, ink.made, ink.real
        )
        painter.drawImage(bar, scale)
        painter.setPen(ink.quiet)
        painter.drawText(QPointF(seen.left(), y + 8), low)
        painter.drawText(QPointF(bar.right() + 8, y + 8), high)
        middle = "critic" if self.sight.critic else "½"
        wide = words.horizontalAdvance(middle)
        painter.setPen(ink.text)
        painter.drawText(QPointF(bar.center().x() - wide / 2, y + 8), middle)

    def _paint_words(self, painter: QPainter, seen: QRectF) -> None:
        assert self._ink is not None
        if self.caption:
            paint_label(painter, seen.topLeft() + QPointF(8, 8), self.caption, self._ink, seen)
        if self._over is not None and not self.sketching and seen.contains(self._over):
            paint_label(
                painter, self._over + QPointF(14, 12), self.opinion(self._over), self._ink, seen
            )
