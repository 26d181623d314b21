"""One picture, as large as fits, with a word on it."""

from PySide6.QtCore import QEvent, QRectF, QSizeF
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QStyle, QStyleOption, QWidget

from gui.paint import Picture
from gui.widgets import compare_ink as ink
from gui.widgets.viewport import Viewport

MOST = 16.0  # times that a small picture is enlarged
MARGIN = 14.0  # px around it


class PictureView(QWidget):
    """Shows a picture; small ones are enlarged, smoothly."""

    def __init__(self, label: str) -> None:
        super().__init__()
        self.setObjectName("canvas")
        self.setAccessibleName(label)
        self.setMinimumSize(160, 160)
        self._label = label
        self._picture: Picture | None = None
        self._viewport = Viewport(MOST, MARGIN)
        self._message = ""

    def show_picture(self, picture: Picture | None) -> None:
        """Another picture, or none."""
        self._picture = picture
        if picture is not None:
            self._message = ""
            self._viewport.picture = QSizeF(picture.size)
            self._viewport.fit()
        self.update()

    def set_message(self, text: str) -> None:
        """Words in the middle; "" takes them away."""
        self._message = text
        self.update()

    @property
    def image(self) -> QImage | None:
        """What is shown, at its own size."""
        return self._picture.levels[0] if self._picture else None

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The picture and its words."""
        painter = QPainter(self)
        option = QStyleOption()
        option.initFrom(self)
        self.style().drawPrimitive(QStyle.PrimitiveElement.PE_Widget, option, painter, self)
        if self._picture is not None:
            target = self._viewport.target()
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            wide = target.width() * self._viewport.dpr
            painter.drawImage(target, self._picture.level(wide))
            ink.chip(painter, target, self._label)
        if self._message:
            ink.message(painter, QRectF(self.rect()), self._message)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep it fitted."""
        super().resizeEvent(event)
        self._measure()

    def changeEvent(self, event: QEvent) -> None:
        """Another screen may have another scaling."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._measure()

    def _measure(self) -> None:
        self._viewport.set_pane(QSizeF(self.size()), self.devicePixelRatioF())
        self.update()
