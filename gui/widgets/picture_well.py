"""A place to drop one picture into; it shows the picture, or where to drop it."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.widgets.film_strip import filling

HIGH = 132  # px
CORNER = 6.0


class PictureWell(QWidget):
    """Frame and words while it is empty; a click says that one wants to choose."""

    clicked = Signal()

    def __init__(self, words: str) -> None:
        super().__init__()
        self._words = words
        self._image: QImage | None = None
        self._over = False
        self._line, self._accent = QColor("#9a9ca1"), QColor("#e8563f")
        self.setAccessibleName(words)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """As wide as the panel."""
        return QSize(280, HIGH)

    def show_image(self, image: QImage | None) -> None:
        """A picture, or the words again."""
        self._image = image
        self.update()

    def set_colours(self, line: QColor, accent: QColor) -> None:
        """The theme's."""
        self._line, self._accent = line, accent
        self.update()

    def set_over(self, over: bool) -> None:
        """Something that may be dropped is held over it."""
        self._over = over
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The picture, filling it, or a dashed frame with words."""
        painter = QPainter(self)
        painter.setRenderHints(
            QPainter.RenderHint.SmoothPixmapTransform | QPainter.RenderHint.Antialiasing
        )
        frame = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self._image is not None:
            path = QPainterPath()
            path.addRoundedRect(frame, CORNER, CORNER)
            painter.save()
            painter.setClipPath(path)
            painter.drawImage(self.rect(), self._image, filling(self._image.size(), self.size()))
            painter.restore()
        if self._image is None or self._over:
            pen = QPen(self._accent if self._over else self._line, 2 if self._over else 1.3)
            pen.setDashPattern([5, 4])
            painter.setPen(pen)
            painter.drawRoundedRect(frame, CORNER, CORNER)
        if self._image is None:
            painter.setPen(self.palette().color(self.foregroundRole()))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(12, 8, -12, -8), int(flags), self._words)
