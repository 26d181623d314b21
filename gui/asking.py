"""What a tab asks of the engine besides its job: in lanes of its own, and no stale answers."""

from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any

from PySide6.QtCore import QObject, Signal

from gui.jobs import EngineThread, Ticket

Take = Callable[[Any], None]


class Asker(QObject):
    """Asks in the lane `name.what`; whatever was asked there before and still waits falls away.

    Usually only the answers to the newest question count. With `live` each answer counts until a
    newer one came: while a hand moves, every picture is of a place where it was just now, and none
    of an older place follows a newer one.
    """

    failed = Signal(str, object)  # what was asked, the exception
    stopped = Signal(str)  # what was asked: it was stopped by `stop` or by the strip

    def __init__(self, parent: QObject, engine: EngineThread, name: str) -> None:
        super().__init__(parent)
        self._engine = engine
        self._name = name
        self._numbers = count(1)
        self._oldest: dict[str, int] = {}  # answers to earlier questions are of no interest
        self._newest: dict[str, tuple[int, Ticket]] = {}

    def ask(
        self,
        what: str,
        spec: Any,
        heard: Take | None = None,
        done: Take | None = None,
        *,
        live: bool = False,
        label: str = "",
    ) -> None:
        """`heard` gets the events, `done` the result; `label` is for the strip."""
        ticket = Ticket(spec, f"{self._name}.{what}", label=label)
        self.submit(what, ticket, heard, done, live=live)

    def submit(
        self,
        what: str,
        ticket: Ticket,
        heard: Take | None = None,
        done: Take | None = None,
        *,
        live: bool = False,
    ) -> None:
        """`ask` with a ticket of any lane."""
        number = next(self._numbers)
        if not live:
            self._oldest[what] = number
        self._newest[what] = (number, ticket)
        if heard is not None:
            ticket.happened.connect(partial(self._pass_on, what, number, heard))
        ticket.finished.connect(partial(self._close, what, number, done or _nothing))
        failed = partial(self.failed.emit, what)
        ticket.failed.connect(partial(self._close, what, number, failed))
        ticket.stopped.connect(partial(self._stop, what, number))
        self._engine.submit(ticket)

    def stop(self, what: str) -> bool:
        """Stop it; what it said so far counts. False where nothing runs."""
        if what in self._newest:
            self._newest[what][1].stop()
        return what in self._newest

    def drop(self, what: str) -> None:
        """Nothing that was asked there is of interest any more; what runs is stopped."""
        self._oldest[what] = next(self._numbers)
        if what in self._newest:
            self._newest.pop(what)[1].stop()

    def busy(self, what: str) -> bool:
        """Whether the newest question there has no answer yet."""
        return what in self._newest

    def _pass_on(self, what: str, number: int, to: Take, news: Any) -> None:
        if number >= self._oldest.get(what, 0):
            self._oldest[what] = number
            to(news)

    def _close(self, what: str, number: int, to: Take, news: Any) -> None:
        self._forget(what, number)
        self._pass_on(what, number, to, news)

    def _stop(self, what: str, number: int) -> None:
        if self._forget(what, number):
            self.stopped.emit(what)

    def _forget(self, what: str, number: int) -> bool:
        """Whether it was the newest one, of which there is no more to be heard."""
        if what not in self._newest or self._newest[what][0] != number:
            return False
        del self._newest[what]
        return True


def _nothing(_: Any) -> None:
    """An answer nobody waits for."""
