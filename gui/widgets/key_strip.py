"""Key faces in a row, to be put into order, and chosen."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QWidget

SIDE, BETWEEN, EDGE = 60, 26, 4  # px
RADIUS = 5.0
STRAY = 5.0  # px the mouse may stray in a click


@dataclass(slots=True)
class Key:
    """A face on the strip; `number` stays with it wherever it is moved."""

    number: int
    words: str
    image: QImage | None = None


class KeyStrip(QWidget):
    """The order is the way one goes."""

    chosen = Signal(int)  # the number of a key
    moved = Signal(int, int)  # from where to where in the row
    removed = Signal(int)  # the number of a key

    def __init__(self) -> None:
        super().__init__()
        self.keys: list[Key] = []
        self.current: int | None = None
        self._pressed: QPointF | None = None
        self._held: int | None = None  # where in the row
        self._mouse = QPointF()
        self._progress: float | None = None
        self._accent, self._quiet, self._raised = QColor(), QColor(), QColor()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Key faces")
        self.setToolTip("Click to go there · drag to put into order · Delete removes")
        self.show_keys([])

    def set_colours(self, accent: QColor, quiet: QColor, raised: QColor) -> None:
        """The theme's."""
        self._accent, self._quiet, self._raised = accent, quiet, raised
        self.update()

    def show_keys(self, keys: list[Key], current: int | None = None) -> None:
        """These, in this order; `current` is the number of the one that is marked."""
        self.keys, self.current = keys, current
        count = max(1, len(keys))
        self.setFixedSize(QSize(count * (SIDE + BETWEEN) - BETWEEN + 2 * EDGE, SIDE + 2 * EDGE))
        self.update()

    def set_progress(self, at: float | None) -> None:
        """How far the walk is, in keys: 1.5 is half-way from the second to the third."""
        self._progress = at
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take a face."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._mouse = event.position(), event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag it along the row."""
        if self._pressed is None:
            return
        self._mouse = event.position()
        if self._held is None and (self._mouse - self._pressed).manhattanLength() > STRAY:
            self._held = self._under(self._pressed)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click chooses it, a drag puts it between two others."""
        if self._held is not None:
            to = min(len(self.keys) - 1, max(0, self._slot(event.position().x())))
            held, self._held = self._held, None
            if to != held:
                self.moved.emit(held, to)
        elif self._pressed is not None:
            at = self._under(event.position())
            if at is not None:
                self.chosen.emit(self.keys[at].number)
        self._pressed = None
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left, right, Delete."""
        at = next((n for n, key in enumerate(self.keys) if key.number == self.current), None)
        match event.key():
            case Qt.Key.Key_Left if at:
                self.chosen.emit(self.keys[at - 1].number)
            case Qt.Key.Key_Right if at is not None and at + 1 < len(self.keys):
                self.chosen.emit(self.keys[at + 1].number)
            case Qt.Key.Key_Delete | Qt.Key.Key_Backspace if at is not None:
                self.removed.emit(self.keys[at].number)
            case _:
                super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Faces, arrows between them, the one that is held on top."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for at, key in enumerate(self.keys):
            if at:
                self._paint_arrow(painter, self._box(at).left() - BETWEEN / 2)
            if at != self._held:
                self._paint_key(painter, key, self._box(at))
        if self._held is not None:
            box = self._box(self._held).translated(self._mouse.x() - self._pressed_x(), 0)
            self._paint_key(painter, self.keys[self._held], box)
        if self._progress is not None:
            x = EDGE + SIDE / 2 + self._progress * (SIDE + BETWEEN)
            painter.fillRect(QRectF(x - 1, 0, 2, self.height()), self._accent)

    def _paint_key(self, painter: QPainter, key: Key, box: QRectF) -> None:
        if key.image is not None:
            painter.drawImage(box, key.image)
        else:
            painter.fillRect(box, self._raised)
        if key.number == self.current:
            painter.setPen(QPen(self._accent, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(-2, -2, 2, 2), RADIUS, RADIUS)

    def _paint_arrow(self, painter: QPainter, x: float) -> None:
        painter.setPen(QPen(self._quiet, 1.4))
        y = self.height() / 2
        painter.drawLine(QPointF(x - 6, y), QPointF(x + 6, y))
        tip = QPointF(x + 6, y)
        head = [tip + QPointF(-4, -4), tip, tip + QPointF(-4, 4)]
        painter.drawPolyline(QPolygonF(head))

    def _box(self, at: int) -> QRectF:
        return QRectF(EDGE + at * (SIDE + BETWEEN), EDGE, SIDE, SIDE)

    def _slot(self, x: float) -> int:
        return round((x - EDGE - SIDE / 2) / (SIDE + BETWEEN))

    def _under(self, spot: QPointF) -> int | None:
        hits = (at for at in range(len(self.keys)) if self._box(at).contains(spot))
        return next(hits, None)

    def _pressed_x(self) -> float:
        return self._pressed.x() if self._pressed is not None else self._mouse.x()
