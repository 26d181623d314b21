"""Before and after, with a tool in hand: what one paints lies on the picture."""

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QTransform

from gui.widgets import compare_ink as ink
from gui.widgets.compare import Compare, Drag
from gui.widgets.hand import Hand

EDGE = 4.0  # px of the screen around what changed


class Easel(Compare):
    """With a tool in hand the result is seen all over, and the mouse is the tool's.

    The middle and the right button move the picture, as the left one does without a tool.
    """

    def __init__(self) -> None:
        super().__init__()
        self.hand: Hand | None = None
        self._working = False

    def take(self, hand: Hand | None) -> None:
        """Take another tool, or none."""
        if hand is self.hand:
            return
        if self.hand is not None:
            self.hand.cancel()
            self.hand.repaint.disconnect(self._repaint)
        self.hand, self._working = hand, False
        if hand is not None:
            hand.repaint.connect(self._repaint)
        self.compare_bar.slider.setEnabled(hand is None)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.update()

    def to_picture(self, spot: QPointF) -> QPointF:
        """A point of the widget, in px of the source."""
        back, _ = self._way().inverted()
        return back.map(self._in_pane(spot))

    # -- the mouse ------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The tool's, or the picture's."""
        if self.hand is None:
            super().mousePressEvent(event)
            return
        self._last = event.position()
        self.hand.scale = self._way().m11()
        if event.button() == Qt.MouseButton.LeftButton:
            self._working = self.hand.press(self.to_picture(event.position()), event)
        if not self._working:
            self._drag = Drag.PICTURE
        self._point(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """As above."""
        if self.hand is None or self._drag is not Drag.NOTHING:
            super().mouseMoveEvent(event)
            return
        at = self.to_picture(event.position())
        self.hand.scale = self._way().m11()
        if self._working:
            self.hand.move(at)
        else:
            self.hand.hover(at)
        self._point(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """As above."""
        if self.hand is None:
            super().mouseReleaseEvent(event)
            return
        if self._working and event.button() == Qt.MouseButton.LeftButton:
            self._working = False
            self.hand.release(self.to_picture(event.position()))
        self._drag = Drag.NOTHING
        self._point(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """With a tool two clicks are two clicks."""
        if self.hand is None:
            super().mouseDoubleClickEvent(event)
        else:
            self.mousePressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """No tool where there is no mouse."""
        if self.hand is not None:
            self.hand.hover(None)
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The tool's keys first."""
        if self.hand is None or not self.hand.key(event):
            super().keyPressEvent(event)

    def _point(self, spot: QPointF) -> None:
        if self.hand is None:
            return
        held = self._drag is Drag.PICTURE
        hand, cursor = self.hand, Qt.CursorShape.ClosedHandCursor
        self.setCursor(cursor if held else hand.cursor(self.to_picture(spot)))

    # -- drawing --------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """What the tool shows lies on the picture."""
        super().paintEvent(event)
        if self.hand is None or self._before.picture is None or self._original:
            return
        painter = QPainter(self)
        for which in range(2 if self._side else 1):
            corner, pane = QPointF(self._pane(which).topLeft()), QRectF(self._pane(0))
            painter.save()
            painter.translate(corner)
            painter.setClipRect(pane)
            area = QRectF(event.rect()).translated(-corner).intersected(pane)
            self.hand.scale = self._way().m11()
            self.hand.paint(painter, self._way(), area)
            painter.restore()

    def _paint_slider(self, painter: QPainter) -> None:
        if self.hand is None:
            super()._paint_slider(painter)
            return
        pane = QRectF(self._pane(0))
        (self._paint_after if self._compared else self._paint_before)(painter, pane)
        shown = self.viewport.target().intersected(pane)
        ink.chip(painter, shown, self.labels[1 if self._compared else 0])

    def _way(self) -> QTransform:
        """From px of the source to the pane."""
        target = self.viewport.target()
        return QTransform.fromTranslate(target.x(), target.y()).scale(
            target.width() / self._source.width(), target.height() / self._source.height()
        )

    def _repaint(self, area: QRectF) -> None:
        if area.isEmpty():
            self.update()
            return
        seen = self._way().mapRect(area).adjusted(-EDGE, -EDGE, EDGE, EDGE)
        for which in range(2 if self._side else 1):
            corner = QPointF(self._pane(which).topLeft())
            self.update(seen.translated(corner).toAlignedRect())
