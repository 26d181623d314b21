"""A Lab tab over the real engine, small enough that its experiments end in a second."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from engine.studio import Studio
from gui import paint
from gui.jobs import EngineThread
from gui.notices import Notices
from gui.prefs import Prefs
from gui.tabs import Desk
from gui.tabs.lab import LabTab
from gui.theme import Theme

QUICK = {"steps": 12, "sweep": False}
LONG_MS = 60_000  # torch may have to be loaded first


@pytest.fixture
def desk(qtbot: QtBot, home: Path, no_thread_left: None) -> Iterator[Desk]:
    """What a tab finds at its place, over the real engine."""
    frame = QWidget()
    qtbot.addWidget(frame)
    QVBoxLayout(frame)
    engine = EngineThread(Studio, dress=paint.dress)
    theme = Theme()
    theme.use("dark")
    yield Desk(engine, Prefs(home / "settings.ini"), Notices(frame), theme)
    assert engine.close(20)


@pytest.fixture
def lab(desk: Desk) -> LabTab:
    """The tab."""
    return made(desk)


def made(desk: Desk) -> LabTab:
    """Another one at the same place."""
    tab = LabTab(desk)
    frame = desk.notices._window
    frame.layout().addWidget(tab)
    frame.resize(1100, 700)
    frame.show()
    return tab


def ready(tab: LabTab, experiment: str, **values: Any) -> LabTab:
    """At an experiment, with settings."""
    tab.go_to(experiment)
    tab.form(experiment).set_values(QUICK | values)
    return tab


def ran(qtbot: QtBot, tab: LabTab, experiment: str, **values: Any) -> Any:
    """Its page, once the experiment has ended."""
    ready(tab, experiment, **values).start()
    qtbot.waitUntil(lambda: not tab.session.running, timeout=LONG_MS)
    return tab.pages[experiment]


def drop(tab: LabTab, path: Path) -> bool:
    """Drop a file on the tab; whether it was taken."""
    held = QMimeData()
    held.setUrls([QUrl.fromLocalFile(str(path))])
    how = (Qt.DropAction.CopyAction, held, Qt.MouseButton.LeftButton)
    enter = QDragEnterEvent(QPoint(9, 9), *how, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(tab, enter)
    event = QDropEvent(QPointF(9, 9), *how, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(tab, event)
    return enter.isAccepted() and event.isAccepted()


def npz(path: Path, count: int, classes: int = 0) -> Path:
    """So many pictures of noise, 8x8; with labels where there are classes."""
    rng = np.random.default_rng(0)
    arrays = {"images": rng.integers(0, 256, (count, 8, 8), dtype=np.uint8)}
    if classes:
        arrays["labels"] = np.arange(count) % classes
    np.savez(path, **arrays)
    return path
