"""The strip at the bottom: what runs, how far it is, how long it takes, pause and stop."""

import math

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QWidget

from engine.job import Pace, Step
from gui.widgets.labels import Elided

IDLE = "Ready. Nothing leaves this computer."
PREVIEW = "Working on the preview"
OPENING = "Opening the generator"
STEPS = 1000  # of the bar


class JobStrip(QWidget):
    """Shows one job; knows nothing of threads."""

    pause = Signal(bool)
    stop = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("strip")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(50)
        self.what = Elided(IDLE)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Progress")
        self.bar.setMinimumWidth(80)
        self.far = Elided()
        self.far.setProperty("role", "quiet")
        self.hold = QPushButton("Pause")
        self.hold.setCheckable(True)
        self.end = QPushButton("Stop")
        self.end.setToolTip("Stop; what is done stays (Esc)")
        self._pace = Pace()
        self._verb = ""
        self._asked = ""
        self._warm = False  # libraries and a network are loaded
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 0, 18, 0)
        row.setSpacing(14)
        row.addWidget(self.what, 4)
        row.addWidget(self.bar, 6)
        row.addWidget(self.far, 5)
        row.addWidget(self.hold)
        row.addWidget(self.end)
        self.hold.toggled.connect(self._held)
        self.end.clicked.connect(self.stop)
        self._slow = QTimer(self)
        self._slow.setSingleShot(True)
        self._slow.setInterval(400)
        self._slow.timeout.connect(self._say_slow)
        self.rest()

    def begin(self, verb: str) -> None:
        """A job begins: `verb` says what it does ("Denoising")."""
        self._verb = verb
        self._pace = Pace()
        self.what.setText(f"{verb} …")
        self.far.setText("")
        self.hold.setChecked(False)
        self.bar.setRange(0, 0)
        for widget in (self.bar, self.far, self.hold, self.end):
            widget.show()

    def working_on(self, name: str) -> None:
        """A file of the job begins."""
        self.what.setText(f"{self._verb} {name}")

    def progress(self, step: Step, waiting: int = 0) -> None:
        """How far it is; `waiting` jobs come after it."""
        if self._verb and step.total > 0:
            self.bar.setRange(0, STEPS)
            self.bar.setValue(round(STEPS * step.done / step.total))
            self.far.setText(progress_words(step, self._pace.left(step), waiting))

    def wait_for(self, what: str) -> None:
        """Something small is being made; say so if it takes long."""
        self._asked = what
        if not self._verb and what:
            self._slow.start()

    def answered(self) -> None:
        """It is there."""
        self._slow.stop()
        self._warm = self._warm or self._asked in (PREVIEW, OPENING)
        if not self._verb:
            self.what.setText(IDLE)

    def rest(self, words: str = IDLE) -> None:
        """Nothing runs."""
        self._slow.stop()
        self._verb = ""
        self.what.setText(words)
        for widget in (self.bar, self.far, self.hold, self.end):
            widget.hide()

    def _say_slow(self) -> None:
        first = "" if self._warm else " The first one after a start takes a few seconds."
        self.what.setText(f"{self._asked} \u2026{first}")

    def _held(self, held: bool) -> None:
        self.hold.setText("Resume" if held else "Pause")
        if held:
            self.far.setText("Paused")
            self._pace = Pace()
        self.pause.emit(held)


def progress_words(step: Step, left: float | None, waiting: int = 0) -> str:
    """For example "42 % · 4 of 128 · about 31 min left"."""
    words = [f"{math.floor(100 * step.done / step.total)} %"]
    _, training, count = step.text.rpartition("step ")
    if training:  # its budget is seconds, which tell nobody much
        words.append(f"step {count}")
    elif step.total > 1:
        words.append(f"{min(int(step.total), int(step.done) + 1)} of {int(step.total)}")
    if left is not None and step.done < step.total:
        words.append(f"about {duration(left)} left")
    if waiting:
        words.append(f"{waiting} more waiting")
    return " · ".join(words)


def duration(seconds: float) -> str:
    """A length of time in its largest sensible unit."""
    if seconds < 60:
        return f"{max(1, round(seconds))} s"
    if seconds < 3600:
        return f"{round(seconds / 60)} min"
    return f"{int(seconds // 3600)} h {round(seconds % 3600 / 60):02d} min"
