"""Faces in a grid: look, choose, lock, love."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QStyle, QStyleOption

from gui.icons import icon

GAP, MARGIN, RADIUS = 10, 24, 4.0
LEAST = 84  # px of a cell, smaller ones scroll
LARGEST = 256
MARK = 26  # px of a button on a face
INK, SHADE = "#f1efec", QColor(16, 17, 19, 190)
_STEPS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


@dataclass(slots=True)
class Face:
    """What is shown at one place of the grid."""

    words: str
    image: QImage | None = None
    locked: bool = False
    loved: bool = False


class FaceGrid(QAbstractScrollArea):
    """One face is current, any number are chosen; knows nothing of places."""

    chosen = Signal()
    opened = Signal(int)  # a double click, or Enter
    lock = Signal(int)
    love = Signal(int)
    menu = Signal(int, object)  # index, where on the screen
    seen = Signal()  # others came into sight

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("canvas")
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setAccessibleName("Faces")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.faces: list[Face] = []
        self.current = 0
        self.selected: set[int] = set()
        self._over: int | None = None
        self._message = ""
        self._accent = QColor("#e8563f")
        self._empty = QColor("#272a2e")
        self.verticalScrollBar().valueChanged.connect(lambda _: self.seen.emit())

    # -- told -----------------------------------------------------------------------------------

    def set_colours(self, accent: QColor, empty: QColor) -> None:
        """The theme's."""
        self._accent, self._empty = accent, empty
        self.viewport().update()

    def set_faces(self, faces: list[Face]) -> None:
        """Other faces; what is chosen stays chosen as far as it is there."""
        self.faces = faces
        self.selected = {at for at in self.selected if at < len(faces)}
        self.current = min(self.current, max(0, len(faces) - 1))
        self._measure()

    def refresh(self) -> None:
        """A face has changed."""
        self.viewport().update()

    def set_message(self, words: str) -> None:
        """Instead of faces."""
        self._message = words
        self.viewport().update()

    def in_sight(self) -> list[int]:
        """Which faces are seen, from top to bottom."""
        if not self.faces:
            return []
        seen = self.viewport().rect()
        return [at for at in range(len(self.faces)) if self.box(at).intersects(QRectF(seen))]

    # -- where things are -----------------------------------------------------------------------

    def shape(self) -> tuple[int, float]:
        """Columns, and px of a cell's side: as large as lets all be seen, if that is not tiny."""
        wide = self.viewport().width() - 2 * MARGIN + GAP
        high = self.viewport().height() - 2 * MARGIN + GAP
        count, best = max(1, len(self.faces)), (1, 0.0)
        for columns in range(1, count + 1):
            rows = -(-count // columns)
            side = min(wide / columns, high / rows, LARGEST + GAP) - GAP
            if side > best[1]:
                best = (columns, side)
            if wide / columns < LEAST:
                break
        if best[1] < LEAST:
            columns = max(1, int(wide // (LEAST + GAP)))
            return columns, wide / columns - GAP
        return best

    def box(self, at: int) -> QRectF:
        """Where a face is drawn."""
        columns, side = self.shape()
        rows = -(-len(self.faces) // columns)
        wide, high = columns * (side + GAP) - GAP, rows * (side + GAP) - GAP
        left = (self.viewport().width() - wide) / 2
        top = max(MARGIN, (self.viewport().height() - high) / 2) - self.verticalScrollBar().value()
        row, column = divmod(at, columns)
        return QRectF(left + column * (side + GAP), top + row * (side + GAP), side, side)

    def under(self, spot: QPointF) -> int | None:
        """The face under the mouse."""
        return next((at for at in self.in_sight() if self.box(at).contains(spot)), None)

    def _measure(self) -> None:
        columns, side = self.shape()
        rows = -(-len(self.faces) // columns)
        high = rows * (side + GAP) - GAP + 2 * MARGIN
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, round(high - self.viewport().height())))
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(round(side / 2))
        self.viewport().update()
        self.seen.emit()

    # -- mouse and keys -------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose; with Ctrl one more; on a mark, lock or love."""
        at = self.under(event.position())
        if at is None:
            self.selected.clear()
            self._changed()
            return
        if event.button() == Qt.MouseButton.LeftButton:
            mark = self._mark_under(at, event.position())
            if mark is not None:
                (self.lock if mark == 0 else self.love).emit(at)
                return
            self._choose(at, event.modifiers())
        elif at not in self.selected:
            self._choose(at, Qt.KeyboardModifier.NoModifier)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open it."""
        at = self.under(event.position())
        if at is not None and self._mark_under(at, event.position()) is None:
            self.opened.emit(at)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show the marks of the face under the mouse, and who it is."""
        over = self.under(event.position())
        if over != self._over:
            self._over = over
            self.viewport().setToolTip(self.faces[over].words if over is not None else "")
            self.viewport().update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What else may be done."""
        at = self.under(QPointF(event.pos()))
        if at is not None:
            self.menu.emit(at, event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, Space, Enter, L, F."""
        match event.key():
            case key if key in _STEPS:
                self._step(*_STEPS[Qt.Key(key)], event.modifiers())
            case Qt.Key.Key_L if self.faces:
                self.lock.emit(self.current)
            case Qt.Key.Key_F if self.faces:
                self.love.emit(self.current)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if self.faces:
                self.opened.emit(self.current)
            case _:
                super().keyPressEvent(event)

    def choose_all(self) -> None:
        """Every face."""
        self.selected = set(range(len(self.faces)))
        self._changed()

    def _step(self, across: int, down: int, held: Qt.KeyboardModifier) -> None:
        at = self.current + across + down * self.shape()[0]
        if 0 <= at < len(self.faces):
            self._choose(at, held)
            bar, box = self.verticalScrollBar(), self.box(at)
            below = box.bottom() + MARGIN - self.viewport().height()
            bar.setValue(bar.value() + round(max(0, below) + min(0, box.top() - MARGIN)))

    def _choose(self, at: int, held: Qt.KeyboardModifier) -> None:
        if held & Qt.KeyboardModifier.ControlModifier:
            self.selected ^= {at}
        elif held & Qt.KeyboardModifier.ShiftModifier:
            self.selected |= set(range(min(at, self.current), max(at, self.current) + 1))
        else:
            self.selected = {at}
        self.current = at
        self._changed()

    def _changed(self) -> None:
        self.viewport().update()
        self.chosen.emit()

    # -- drawn ----------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Every face that is in sight."""
        painter = QPainter(self.viewport())
        option = QStyleOption()
        option.initFrom(self)
        self.style().drawPrimitive(QStyle.PrimitiveElement.PE_Widget, option, painter, self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if self._message:
            painter.setPen(self.palette().text().color())
            room = self.viewport().rect().adjusted(60, 20, -60, -20)
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(room, int(flags), self._message)
            return
        for at in self.in_sight():
            self._paint_face(painter, at, self.box(at))

    def _paint_face(self, painter: QPainter, at: int, box: QRectF) -> None:
        face = self.faces[at]
        if face.image is not None:
            painter.drawImage(box, face.image)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._empty)
            painter.drawRoundedRect(box, RADIUS, RADIUS)
        if at in self.selected:
            painter.setPen(QPen(self._accent, 3))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(-2, -2, 2, 2), RADIUS, RADIUS)
        shown = at == self._over or (self.hasFocus() and at == self.current)
        names = (
            "lock" if face.locked else "unlock",
            "heart-full" if face.loved else "heart",
        )
        for which, on in enumerate((face.locked, face.loved)):
            if on or shown:
                self._paint_mark(painter, self._mark_box(at, which), names[which], on=on)

    def _paint_mark(self, painter: QPainter, box: QRect, name: str, *, on: bool) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(SHADE)
        painter.drawEllipse(box)
        ink = self._accent.name() if on else INK
        icon(name, ink).paint(painter, box.adjusted(5, 5, -5, -5))

    def _mark_box(self, at: int, which: int) -> QRect:
        """The lock in the left corner, the heart in the right one."""
        box = self.box(at)
        left = box.right() - MARK - 4 if which else box.left() + 4
        return QRect(round(left), round(box.top() + 4), MARK, MARK)

    def _mark_under(self, at: int, spot: QPointF) -> int | None:
        hits = (n for n in range(2) if self._mark_box(at, n).contains(spot.toPoint()))
        return next(hits, None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another shape."""
        super().resizeEvent(event)
        self._measure()

    def leaveEvent(self, event: object) -> None:  # noqa: ARG002
        """No marks without the mouse."""
        self._over = None
        self.viewport().update()

    def minimumSizeHint(self) -> QSize:
        """A few faces."""
        return QSize(220, 200)
