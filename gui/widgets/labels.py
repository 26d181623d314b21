"""Labels in the roles of the style sheet."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy


def quiet(text: str = "") -> QLabel:
    """An explanation: smaller, quieter, wraps."""
    label = QLabel(text)
    label.setProperty("role", "quiet")
    label.setWordWrap(True)
    return label


def title(text: str) -> QLabel:
    """A tab's title."""
    label = QLabel(text)
    label.setProperty("role", "title")
    label.setWordWrap(True)
    return label


def section(text: str) -> QLabel:
    """A section's name in spaced capitals."""
    label = QLabel(text.upper())
    label.setProperty("role", "section")
    font = QFont(label.font())
    font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 1.0)
    label.setFont(font)
    label.setAccessibleName(text)
    return label


def line() -> QFrame:
    """A thin line between two sections."""
    frame = QFrame()
    frame.setProperty("role", "line")
    return frame


class Elided(QLabel):
    """One line that ends in ... where it does not fit, with all of it as a tool tip."""

    def __init__(
        self, text: str = "", mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight
    ) -> None:
        super().__init__(text)
        self._mode = mode
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def minimumSizeHint(self) -> QSize:
        """It may get as narrow as it has to."""
        return QSize(20, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw what fits."""
        painter = QPainter(self)
        metrics = QFontMetrics(self.font())
        shown = metrics.elidedText(self.text(), self._mode, self.width())
        self.setToolTip(self.text() if shown != self.text() else "")
        painter.setPen(self.palette().color(self.foregroundRole()))
        flags = self.alignment() | Qt.TextFlag.TextSingleLine
        painter.drawText(self.contentsRect(), int(flags), shown)
        painter.end()
