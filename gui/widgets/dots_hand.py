"""Dots of colour on a picture: put, dragged, taken away."""

from dataclasses import replace
from math import hypot

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen, QTransform

from engine.specs import Hint
from gui.widgets.hand import Hand

REACH = 11.0  # px of the screen within which the mouse takes a dot
RADIUS, CHOSEN = 7.0, 10.0
SHADE, WHITE = QColor(0, 0, 0, 170), QColor("#ffffff")


class DotsHand(Hand):
    """A click puts a dot of the colour in hand; a dot is dragged, and removed with Delete."""

    changed = Signal()  # dots were put, moved, coloured or removed
    chosen = Signal(str)  # the colour of the dot that was taken

    def __init__(self) -> None:
        super().__init__()
        self.dots: list[Hint] = []
        self.colour = "#c08a5a"
        self.picked = -1  # the dot that Delete removes
        self._taken = False  # it was there before: another colour is meant for it
        self._held = False
        self._over = -1
        self._before: list[tuple[Hint, ...]] = []
        self._after: list[tuple[Hint, ...]] = []

    def set_dots(self, dots: tuple[Hint, ...]) -> None:
        """Show these, of another picture; nothing is undone beyond it."""
        if tuple(self.dots) != dots:
            self._before, self._after = [], []
            self._show(dots)

    def set_colour(self, colour: str) -> None:
        """The colour in hand; a dot that was taken gets it, too, but not one just put."""
        self.colour = colour
        if (
            self._taken
            and 0 <= self.picked < len(self.dots)
            and self.dots[self.picked].colour != colour
        ):
            self._note()
            self.dots[self.picked] = replace(self.dots[self.picked], colour=colour)
            self._tell()

    def clear(self) -> None:
        """Take all of them away; that can be undone."""
        if self.dots:
            self._note()
            self._show(())
            self._tell()

    def remove(self) -> None:
        """Take the chosen dot away."""
        if 0 <= self.picked < len(self.dots):
            self._note()
            del self.dots[self.picked]
            self.picked = -1
            self._tell()

    @property
    def may_undo(self) -> bool:
        """Whether there is something to take back."""
        return bool(self._before)

    @property
    def may_redo(self) -> bool:
        """Whether something was taken back."""
        return bool(self._after)

    def undo(self) -> None:
        """As it was before the last change."""
        self._swap(self._before, self._after)

    def redo(self) -> None:
        """As it was before that."""
        self._swap(self._after, self._before)

    # -- the mouse ------------------------------------------------------------------------------

    def press(self, at: QPointF, event: QMouseEvent) -> bool:
        """Take the dot that is there, or put one."""
        if event.button() != Qt.MouseButton.LeftButton:
            return False
        self._note()
        self.picked, self._held = self._under(at), True
        self._taken = self.picked >= 0
        if not self._taken:
            self.dots.append(Hint(at.x(), at.y(), self.colour))
            self.picked = len(self.dots) - 1
            self._tell()
        else:
            self.colour = self.dots[self.picked].colour
            self.chosen.emit(self.colour)
            self.repaint.emit(QRectF())
        return True

    def move(self, at: QPointF) -> None:
        """Drag it."""
        if self._held and 0 <= self.picked < len(self.dots):
            self.dots[self.picked] = replace(self.dots[self.picked], x=at.x(), y=at.y())
            self._tell()

    def release(self, at: QPointF) -> None:
        """Let go; a dot that was only taken is no change."""
        del at
        self._held = False
        if self._before and self._before[-1] == tuple(self.dots):
            self._before.pop()

    def hover(self, at: QPointF | None) -> None:
        """The dot under the mouse stands out."""
        over = -1 if at is None else self._under(at)
        if over != self._over:
            self._over = over
            self.repaint.emit(QRectF())

    def key(self, event: QKeyEvent) -> bool:
        """Delete takes the chosen dot away."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.picked >= 0:
            self.remove()
            return True
        return False

    def cursor(self, at: QPointF) -> Qt.CursorShape:
        """A hand over a dot, else a cross."""
        over = self._under(at) >= 0
        return Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.CrossCursor

    def paint(self, painter: QPainter, way: QTransform, area: QRectF) -> None:
        """Rings of white around each colour, the chosen one's larger."""
        del area
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for at, dot in enumerate(self.dots):
            spot = way.map(QPointF(dot.x, dot.y))
            radius = CHOSEN if at in (self.picked, self._over) else RADIUS
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(SHADE, 4))
            painter.drawEllipse(spot, radius, radius)
            painter.setBrush(QColor(dot.colour))
            painter.setPen(QPen(WHITE, 2))
            painter.drawEllipse(spot, radius, radius)

    # -- inside ---------------------------------------------------------------------------------

    def _under(self, at: QPointF) -> int:
        reach = REACH / max(self.scale, 1e-6)
        for number in reversed(range(len(self.dots))):
            dot = self.dots[number]
            if hypot(dot.x - at.x(), dot.y - at.y()) <= reach:
                return number
        return -1

    def _note(self) -> None:
        self._before.append(tuple(self.dots))
        self._after.clear()

    def _swap(self, source: list[tuple[Hint, ...]], target: list[tuple[Hint, ...]]) -> None:
        if source:
            target.append(tuple(self.dots))
            self._show(source.pop())
            self._tell()

    def _show(self, dots: tuple[Hint, ...]) -> None:
        self.dots, self.picked, self._over, self._held = list(dots), -1, -1, False
        self.repaint.emit(QRectF())

    def _tell(self) -> None:
        self.repaint.emit(QRectF())
        self.changed.emit()
