"""A tab's background job: its events become states in the queue, its end becomes words."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from engine.job import Failed, Finished, Note, Skipped, Started
from engine.specs import PictureTask
from gui.jobs import EngineThread, Ticket
from gui.widgets.film_strip import Queue, Row


class Running(QObject):
    """At most one job of a tab at a time."""

    changed = Signal()  # a row changed its state
    finished_file = Signal(object, object)  # source, target
    ended = Signal(object)  # Report, exception, or None where it was stopped

    def __init__(self, parent: QObject, engine: EngineThread, queue: Queue) -> None:
        super().__init__(parent)
        self._engine = engine
        self._queue = queue
        self.ticket: Ticket | None = None
        self.failures: list[Failed] = []
        self.spec: PictureTask | None = None

    def start(self, spec: PictureTask, verb: str) -> None:
        """Put a job on the background lane."""
        self.spec = spec
        self.failures = []
        self.ticket = Ticket(spec, label=verb)
        self.ticket.happened.connect(self._heard)
        self.ticket.finished.connect(self._end)
        self.ticket.failed.connect(self._end)
        self.ticket.stopped.connect(self._stopped)
        self._engine.submit(self.ticket)

    def _heard(self, event: Any) -> None:
        match event:
            case Started(path):
                self._queue.change(path, state="working", reason="")
            case Finished(path, target, seconds):
                self._queue.change(path, state="done", target=target, seconds=seconds)
                self.finished_file.emit(path, target)
            case Skipped(path, reason):
                self._queue.change(path, state="skipped", reason=reason)
            case Failed(path, reason, remedy):
                self.failures.append(event)
                self._queue.change(path, state="failed", reason=f"{reason} {remedy}".strip())
            case Note(text, Path() as path):
                self._queue.change(path, reason=text)
            case _:
                return
        self.changed.emit()

    def _stopped(self) -> None:
        self._end(None)

    def _end(self, outcome: Any) -> None:
        self.ticket = None
        working = [row.path for row in self._queue.rows if row.state == "working"]
        for path in working:
            self._queue.change(path, state="waiting")
        self.changed.emit()
        self.ended.emit(outcome)


def rows_of(
    pairs: list[tuple[Path, Path]], skipped: list[Skipped], failed: list[Failed]
) -> list[Row]:
    """The queue that a plan describes, in the order of names."""
    rows = {source: Row(source) for source, _ in pairs}
    for left in skipped:
        rows[left.path] = Row(left.path, "skipped", reason=left.reason)
    for bad in failed:
        rows[bad.path] = Row(bad.path, "failed", reason=f"{bad.reason} {bad.remedy}".strip())
    order = sorted(rows, key=lambda path: (path.parent, path))
    return [rows[path] for path in order] if skipped or failed else list(rows.values())
