"""What the Train tab asks of the engine: a look at the folders, the speed, the runs, a training."""

from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any

from PySide6.QtCore import QObject, Signal

from engine.job import Step
from engine.specs import MeasureTraining, Runs, ScanFolder, Train
from gui.jobs import EngineThread, Ticket

Take = Callable[[Any], None]


class TrainSession(QObject):
    """Newest answers only; at most one training of this tab at a time."""

    looking = Signal(object)  # Step of a scan
    scanned = Signal(object)  # FolderReport
    trying = Signal(bool)  # a measurement runs, or has ended
    measured = Signal(object, object)  # the Train it is about, TrainingSpeed
    listed = Signal(object)  # tuple of Run
    failed = Signal(str, object)  # "scan", "measure" or "runs", the exception
    heard = Signal(object)  # an event of the training
    ended = Signal(object)  # Trained, exception, or None where it was stopped

    def __init__(self, engine: EngineThread) -> None:
        super().__init__()
        self._engine = engine
        self._numbers = count()
        self._newest: dict[str, int] = {}
        self._tickets: dict[str, Ticket] = {}
        self.training: Train | None = None

    def scan(self, spec: ScanFolder) -> None:
        """Look into folders; whatever is looked at already is dropped."""

        def heard(event: Any) -> None:
            if isinstance(event, Step):
                self.looking.emit(event)

        self._ask("scan", Ticket(spec, "train.scan"), heard, self.scanned.emit)

    def list_runs(self) -> None:
        """Read the runs there are."""
        self._ask("runs", Ticket(Runs(), "train.runs"), lambda _: None, self.listed.emit)

    def measure(self, train: Train) -> bool:
        """Try a few steps, in the background lane so that previews go first; False if it is busy.

        A measurement that runs already gives way.
        """
        self.drop("measure")
        if self.training is not None or self._busy():
            return False
        ticket = Ticket(MeasureTraining(train), label="Measuring the speed of training")
        ticket.finished.connect(lambda _: self.trying.emit(False))
        ticket.failed.connect(lambda _: self.trying.emit(False))
        ticket.stopped.connect(lambda: self.trying.emit(False))
        self.trying.emit(True)
        self._ask("measure", ticket, lambda _: None, partial(self.measured.emit, train))
        return True

    def train(self, train: Train) -> None:
        """Begin, or go on where the spec says so."""
        self.drop("measure")
        self.training = train
        ticket = Ticket(train, label="Training")
        ticket.happened.connect(self.heard)
        ticket.finished.connect(self._end)
        ticket.failed.connect(self._end)
        ticket.stopped.connect(self._stopped)
        self._engine.submit(ticket)

    def drop(self, what: str) -> None:
        """Stop what was asked; its answer is of no interest any more."""
        self._newest.pop(what, None)
        ticket = self._tickets.pop(what, None)
        if ticket is not None:
            ticket.stop()

    def _busy(self) -> bool:
        """Whether the background lane has other work than a measurement that is to stop."""
        running = self._engine.background
        own = running is not None and isinstance(running.spec, MeasureTraining)
        return (running is not None and not own) or self._engine.waiting > 0

    def _stopped(self) -> None:
        self._end(None)

    def _end(self, outcome: Any) -> None:
        self.training = None
        self.ended.emit(outcome)

    def _ask(self, what: str, ticket: Ticket, heard: Take, done: Take) -> None:
        self.drop(what)
        number = next(self._numbers)
        self._newest[what] = number
        self._tickets[what] = ticket
        ticket.happened.connect(partial(self._pass_on, what, number, heard))
        ticket.finished.connect(partial(self._close, what, number, done))
        failed = partial(self.failed.emit, what)
        ticket.failed.connect(partial(self._close, what, number, failed))
        self._engine.submit(ticket)

    def _pass_on(self, what: str, number: int, to: Take, news: Any) -> None:
        if self._newest.get(what) == number:
            to(news)

    def _close(self, what: str, number: int, to: Take, news: Any) -> None:
        if self._newest.get(what) == number:
            self._tickets.pop(what, None)
            to(news)
