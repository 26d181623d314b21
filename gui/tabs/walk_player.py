"""Plays a walk: the engine draws ahead, a clock shows one frame after the other."""

from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from engine.specs import Walk
from gui.paint import Shown
from gui.tabs.latent_session import LatentSession

KEPT_PX = 90_000_000  # of all frames together, about 360 MB; a longer walk is drawn as it is played


class Player(QObject):
    """At the walk's own rate, or as fast as the frames come; round and round where it loops."""

    frame = Signal(object, float)  # QImage, keys passed: 1.5 is half-way from the second
    began = Signal()
    ended = Signal()

    def __init__(self, parent: QObject, session: LatentSession) -> None:
        super().__init__(parent)
        self._session = session
        self._frames: list[tuple[QImage, float]] = []
        self._at = 0
        self._complete = False
        self._loop = False
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._beat)
        session.failed.connect(self._failed)

    @property
    def on(self) -> bool:
        """Whether it plays."""
        return self._timer.isActive()

    def play(self, walk: Walk) -> None:
        """From the beginning."""
        self.stop()
        self._frames.clear()
        self._at, self._complete, self._loop = 0, False, walk.loop
        self._session.ask("play", walk, self._heard, self._drawn, label="Drawing the walk")
        self._timer.start(round(1000 / walk.rate))
        self.began.emit()

    def stop(self) -> bool:
        """Stand still; False where nothing played."""
        if not self.on:
            return False
        self._timer.stop()
        self._session.drop("play")
        self._frames.clear()
        self.ended.emit()
        return True

    def _heard(self, event: Any) -> None:
        if isinstance(event, Shown) and event.name == "frame":
            image = event.picture.levels[-1]
            passed = float(event.facts["leg"]) + float(event.facts["part"])
            if len(self._frames) * image.width() * image.height() < KEPT_PX:
                self._frames.append((image, passed))

    def _drawn(self, _: Any) -> None:
        self._complete = True

    def _beat(self) -> None:
        if self._at >= len(self._frames):
            if not self._complete:
                return  # the next one is being drawn
            if not self._loop or not self._frames:
                self.stop()
                return
            self._at = 0
        image, passed = self._frames[self._at]
        self._at += 1
        self.frame.emit(image, passed)

    def _failed(self, what: str, _error: BaseException) -> None:
        if what == "play":
            self.stop()
