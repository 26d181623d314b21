"""A painted mask as the bytes that a `FillStep` carries, and back."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint, QSize
from PySide6.QtGui import QImage, QPainter

from engine.specs_steps import Box

FAST = 90  # of 100: PNGs of masks are small anyway, and one waits for them
Plane = NDArray[np.uint8]


def fill_png(mask: QImage) -> tuple[bytes, Box] | None:
    """A mask as large as the picture, by its alpha where it has one, else by its grey.

    The PNG is of the smallest box around what is not 0, the box (left, top, width, height) in px;
    None where nothing is painted.
    """
    plane = grey(mask)
    values = _values(plane)
    rows, columns = (np.flatnonzero(values.any(axis)) for axis in (1, 0))
    if not rows.size:
        return None
    left, top = int(columns[0]), int(rows[0])
    box = (left, top, int(columns[-1]) - left + 1, int(rows[-1]) - top + 1)
    held = QByteArray()
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    plane.copy(*box).save(buffer, "PNG", FAST)  # type: ignore[call-overload]
    return bytes(held.data()), box


def mask_image(png: bytes, box: Box | None, size: QSize) -> QImage:
    """The mask at the picture's size, Grayscale8; black where the bytes are no picture."""
    whole = QImage(size, QImage.Format.Format_Grayscale8)
    whole.fill(0)
    part = QImage.fromData(png) if png else QImage()
    if not part.isNull():
        painter = QPainter(whole)
        painter.drawImage(QPoint(*box[:2]) if box else QPoint(), grey(part))
        painter.end()
    return whole


def grey(mask: QImage) -> QImage:
    """As Grayscale8: its alpha where it has one."""
    if mask.format() == QImage.Format.Format_Grayscale8:
        return mask
    if mask.hasAlphaChannel():
        alpha = mask.convertToFormat(QImage.Format.Format_Alpha8)
        alpha.reinterpretAsFormat(QImage.Format.Format_Grayscale8)
        return alpha
    return mask.convertToFormat(QImage.Format.Format_Grayscale8)


def _values(plane: QImage) -> Plane:
    rows = np.frombuffer(plane.constBits(), np.uint8).reshape(plane.height(), plane.bytesPerLine())
    return rows[:, : plane.width()]
