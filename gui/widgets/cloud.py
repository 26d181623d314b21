"""A map of pictures: points in the colours of their classes, to hover, click and drag."""

from math import ceil

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from gui.widgets.dots import scatter
from gui.widgets.field import Field, around
from gui.widgets.lab_ink import LabInk

REACH = 14.0  # px within which a point is under the mouse
DOT = 5.4
BIG, SMALL = 72.0, 44.0  # px of a picture beside its point: in the map under the mouse, elsewhere
TILE = 34.0  # px of the pictures behind the points
SHARE, FAINT = 0.8, 0.4  # of that side, and how opaque
LETTERS = 11  # px
NUDGE = 8.0  # px an arrow key moves the decoded place
_ARROWS = {
    Qt.Key.Key_Left: QPointF(-1, 0),
    Qt.Key.Key_Right: QPointF(1, 0),
    Qt.Key.Key_Up: QPointF(0, -1),
    Qt.Key.Key_Down: QPointF(0, 1),
}
TIP = (
    "Hover to see a point's picture, here and on the other maps. Click an empty place to decode\n"
    "it; drag to morph, arrow keys too. Wheel zooms, right button moves, double-click or 0 fits."
)


class CloudView(QWidget):
    """One model's map of all pictures."""

    over = Signal(int)  # a point's number, or -1
    placed = Signal(float, float)  # the place to decode
    moved = Signal()  # another part of the plane is seen

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name, self.words, self.waiting = name, "", ""
        self.setMinimumSize(QSize(150, 130))
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(f"Map: {name}")
        self.setToolTip(TIP)
        self.field = Field(even=False)
        self.places: NDArray[np.float32] | None = None
        self.classes: NDArray[np.int64] | None = None
        self.hidden: set[int] = set()
        self.lit, self.handle = -1, None  # type: tuple[int, tuple[float, float] | None]
        self.picture: QImage | None = None  # of the point that is lit
        self.decoded: QImage | None = None  # of the handle's place
        self.tiles: list[tuple[tuple[float, ...], QImage]] = []
        self._ink: LabInk | None = None
        self._ground: QPixmap | None = None  # points and tiles: what the mouse does not change
        self._spots: NDArray[np.float64] | None = None
        self._held: QPointF | None = None
        self._inside = False

    # -- told -----------------------------------------------------------------------------------

    def set_ink(self, ink: LabInk) -> None:
        """The theme's colours."""
        self._ink = ink
        self._changed()

    def set_places(
        self, places: NDArray[np.float32] | None, classes: NDArray[np.int64] | None
    ) -> None:
        """Where the pictures lie now; the map follows them as long as nobody has zoomed."""
        self.places, self.classes = places, classes
        if places is not None:
            self.field.set_box(around(places))
        self._changed()

    def set_hidden(self, classes: set[int]) -> None:
        """These are not shown."""
        self.hidden = classes
        self._changed()

    def set_words(self, words: str) -> None:
        """What is said in the corner."""
        if words != self.words:
            self.words = words
            self.update()

    def set_waiting(self, words: str) -> None:
        """What is said where there are no points yet."""
        self.waiting = words
        self.update()

    def light(self, number: int, picture: QImage | None) -> None:
        """Mark a point and show its picture; -1 marks none."""
        self.lit, self.picture = number, picture
        self.update()

    def set_handle(self, place: tuple[float, float] | None, decoded: QImage | None) -> None:
        """The place that was decoded, and what came of it."""
        self.handle, self.decoded = place, decoded
        self.update()

    def set_tiles(self, tiles: list[tuple[tuple[float, ...], QImage]]) -> None:
        """Pictures of places, behind the points."""
        self.tiles = tiles
        self._changed()

    def grid(self) -> tuple[tuple[float, float], ...]:
        """Places that fill the pane with tiles, from the top left."""
        pane = self.field.pane
        columns, rows = ceil(pane.width() / TILE), ceil(pane.height() / TILE)
        spots = (
            QPointF(pane.left() + (column + 0.5) * TILE, pane.top() + (row + 0.5) * TILE)
            for row in range(rows)
            for column in range(columns)
        )
        return tuple(self.field.place(spot) for spot in spots)

    def under(self, spot: QPointF) -> int:
        """The number of the visible point nearest to a spot, -1 where none is near."""
        spots = self._pane_spots()
        if spots is None or not len(spots):
            return -1
        far = np.hypot(spots[:, 0] - spot.x(), spots[:, 1] - spot.y())
        if self.classes is not None and self.hidden:
            far[np.isin(self.classes, list(self.hidden))] = np.inf
        nearest = int(far.argmin())
        return nearest if far[nearest] <= REACH else -1

    def _changed(self) -> None:
        self._ground = self._spots = None
        self.update()

    def _pane_spots(self) -> NDArray[np.float64] | None:
        if self._spots is None and self.places is not None:
            self._spots = self.field.to_pane(self.places)
        return self._spots

    # -- mouse and keys -------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Decode the place, or take hold of the plane."""
        self._held = event.position()
        if event.button() == Qt.MouseButton.LeftButton:
            self._put(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Morph, move, or see what lies there."""
        spot, self._inside = event.position(), True
        if self._held is not None and event.buttons() & Qt.MouseButton.LeftButton:
            self._put(spot)
        elif self._held is not None:
            self.field.move(spot - self._held)
            self._held = spot
            self._seen()
        else:
            self.over.emit(self.under(spot))

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Let go."""
        self._held = None

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        """All of it."""
        self.field.fit()
        self._seen()

    def leaveEvent(self, _event: object) -> None:
        """Nothing is under the mouse."""
        self._inside = False
        self.over.emit(-1)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom about the mouse."""
        self.field.magnify(1.2 ** (event.angleDelta().y() / 120), event.position())
        self._seen()
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move the place, + and - zoom, 0 shows all."""
        middle = self.field.pane.center()
        match event.key():
            case key if key in _ARROWS:
                at = self.field.spot(*self.handle) if self.handle else middle
                self._put(at + _ARROWS[Qt.Key(key)] * NUDGE)
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self.field.magnify(1.2, middle)
            case Qt.Key.Key_Minus:
                self.field.magnify(1 / 1.2, middle)
            case Qt.Key.Key_0:
                self.field.fit()
            case _:
                super().keyPressEvent(event)
                return
        self._seen()

    def _put(self, spot: QPointF) -> None:
        if self.places is not None:
            self.over.emit(-1)
            self.placed.emit(*self.field.place(spot))

    def _seen(self) -> None:
        self._changed()
        self.moved.emit()

    # -- drawn ----------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another size."""
        super().resizeEvent(event)
        self.field.pane = QRectF(self.rect()).adjusted(1, 24, -1, -1)
        self._seen()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Name, cloud, what is lit, the place in hand."""
        if self._ink is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_head(painter)
        if self.places is None:
            painter.setPen(QPen(self._ink.line, 1))
            painter.drawRoundedRect(self.field.pane.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
            painter.setPen(self._ink.quiet)
            words = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.field.pane.adjusted(12, 0, -12, 0), int(words), self.waiting)
            return
        ground = self._ground if self._ground is not None else self._paint_ground()
        painter.drawPixmap(self.field.pane.topLeft(), ground)
        painter.setClipRect(self.field.pane)
        if self.handle is not None:
            self._paint_handle(painter, self.field.spot(*self.handle))
        spots = self._pane_spots()
        if spots is not None and 0 <= self.lit < len(spots):
            self._paint_lit(painter, QPointF(*spots[self.lit].tolist()))

    def _paint_head(self, painter: QPainter) -> None:
        assert self._ink is not None
        head = QRectF(2, 0, self.width() - 4, 20)
        font = QFont(self.font())
        font.setPixelSize(LETTERS)
        painter.setFont(font)
        painter.setPen(self._ink.text)
        painter.drawText(
            head, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self.name
        )
        metrics = painter.fontMetrics()
        head.setLeft(head.left() + metrics.horizontalAdvance(self.name) + 14)
        words = metrics.elidedText(self.words, Qt.TextElideMode.ElideRight, round(head.width()))
        painter.setPen(self._ink.quiet)
        painter.drawText(head, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)

    def _paint_ground(self) -> QPixmap:
        """Tiles and points; kept, so that the mouse repaints little."""
        assert self._ink is not None
        pane, ratio = self.field.pane, self.devicePixelRatioF()
        ground = QPixmap((pane.size() * ratio).toSize())
        ground.setDevicePixelRatio(ratio)
        ground.fill(self._ink.ground)
        painter = QPainter(ground)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(-pane.topLeft())
        painter.setOpacity(FAINT)
        for place, image in self.tiles:
            spot = self.field.spot(place[0], place[1])
            box = QRectF(0, 0, SHARE * TILE, SHARE * TILE)
            box.moveCenter(spot)
            painter.drawImage(box, image)
        painter.setOpacity(1)
        self._paint_dots(painter)
        painter.setPen(QPen(self._ink.line, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(pane.adjusted(0.5, 0.5, -0.5, -0.5))
        painter.end()
        self._ground = ground
        return ground

    def _paint_dots(self, painter: QPainter) -> None:
        assert self._ink is not None
        spots = self._pane_spots()
        assert spots is not None
        classes = self.classes if self.classes is not None else np.zeros(len(spots), np.int64)
        for each in sorted(set(classes.tolist()) - self.hidden):
            scatter(painter, spots[classes == each], self._ink.of(each), DOT, self._ink.ground)

    def _paint_handle(self, painter: QPainter, spot: QPointF) -> None:
        assert self._ink is not None
        if self.decoded is not None:
            self._paint_tile(painter, spot, self.decoded, BIG, self._ink.accent)
        painter.setPen(QPen(QColor("white"), 2))
        painter.setBrush(self._ink.accent)
        painter.drawEllipse(spot, 6, 6)

    def _paint_lit(self, painter: QPainter, spot: QPointF) -> None:
        assert self._ink is not None
        if self.picture is not None:
            side = BIG if self._inside else SMALL
            self._paint_tile(painter, spot, self.picture, side, self._ink.text)
        painter.setPen(QPen(self._ink.text, 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(spot, DOT, DOT)

    def _paint_tile(
        self, painter: QPainter, spot: QPointF, image: QImage, side: float, rim: QColor
    ) -> None:
        """A picture beside a spot, inside the pane."""
        pane = self.field.pane
        left = spot.x() + 12 if spot.x() + 12 + side < pane.right() else spot.x() - 12 - side
        top = min(max(spot.y() - side / 2, pane.top() + 4), pane.bottom() - side - 4)
        box = QRectF(left, top, side, side * image.height() / max(1, image.width()))
        painter.drawImage(box, image)
        painter.setPen(QPen(rim, 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box)
