"""The line-drawn icons of `assets/icons`, in whatever colour they are asked for."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from engine import places

SIDES = (16, 20, 24, 32, 48, 64, 96)  # px; Qt picks by size and scaling


@lru_cache(maxsize=128)
def icon(name: str, colour: str) -> QIcon:
    """An icon of that name, drawn in `colour` ("#rrggbb")."""
    path = places.shipped("assets") / "icons" / f"{name}.svg"
    drawing = path.read_text(encoding="utf-8").replace("currentColor", colour)
    renderer = QSvgRenderer(QByteArray(drawing.encode()))
    made = QIcon()
    for side in SIDES:
        made.addPixmap(_draw(renderer, side))
    return made


def _draw(renderer: QSvgRenderer, side: int) -> QPixmap:
    pixmap = QPixmap(side, side)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, side, side))
    painter.end()
    return pixmap
