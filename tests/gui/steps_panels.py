"""A panel of steps over a studio that reads and writes them as the engine does."""

from collections.abc import Iterator
from typing import Any

from PySide6.QtWidgets import QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from engine import steps as step_lists
from engine.job import Job, Step
from engine.specs import FinishStep, ReadSteps, RotateStep, WriteSteps
from gui import paint, tabs
from gui.jobs import EngineThread
from gui.notices import Notices
from gui.prefs import Prefs
from gui.tabs.panel import scrolling
from gui.tabs.steps_panel import StepsPanel
from gui.theme import Theme
from tests.gui.fake_studio import FakeStudio

BRIGHT, GREY, TURN = FinishStep(brightness=20), FinishStep(saturation=-100), RotateStep(angle=90)


class Reader(FakeStudio):
    """Reads and writes files of steps as the engine does; pictures say what a test put there."""

    def __init__(self) -> None:
        super().__init__()
        self.said: dict[str, Any] = {}

    def run(self, spec: Any) -> Job:
        self.asked.append(spec)
        yield Step(0, 1)
        match spec:
            case ReadSteps(file) if file.suffix == ".toml":
                return step_lists.read(file)
            case ReadSteps(file):
                said = self.said.get(file.name, ())
                if isinstance(said, Exception):
                    raise said
                return said
            case WriteSteps(file, steps):
                step_lists.write(file, steps)
                return file
            case _:
                yield from self.pictures(spec)
        return None


def opened(qtbot: QtBot, reader: Reader) -> Iterator[StepsPanel]:
    """The panel in its scrolling area; its engine ends with it."""
    engine = EngineThread(lambda: reader, dress=paint.dress)
    window = QWidget()
    qtbot.addWidget(window)
    made = StepsPanel(tabs.Desk(engine, Prefs(), Notices(window), Theme()))
    area: QScrollArea = scrolling(made)
    qtbot.addWidget(area)
    area.resize(320, 900)
    area.show()
    yield made
    assert engine.close(10)


def said(panel: StepsPanel) -> str:
    return " ".join(toast.accessibleName() for toast in panel.desk.notices.toasts)


def told(signal: Any) -> list[Any]:
    """What a signal tells from now on."""
    heard: list[Any] = []
    signal.connect(lambda *what: heard.append(what))
    return heard
