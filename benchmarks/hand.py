"""A hand that draws on a widget, and its times in words."""

import math

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget


def spot(view: QWidget, number: int, dabs: int) -> QPointF:
    """Where the hand is: it goes round and round, and inwards, `dabs` times in all."""
    angle, shrink = number / 20, 1 - 0.5 * (number % dabs) / dabs
    middle, reach = view.rect().center(), 0.4 * min(view.width(), view.height())
    return QPointF(
        middle.x() + reach * shrink * math.cos(angle),
        middle.y() + reach * shrink * math.sin(1.3 * angle),
    )


def send(view: QWidget, kind: QEvent.Type, at: QPointF) -> None:
    """An event of the mouse."""
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(view, QMouseEvent(kind, at, at, left, left, none))


def words(times: list[float]) -> str:
    """Median, 99th percentile and longest."""
    if not times:
        return "nothing measured"
    ordered = sorted(times)
    middle, high = ordered[len(ordered) // 2], ordered[len(ordered) * 99 // 100]
    return f"{middle:.1f} ms (median), {high:.1f} ms (99 %), {ordered[-1]:.1f} ms (longest)"
