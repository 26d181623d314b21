"""The lab's job: at most one at a time, and its news to whoever it belongs to."""

from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from gui.jobs import EngineThread, Ticket
from gui.tabs.lab_words import term


class LabSession(QObject):
    """A new job takes the place of the one that runs: that one is stopped, and `ended` says so."""

    heard = Signal(str, object)  # experiment, an event
    ended = Signal(str, object)  # experiment, LabResult, exception, or None where it was stopped

    def __init__(self, parent: QObject, engine: EngineThread) -> None:
        super().__init__(parent)
        self._engine = engine
        self._ticket: Ticket | None = None
        self.running = ""  # the experiment that is at work, or waits for its turn

    @property
    def waits(self) -> bool:
        """Whether something else has to end first."""
        return self._ticket is not None and self._engine.background is not self._ticket

    def run(self, experiment: str, spec: Any) -> None:
        """Begin; whatever the lab does gives way."""
        self.stop()
        ticket = Ticket(spec, label=f"Lab: {term(experiment).english}")
        self._ticket, self.running = ticket, experiment
        ticket.happened.connect(partial(self._hear, ticket))
        ticket.finished.connect(partial(self._end, ticket))
        ticket.failed.connect(partial(self._end, ticket))
        ticket.stopped.connect(partial(self._end, ticket, None))
        self._engine.submit(ticket)

    def stop(self) -> bool:
        """Stop it; nothing more is heard of it. False where nothing runs."""
        ticket, self._ticket = self._ticket, None
        if ticket is None:
            return False
        experiment, self.running = self.running, ""
        ticket.stop()
        self.ended.emit(experiment, None)
        return True

    def _hear(self, ticket: Ticket, event: Any) -> None:
        if ticket is self._ticket:
            self.heard.emit(self.running, event)

    def _end(self, ticket: Ticket, outcome: Any) -> None:
        if ticket is self._ticket:
            experiment, self.running = self.running, ""
            self._ticket = None
            self.ended.emit(experiment, outcome)
