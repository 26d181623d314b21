"""A sheet under one's hand: paint, erase, zoom, pan; each stroke shows at once."""

from dataclasses import replace

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QRegion,
    QResizeEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QStyle, QStyleOption, QWidget

from gui.paint import Picture
from gui.widgets import strokes
from gui.widgets.layer import SHARP_FROM, Layer
from gui.widgets.strokes import Shape, Sheet, Tool
from gui.widgets.viewport import Viewport

MOST, MARGIN = 16.0, 14.0  # how large a small sheet is shown, and the px around it
SMALL = 3.0  # px; a brush seen smaller than this is pointed at with a cross
SHADE, LIGHT = QColor(0, 0, 0, 150), QColor(255, 255, 255, 230)


class Canvas(QWidget):
    """Shows paper, perhaps a picture on it, and the sheet; the mouse paints on the sheet.

    Only the part that a stroke changed is drawn again, so a large sheet is as quick as a small one.
    """

    painted = Signal()  # the sheet looks different
    settled = Signal()  # a stroke ended, or one was undone
    width_changed = Signal(float)  # of the brush, by keys

    def __init__(self, size: QSize) -> None:
        super().__init__()
        self.setObjectName("canvas")
        self.setAccessibleName("Drawing")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(160, 160)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.sheet = Sheet(size)
        self.tool = Tool()
        self.viewport = Viewport(MOST, MARGIN)
        self.viewport.picture = QSizeF(size)
        self._paper: QColor | None = QColor("#ffffff")
        self._below, self._below_opacity, self._opacity = Layer(), 1.0, 1.0
        self._scene, self._stale = QImage(), QRegion()  # all but outline and ring, as drawn last
        self._at: QPointF | None = None  # the mouse, in the widget
        self._panning = False
        self._space = False

    # -- what lies on it ------------------------------------------------------------------------

    def set_sheet(self, sheet: Sheet) -> None:
        """Paint on another one."""
        self.sheet = sheet
        self.viewport.picture = QSizeF(sheet.image.size())
        self.viewport.fit()
        self._view_changed()
        self._altered(sheet.image.rect(), ended=True)

    def set_paper(self, colour: str | None) -> None:
        """The colour below everything; None where a picture covers it all."""
        self._paper = None if colour is None else QColor(colour)
        self._mark(self.rect())

    def set_below(self, picture: Picture | None, opacity: float = 1.0) -> None:
        """A picture between paper and sheet: to trace, or to be worked on."""
        self._below.set_picture(picture)
        self._below_opacity = opacity
        self._mark(self.rect())

    def set_opacity(self, opacity: float) -> None:
        """How strongly the sheet covers what is below it."""
        self._opacity = opacity
        self._mark(self.rect())

    def lay(self, picture: QImage | None) -> None:
        """Put a picture in place of what was painted, or nothing; it can be undone."""
        self._altered(self.sheet.lay(picture, smooth=self.tool.smooth), ended=True)

    def undo(self) -> None:
        """Take the last stroke back."""
        self._altered(self.sheet.undo(), ended=True)

    def redo(self) -> None:
        """Bring it back."""
        self._altered(self.sheet.redo(), ended=True)

    def cancel(self) -> bool:
        """Give up the stroke that has begun; False where none has."""
        if not self.sheet.painting:
            return False
        self._altered(self.sheet.cancel(), ended=True)
        return True

    def set_tool(self, tool: Tool) -> None:
        """Another brush, colour or shape."""
        self._update_ring()
        self.tool = tool
        self._point()
        self._update_ring()

    def widen(self, steps: int) -> None:
        """A wider or narrower brush."""
        self.set_tool(replace(self.tool, width=strokes.wider(self.tool.width, steps)))
        self.width_changed.emit(self.tool.width)

    def fit(self) -> None:
        """Show all of it."""
        self.viewport.fit()
        self._view_changed()

    # -- the hand -------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Set the tool down, or take the sheet to move it."""
        self._at = event.position()
        if event.button() == Qt.MouseButton.MiddleButton or self._space:
            self._panning = True
            self._point()
        elif event.button() == Qt.MouseButton.LeftButton:
            at = self.viewport.to_picture(event.position())
            self._altered(self.sheet.begin(self.tool, at))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Paint on; move the sheet; show how large the brush is."""
        before = self._at or event.position()
        self._update_ring()
        self._at = event.position()
        if self._panning:
            self.viewport.pan(event.position() - before)
            self._view_changed()
        elif self.sheet.painting:
            area = self.sheet.move(self.viewport.to_picture(event.position()))
            if self.tool.shape is Shape.BRUSH:
                self._altered(area)
            else:
                self.update(self._seen(area))
        self._update_ring()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Lift it."""
        if self._panning:
            self._panning = False
            self._point()
        elif event.button() == Qt.MouseButton.LeftButton and self.sheet.painting:
            self._altered(self.sheet.end(), ended=True)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom to the cursor."""
        steps = event.angleDelta().y() / 120
        if steps:
            self.viewport.zoom_to(self.viewport.zoom * 1.25**steps, event.position())
            self._view_changed()
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """[ and ] for the brush, Space to move the sheet, 0 + - to zoom."""
        match event.key():
            case Qt.Key.Key_BracketLeft:
                self.widen(-1)
            case Qt.Key.Key_BracketRight:
                self.widen(1)
            case Qt.Key.Key_Space:
                self._space = True
                self._point()
            case Qt.Key.Key_0:
                self.fit()
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal | Qt.Key.Key_Minus:
                step = 1 / 1.25 if event.key() == Qt.Key.Key_Minus else 1.25
                self.viewport.zoom_to(self.viewport.zoom * step)
                self._view_changed()
            case _:
                super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Space let go."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space = False
            self._point()
        else:
            super().keyReleaseEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """No ring where there is no mouse."""
        self._update_ring()
        self._at = None
        super().leaveEvent(event)

    # -- drawing --------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """As much as has to be: paper, picture and sheet where they changed; outline and ring."""
        dpr = self.viewport.dpr
        size = QSize(round(self.width() * dpr), round(self.height() * dpr))
        if self._scene.size() != size:
            self._scene = QImage(size, QImage.Format.Format_RGB32)
            self._stale = QRegion(self.rect())
        self._scene.setDevicePixelRatio(dpr)
        if not self._stale.isEmpty():
            self._paint_scene(self._stale)
            self._stale = QRegion()
        painter = QPainter(self)
        painter.setClipRegion(event.region())
        painter.drawImage(QPointF(0, 0), self._scene)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_outline(painter, self.sheet.outline())
        self._paint_ring(painter)

    def _paint_scene(self, region: QRegion) -> None:
        painter = QPainter(self._scene)
        painter.setClipRegion(region)
        option = QStyleOption()
        option.initFrom(self)
        self.style().drawPrimitive(QStyle.PrimitiveElement.PE_Widget, option, painter, self)
        target = self.viewport.target()
        if self._paper is not None:
            painter.fillRect(target, self._paper)
        painter.setOpacity(self._below_opacity)
        self._below.draw(painter, target, self.viewport.dpr)
        painter.setOpacity(self._opacity)
        painter.setRenderHint(
            QPainter.RenderHint.SmoothPixmapTransform, self.viewport.zoom < 2 * SHARP_FROM
        )
        painter.drawImage(target, self.sheet.image)
        painter.end()

    def _paint_outline(self, painter: QPainter, outline: QPainterPath) -> None:
        corner, scale = self.viewport.target().topLeft(), self.viewport.scale
        way = QTransform.fromTranslate(corner.x(), corner.y()).scale(scale, scale).map(outline)
        dashes = QPen(LIGHT, 1.5, Qt.PenStyle.DashLine)
        for pen in (QPen(SHADE, 2.5), dashes):
            painter.strokePath(way, pen)

    def _paint_ring(self, painter: QPainter) -> None:
        radius = self._radius()
        if self._at is None or radius < SMALL or self._moving:
            return
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen, wider in ((QPen(SHADE, 1), 1.0), (QPen(LIGHT, 1), 0.0)):
            painter.setPen(pen)
            painter.drawEllipse(self._at, radius + wider, radius + wider)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the sheet fitted."""
        super().resizeEvent(event)
        self._measure()

    def changeEvent(self, event: QEvent) -> None:
        """Another screen may have another scaling."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._measure()

    def _measure(self) -> None:
        self.viewport.set_pane(QSizeF(self.size()), self.devicePixelRatioF())
        self._view_changed()

    def _view_changed(self) -> None:
        self._point()
        self._mark(self.rect())

    def _mark(self, area: QRect) -> None:
        """That part of the widget is to be drawn anew."""
        self._stale += area.intersected(self.rect())
        self.update(area)

    def _altered(self, area: QRect, *, ended: bool = False) -> None:
        """The sheet changed there; `ended`: the stroke is complete."""
        if not area.isEmpty():
            self._mark(self._seen(area))
            self.painted.emit()
        if ended:
            self.settled.emit()

    def _seen(self, area: QRect) -> QRect:
        """Where a part of the sheet is in the widget, with the width of an outline around it."""
        return self.viewport.to_pane(QRectF(area)).adjusted(-3, -3, 3, 3).toAlignedRect()

    @property
    def _moving(self) -> bool:
        return self._panning or self._space

    def _radius(self) -> float:
        brush = self.tool.shape is Shape.BRUSH
        return self.tool.width / 2 * self.viewport.scale if brush else 0.0

    def _update_ring(self) -> None:
        if self._at is not None:
            reach = self._radius() + 3
            ring = QRectF(self._at.x() - reach, self._at.y() - reach, 2 * reach, 2 * reach)
            self.update(ring.toAlignedRect())

    def _point(self) -> None:
        """The cursor that says what a press would do."""
        if self._panning:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif self._space:
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        elif self._radius() < SMALL:
            self.setCursor(Qt.CursorShape.CrossCursor)
        else:
            self.setCursor(Qt.CursorShape.BlankCursor)
