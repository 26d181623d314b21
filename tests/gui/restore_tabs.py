"""The Restore tab in a test's hands: opened, pressed, dragged."""

from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from engine import masks
from engine.specs import PictureStep, PreviewSteps
from gui import tabs
from gui.jobs import EngineThread
from gui.notices import Notices
from gui.prefs import Prefs
from gui.tabs.restore import RestoreTab
from gui.theme import Theme
from tests.gui.fake_studio import FakeStudio
from tests.gui.headers import write_model

WHOLE = (640, 480)  # of every picture of the fake studio
TASKS = ("inpaint", "scratches", "old-photo", "colourize")


def install_all() -> None:
    """A model for each."""
    for task in TASKS:
        write_model(f"a-{task}", task)


def opened(qtbot: QtBot, engine: EngineThread) -> RestoreTab:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1100, 700)
    made = RestoreTab(tabs.Desk(engine, Prefs(), Notices(window), Theme()))
    qtbot.addWidget(made, before_close_func=lambda _: engine.close())
    made.resize(1100, 700)
    made.show()
    return made


def send(tab: RestoreTab, kind: QEvent.Type, x: float, y: float, button: Qt.MouseButton) -> None:
    """The mouse, at px of the picture."""
    at = tab.compare._way().map(QPointF(x, y))
    none = Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(tab.compare, QMouseEvent(kind, at, at, button, button, none))


def drag(
    tab: RestoreTab,
    *way: tuple[float, float],
    button: Qt.MouseButton = Qt.MouseButton.LeftButton,
) -> None:
    """Press, move, let go."""
    send(tab, QEvent.Type.MouseButtonPress, *way[0], button)
    for spot in way[1:]:
        send(tab, QEvent.Type.MouseMove, *spot, button)
    send(tab, QEvent.Type.MouseButtonRelease, *way[-1], button)


def asked(studio: FakeStudio, kind: type) -> list[Any]:
    return [spec for spec in studio.asked if isinstance(spec, kind)]


def newest(studio: FakeStudio) -> PreviewSteps:
    """What was asked last; of nothing, as long as nothing was."""
    return [PreviewSteps(Path(), ()), *asked(studio, PreviewSteps)][-1]


def work_on(qtbot: QtBot, tab: RestoreTab, path: Any, *steps: PictureStep, chosen: int = 0) -> None:
    """A picture with these steps, and the tool of one of them in hand."""
    tab.steps.set_steps(steps, chosen)
    tab.open_paths([path])
    qtbot.waitUntil(lambda: not tab.stage.size.isEmpty())


def mask_of(step: Any) -> np.ndarray:
    """(480, 640) in [0, 1], as the engine reads it."""
    return masks.placed(masks.unpacked(step.png), step.box, WHOLE[1], WHOLE[0])[0]
