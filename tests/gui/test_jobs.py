import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from threading import Event
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from engine.errors import UserError
from engine.job import Job, Step
from gui import jobs
from gui.jobs import EngineThread, Ticket

Runner = Callable[[], EngineThread]


class Calls:
    """A studio whose specs are functions that give jobs."""

    def run(self, spec: Callable[[], Job]) -> Job:
        return spec()


@pytest.fixture
def thread(no_thread_left: None) -> Iterator[EngineThread]:
    made = EngineThread(Calls)
    yield made
    assert made.close(10)


def counting(told: list[str], name: str, steps: int, pause_s: float = 0.0) -> Callable[[], Job]:
    def job() -> Job:
        for step in range(steps):
            told.append(f"{name}{step}")
            time.sleep(pause_s)
            yield Step(step, steps)
        return name

    return job


def test_a_job_tells_its_events_and_its_result(qtbot: QtBot, thread: EngineThread) -> None:
    ticket = Ticket(counting([], "a", 3))
    heard: list[Any] = []
    ticket.happened.connect(heard.append)
    with qtbot.waitSignal(ticket.finished) as end:
        thread.submit(ticket)
    assert end.args == ["a"]
    assert heard[-1] == Step(2, 3)


def test_the_newest_ticket_of_a_lane_wins(qtbot: QtBot, thread: EngineThread) -> None:
    told: list[str] = []
    gate = Event()

    def blocked() -> Job:
        gate.wait(5)
        yield Step(1, 1)

    first = Ticket(blocked, "pad")
    with qtbot.waitSignal(thread.began):
        thread.submit(first)
    moves = [Ticket(counting(told, str(move), 1), "pad") for move in range(20)]
    dropped: list[int] = []
    for number, move in enumerate(moves):
        move.stopped.connect(lambda number=number: dropped.append(number))
        thread.submit(move)
    with qtbot.waitSignal(moves[-1].finished):
        gate.set()
    assert told == ["190"]
    assert dropped == list(range(19))


def test_an_interactive_job_runs_between_two_yields_of_a_background_job(
    qtbot: QtBot, thread: EngineThread
) -> None:
    told: list[str] = []
    entered, go_on = Event(), Event()

    def folder() -> Job:
        told.append("folder 1")
        entered.set()
        go_on.wait(5)
        yield Step(1, 2)
        told.append("folder 2")
        yield Step(2, 2)

    background, drag = Ticket(folder), Ticket(counting(told, "drag ", 3), "pad")
    thread.submit(background)
    assert entered.wait(5)
    with qtbot.waitSignals([background.finished, drag.finished]):
        thread.submit(drag)
        go_on.set()
    assert told == ["folder 1", "drag 0", "drag 1", "drag 2", "folder 2"]


def test_background_jobs_run_one_after_the_other(qtbot: QtBot, thread: EngineThread) -> None:
    told: list[str] = []
    one, two = Ticket(counting(told, "a", 2)), Ticket(counting(told, "b", 2))
    with qtbot.waitSignals([one.finished, two.finished]):
        thread.submit(one)
        thread.submit(two)
    assert told == ["a0", "a1", "b0", "b1"]


def test_stop_closes_the_job_at_its_next_yield(qtbot: QtBot, thread: EngineThread) -> None:
    told: list[str] = []
    closed: list[str] = []

    def job() -> Job:
        try:
            yield from counting(told, "s", 10_000, 0.01)()
        finally:
            closed.append("closed")

    ticket = Ticket(job)
    with qtbot.waitSignal(ticket.happened):
        thread.submit(ticket)
    steps = len(told)
    with qtbot.waitSignal(ticket.stopped):
        ticket.stop()
    assert closed == ["closed"]
    assert len(told) - steps <= 3  # the step at work, and what was on its way to be told


def test_stop_takes_a_waiting_ticket_out(qtbot: QtBot, thread: EngineThread) -> None:
    told: list[str] = []
    gate = Event()

    def blocked() -> Job:
        gate.wait(5)
        yield Step(1, 1)

    first, second = Ticket(blocked), Ticket(counting(told, "never", 1))
    thread.submit(first)
    thread.submit(second)
    with qtbot.waitSignal(second.stopped):
        second.stop()
    with qtbot.waitSignal(first.finished):
        gate.set()
    assert told == []


def test_a_paused_job_holds_and_lets_others_through(qtbot: QtBot, thread: EngineThread) -> None:
    told: list[str] = []
    background = Ticket(counting(told, "b", 60, 0.005))
    with qtbot.waitSignal(background.happened):
        thread.submit(background)
    background.pause()
    qtbot.wait(50)
    held = len(told)
    drag = Ticket(counting([], "drag", 1), "pad")
    with qtbot.waitSignal(drag.finished):
        thread.submit(drag)
    assert len(told) == held
    assert held < 60
    with qtbot.waitSignal(background.finished):
        background.resume()
    assert len(told) == 60


def test_a_paused_job_can_be_stopped(qtbot: QtBot, thread: EngineThread) -> None:
    ticket = Ticket(counting([], "b", 10_000, 0.001))
    with qtbot.waitSignal(ticket.happened):
        thread.submit(ticket)
    ticket.pause()
    with qtbot.waitSignal(ticket.stopped):
        ticket.stop()


def test_until_ends_a_job_after_that_event(qtbot: QtBot, thread: EngineThread) -> None:
    told: list[str] = []
    ticket = Ticket(counting(told, "u", 5), "look", until=Step)
    with qtbot.waitSignal(ticket.finished):
        thread.submit(ticket)
    assert told == ["u0"]


def test_an_error_for_people_arrives_as_it_is(qtbot: QtBot, thread: EngineThread) -> None:
    def job() -> Job:
        yield Step(0, 1)
        raise UserError("The disk is full.", "Make room.")

    ticket = Ticket(job)
    with qtbot.waitSignal(ticket.failed) as failure:
        thread.submit(ticket)
    assert failure.args[0].remedy == "Make room."


def test_a_broken_job_does_not_end_the_thread(
    qtbot: QtBot, thread: EngineThread, logged: list[Any]
) -> None:
    def job() -> Job:
        yield Step(0, 1)
        raise ZeroDivisionError

    broken, next_one = Ticket(job), Ticket(counting([], "ok", 1))
    with qtbot.waitSignals([broken.failed, next_one.finished]):
        thread.submit(broken)
        thread.submit(next_one)
    assert logged.pop().getMessage() == "a job broke"


def test_steps_are_told_at_most_thirty_times_a_second(qtbot: QtBot, thread: EngineThread) -> None:
    heard: list[Step] = []
    ticket = Ticket(counting([], "s", 500, 0.001))
    ticket.happened.connect(heard.append)
    start = time.monotonic()
    with qtbot.waitSignal(ticket.finished):
        thread.submit(ticket)
    assert len(heard) <= jobs.STEPS_A_SECOND * (time.monotonic() - start) + 2
    assert heard[-1].done == 499


def test_the_interface_is_never_blocked_for_fifty_ms_by_a_busy_job(
    qtbot: QtBot, thread: EngineThread
) -> None:
    def busy() -> Job:
        for step in range(40):
            end = time.monotonic() + 0.03  # plain Python, the worst there is for the other thread
            while time.monotonic() < end:
                sum(range(200))
            yield Step(step, 40)

    ticket = Ticket(busy)
    waits: list[float] = []
    with qtbot.waitSignal(ticket.finished, timeout=20_000):
        thread.submit(ticket)
        last = time.monotonic()
        while thread.background is not None or not waits:
            qtbot.wait(5)
            now = time.monotonic()
            waits.append(now - last - 0.005)
            last = now
    waits.sort()
    assert waits[len(waits) * 95 // 100] < 0.05  # the few above it are the machine's own


def test_close_in_mid_job_ends_the_thread(qtbot: QtBot, no_thread_left: None) -> None:
    closed: list[str] = []

    def job() -> Job:
        try:
            yield from counting([], "c", 10_000, 0.005)()
        finally:
            closed.append("closed")

    thread = EngineThread(Calls)
    ticket = Ticket(job)
    with qtbot.waitSignal(ticket.happened):
        thread.submit(ticket)
    assert thread.close(5)
    assert closed == ["closed"]
    assert not thread.alive


def test_a_hundred_thousand_signals_leave_the_program_alive() -> None:
    program = """
from PySide6.QtCore import QCoreApplication, QObject, Signal
class Bell(QObject):
    rang = Signal(object); done = Signal(bool)
app = QCoreApplication([])
bell, heard = Bell(), [0]
def hear(_):
    heard[0] += 1
bell.rang.connect(hear); bell.done.connect(hear)
for number in range(50_000):
    bell.rang.emit(None); bell.done.emit(True)
assert heard[0] == 100_000
"""
    end = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert end.returncode == 0, end.stderr
