from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Event
from typing import Any

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from engine.errors import UserError
from engine.job import Job, Note
from gui.asking import Asker
from gui.jobs import EngineThread


@dataclass
class Echo:
    """Says what it was asked, once the gate is open."""

    gate: Event = field(default_factory=Event)
    asked: list[Any] = field(default_factory=list)

    def run(self, spec: Any) -> Job:
        self.asked.append(spec)
        self.gate.wait(5)
        yield Note(str(spec))
        yield Note(f"{spec} again")
        if spec == "bad":
            raise UserError("No.", "Try another.")
        return spec


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
def asker(echo: Echo, no_thread_left: None) -> Iterator[Asker]:
    engine = EngineThread(lambda: echo)
    parent = QObject()
    yield Asker(parent, engine, "test")
    echo.gate.set()
    assert engine.close(10)


def texts(into: list[str]) -> Any:
    return lambda event: into.append(event.text)


def test_only_the_newest_answers_count(qtbot: QtBot, asker: Asker, echo: Echo) -> None:
    heard: list[str] = []
    done: list[Any] = []
    asker.ask("a", 1, texts(heard), done.append)
    qtbot.waitUntil(lambda: echo.asked == [1])
    asker.ask("a", 2, texts(heard), done.append)
    asker.ask("a", 3, texts(heard), done.append)
    echo.gate.set()
    qtbot.waitUntil(lambda: done == [3])
    assert heard == ["3", "3 again"]
    assert echo.asked == [1, 3]
    assert not asker.busy("a")


def test_live_answers_come_in_order_at_most_one_in_flight(
    qtbot: QtBot, asker: Asker, echo: Echo
) -> None:
    heard: list[str] = []
    for number in range(1, 21):
        asker.ask("a", number, texts(heard), live=True)
        if number == 1:
            qtbot.waitUntil(lambda: echo.asked == [1])
    echo.gate.set()
    qtbot.waitUntil(lambda: not asker.busy("a"))
    assert echo.asked == [1, 20]
    assert heard == ["1", "1 again", "20", "20 again"]


def test_what_was_dropped_says_nothing_any_more(qtbot: QtBot, asker: Asker, echo: Echo) -> None:
    heard: list[str] = []
    asker.ask("a", 1, texts(heard), live=True)
    qtbot.waitUntil(lambda: echo.asked == [1])
    asker.drop("a")
    echo.gate.set()
    with qtbot.waitSignal(asker.failed):
        asker.ask("b", "bad")
    assert heard == []


def test_what_was_stopped_says_so_and_keeps_what_it_said(
    qtbot: QtBot, asker: Asker, echo: Echo
) -> None:
    heard: list[str] = []
    asker.ask("a", 1, texts(heard))
    qtbot.waitUntil(lambda: echo.asked == [1])
    with qtbot.waitSignal(asker.stopped) as stopped:
        assert asker.stop("a")
        echo.gate.set()
    assert stopped.args == ["a"]
    assert heard == ["1"]
    assert not asker.stop("a")


def test_a_failure_names_what_was_asked(qtbot: QtBot, asker: Asker, echo: Echo) -> None:
    echo.gate.set()
    with qtbot.waitSignal(asker.failed) as failed:
        asker.ask("b", "bad")
    assert failed.args is not None
    assert failed.args[0] == "b"
    assert isinstance(failed.args[1], UserError)
