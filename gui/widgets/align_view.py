"""A photo behind a square frame: move it, scale it, turn it until the face fits."""

from math import cos, radians, sin

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QStyle, QStyleOption, QWidget

from gui.widgets import compare_ink as ink

MARGIN = 36.0
DIM = QColor(10, 11, 12, 165)
NUDGE = 0.01  # of the frame's side
EYES = (QPointF(0.365, 0.51), QPointF(0.63, 0.51))  # where aligned faces have them, in the frame
LEAST, MOST = 0.05, 3.0  # of the photo's shorter side
_ARROWS = {
    Qt.Key.Key_Left: QPointF(1, 0),
    Qt.Key.Key_Right: QPointF(-1, 0),
    Qt.Key.Key_Up: QPointF(0, 1),
    Qt.Key.Key_Down: QPointF(0, -1),
}


class AlignView(QWidget):
    """What lies in the frame is told in px of the photo: centre, side, and the angle."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("canvas")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Your photo behind the frame")
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.centre, self.side, self.angle = QPointF(0.5, 0.5), 1.0, 0.0
        self._photo = QImage()
        self._scale = 1.0  # px of the copy that is shown a px of the photo
        self._last: QPointF | None = None

    def open(self, photo: QImage, width: int) -> None:
        """A photo that is `width` px wide, of which `photo` may be a smaller copy."""
        self._photo = photo
        self._scale = photo.width() / max(1, width)
        self.side = min(photo.width(), photo.height()) / self._scale
        self.centre = QPointF(photo.width() / 2, photo.height() / 2) / self._scale
        self.angle = 0.0
        self._tell()

    @property
    def box(self) -> tuple[float, float, float]:
        """Centre x, centre y and side of the square, in px of the photo."""
        return self.centre.x(), self.centre.y(), self.side

    def shorter(self) -> float:
        """The photo's shorter side, px."""
        return max(1.0, min(self._photo.width(), self._photo.height()) / self._scale)

    def set_zoom(self, zoom: float) -> None:
        """1 shows all of the shorter side in the frame."""
        self.side = min(MOST, max(LEAST, 1 / max(zoom, 1e-3))) * self.shorter()
        self._tell()

    def set_angle(self, degrees: float) -> None:
        """Turn the frame clockwise over the photo."""
        self.angle = (degrees + 180) % 360 - 180
        self._tell()

    def move(self, by: QPointF) -> None:  # type: ignore[override]
        """Shift the photo behind the frame by px of the screen."""
        turned = _turned(by, self.angle)
        self.centre -= turned * (self.side / self._frame().width())
        wide, high = self._photo.width() / self._scale, self._photo.height() / self._scale
        self.centre.setX(min(max(self.centre.x(), 0.0), wide))
        self.centre.setY(min(max(self.centre.y(), 0.0), high))
        self._tell()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the photo."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._last = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move it."""
        if self._last is not None:
            self.move(event.position() - self._last)
            self._last = event.position()

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Let go."""
        self._last = None
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scale it; with Shift turn it."""
        delta = event.angleDelta()
        steps = (delta.y() or delta.x()) / 120
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.set_angle(self.angle + steps)
        else:
            self.set_zoom(self.shorter() / self.side * 1.06**steps)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move it, + and - scale it."""
        zoom = self.shorter() / self.side
        match event.key():
            case key if key in _ARROWS:
                self.move(_ARROWS[Qt.Key(key)] * NUDGE * self._frame().width())
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self.set_zoom(zoom * 1.03)
            case Qt.Key.Key_Minus:
                self.set_zoom(zoom / 1.03)
            case _:
                super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The photo, dimmed outside the frame, thirds inside it."""
        painter = QPainter(self)
        option = QStyleOption()
        option.initFrom(self)
        self.style().drawPrimitive(QStyle.PrimitiveElement.PE_Widget, option, painter, self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setTransform(self._to_view())
        painter.drawImage(0, 0, self._photo)
        painter.resetTransform()
        frame, whole = self._frame(), QRectF(self.rect())
        for dim in (
            QRectF(0, 0, whole.width(), frame.top()),
            QRectF(0, frame.bottom(), whole.width(), whole.height() - frame.bottom()),
            QRectF(0, frame.top(), frame.left(), frame.height()),
            QRectF(frame.right(), frame.top(), whole.width() - frame.right(), frame.height()),
        ):
            painter.fillRect(dim, DIM)
        _paint_frame(painter, frame)
        ink.chip(painter, frame, "Eyes on the marks")

    def _frame(self) -> QRectF:
        side = max(40.0, min(self.width(), self.height()) - 2 * MARGIN)
        return QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)

    def _to_view(self) -> QTransform:
        frame = self._frame()
        scale = frame.width() / self.side / self._scale
        middle = self.centre * self._scale
        return (
            QTransform()
            .translate(frame.center().x(), frame.center().y())
            .rotate(-self.angle)
            .scale(scale, scale)
            .translate(-middle.x(), -middle.y())
        )

    def _tell(self) -> None:
        self.update()
        self.changed.emit()


def _paint_frame(painter: QPainter, frame: QRectF) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((QColor(0, 0, 0, 120), 3.0), (QColor(255, 255, 255, 220), 1.5)):
        painter.setPen(QPen(colour, width))
        painter.drawRect(frame)
        for eye in EYES:
            spot = frame.topLeft() + eye * frame.width()
            painter.drawEllipse(spot, frame.width() * 0.055, frame.width() * 0.035)


def _turned(by: QPointF, degrees: float) -> QPointF:
    """A step on the screen as a step on a photo that lies turned the other way."""
    angle = radians(degrees)
    return QPointF(
        by.x() * cos(angle) - by.y() * sin(angle), by.x() * sin(angle) + by.y() * cos(angle)
    )
