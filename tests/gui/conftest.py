import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from gui import jobs, paint
from gui.jobs import EngineThread
from gui.prefs import Prefs
from gui.tabs.explore import ExploreTab
from gui.theme import Theme
from gui.window import Window
from tests.gui.fake_dreams import FakeDreams, write_generator
from tests.gui.fake_studio import FakeStudio

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The offscreen platform has no window manager to tell about least sizes, and says so."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.qt_log_ignore("propagateSizeHints", extend=True))


@pytest.fixture(autouse=True)
def no_thread_left(qapp: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every engine thread a test starts has ended when the test has."""
    started: list[jobs._Thread] = []
    real = jobs._Thread.__init__

    def remember(self: jobs._Thread, worker: Any) -> None:
        real(self, worker)
        started.append(self)

    monkeypatch.setattr(jobs._Thread, "__init__", remember)
    yield
    left = [thread for thread in started if thread.isRunning()]
    for thread in left:
        thread._worker.closing = True
        thread._worker.ring()
        thread.wait(5000)
    assert not left, "a QThread was left running"


@pytest.fixture
def studio() -> FakeStudio:
    return FakeStudio()


@pytest.fixture
def engine(studio: FakeStudio, no_thread_left: None) -> Iterator[EngineThread]:
    thread = EngineThread(lambda: studio, dress=paint.dress)
    yield thread
    assert thread.close(10)


@pytest.fixture
def photo(tmp_path: Path) -> Callable[..., Path]:
    """A real PNG; `photo("a.png")`."""

    def make(name: str, folder: Path | None = None) -> Path:
        path = (folder or tmp_path) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        image = QImage(64, 48, QImage.Format.Format_RGB32)
        image.fill(QColor("#446688"))
        assert image.save(str(path))
        return path

    return make


@pytest.fixture
def folder(tmp_path: Path, photo: Callable[..., Path]) -> Path:
    """Three pictures."""
    place = tmp_path / "photos"
    for name in ("a.png", "b.png", "c.png"):
        photo(name, place)
    return place


@pytest.fixture
def dreams() -> FakeDreams:
    """A studio with a generator."""
    return FakeDreams()


@pytest.fixture
def dream_window(
    qtbot: QtBot, dreams: FakeDreams, home: Path, only_own: None, no_thread_left: None
) -> Iterator[Window]:
    """A window over it; one generator is installed, and none of those that are shipped."""
    write_generator()
    engine = EngineThread(lambda: dreams, dress=paint.dress)
    made = Window(engine, Prefs(home / "settings.ini"), Theme())
    qtbot.addWidget(made)
    made.resize(1100, 700)
    made.show()
    yield made
    if dreams.hold is not None:
        dreams.hold.set()
    made.close()


@pytest.fixture
def explore(qtbot: QtBot, dream_window: Window) -> ExploreTab:
    """Its Explore tab, with everything drawn."""
    dream_window.send("Explore", [])
    page = dream_window.stack.currentWidget()
    assert isinstance(page, ExploreTab)
    page.journey._settled.setInterval(20)
    qtbot.waitUntil(lambda: page.view._picture is not None)
    qtbot.waitUntil(lambda: not page.session.busy("thumbs"))
    return page
