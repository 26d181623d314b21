"""A box over a picture that says what is kept of it."""

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPainterPath, QPen, QTransform

from gui.widgets.hand import Hand

REACH = 10.0  # px of the screen within which the mouse takes an edge
GRIP = 4.0  # px, half a handle
LEAST = 8.0  # px of the picture
DARK, LINE = QColor(8, 9, 10, 150), QColor(255, 255, 255, 220)
THIRDS = QColor(255, 255, 255, 70)


class CropHand(Hand):
    """Edges and corners are dragged, the inside moves it; dragging outside draws a new one."""

    changed = Signal(QRectF)  # in px of the picture, while it is dragged
    settled = Signal(QRectF)  # it was let go

    def __init__(self) -> None:
        super().__init__()
        self.box = QRectF()
        self._picture = QRectF()
        self._sides = ""  # which of l, t, r, b are held; "in": all of it; "": none
        self._from = QPointF()
        self._start = QRectF()

    def set_box(self, box: QRectF, picture: QSizeF) -> None:
        """Show this box of a picture of that size."""
        if not self._sides:
            self.box, self._picture = QRectF(box), QRectF(QPointF(0, 0), picture)
            self.repaint.emit(QRectF())

    def press(self, at: QPointF, event: QMouseEvent) -> bool:
        """Take an edge, the box, or begin another."""
        if event.button() != Qt.MouseButton.LeftButton:
            return False
        self._sides, self._from, self._start = self._under(at), at, QRectF(self.box)
        if not self._sides:
            self._sides, self._start = "rb", QRectF(self._held(at), QSizeF(0, 0))
        return True

    def move(self, at: QPointF) -> None:
        """Drag what is held, within the picture."""
        box, by = QRectF(self._start), at - self._from
        if self._sides == "in":
            box.translate(by)
            box.moveLeft(min(max(0.0, box.left()), self._picture.width() - box.width()))
            box.moveTop(min(max(0.0, box.top()), self._picture.height() - box.height()))
        else:
            spot = self._held(at)
            left = spot.x() if "l" in self._sides else box.left()
            top = spot.y() if "t" in self._sides else box.top()
            right = spot.x() if "r" in self._sides else box.right()
            bottom = spot.y() if "b" in self._sides else box.bottom()
            box.setCoords(left, top, right, bottom)
            box = box.normalized()
        if min(box.width(), box.height()) >= LEAST:
            self.box = box
            self.repaint.emit(QRectF())
            self.changed.emit(QRectF(box))

    def release(self, at: QPointF) -> None:
        """Let go."""
        del at
        self._sides = ""
        if self.box != self._start:
            self.settled.emit(QRectF(self.box))

    def cancel(self) -> bool:
        """Let go, the box as it was."""
        if not self._sides:
            return False
        self._sides, self.box = "", QRectF(self._start)
        self.repaint.emit(QRectF())
        self.settled.emit(QRectF(self.box))
        return True

    def cursor(self, at: QPointF) -> Qt.CursorShape:
        """Arrows that say what a drag would do."""
        match self._sides or self._under(at):
            case "l" | "r":
                return Qt.CursorShape.SizeHorCursor
            case "t" | "b":
                return Qt.CursorShape.SizeVerCursor
            case "lt" | "rb":
                return Qt.CursorShape.SizeFDiagCursor
            case "rt" | "lb":
                return Qt.CursorShape.SizeBDiagCursor
            case "in":
                return Qt.CursorShape.SizeAllCursor
            case _:
                return Qt.CursorShape.CrossCursor

    def paint(self, painter: QPainter, way: QTransform, area: QRectF) -> None:
        """What goes is dark; thirds and handles on what stays."""
        del area
        frame, whole = way.mapRect(self.box), way.mapRect(self._picture)
        dark = QPainterPath()
        dark.addRect(whole)
        dark.addRect(frame)
        painter.fillPath(dark, DARK)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(THIRDS, 1))
        for part in (1 / 3, 2 / 3):
            x, y = frame.left() + part * frame.width(), frame.top() + part * frame.height()
            painter.drawLine(QPointF(x, frame.top()), QPointF(x, frame.bottom()))
            painter.drawLine(QPointF(frame.left(), y), QPointF(frame.right(), y))
        painter.setPen(QPen(LINE, 1.5))
        painter.drawRect(frame)
        painter.setBrush(LINE)
        for x in (frame.left(), frame.center().x(), frame.right()):
            for y in (frame.top(), frame.center().y(), frame.bottom()):
                if (x, y) != (frame.center().x(), frame.center().y()):
                    painter.drawRect(QRectF(x - GRIP, y - GRIP, 2 * GRIP, 2 * GRIP))

    def _under(self, at: QPointF) -> str:
        reach = REACH / max(self.scale, 1e-6)
        box = self.box
        if not box.adjusted(-reach, -reach, reach, reach).contains(at):
            return ""
        across = _near(at.x(), box.left(), box.right(), reach, "lr")
        down = _near(at.y(), box.top(), box.bottom(), reach, "tb")
        return across + down or "in"

    def _held(self, at: QPointF) -> QPointF:
        """The nearest point inside the picture."""
        return QPointF(
            min(max(0.0, at.x()), self._picture.width()),
            min(max(0.0, at.y()), self._picture.height()),
        )


def _near(at: float, low: float, high: float, reach: float, names: str) -> str:
    """Which end is near; in a small box the nearer one."""
    if min(abs(at - low), abs(at - high)) > reach:
        return ""
    return names[0] if abs(at - low) <= abs(at - high) else names[1]
