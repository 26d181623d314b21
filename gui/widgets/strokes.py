"""Painting by hand: brush and eraser, boxes and lassos, on an image of any size, with undo.

It knows no task and no widget. Every call returns the part of the image that changed, so that only
that need be drawn again: a stroke costs what the brush covers, not what the picture measures.
"""

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QPolygonF

from gui.widgets.history import History

LEAST, MOST = 1.0, 2000.0  # px, of a brush
STEP = 1.25  # times wider with each press of a key


class Shape(Enum):
    """How the hand's way becomes an area."""

    BRUSH = "brush"
    BOX = "box"
    LASSO = "lasso"


@dataclass(frozen=True, slots=True)
class Tool:
    """What the hand holds: `colour` "#rrggbb", `width` px; `smooth` edges blend."""

    shape: Shape = Shape.BRUSH
    colour: str = "#000000"
    width: float = 8.0
    erase: bool = False
    smooth: bool = True


class Sheet:
    """What one paints on, in px of its own; transparent where nothing was painted."""

    def __init__(self, size: QSize, limit: int | None = None) -> None:
        self.image = _empty(size)
        self.history = History() if limit is None else History(limit)
        self._tool: Tool | None = None
        self._way: list[QPointF] = []

    @property
    def painting(self) -> bool:
        """Whether a stroke has begun and not ended."""
        return self._tool is not None

    def begin(self, tool: Tool, at: QPointF) -> QRect:
        """Set the tool down."""
        self._tool, self._way = tool, [QPointF(at)]
        return self._segment(at, at) if tool.shape is Shape.BRUSH else QRect()

    def move(self, to: QPointF) -> QRect:
        """Draw on; of a box or lasso, the area in which its outline moved."""
        if self._tool is None:
            return QRect()
        last = self._way[-1]
        if self._tool.shape is Shape.BRUSH:
            self._way[-1] = QPointF(to)
            return self._segment(last, to)
        if self._tool.shape is Shape.LASSO:
            self._way.append(QPointF(to))
            return _around(QPolygonF([self._way[0], last, to]).boundingRect(), 1)
        before = self.outline().boundingRect()
        self._way[1:] = [QPointF(to)]
        return _around(before.united(self.outline().boundingRect()), 1)

    def end(self) -> QRect:
        """Lift the tool: a box or lasso is filled now, and the stroke can be undone."""
        tool, changed = self._tool, QRect()
        if tool is not None and tool.shape is not Shape.BRUSH:
            outline = self.outline()
            changed = self._paint(_around(outline.boundingRect(), 1), outline)
        self._tool, self._way = None, []
        self.history.close()
        return changed

    def cancel(self) -> QRect:
        """Give up the stroke that has begun."""
        area = _around(self.outline().boundingRect(), 1)
        self._tool, self._way = None, []
        return self.history.revert(self.image).united(area)

    def outline(self) -> QPainterPath:
        """The box or lasso that is being drawn; empty for a brush."""
        path = QPainterPath()
        if self._tool is None or self._tool.shape is Shape.BRUSH or len(self._way) < 2:
            return path
        if self._tool.shape is Shape.BOX:
            path.addRect(QRectF(self._way[0], self._way[1]).normalized())
        else:
            path.addPolygon(self._way)
            path.closeSubpath()
        return path

    def undo(self) -> QRect:
        """Take the last stroke back."""
        return QRect() if self.painting else self.history.undo(self.image)

    def redo(self) -> QRect:
        """Bring it back."""
        return QRect() if self.painting else self.history.redo(self.image)

    def clear(self) -> QRect:
        """Wipe everything; that can be undone."""
        return self.lay(None)

    def lay(self, picture: QImage | None, *, smooth: bool = True) -> QRect:
        """Put a picture, stretched to the sheet, in place of what is there; it can be undone."""
        whole = self.image.rect()
        self.history.touch(self.image, whole)
        self.image.fill(Qt.GlobalColor.transparent)
        if picture is not None:
            painter = QPainter(self.image)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
            painter.drawImage(whole, picture)
            painter.end()
        self.history.close()
        return whole

    def _segment(self, start: QPointF, end: QPointF) -> QRect:
        assert self._tool is not None
        # A line without length is not drawn; a hundredth of a px is a dot.
        line = QLineF(start, end if start != end else end + QPointF(0.01, 0))
        area = QRectF(start, end).normalized()
        return self._paint(_around(area, self._tool.width / 2 + 2), line)

    def _paint(self, area: QRect, what: QLineF | QPainterPath) -> QRect:
        assert self._tool is not None
        changed = area.intersected(self.image.rect())
        if changed.isEmpty():
            return QRect()
        self.history.touch(self.image, changed)
        painter = QPainter(self.image)
        painter.setClipRect(changed)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, self._tool.smooth)
        if self._tool.erase:
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationOut)
        if isinstance(what, QLineF):
            painter.setPen(_pen(self._tool))
            painter.drawLine(what)
        else:
            painter.fillPath(what, QColor(self._tool.colour))
        painter.end()
        return changed


def wider(width: float, steps: int) -> float:
    """A brush's width some presses of a key further, whole px, within its limits."""
    wanted = width * STEP**steps
    if abs(wanted - width) < 1:
        wanted = width + steps
    return float(min(MOST, max(LEAST, round(wanted))))


def _pen(tool: Tool) -> QPen:
    return QPen(
        QColor(tool.colour),
        tool.width,
        Qt.PenStyle.SolidLine,
        Qt.PenCapStyle.RoundCap,
        Qt.PenJoinStyle.RoundJoin,
    )


def _around(area: QRectF, margin: float) -> QRect:
    return area.adjusted(-margin, -margin, margin, margin).toAlignedRect()


def _empty(size: QSize) -> QImage:
    image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    return image
