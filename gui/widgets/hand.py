"""What one does with the mouse on a picture that is compared: one tool at a time is in hand."""

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QTransform


class Hand(QObject):
    """A tool. Places are px of the picture; `scale` is px of the screen a px of the picture."""

    repaint = Signal(QRectF)  # that part of the picture looks different; empty: all of it
    scale = 1.0

    def press(self, at: QPointF, event: QMouseEvent) -> bool:
        """A button goes down there; False leaves it to the view."""
        raise NotImplementedError

    def move(self, at: QPointF) -> None:
        """The mouse moves, with what `press` took."""

    def release(self, at: QPointF) -> None:
        """It lets go."""

    def hover(self, at: QPointF | None) -> None:
        """The mouse is there, holding nothing; None: it left."""

    def key(self, event: QKeyEvent) -> bool:  # noqa: ARG002
        """A key; False where it means nothing here."""
        return False

    def cursor(self, at: QPointF) -> Qt.CursorShape:  # noqa: ARG002
        """What the mouse looks like there."""
        return Qt.CursorShape.CrossCursor

    def paint(self, painter: QPainter, way: QTransform, area: QRectF) -> None:
        """Draw what belongs to it; `way` leads from the picture to the pane, `area` is seen."""
        raise NotImplementedError

    def cancel(self) -> bool:
        """Give up what has begun; False where nothing has."""
        return False
