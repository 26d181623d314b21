"""A slow walk without aim over a plane: the only clock of the latent tabs."""

from math import cos, sin
from time import monotonic

from PySide6.QtCore import QObject, QPointF, QTimer, Signal

EVERY_MS = 25
SPEEDS = (("Slowly", 0.12), ("Walking", 0.3), ("Fast", 0.8))  # pictures a second
LONGEST_S = 0.1  # a late beat is no leap


class Drift(QObject):
    """Says how far it went since it last said so."""

    went = Signal(QPointF)
    changed = Signal(bool)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.speed = SPEEDS[1][1]
        self._seconds = 0.0
        self._last = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self._beat)

    @property
    def on(self) -> bool:
        """Whether it walks."""
        return self._timer.isActive()

    def toggle(self) -> None:
        """Walk, or stand."""
        self.stop() if self.on else self.start()

    def start(self) -> None:
        """Walk on from where it is."""
        self._last = monotonic()
        self._timer.start()
        self.changed.emit(True)

    def stop(self) -> None:
        """Stand."""
        if self.on:
            self._timer.stop()
            self.changed.emit(False)

    def _beat(self) -> None:
        now = monotonic()
        passed = min(now - self._last, LONGEST_S)
        self._last = now
        self._seconds += passed
        self.went.emit(heading(self._seconds) * passed * self.speed)


def heading(seconds: float) -> QPointF:
    """Which way it goes after so long, of length 1: turns left and right, never round and round."""
    angle = 0.4 + 1.7 * sin(seconds * 0.11) + 0.9 * sin(seconds * 0.29 + 1)
    return QPointF(cos(angle), sin(angle))
