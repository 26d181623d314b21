"""One picture of a compare view, drawn at any zoom without speckles or waiting."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter

from gui.paint import Picture

SHARP_FROM = 2.0  # device px a picture px from which single pixels are shown as squares
KEPT_PX = 9_000_000  # a scaled copy no larger than this is kept, so that panning only copies


class Layer:
    """A `Picture`, and the scaled copy of it that was drawn last."""

    def __init__(self) -> None:
        self.picture: Picture | None = None
        self._copy: QImage | None = None

    def set_picture(self, picture: Picture | None) -> None:
        """Show another picture, or none."""
        self.picture = picture
        self._copy = None

    def draw(self, painter: QPainter, target: QRectF, dpr: float) -> None:
        """Fill `target` (logical px) with the whole picture; the painter's clip applies."""
        if self.picture is None:
            return
        wide, high = target.width() * dpr, target.height() * dpr
        level = self.picture.level(wide)
        painter.save()
        if wide < self.picture.size.width() and wide * high <= KEPT_PX:
            copy = self._scaled(level, QSize(max(1, round(wide)), max(1, round(high))))
            painter.drawImage(target, copy)
        else:
            smooth = wide / self.picture.size.width() < SHARP_FROM
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
            painter.drawImage(target, level)
        painter.restore()

    def _scaled(self, level: QImage, size: QSize) -> QImage:
        if level.size() == size:
            return level
        if self._copy is None or self._copy.size() != size:
            self._copy = level.scaled(
                size,
                Qt.AspectRatioMode.IgnoreAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        return self._copy
