"""What happened and what to try, in the window, for a while."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.errors import UserError

SHOWN_MS = {"good": 7000, "info": 7000, "bad": 15000}
MOST = 3  # at a time; older ones make room
WIDE = 420  # px at the most
BESIDE = (172, 320)  # px that the rail and the panel take on the left and on the right
TOP = 14


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
        self.close_button = QToolButton()
        self.close_button.setText("\u2715")
        self.close_button.setProperty("role", "flat")
        self.close_button.setToolTip("Close")
        self.close_button.setAccessibleName("Close this notice")
        self.close_button.clicked.connect(self._leave)
        row = QHBoxLayout()
        row.addWidget(words, 1)
        row.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 8, 8, 10)
        box.setSpacing(6)
        box.addLayout(row)
        if actions:
            box.addLayout(self._buttons(actions))
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.timeout.connect(self._leave)
        self.timer.start(SHOWN_MS[kind])

    def _buttons(self, actions: tuple[Action, ...]) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(6)
        for action in actions:
            button = QPushButton(action.label)
            button.clicked.connect(action.do)
            button.clicked.connect(self._leave)
            row.addWidget(button)
        row.addStretch()
        return row

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
    """Puts notices on the upper edge of the picture, newest highest."""

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
        self.say(words_of(error), kind="bad")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the window's size."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        self.toasts = [toast for toast in self.toasts if _lives(toast)]
        room = self._window.width() - sum(BESIDE)
        width, top = min(WIDE, room - 24), TOP
        for toast in reversed(self.toasts):
            layout = toast.layout()
            height = layout.heightForWidth(width) if layout is not None else 0
            toast.setGeometry(BESIDE[0] + (room - width) // 2, top, width, height)
            top += height + 8


def words_of(error: BaseException) -> str:
    """What went wrong and what to try, as far as it can be said."""
    if isinstance(error, UserError):
        return f"{error.what} {error.remedy}".strip()
    name = type(error).__name__
    return f"Something went wrong inside Safelight ({name}). The log has the details."


def _lives(toast: Toast) -> bool:
    """Whether Qt still has it, and it was not closed."""
    try:
        return not toast.isHidden() or toast.timer.isActive()
    except RuntimeError:
        return False
