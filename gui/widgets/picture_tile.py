"""A small picture shown large, its pixels as squares, with a line below it."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

WORDS = 18.0  # px below the picture
LETTERS = 11


class PictureTile(QWidget):
    """`waiting` is said as long as there is none."""

    def __init__(self, name: str, waiting: str) -> None:
        super().__init__()
        self.name, self.waiting = name, waiting
        self.image: QImage | None = None
        self.words = ""
        self._quiet, self._rim = QColor(), QColor()
        self.setAccessibleName(name)
        self.setMinimumSize(QSize(70, 80))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_colours(self, quiet: QColor, rim: QColor) -> None:
        """The theme's."""
        self._quiet, self._rim = quiet, rim
        self.update()

    def show_picture(self, image: QImage | None, words: str = "") -> None:
        """Another one, or none."""
        self.image, self.words = image, words
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Picture, frame, words."""
        painter = QPainter(self)
        font = QFont(self.font())
        font.setPixelSize(LETTERS)
        painter.setFont(font)
        painter.setPen(self._quiet)
        area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self.image is None:
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(area.adjusted(8, 0, -8, 0), int(flags), self.waiting)
            painter.setPen(QPen(self._rim, 1, Qt.PenStyle.DashLine))
            painter.drawRoundedRect(area, 4, 4)
            return
        room = area.adjusted(0, 0, 0, -WORDS)
        ratio = self.image.height() / max(1, self.image.width())
        wide = min(room.width(), room.height() / ratio)
        box = QRectF(0, 0, wide, wide * ratio)
        box.moveCenter(room.center())
        painter.drawImage(box, self.image)
        painter.setPen(QPen(self._rim, 1))
        painter.drawRect(box)
        painter.setPen(self._quiet)
        line = QRectF(area.left(), box.bottom() + 3, area.width(), WORDS - 3)
        words = painter.fontMetrics().elidedText(
            self.words, Qt.TextElideMode.ElideRight, round(line.width())
        )
        painter.drawText(line, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, words)
