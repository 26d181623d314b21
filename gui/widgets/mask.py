"""A mask as one paints it: a sheet whose alpha says how much is masked, 0 to 255."""

import sys

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from gui.widgets.history import TILE
from gui.widgets.strokes import Sheet, Tool

INK = "#e8563f"  # it lies on pictures, in either theme
SMALL = 2048  # px, the long side of the copy that is shown from afar
FULL = 255
Plane = NDArray[np.uint8]  # (H, W)
Spot = tuple[int, int]


class MaskSheet(Sheet):
    """Knows beside the sheet where it is painted, and keeps a small copy to be looked at.

    `small` is `ratio` times smaller, each of its pixels the mean of what it stands for, so that a
    hair on a large scan is seen as a faint line and not as dots.
    """

    def __init__(self, size: QSize) -> None:
        super().__init__(size)
        self.ratio = max(1, -(-max(size.width(), size.height()) // SMALL))
        across, down = (-(-side // self.ratio) for side in (size.width(), size.height()))
        self.small = self.image
        if self.ratio > 1:
            self.small = QImage(across, down, QImage.Format.Format_ARGB32_Premultiplied)
            self.small.fill(Qt.GlobalColor.transparent)
        self._painted: set[Spot] = set()  # tiles that are not empty

    @property
    def blank(self) -> bool:
        """Whether nothing is masked."""
        return not self._painted

    # -- what one does to it: each tells what changed -------------------------------------------

    def begin(self, tool: Tool, at: QPointF) -> QRect:
        """Set the tool down."""
        return self._noted(super().begin(tool, at))

    def move(self, to: QPointF) -> QRect:
        """Draw on."""
        return self._noted(super().move(to))

    def end(self) -> QRect:
        """Lift the tool."""
        return self._noted(super().end())

    def cancel(self) -> QRect:
        """Give up the stroke that has begun."""
        return self._noted(super().cancel())

    def undo(self) -> QRect:
        """Take the last change back."""
        return self._noted(super().undo())

    def redo(self) -> QRect:
        """Bring it back."""
        return self._noted(super().redo())

    def lay(self, picture: QImage | None, *, smooth: bool = True) -> QRect:
        """Put another mask in place of this one, white being masked; None clears it."""
        return self._noted(super().lay(None if picture is None else inked(picture), smooth=smooth))

    def start(self, mask: QImage, corner: QPoint) -> None:
        """Begin with this mask there, on an empty sheet; it cannot be undone."""
        _lay(self.image, inked(mask), corner)
        self._noted(QRect(corner, mask.size()))

    def invert(self) -> QRect:
        """Mask what was not."""
        whole = self.image.rect()
        return self._put(np.uint8(FULL) - self.plane(whole), whole)

    def grow(self, px: int) -> QRect:
        """Make it wider by so many px all round; below 0 narrower."""
        import cv2

        area = self._reach(abs(px))
        if area.isEmpty():
            return area
        edge = 2 * abs(px) + 1
        disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (edge, edge))
        change = cv2.dilate if px > 0 else cv2.erode
        return self._put(np.asarray(change(self.plane(area), disc), np.uint8), area)

    def feather(self, px: int) -> QRect:
        """Make its edge soft over about so many px."""
        import cv2

        area = self._reach(2 * px)
        if area.isEmpty():
            return area
        soft = cv2.GaussianBlur(self.plane(area), (0, 0), px / 2)
        return self._put(np.asarray(soft, np.uint8), area)

    # -- what it is -----------------------------------------------------------------------------

    def box(self) -> QRect:
        """A box with all that is masked, to the tile; empty where nothing is."""
        area = QRect()
        for column, row in self._painted:
            area = area.united(QRect(column * TILE, row * TILE, TILE, TILE))
        return area.intersected(self.image.rect())

    def plane(self, area: QRect) -> Plane:
        """That part of it."""
        rows = np.frombuffer(self.image.constBits(), np.uint8)
        pixels = rows.reshape(self.image.height(), self.image.width(), 4)
        part = pixels[area.top() : area.bottom() + 1, area.left() : area.right() + 1]
        return np.ascontiguousarray(part[..., 3 if sys.byteorder == "little" else 0])

    def grey(self, area: QRect) -> QImage:
        """That part as a grey picture, white being masked."""
        return grey(self.plane(area))

    def _put(self, plane: Plane, area: QRect) -> QRect:
        self.history.touch(self.image, area)
        _lay(self.image, inked(grey(plane)), area.topLeft())
        self.history.close()
        return self._noted(area)

    def _reach(self, px: int) -> QRect:
        """What changes where all that is masked spreads so far."""
        box = self.box()
        if box.isEmpty():
            return box
        return box.adjusted(-px, -px, px, px).intersected(self.image.rect())

    def _noted(self, area: QRect) -> QRect:
        """The same area: small copy and painted tiles follow."""
        inside = area.intersected(self.image.rect())
        if not inside.isEmpty():
            self._shrink(inside)
            self._count(inside)
        return area

    def _shrink(self, area: QRect) -> None:
        if self.ratio == 1:
            return
        left, top = area.left() // self.ratio, area.top() // self.ratio
        right, bottom = area.right() // self.ratio + 1, area.bottom() // self.ratio + 1
        wide, high = (right - left) * self.ratio, (bottom - top) * self.ratio
        part = self.image.copy(QRect(left * self.ratio, top * self.ratio, wide, high))
        less = part.scaled(
            QSize(right - left, bottom - top),
            Qt.AspectRatioMode.IgnoreAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        _lay(self.small, less, QPoint(left, top))

    def _count(self, area: QRect) -> None:
        rows = np.frombuffer(self.image.constBits(), np.uint32)
        pixels = rows.reshape(self.image.height(), self.image.width())
        for row in range(area.top() // TILE, area.bottom() // TILE + 1):
            for column in range(area.left() // TILE, area.right() // TILE + 1):
                top, left = row * TILE, column * TILE
                if pixels[top : top + TILE, left : left + TILE].any():
                    self._painted.add((column, row))
                else:
                    self._painted.discard((column, row))


def inked(mask: QImage) -> QImage:
    """A grey picture, or one with alpha, as ink: as strong as it is light there."""
    if mask.hasAlphaChannel() and mask.format() != QImage.Format.Format_Alpha8:
        flat = QImage(mask.size(), QImage.Format.Format_RGB32)
        flat.fill(Qt.GlobalColor.black)
        painter = QPainter(flat)
        painter.drawImage(0, 0, mask)
        painter.end()
        mask = flat
    grey = mask.convertToFormat(QImage.Format.Format_Grayscale8)
    alpha = QImage(mask.size(), QImage.Format.Format_Alpha8)
    _bytes_of(alpha)[:] = _bytes_of(grey)
    ink = QImage(mask.size(), QImage.Format.Format_ARGB32_Premultiplied)
    ink.fill(QColor(INK))
    painter = QPainter(ink)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationIn)
    painter.drawImage(0, 0, alpha)
    painter.end()
    return ink


def grey(plane: Plane) -> QImage:
    """(H, W) as a grey picture."""
    image = QImage(plane.shape[1], plane.shape[0], QImage.Format.Format_Grayscale8)
    _bytes_of(image)[:] = plane
    return image


def _bytes_of(image: QImage) -> Plane:
    """The memory of an image with a byte a pixel, (H, W); valid as long as the image."""
    rows = np.frombuffer(image.bits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width()]


def _lay(image: QImage, part: QImage, corner: QPoint) -> None:
    painter = QPainter(image)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
    painter.drawImage(corner, part)
    painter.end()
