"""Painting a mask on a picture: brush, eraser, box and lasso."""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPen, QTransform

from gui.widgets import strokes
from gui.widgets.hand import Hand
from gui.widgets.mask import INK, MaskSheet
from gui.widgets.strokes import Shape, Tool

OPACITY = 0.5  # of the mask over the picture
SMALLEST = 3.0  # px; a brush seen smaller than this is pointed at with a cross
SHADE, LIGHT = QColor(0, 0, 0, 150), QColor(255, 255, 255, 230)


class MaskHand(Hand):
    """Holds a tool over a sheet; where the mask was worked on, only its outline is shown."""

    settled = Signal()  # a stroke ended, or was undone: the mask is another
    width_changed = Signal(float)  # of the brush, by keys

    def __init__(self) -> None:
        super().__init__()
        self.sheet = MaskSheet(QSize(1, 1))
        self.tool = Tool(colour=INK)
        self.done = False  # what is seen is the result for this mask
        self._outlined = True
        self._at: QPointF | None = None
        self._was_done, self._dabbed = False, False  # before the stroke; by it
        self._rim: tuple[QTransform, QRect, QImage] | None = None  # the outline, and how it is seen

    def use(self, sheet: MaskSheet) -> None:
        """Paint on another sheet."""
        self.cancel()
        self.sheet = sheet
        self.show_done(False)

    def show_done(self, done: bool) -> None:
        """Whether the result for this mask is there: then the mask does not cover it."""
        self.done, self._rim = done, None
        self.repaint.emit(QRectF())

    def outline(self, shown: bool) -> None:
        """Whether to draw where the mask is while its result is seen."""
        self._outlined = shown
        self.repaint.emit(QRectF())

    def set_tool(self, tool: Tool) -> None:
        """Another shape or width."""
        self._ring()
        self.tool = replace(tool, colour=INK)
        self._ring()

    def widen(self, steps: int) -> None:
        """A wider or narrower brush."""
        self.set_tool(replace(self.tool, width=strokes.wider(self.tool.width, steps)))
        self.width_changed.emit(self.tool.width)

    # -- what changes the mask ------------------------------------------------------------------

    def undo(self) -> None:
        """Take the last change back."""
        self.tell(self.sheet.undo())

    def redo(self) -> None:
        """Bring it back."""
        self.tell(self.sheet.redo())

    def cancel(self) -> bool:
        """Give up the stroke that has begun; False where none has."""
        if not self.sheet.painting:
            return False
        self.repaint.emit(QRectF(self.sheet.cancel()))
        return True

    def tell(self, area: QRect) -> None:
        """The mask changed there for good."""
        if not area.isEmpty():
            self.done, self._rim = False, None
            self.repaint.emit(QRectF())
            self.settled.emit()

    def press(self, at: QPointF, event: QMouseEvent) -> bool:
        """Set the tool down."""
        if event.button() != Qt.MouseButton.LeftButton:
            return False
        self._at = at
        tool = self.tool
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            tool = replace(tool, erase=not tool.erase)
        self._was_done = self.done
        if self.done:
            self.show_done(False)
        area = self.sheet.begin(tool, at)
        self._dabbed = not area.isEmpty()
        self.repaint.emit(QRectF(area))
        return True

    def move(self, at: QPointF) -> None:
        """Paint on."""
        self._ring()
        self._at = at
        area = self.sheet.move(at)
        if not area.isEmpty():
            self._dabbed |= self.tool.shape is Shape.BRUSH
            self.repaint.emit(QRectF(area))
        self._ring()

    def release(self, at: QPointF) -> None:
        """Lift it."""
        del at
        outline = self.sheet.outline().boundingRect()
        area = self.sheet.end()
        self.repaint.emit(outline)
        if self._dabbed or not area.isEmpty():
            self.tell(self.sheet.image.rect())
        else:
            self.show_done(self._was_done)

    def hover(self, at: QPointF | None) -> None:
        """Show how large the brush is."""
        self._ring()
        self._at = at
        self._ring()

    def key(self, event: QKeyEvent) -> bool:
        """[ and ] for the brush."""
        match event.key():
            case Qt.Key.Key_BracketLeft:
                self.widen(-1)
            case Qt.Key.Key_BracketRight:
                self.widen(1)
            case _:
                return False
        return True

    def cursor(self, at: QPointF) -> Qt.CursorShape:  # noqa: ARG002
        """The ring is the cursor, where it can be seen."""
        seen = self._radius() * self.scale >= SMALLEST
        return Qt.CursorShape.BlankCursor if seen else Qt.CursorShape.CrossCursor

    # -- drawing --------------------------------------------------------------------------------

    def paint(self, painter: QPainter, way: QTransform, area: QRectF) -> None:
        """Mask or outline, the box or lasso one is drawing, the brush's ring."""
        del area
        if self.done:
            if self._outlined:
                self._paint_rim(painter, way)
        elif not self.sheet.blank:
            painter.save()
            painter.setOpacity(OPACITY)
            self._paint_mask(painter, way)
            painter.restore()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outline = way.map(self.sheet.outline())
        # A lasso gets long, and dashes on it cost more than a movement of the hand may take.
        dashed = self.tool.shape is Shape.BOX
        style = Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine
        for pen in (QPen(SHADE, 2.5), QPen(LIGHT, 1.5, style)):
            painter.strokePath(outline, pen)
        self._paint_ring(painter, way)

    def _paint_mask(self, painter: QPainter, way: QTransform) -> None:
        target = way.mapRect(QRectF(self.sheet.image.rect()))
        dpr = painter.device().devicePixelRatioF()
        near = way.m11() * dpr * self.sheet.ratio > 1
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, way.m11() * dpr < 2)
        if near or self.sheet.ratio == 1:
            painter.drawImage(target, self.sheet.image)
            return
        whole = self.sheet.small.size() * self.sheet.ratio  # a little more than the sheet
        painter.drawImage(way.mapRect(QRectF(QPointF(0, 0), whole)), self.sheet.small)

    def _paint_rim(self, painter: QPainter, way: QTransform) -> None:
        pane = painter.clipBoundingRect().toAlignedRect()
        device = painter.device()
        whole = QRect(0, 0, device.width(), device.height())
        if self._rim is None or self._rim[:2] != (way, whole):
            self._rim = (way, whole, self._drawn_rim(way, whole, device.devicePixelRatioF()))
        painter.setClipRect(pane)
        painter.drawImage(0, 0, self._rim[2])

    def _drawn_rim(self, way: QTransform, whole: QRect, dpr: float) -> QImage:
        """A line a px wide around what is masked, as large as the screen."""
        size = QSize(round(whole.width() * dpr), round(whole.height() * dpr))
        seen = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
        seen.setDevicePixelRatio(dpr)
        seen.fill(Qt.GlobalColor.transparent)
        painter = QPainter(seen)
        self._paint_mask(painter, way)
        painter.end()
        pixels = np.frombuffer(seen.bits(), np.uint32).reshape(size.height(), size.width())
        inside = np.pad(pixels >> 24 > 127, 1)
        middle = inside[1:-1, 1:-1]
        core = inside[:-2, 1:-1] & inside[2:, 1:-1] & inside[1:-1, :-2] & inside[1:-1, 2:]
        near = inside[:-2, 1:-1] | inside[2:, 1:-1] | inside[1:-1, :-2] | inside[1:-1, 2:]
        pixels[:] = 0
        pixels[near & ~middle] = 0x96000000  # so that the line is seen on any picture
        pixels[middle & ~core] = QColor(INK).rgba()
        return seen

    def _paint_ring(self, painter: QPainter, way: QTransform) -> None:
        radius = self._radius() * way.m11()
        if self._at is None or radius < SMALLEST:
            return
        spot = way.map(self._at)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen, wider in ((QPen(SHADE, 1), 1.0), (QPen(LIGHT, 1), 0.0)):
            painter.setPen(pen)
            painter.drawEllipse(spot, radius + wider, radius + wider)

    def _radius(self) -> float:
        return self.tool.width / 2 if self.tool.shape is Shape.BRUSH else 0.0

    def _ring(self) -> None:
        if self._at is not None and self._radius():
            reach = self._radius() + 3 / max(self.scale, 1e-6)
            corner = self._at - QPointF(reach, reach)
            self.repaint.emit(QRectF(corner.x(), corner.y(), 2 * reach, 2 * reach))
