"""The picture one explores, as large as it goes: drag on it, pull points, paint a mask."""

from enum import Enum

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QStyle, QStyleOption, QWidget

from gui.widgets import compare_ink as ink
from gui.widgets.points import REACH, Brush, Points, Spot, draw_brush, draw_pairs, on, part
from gui.widgets.zoom_bar import Pill

MARGIN, GAP, RADIUS = 28.0, 16.0, 8.0
BAR_SPACE = 10
LARGEST = 16.0  # px of the screen a px of the picture


class Hand(Enum):
    """What the mouse does on the picture."""

    MOVE = "move"
    POINTS = "points"
    BRUSH = "brush"


_CURSORS = {
    Hand.MOVE: Qt.CursorShape.OpenHandCursor,
    Hand.POINTS: Qt.CursorShape.CrossCursor,
    Hand.BRUSH: Qt.CursorShape.BlankCursor,
}


class FaceView(QWidget):
    """One square picture, or two side by side; knows nothing of places."""

    dragged = Signal(float, float)  # by how many widths and heights of the picture
    points_changed = Signal()
    mask_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("canvas")
        self.setMinimumSize(220, 200)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("The face one is at")
        self.points, self.brush = Points(), Brush()
        self.bar = Pill()
        self.bar.setParent(self)
        self.label = ""
        self._hand = Hand.MOVE
        self._picture: QImage | None = None
        self._natural = 64
        self._beside: QImage | None = None
        self._words_beside = ""
        self._message = ""
        self._accent = QColor("#e8563f")
        self._last: QPointF | None = None
        self._mouse = QPointF(-1, -1)
        self.set_hand(Hand.MOVE)

    # -- told -----------------------------------------------------------------------------------

    def set_colours(self, accent: QColor) -> None:
        """The theme's."""
        self._accent = accent
        self.update()

    def set_picture(self, image: QImage, natural: int) -> None:
        """Show it; `natural` px is the size of what the generator drew."""
        self._picture, self._natural, self._message = image, natural, ""
        self.update()

    def set_beside(self, image: QImage | None, words: str = "") -> None:
        """Another picture on its left, or none."""
        self._beside, self._words_beside = image, words
        self.update()

    def set_label(self, words: str) -> None:
        """What is said on the picture."""
        self.label = words
        self.update()

    def set_message(self, words: str) -> None:
        """Why there is no picture."""
        self._message = words
        self.update()

    def set_hand(self, hand: Hand) -> None:
        """What the mouse does."""
        self._hand = hand
        self.points.release()
        self.setCursor(_CURSORS[hand])
        self.update()

    @property
    def hand(self) -> Hand:
        """What the mouse does."""
        return self._hand

    def place_bar(self) -> None:
        """Put the bar where it belongs; its buttons may have changed."""
        self.bar.adjustSize()
        left = self.width() - self.bar.width() - BAR_SPACE
        self.bar.move(left, self.height() - self.bar.height() - BAR_SPACE)

    def area(self) -> QRectF:
        """Where the picture is drawn."""
        two = self._beside is not None
        wide = self.width() - 2 * MARGIN - (GAP if two else 0)
        high = self.height() - 2 * MARGIN - self.bar.height()
        side = max(32.0, min(wide / (2 if two else 1), high, self._natural * LARGEST))
        left = self.width() / 2 + (GAP / 2 if two else -side / 2)
        top = MARGIN + (high - side) / 2
        return QRectF(round(left), round(top), round(side), round(side))

    # -- mouse and keys -------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the picture, a point, or begin a stroke."""
        spot = event.position()
        if self._hand is Hand.POINTS and event.button() == Qt.MouseButton.RightButton:
            self.points.remove(part(self.area(), spot), self._reach())
            self._points_moved()
        elif event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            self._press(spot, event)

    def _press(self, spot: QPointF, event: QMouseEvent) -> None:
        inside = self.area().adjusted(-REACH, -REACH, REACH, REACH).contains(spot)
        if self._hand is Hand.MOVE or inside:
            self._last = spot
        if self._hand is Hand.MOVE:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif self._hand is Hand.POINTS and inside:
            self.points.press(part(self.area(), spot), self._reach())
            self._points_moved()
        elif self._hand is Hand.BRUSH and inside:
            self._stroke(spot, event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag what is held."""
        spot = event.position()
        self._mouse = spot
        if self._last is not None:
            match self._hand:
                case Hand.MOVE:
                    by, side = spot - self._last, self.area().width()
                    self.dragged.emit(by.x() / side, by.y() / side)
                case Hand.POINTS:
                    self.points.move(part(self.area(), spot))
                    self._points_moved()
                case Hand.BRUSH:
                    self._stroke(spot, event)
            self._last = spot
        elif self._hand is Hand.BRUSH:
            self.update()

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Let go."""
        self._last = None
        self.points.release()
        self.setCursor(_CURSORS[self._hand])

    def wheelEvent(self, event: QWheelEvent) -> None:
        """With the brush: its size."""
        if self._hand is Hand.BRUSH:
            self.size_brush(1.15 ** (event.angleDelta().y() / 120))
            event.accept()
        else:
            event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """[ and ] for the brush, Delete for the last point."""
        match event.key():
            case Qt.Key.Key_BracketLeft:
                self.size_brush(1 / 1.25)
            case Qt.Key.Key_BracketRight:
                self.size_brush(1.25)
            case Qt.Key.Key_Delete | Qt.Key.Key_Backspace if self.points.pairs:
                self.points.pairs.pop()
                self._points_moved()
            case _:
                super().keyPressEvent(event)

    def size_brush(self, factor: float) -> None:
        """A larger or smaller brush."""
        self.brush.radius = min(0.5, max(0.015, self.brush.radius * factor))
        self.update()

    def _stroke(self, spot: QPointF, event: QMouseEvent) -> None:
        before = part(self.area(), self._last or spot)
        erase = bool(event.buttons() & Qt.MouseButton.RightButton)
        self.brush.paint(before, part(self.area(), spot), erase=erase)
        self.mask_changed.emit()
        self.update()

    def _points_moved(self) -> None:
        self.points_changed.emit()
        self.update()

    def _reach(self) -> Spot:
        side = self.area().width()
        return REACH / side, REACH / side

    # -- drawn ----------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The picture, its companion, points and words."""
        painter = QPainter(self)
        option = QStyleOption()
        option.initFrom(self)
        self.style().drawPrimitive(QStyle.PrimitiveElement.PE_Widget, option, painter, self)
        area = self.area()
        if self._beside is not None:
            other = area.translated(-(area.width() + GAP), 0)
            _square(painter, self._beside, other)
            ink.chip(painter, other, self._words_beside)
        if self._picture is not None:
            _square(painter, self._picture, area)
            ink.chip(painter, area, self.label)
            self._paint_tools(painter, area)
        if self._message:
            ink.message(painter, QRectF(self.rect()), self._message)

    def _paint_tools(self, painter: QPainter, area: QRectF) -> None:
        if self._hand is Hand.MOVE:
            return
        self.brush.draw(painter, area)
        draw_pairs(painter, self.points, area, self._accent)
        if self._hand is Hand.BRUSH and area.contains(self._mouse):
            spot = on(area, part(area, self._mouse))
            draw_brush(painter, spot, self.brush.radius * area.width())

    def resizeEvent(self, event: object) -> None:  # noqa: ARG002
        """Keep the bar in its corner."""
        self.place_bar()


def _square(painter: QPainter, image: QImage, area: QRectF) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(area, image)
    painter.restore()
