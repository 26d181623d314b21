"""The engine's thread and its lanes: the only file that starts a thread.

A `Ticket` asks for one spec. Lane "background" is first come, first served; in every other lane the
newest wins. Between two yields of a background job whatever waits elsewhere runs first, to its end.
Signals of tickets are emitted in the interface's thread, so anything may be connected to them.
"""

import logging
import sys
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from threading import Condition
from time import monotonic
from typing import Any, Protocol

from PySide6.QtCore import QObject, QThread, QTimer, Signal, Slot

from engine.errors import UserError
from engine.job import Job, Step

log = logging.getLogger(__name__)
BACKGROUND = "background"
STEPS_A_SECOND = 30
STACK_BYTES = 16 * 1024 * 1024  # some systems give further threads 512 kB, too little for BLAS
SLICE_S = 0.012  # how long the interface may spend on news before it looks at the mouse again
SWITCH_S = 0.001  # a shorter turn for the engine's Python, so the interface gets its own sooner


class Runs(Protocol):
    """What the thread needs of a studio."""

    def run(self, spec: Any) -> Job:
        """The job of a spec."""


@dataclass(eq=False, slots=True)
class Errand:
    """What the engine's thread knows of a ticket: no QObject, so either thread may drop it."""

    spec: Any
    lane: str
    until: type | None = None
    stop: bool = False
    paused: bool = False
    step: Step | None = None  # the newest one, where it came too soon to be told
    told: float = 0.0


class Ticket(QObject):
    """One spec on its way: make it, connect it, submit it.

    `until`: stop as soon as an event of this kind was told; `finished` then carries None.
    `label`: what it does, for the strip ("Denoising").
    """

    happened = Signal(object)  # an event; a Preview as the thread's `dress` made it
    finished = Signal(object)  # the job's result
    failed = Signal(object)  # the exception
    stopped = Signal()  # on request, or because a newer ticket took its place

    def __init__(
        self, spec: Any, lane: str = BACKGROUND, *, label: str = "", until: type | None = None
    ) -> None:
        super().__init__()
        self.spec = spec
        self.lane = lane
        self.label = label
        self.errand = Errand(spec, lane, until)
        self._ring: Callable[[], None] = lambda: None

    @property
    def paused(self) -> bool:
        """Whether it waits to be resumed."""
        return self.errand.paused

    def submitted(self, ring: Callable[[], None]) -> None:
        """Told by the thread: `ring` wakes it."""
        self._ring = ring

    def pause(self) -> None:
        """Hold at the next yield; other lanes go on."""
        self.errand.paused = True
        self._ring()

    def resume(self) -> None:
        """Go on after a pause."""
        self.errand.paused = False
        self._ring()

    def stop(self) -> None:
        """Close the job at its next yield."""
        self.errand.stop = True
        self._ring()


@dataclass(frozen=True, slots=True)
class _News:
    """A line from the engine's thread: `kind` names what happened to the errand."""

    errand: Errand
    kind: str  # began, happened, finished, failed, stopped
    what: Any = None


class _Worker:
    """What runs in the engine's thread: takes errands from the lanes, posts news."""

    def __init__(self, make_studio: Callable[[], Runs], dress: Callable[[Any], Any]) -> None:
        self.bell = Condition()
        self.urgent: dict[str, Errand] = {}
        self.background: deque[Errand] = deque()
        self.news: deque[_News] = deque()
        self.closing = False
        self.call: Callable[[], None] = lambda: None
        self._make_studio = make_studio
        self._studio: Runs | None = None
        self._dress = dress

    def ring(self) -> None:
        """Look again: something was submitted, paused, resumed or stopped."""
        with self.bell:
            for errand in [each for each in self.background if each.stop]:
                self.background.remove(errand)
                self._tell(errand, "stopped")
            for lane in [lane for lane, each in self.urgent.items() if each.stop]:
                self._tell(self.urgent.pop(lane), "stopped")
            self.bell.notify_all()

    def take(self, errand: Errand) -> None:
        """Queue it; in a newest-wins lane the one that waited falls away."""
        with self.bell:
            if errand.lane == BACKGROUND:
                self.background.append(errand)
            else:
                older = self.urgent.pop(errand.lane, None)
                self.urgent[errand.lane] = errand
                if older is not None:
                    self._tell(older, "stopped")
            self.bell.notify_all()

    def loop(self) -> None:
        """Work until closing."""
        while (errand := self._next()) is not None:
            self._run(errand)

    def _next(self) -> Errand | None:
        with self.bell:
            while not self.closing:
                if self.urgent:
                    return self.urgent.pop(next(iter(self.urgent)))
                if self.background:
                    return self.background.popleft()
                self.bell.wait()
        return None

    def _run(self, errand: Errand) -> None:
        self._tell(errand, "began")
        try:
            if self._studio is None:
                self._studio = self._make_studio()
            self._drive(errand, self._studio.run(errand.spec))
        except Exception as why:
            if isinstance(why, UserError):
                log.info("%s", why)
            else:
                log.error("a job broke", exc_info=why)
            self._flush(errand)
            self._tell(errand, "failed", why)

    def _drive(self, errand: Errand, job: Job) -> None:
        while self._may_go_on(errand):
            try:
                event = next(job)
            except StopIteration as end:
                self._flush(errand)
                self._tell(errand, "finished", end.value)
                return
            self._hear(errand, event)
            if errand.until and isinstance(event, errand.until):
                job.close()
                self._tell(errand, "finished")
                return
        job.close()
        self._flush(errand)
        self._tell(errand, "stopped")

    def _may_go_on(self, errand: Errand) -> bool:
        """Let what is urgent go first, wait while paused; False once it is to stop."""
        while True:
            with self.bell:
                if errand.stop or self.closing:
                    return False
                if errand.lane != BACKGROUND or not (self.urgent or errand.paused):
                    return True
                if not self.urgent:
                    self.bell.wait()
                    continue
                first = self.urgent.pop(next(iter(self.urgent)))
            self._run(first)

    def _hear(self, errand: Errand, event: Any) -> None:
        if not isinstance(event, Step):
            self._flush(errand)
            self._tell(errand, "happened", self._dress(event))
            return
        errand.step = event
        if monotonic() - errand.told >= 1 / STEPS_A_SECOND:
            self._flush(errand)

    def _flush(self, errand: Errand) -> None:
        if errand.step is not None:
            errand.told = monotonic()
            self._tell(errand, "happened", errand.step)
            errand.step = None

    def _tell(self, errand: Errand, kind: str, what: Any = None) -> None:
        with self.bell:
            first = not self.news
            self.news.append(_News(errand, kind, what))
        if first and not self.closing:
            self.call()


class _Thread(QThread):
    """A QThread around the worker's loop."""

    def __init__(self, worker: _Worker) -> None:
        super().__init__()
        self._worker = worker
        self.setObjectName("engine")

    def run(self) -> None:
        """The thread's life."""
        self._worker.loop()


class EngineThread(QObject):
    """Runs tickets in a thread of its own; the studio is made there, at the first ticket.

    `dress` turns an event into what the window shows, still in the engine's thread.
    """

    submitted = Signal(object)  # a ticket
    began = Signal(object)  # a ticket
    ended = Signal(object)  # a ticket, after its own last signal
    _mail = Signal()

    def __init__(
        self, make_studio: Callable[[], Runs], *, dress: Callable[[Any], Any] = lambda event: event
    ) -> None:
        super().__init__()
        self._worker = _Worker(make_studio, dress)
        self._worker.call = self._mail.emit
        self._mail.connect(self._deliver)
        self._tickets: dict[Errand, Ticket] = {}
        self._background: list[Ticket] = []  # the one at work first, then those that wait
        self._thread = _Thread(self._worker)
        self._thread.setStackSize(STACK_BYTES)
        sys.setswitchinterval(SWITCH_S)
        self._thread.start()

    def submit(self, ticket: Ticket) -> None:
        """Put a ticket on its lane."""
        ticket.submitted(self._worker.ring)
        self._tickets[ticket.errand] = ticket
        if ticket.lane == BACKGROUND:
            self._background.append(ticket)
        self._worker.take(ticket.errand)
        self.submitted.emit(ticket)

    @property
    def background(self) -> Ticket | None:
        """The background ticket at work, paused, or next."""
        return self._background[0] if self._background else None

    @property
    def waiting(self) -> int:
        """How many background tickets wait behind it."""
        return max(0, len(self._background) - 1)

    @property
    def alive(self) -> bool:
        """Whether the thread still runs."""
        return self._thread.isRunning()

    def close(self, seconds: float = 60.0) -> bool:
        """Stop what runs, forget what waits, wait for the thread; False if it is late."""
        with self._worker.bell:
            self._worker.closing = True
            self._worker.bell.notify_all()
        ended = self._thread.wait(int(seconds * 1000))
        self._worker.news.clear()
        self._tickets.clear()
        return bool(ended)

    @Slot()
    def _deliver(self) -> None:
        """Hand news to their tickets, for a slice of time; the rest waits for the next round."""
        deadline = monotonic() + SLICE_S
        while not self._worker.closing:
            with self._worker.bell:
                if not self._worker.news:
                    return
                if monotonic() > deadline:
                    break
                news = self._worker.news.popleft()
            self._hand_over(news)
        QTimer.singleShot(0, self._deliver)

    def _hand_over(self, news: _News) -> None:
        ticket = self._tickets.get(news.errand)
        if ticket is None:
            return
        if news.kind == "began":
            self.began.emit(ticket)
            return
        if news.kind == "happened":
            ticket.happened.emit(news.what)
            return
        del self._tickets[news.errand]
        if ticket in self._background:
            self._background.remove(ticket)
        self._end(ticket, news)

    def _end(self, ticket: Ticket, news: _News) -> None:
        match news.kind:
            case "finished":
                ticket.finished.emit(news.what)
            case "failed":
                ticket.failed.emit(news.what)
            case _:
                ticket.stopped.emit()
        self.ended.emit(ticket)
