"""What is painted over the plane of a duel: arrows, the generator's mesh, words."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from gui.widgets.lab_ink import LabInk

Spots = NDArray[np.float64]  # px
Places = NDArray[np.float32]
ARROW, HALF = 30.0, 0.6  # px of the longest arrow, and the push that gets half of them
ARROWS = 110  # more of them hide the points
SHORT = 2.0  # px, below which an arrow is none
HEAD = 4.0


def paint_arrows(
    painter: QPainter, spots: Spots, push: Places, ink: LabInk, *, critic: bool
) -> None:
    """As long as the push is strong, up to a length; a critic's are as long as its longest."""
    every = max(1, len(spots) // ARROWS)
    spots, push = spots[::every], push[::every].astype(np.float64)
    length = np.linalg.norm(push, axis=1)
    half = max(float(np.median(length)), 1e-9) if critic else HALF
    px = ARROW * length / (length + half)
    way = push / np.maximum(length, 1e-12)[:, None] * (1, -1)
    some = px > SHORT
    ends = spots + way * px[:, None]
    side = np.stack([-way[:, 1], way[:, 0]], 1)
    head = np.minimum(HEAD, px / 2)[:, None]
    left, right = ends - head * (way + 0.6 * side), ends - head * (way - 0.6 * side)
    lines = np.concatenate(
        [np.hstack(pair)[some] for pair in ((spots, ends), (ends, left), (ends, right))]
    )
    colour = QColor(ink.text)
    colour.setAlpha(150)
    painter.setPen(QPen(colour, 1))
    painter.drawLines([QLineF(*each) for each in lines.tolist()])


def paint_mesh(painter: QPainter, spots: Spots, ink: LabInk) -> None:
    """How the generator bends its noise: an even net at first, folded onto what is real."""
    side = round(len(spots) ** 0.5)
    net = spots.reshape(side, side, 2)
    ends = np.concatenate(
        [
            np.concatenate([net[:, :-1], net[:, 1:]], 2).reshape(-1, 4),
            np.concatenate([net[:-1], net[1:]], 2).reshape(-1, 4),
        ]
    )
    colour = QColor(ink.made)
    colour.setAlpha(140)
    painter.setPen(QPen(colour, 1))
    painter.drawLines([QLineF(*each) for each in ends.tolist()])


def paint_label(painter: QPainter, spot: QPointF, words: str, ink: LabInk, inside: QRectF) -> None:
    """Words on a ground of their own, inside the plane."""
    metrics = painter.fontMetrics()
    room = round(inside.width()) - 24
    words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room)
    box = QRectF(spot.x(), spot.y(), metrics.horizontalAdvance(words) + 14, metrics.height() + 6)
    box.moveRight(min(box.right(), inside.right() - 2))
    box.moveBottom(min(box.bottom(), inside.bottom() - 2))
    ground = QColor(ink.ground)
    ground.setAlpha(225)
    painter.setPen(QPen(ink.line, 1))
    painter.setBrush(ground)
    painter.drawRoundedRect(box, 4, 4)
    painter.setPen(ink.text)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
