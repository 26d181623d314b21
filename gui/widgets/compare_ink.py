"""What a compare view draws on top of a picture: words, the slider, the preview's frame."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

WHITE = QColor("#ffffff")
GLASS = QColor(20, 21, 23, 205)
SHADE = QColor(0, 0, 0, 110)
INK = QColor("#f1efec")
CHIP_HIGH = 24.0
INSET = 10.0
KNOB = 14.0  # px, the handle's radius


def chip(painter: QPainter, area: QRectF, text: str, *, right: bool = False) -> None:
    """Words in a dark pill in an upper corner of `area`; nothing where it does not fit."""
    painter.save()
    font = QFont(painter.font())
    font.setPixelSize(12)
    font.setWeight(QFont.Weight.Medium)
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    room = area.width() / 2 - KNOB - 2 * INSET
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(0.0, room - 22))
    width = metrics.horizontalAdvance(shown) + 22
    if shown and width <= room:
        left = area.right() - INSET - width if right else area.left() + INSET
        box = QRectF(left, area.top() + INSET, width, CHIP_HIGH)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(GLASS)
        painter.drawRoundedRect(box, CHIP_HIGH / 2, CHIP_HIGH / 2)
        painter.setPen(INK)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, shown)
    painter.restore()


def slider(painter: QPainter, area: QRectF, x: float) -> None:
    """The line between before and after, with its handle."""
    painter.save()
    painter.fillRect(QRectF(x - 2, area.top(), 4, area.height()), SHADE)
    painter.fillRect(QRectF(x - 1, area.top(), 2, area.height()), WHITE)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    spot = QPointF(x, area.center().y())
    painter.setPen(QPen(SHADE, 1))
    painter.setBrush(WHITE)
    painter.drawEllipse(spot, KNOB, KNOB)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(_pen(QColor("#1d1e20"), 1.8))
    for side in (-1, 1):
        tip = spot + QPointF(side * 7.5, 0)
        back = -side * 4.2
        painter.drawPolyline(QPolygonF([tip + QPointF(back, -4.2), tip, tip + QPointF(back, 4.2)]))
    painter.restore()


def region(painter: QPainter, frame: QRectF, tag: str) -> None:
    """The preview's frame with its tag, by which it is dragged."""
    painter.save()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(SHADE, 3))
    painter.drawRect(frame)
    painter.setPen(QPen(QColor(255, 255, 255, 210), 1))
    painter.drawRect(frame)
    font = QFont(painter.font())
    box = tag_box(frame, tag, font)
    font.setPixelSize(11)
    painter.setFont(font)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(GLASS)
    painter.drawRoundedRect(box, 4, 4)
    painter.setPen(INK)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, tag)
    painter.restore()


def message(painter: QPainter, area: QRectF, text: str) -> None:
    """Words in the middle of `area`."""
    painter.save()
    room = area.adjusted(40, 20, -40, -20)
    flags = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
    words = painter.boundingRect(room, flags, text)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(GLASS)
    painter.drawRoundedRect(words.adjusted(-16, -10, 16, 10), 8, 8)
    painter.setPen(INK)
    painter.drawText(words, flags, text)
    painter.restore()


def tag_box(frame: QRectF, tag: str, font: QFont) -> QRectF:
    """Where the tag of a frame is: below its lower left corner."""
    small = QFont(font)
    small.setPixelSize(11)
    width = QFontMetricsF(small).horizontalAdvance(tag) + 14
    return QRectF(frame.left(), frame.bottom() + 5, width, 19)


def _pen(colour: QColor, width: float) -> QPen:
    pen = QPen(colour, width)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen
