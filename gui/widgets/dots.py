"""Many round points, quickly: one is drawn, then stamped."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap

RIM = 0.8  # px around a point, which keeps it apart from the ground and its neighbours
OPAQUE = 160  # of the rim, to 255


def scatter(
    painter: QPainter, spots: NDArray[np.float64], colour: QColor, wide: float, rim: QColor
) -> None:
    """Points of `wide` px at (N, 2) px."""
    ratio = painter.device().devicePixelRatio()
    stamp = _stamp(colour.name(), wide, rim.name(), ratio)
    half = stamp.width() / ratio / 2
    for x, y in (spots - half).tolist():
        painter.drawPixmap(QPointF(x, y), stamp)


@lru_cache(maxsize=64)
def _stamp(colour: str, wide: float, rim: str, ratio: float) -> QPixmap:
    side = 2 * round(wide / 2 + RIM + 1)
    stamp = QPixmap(round(side * ratio), round(side * ratio))
    stamp.setDevicePixelRatio(ratio)
    stamp.fill(Qt.GlobalColor.transparent)
    painter = QPainter(stamp)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    edge = QColor(rim)
    edge.setAlpha(OPAQUE)
    middle = QPointF(side / 2, side / 2)
    for ink, radius in ((edge, wide / 2 + RIM), (QColor(colour), wide / 2)):
        painter.setBrush(ink)
        painter.drawEllipse(middle, radius, radius)
    painter.end()
    return stamp
