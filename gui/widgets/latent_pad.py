"""A plane of pictures to move in: drag, click, wheel, keys, or let it drift."""

from collections import deque

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.widgets.drift import Drift
from gui.widgets.plane import UNIT, Cell, Plane, nearest

LOW, HIGH = 168, 272  # px
NUDGE = 0.1  # of the way to the next picture
CLICK = 4.0  # px the mouse may stray in a click
NEAR = 24.0  # px from the handle within which a drag takes it from where it is
KEPT = 600  # thumbnails
TRAIL, APART = 60, 0.06  # points, and how far from each other they lie on the plane
KNOB, RADIUS = 8.0, 5.0
TIP = (
    "Drag to move between faces; the picture follows. Click a face to go there.\n"
    "Wheel, + and - zoom · arrows nudge, with Shift to the next face · double-click recentres\n"
    "S snap · D drift · Home reset"
)
_ARROWS = {
    Qt.Key.Key_Left: QPointF(-1, 0),
    Qt.Key.Key_Right: QPointF(1, 0),
    Qt.Key.Key_Up: QPointF(0, -1),
    Qt.Key.Key_Down: QPointF(0, 1),
}


class LatentPad(QWidget):
    """Whole numbers carry thumbnails; in between lies what is in between."""

    moved = Signal(float, float)  # where the handle went, by the person's hand or the drift
    thumbs_wanted = Signal()  # other places came into sight: see `missing`

    def __init__(self, unit: float = UNIT) -> None:
        super().__init__()
        self._unit = unit
        self.setMinimumSize(160, LOW)
        self.setMaximumHeight(HIGH)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Plane of faces")
        self.setToolTip(TIP)
        self.plane = Plane()
        self.plane.unit = unit
        self.at = QPointF(0, 0)
        self.drift = Drift(self)
        self.drift.went.connect(self._drifted)
        self._thumbs: dict[Cell, QImage] = {}
        self._fresh: set[Cell] = set()
        self._asked: set[Cell] = set()
        self._off = False
        self._trail: deque[QPointF] = deque(maxlen=TRAIL)
        self._ground: QPixmap | None = None  # what changes only where the plane itself moves
        self._painted: set[Cell] = set()
        self._view: tuple[QPointF, float, QSizeF] | None = None
        self._pressed: QPointF | None = None
        self._dragging = False
        self._over = QPointF()  # how far the mouse is beyond the edge
        self._canvas, self._line = QColor("#101113"), QColor("#303338")
        self._quiet, self._accent = QColor("#9a9ca1"), QColor("#e8563f")

    # -- told -----------------------------------------------------------------------------------

    def set_colours(self, canvas: QColor, line: QColor, quiet: QColor, accent: QColor) -> None:
        """The theme's."""
        self._canvas, self._line, self._quiet, self._accent = canvas, line, quiet, accent
        self._ground = None
        self.update()

    def go_to(self, x: float, y: float) -> None:
        """Put the handle there without saying so."""
        self.at = QPointF(x, y)
        self._trail.clear()
        self.plane.reveal(self.at)
        self._seen()

    def missing(self, most: int) -> list[Cell]:
        """The next places to be drawn, nearest first; they count as asked for."""
        cells = self.plane.cells()
        left = [cell for cell in cells if cell not in self._fresh and cell not in self._asked]
        self._asked.update(left[:most])
        return left[:most]

    def set_thumb(self, cell: Cell, image: QImage) -> None:
        """The picture of a place."""
        self._asked.discard(cell)
        self._thumbs.pop(cell, None)
        self._thumbs[cell] = image
        self._fresh.add(cell)
        while len(self._thumbs) > KEPT:
            oldest = next(iter(self._thumbs))
            del self._thumbs[oldest]
            self._fresh.discard(oldest)
        if self._ground is not None and cell in self._painted:
            painter = QPainter(self._ground)
            self._paint_cell(painter, cell)
            painter.end()
            self.update()

    def forget_thumbs(self) -> None:
        """They show another model."""
        self._thumbs.clear()
        self.outdate_thumbs()

    def outdate_thumbs(self) -> None:
        """They are to be drawn anew; until then the old ones are shown."""
        self._fresh.clear()
        self._asked.clear()
        self._ground = None
        self.update()
        self.thumbs_wanted.emit()

    def set_off(self, off: bool) -> None:
        """The face one is at does not lie on the plane: the handle is hollow."""
        if off != self._off:
            self._off = off
            self.update()

    # -- done -----------------------------------------------------------------------------------

    def snap(self) -> None:
        """To the nearest whole-numbered place."""
        self._go(QPointF(*nearest(self.at)))

    def reset(self) -> None:
        """To the beginning, at the usual size."""
        self.drift.stop()
        self.plane.unit, self.plane.centre = self._unit, QPointF(0, 0)
        self._go(QPointF(0, 0))
        self._trail.clear()

    def nudge(self, by: QPointF) -> None:
        """A step to the side."""
        self._go(self.at + by)

    def _go(self, to: QPointF) -> None:
        """Move the handle and say so."""
        if to != self.at or self._off:
            if not self._trail or (self._trail[-1] - to).manhattanLength() > APART:
                self._trail.append(self.at)
            self.at = to
            self.moved.emit(to.x(), to.y())
        self.plane.reveal(to)
        self._seen()

    def _drifted(self, by: QPointF) -> None:
        self._go(self.at + by)

    def _seen(self) -> None:
        """Draw it; where the plane itself moved, other thumbnails may be wanted."""
        self.update()
        view = (self.plane.centre, self.plane.unit, self.plane.pane)
        if view != self._view:
            self._view = (QPointF(self.plane.centre), self.plane.unit, self.plane.pane)
            self._ground = None
            self.thumbs_wanted.emit()

    # -- mouse and keys -------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember where; it may become a click or a drag."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._dragging = event.position(), False
            self._over = QPointF()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag: the handle is under the mouse; beyond the edge the plane moves on."""
        if self._pressed is None:
            return
        spot = event.position()
        if not self._dragging and (spot - self._pressed).manhattanLength() < CLICK:
            return
        leap = not self._dragging and (spot - self.plane.to_pane(self.at)).manhattanLength() > NEAR
        self._dragging = True
        self.drift.stop()
        held = self.plane.within(spot)
        over = spot - held
        self.plane.centre += (over - self._over) / self.plane.unit
        self._over = over
        self._go(self.plane.to_plane(held))
        if leap:
            self._trail.clear()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click goes to the picture under it, or to the very spot between pictures."""
        if self._pressed is not None and not self._dragging:
            self.drift.stop()
            cell = self.plane.under(event.position())
            self._go(QPointF(*cell) if cell else self.plane.to_plane(event.position()))
            self._trail.clear()  # a leap is no way
        self._pressed, self._dragging = None, False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Bring what is under the mouse into the middle."""
        self.plane.centre = self.plane.to_plane(event.position())
        self.plane.reveal(self.at)
        self._seen()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom about the mouse."""
        steps = event.angleDelta().y() / 120
        self.plane.zoom(1.15**steps, event.position())
        self.plane.reveal(self.at)
        self._seen()
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, + and -, S, D, Home."""
        middle = QPointF(self.width() / 2, self.height() / 2)
        match event.key():
            case key if key in _ARROWS:
                self._step(_ARROWS[Qt.Key(key)], event.modifiers())
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self.plane.zoom(1.15, middle)
            case Qt.Key.Key_Minus:
                self.plane.zoom(1 / 1.15, middle)
            case Qt.Key.Key_S:
                self.snap()
            case Qt.Key.Key_D:
                self.drift.toggle()
            case Qt.Key.Key_Home:
                self.reset()
            case _:
                super().keyPressEvent(event)
                return
        self._seen()

    def _step(self, way: QPointF, held: Qt.KeyboardModifier) -> None:
        if held & Qt.KeyboardModifier.ShiftModifier:
            self._go(QPointF(*nearest(self.at)) + way)
        else:
            self.nudge(way * NUDGE)

    # -- drawn ----------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """See more or less of the plane."""
        super().resizeEvent(event)
        self.plane.pane = QSizeF(self.size())
        self._seen()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Thumbnails, the way one came, the handle."""
        painter = QPainter(self)
        ground = self._ground if self._ground is not None else self._paint_ground()
        painter.drawPixmap(0, 0, ground)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_trail(painter)
        painter.setPen(QPen(self._accent if self._off else QColor("white"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush if self._off else self._accent)
        painter.drawEllipse(self.plane.to_pane(self.at), KNOB, KNOB)
        painter.setPen(QPen(self._quiet if self.hasFocus() else self._line, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(self._frame(), RADIUS, RADIUS)

    def _paint_ground(self) -> QPixmap:
        """The thumbnails; kept, so that a drag repaints little."""
        ratio = self.devicePixelRatioF()
        ground = QPixmap(self.size() * ratio)
        ground.setDevicePixelRatio(ratio)
        ground.fill(Qt.GlobalColor.transparent)
        painter = QPainter(ground)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._canvas)
        painter.drawRoundedRect(self._frame(), RADIUS, RADIUS)
        self._painted = set(self.plane.cells())
        for cell in self._painted:
            self._paint_cell(painter, cell)
        painter.end()
        self._ground = ground
        return ground

    def _frame(self) -> QRectF:
        return QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)

    def _paint_cell(self, painter: QPainter, cell: Cell) -> None:
        painter.setClipRect(self._frame())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        box = self.plane.box(cell)
        image = self._thumbs.get(cell)
        if image is None:
            painter.setPen(QPen(self._line, 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box, RADIUS, RADIUS)
        else:
            painter.fillRect(box.adjusted(-1, -1, 1, 1), self._canvas)  # over the empty frame
            painter.drawImage(box, image)

    def _paint_trail(self, painter: QPainter) -> None:
        if not self._trail:
            return
        path = QPainterPath(self.plane.to_pane(self._trail[0]))
        for point in (*self._trail, self.at):
            path.lineTo(self.plane.to_pane(point))
        pen = QPen(self._accent, 1.5)
        pen.setDashPattern([3, 3])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)
