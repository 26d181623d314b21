"""What happened and what to try, in the window, for a while."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from engine.errors import UserError

SHOWN_MS = {"good": 7000, "info": 7000, "bad": 15000}
MOST = 3  # at a time; older ones make room
ABOVE = 66  # px over the window's lower edge, above the strip


@dataclass(frozen=True, slots=True)
class Action:
    """A button in a notice."""

    label: str
    do: Callable[[], None]


class Toast(QFrame):
    """One notice."""

    def __init__(self, parent: QWidget, text: str, kind: str, actions: tuple[Action, ...]) -> None:
        super().__init__(parent)
        self.setObjectName("toast")
        self.setProperty("kind", kind)
        self.setAccessibleName(text)
        words = QLabel(text)
        words.setWordWrap(True)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        close = QPushButton("Close")
        close.setProperty("role", "flat")
        close.clicked.connect(self._leave)
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        buttons.addStretch()
        for action in actions:
            button = QPushButton(action.label)
            button.clicked.connect(action.do)
            button.clicked.connect(self._leave)
            buttons.addWidget(button)
        buttons.addWidget(close)
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 12, 12, 10)
        box.setSpacing(8)
        box.addWidget(words)
        box.addLayout(buttons)
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.timeout.connect(self._leave)
        self.timer.start(SHOWN_MS[kind])

    def enterEvent(self, event: QEnterEvent) -> None:
        """It stays while the mouse is on it."""
        self.timer.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """It goes a while after the mouse went."""
        self.timer.start(4000)
        super().leaveEvent(event)

    def _leave(self) -> None:
        self.hide()
        self.deleteLater()


class Notices(QObject):
    """Puts notices above the strip of a window, newest lowest."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.toasts: list[Toast] = []
        window.installEventFilter(self)

    def say(self, text: str, *actions: Action, kind: str = "info") -> None:
        """Show words; `kind` is "info", "good" or "bad"."""
        toast = Toast(self._window, text, kind, actions)
        toast.destroyed.connect(self._place)
        self.toasts.append(toast)
        while len(self.toasts) > MOST:
            old = self.toasts.pop(0)
            old.hide()
            old.deleteLater()
        self._place()
        toast.show()
        toast.raise_()

    def complain(self, error: BaseException) -> None:
        """Say what went wrong and what to try."""
        if isinstance(error, UserError):
            self.say(f"{error.what} {error.remedy}".strip(), kind="bad")
        else:
            name = type(error).__name__
            self.say(
                f"Something went wrong inside Safelight ({name}). The log has the details.",
                kind="bad",
            )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the window's size."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        self.toasts = [toast for toast in self.toasts if _lives(toast)]
        width = min(440, self._window.width() - 40)
        bottom = self._window.height() - ABOVE
        for toast in reversed(self.toasts):
            toast.setFixedWidth(width)
            toast.adjustSize()
            bottom -= toast.height()
            toast.move((self._window.width() - width) // 2, bottom)
            bottom -= 8


def _lives(toast: Toast) -> bool:
    """Whether Qt still has it, and it was not closed."""
    try:
        return not toast.isHidden() or toast.timer.isActive()
    except RuntimeError:
        return False
