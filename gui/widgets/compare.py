"""Before and after, in one's hands: drag, zoom, pan, keys."""

from enum import Enum

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent

from gui.widgets import compare_ink as ink
from gui.widgets.compare_view import CompareView

REACH = 14.0  # px from the slider's line within which the mouse takes it
GRIP = 7.0  # the same for the edge of the preview region


class Drag(Enum):
    """What the mouse holds."""

    NOTHING = 0
    PICTURE = 1
    SLIDER = 2
    REGION = 3


_CURSORS = {  # what could be taken, and what is held
    Drag.NOTHING: (Qt.CursorShape.ArrowCursor, Qt.CursorShape.ArrowCursor),
    Drag.PICTURE: (Qt.CursorShape.OpenHandCursor, Qt.CursorShape.ClosedHandCursor),
    Drag.SLIDER: (Qt.CursorShape.SplitHCursor, Qt.CursorShape.SplitHCursor),
    Drag.REGION: (Qt.CursorShape.SizeAllCursor, Qt.CursorShape.SizeAllCursor),
}


class Compare(CompareView):
    """The view that answers the mouse and the keyboard."""

    region_dragged = Signal(QRect)  # the preview region was let go somewhere else

    def __init__(self) -> None:
        super().__init__()
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._drag = Drag.NOTHING
        self._last = QPointF()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom to the cursor."""
        steps = event.angleDelta().y() / 120
        if steps:
            self.viewport.zoom_to(self.viewport.zoom * 1.25**steps, self._in_pane(event.position()))
            self._changed()
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the slider, the preview region, or the picture."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._drag = self._under(event.position())
            self._last = event.position()
            self.setCursor(_CURSORS[self._drag][1])

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag what is held; else show what could be."""
        by, self._last = event.position() - self._last, event.position()
        match self._drag:
            case Drag.NOTHING:
                self.setCursor(_CURSORS[self._under(event.position())][0])
            case Drag.SLIDER:
                self._drag_slider(event.position().x())
            case Drag.REGION:
                self._drag_region(by)
            case Drag.PICTURE:
                self.viewport.pan(by)
                self._changed()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        if self._drag is Drag.REGION and self._region is not None:
            self.region_dragged.emit(self._region.toRect())
        self._drag = Drag.NOTHING
        self.setCursor(_CURSORS[self._under(event.position())][0])

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """All of it, or every pixel of what is under the cursor."""
        if self.viewport.fitted:
            self.viewport.zoom_to(1.0, self._in_pane(event.position()))
        else:
            self.viewport.fit()
        self._changed()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space, +, -, 0, 1 and the arrows."""
        match event.key():
            case Qt.Key.Key_Space:
                if not event.isAutoRepeat():
                    self.hold_original(True)
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self.zoom_step(1)
            case Qt.Key.Key_Minus:
                self.zoom_step(-1)
            case Qt.Key.Key_0:
                self.fit()
            case Qt.Key.Key_1:
                self.zoom_to(1.0)
            case Qt.Key.Key_Left | Qt.Key.Key_Right if self._compared and not self._side:
                step = 0.02 if event.key() == Qt.Key.Key_Right else -0.02
                self.split = min(1.0, max(0.0, self.split + step))
                self.update()
            case _:
                super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Space let go."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.hold_original(False)
        else:
            super().keyReleaseEvent(event)

    def _under(self, spot: QPointF) -> Drag:
        if self._compared and not self._side and abs(spot.x() - self.split_x()) <= REACH:
            return Drag.SLIDER
        if self._region is not None and not self.has_after:
            frame, here = self._to_pane(self._region), self._in_pane(spot)
            wide = frame.adjusted(-GRIP, -GRIP, GRIP, GRIP)
            inner = frame.adjusted(GRIP, GRIP, -GRIP, -GRIP)
            on_edge = wide.contains(here) and not inner.contains(here)
            if on_edge or ink.tag_box(frame, self._tag(), self.font()).contains(here):
                return Drag.REGION
        return Drag.PICTURE

    def _drag_slider(self, x: float) -> None:
        shown = self.viewport.target().intersected(QRectF(self._pane(0)))
        self.split = min(1.0, max(0.0, (x - shown.left()) / max(1.0, shown.width())))
        self.update()

    def _drag_region(self, by: QPointF) -> None:
        if self._region is None:
            return
        scale = self.viewport.scale * self.viewport.picture.width() / self._source.width()
        moved = self._region.translated(by / scale)
        moved.moveLeft(min(max(0.0, moved.left()), self._source.width() - moved.width()))
        moved.moveTop(min(max(0.0, moved.top()), self._source.height() - moved.height()))
        self._region = moved
        self.update()
