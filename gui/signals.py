"""Ctrl-C in the terminal and a polite kill close the window as its own button does."""

import signal
import socket

from PySide6.QtCore import QObject, QSocketNotifier
from PySide6.QtWidgets import QWidget


class Signals(QObject):
    """Closes `window` on SIGINT and SIGTERM; keeps the socket that wakes Qt for them."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        # Python runs a handler when it has its turn, and inside Qt's loop it has none until woken.
        self._ours, self._pythons = socket.socketpair()
        self._pythons.setblocking(False)
        self._before = signal.set_wakeup_fd(self._pythons.fileno(), warn_on_full_buffer=False)
        self._notifier = QSocketNotifier(self._ours.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._woken)
        self._handlers = {
            number: signal.signal(number, self._close) for number in (signal.SIGINT, signal.SIGTERM)
        }

    def release(self) -> None:
        """Give the signals back to Python."""
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._before)
        self._notifier.setEnabled(False)
        self._ours.close()
        self._pythons.close()

    def _woken(self) -> None:
        self._ours.recv(64)

    def _close(self, *_: object) -> None:
        self._window.close()
