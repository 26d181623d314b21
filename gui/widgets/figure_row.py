"""Numbers in a row, each over its name; what does not fit is left out from the right."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

BIG, SMALL = 15, 11  # px, of the letters
APART = 22.0  # px between two
HIGH = 36


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as text, its name, and a line about it."""

    name: str
    text: str
    tip: str = ""


class FigureRow(QWidget):
    """One line of figures; each explains itself under the mouse."""

    def __init__(self) -> None:
        super().__init__()
        self.figures: list[Figure] = []
        self._text, self._quiet = QColor(), QColor()
        self._boxes: list[tuple[QRectF, Figure]] = []
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Figures")

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(200, HIGH)

    def set_colours(self, text: QColor, quiet: QColor) -> None:
        """The theme's."""
        self._text, self._quiet = text, quiet
        self.update()

    def set_figures(self, figures: list[Figure]) -> None:
        """Show these."""
        if figures == self.figures:
            return
        self.figures = figures
        self.setAccessibleDescription(", ".join(f"{each.name} {each.text}" for each in figures))
        self.update()

    def event(self, event: QEvent) -> bool:
        """What the one under the mouse is."""
        if isinstance(event, QHelpEvent):
            spot = QPointF(event.pos())
            tips = [each.tip for box, each in self._boxes if box.contains(spot)]
            QToolTip.showText(event.globalPos(), tips[0] if tips else "", self)
            return True
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Numbers above, names below."""
        painter = QPainter(self)
        big, small = QFont(self.font()), QFont(self.font())
        big.setPixelSize(BIG)
        big.setWeight(QFont.Weight.DemiBold)
        small.setPixelSize(SMALL)
        left, self._boxes = 0.0, []
        for each in self.figures:
            wide = max(
                QFontMetricsF(big).horizontalAdvance(each.text),
                QFontMetricsF(small).horizontalAdvance(each.name),
            )
            if left + wide > self.width():
                return
            for font, colour, words, down in (
                (big, self._text, each.text, 0),
                (small, self._quiet, each.name, 20),
            ):
                painter.setFont(font)
                painter.setPen(colour)
                box = QRectF(left, down, wide + 2, 20 if not down else 15)
                painter.drawText(box, Qt.AlignmentFlag.AlignLeft, words)
            self._boxes.append((QRectF(left, 0, wide, HIGH), each))
            left += wide + APART
