"""A result that keeps up with the hand: one question at work, and after it only the newest."""

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from engine.job import Note
from gui.jobs import EngineThread, Ticket
from gui.paint import Shown


class Follow(QObject):
    """Asks the engine whatever `make` gives, as often as it can answer.

    There is no timer: while an answer is on its way, further wishes are one wish, which is asked
    with what there is to ask by then. So no older answer can come after a newer one. `label` is
    what the strip says where it takes long; an answer that nobody waits for any more and that
    takes longer than `patience_ms` is given up, 0: never. Not the first one: it may be slow
    because something is being loaded, and given up that would have to begin again.
    """

    shown = Signal(object)  # Shown
    noted = Signal(str)  # a word to people
    failed = Signal(object)  # the exception

    def __init__(
        self,
        parent: QObject,
        engine: EngineThread,
        lane: str,
        make: Callable[[], Any | None],
        *,
        label: str = "",
        patience_ms: int = 0,
    ) -> None:
        super().__init__(parent)
        self._engine, self._lane, self._make = engine, lane, make
        self._label = label
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(patience_ms)
        self._patience.timeout.connect(self.hurry)
        self._asked: Ticket | None = None
        self._again = False
        self._answers = 0

    @property
    def busy(self) -> bool:
        """Whether an answer is on its way."""
        return self._asked is not None

    def ask(self) -> None:
        """Something changed: an answer is wanted."""
        if self._asked is not None:
            self._again = True
            if self._answers and self._patience.interval() and not self._patience.isActive():
                self._patience.start()
            return
        spec = self._make()
        if spec is None:
            return
        ticket = self._asked = Ticket(spec, self._lane, label=self._label)
        ticket.happened.connect(partial(self._heard, ticket))
        ticket.failed.connect(partial(self._broke, ticket))
        ticket.failed.connect(partial(self._answered, ticket))
        ticket.finished.connect(partial(self._answered, ticket))
        ticket.stopped.connect(partial(self._answered, ticket))
        self._engine.submit(ticket)

    def forget(self) -> None:
        """Whatever still comes is of no interest any more."""
        self._patience.stop()
        if self._asked is not None:
            self._asked.stop()
        self._asked, self._again = None, False

    def hurry(self) -> None:
        """What is on its way is of no interest any more; what is wanted now is asked instead."""
        if self._asked is not None and self._again:
            self._asked.stop()

    def _heard(self, ticket: Ticket, event: Any) -> None:
        if ticket is not self._asked:
            return
        match event:
            case Shown():
                self._answers += 1
                self.shown.emit(event)
            case Note():
                self.noted.emit(event.text)
            case _:
                pass

    def _broke(self, ticket: Ticket, error: BaseException) -> None:
        if ticket is self._asked:
            self.failed.emit(error)

    def _answered(self, ticket: Ticket, _: Any = None) -> None:
        if ticket is not self._asked:
            return
        self._asked = None
        self._patience.stop()
        if self._again:
            self._again = False
            self.ask()
