import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine.errors import UserError
from engine.job import Step
from gui import paint, tabs
from gui.jobs import EngineThread
from gui.notices import Notices, words_of
from gui.prefs import Prefs
from gui.settings import about_text
from gui.theme import Theme
from gui.widgets.job_strip import duration, progress_words
from gui.window import Window
from tests.gui.fake_studio import FakeStudio

ROOT = Path(__file__).parents[2]


@pytest.fixture
def window(qtbot: QtBot, studio: FakeStudio, no_thread_left: None) -> Iterator[Window]:
    theme = Theme()
    theme.use("dark")
    made = Window(EngineThread(lambda: studio, dress=paint.dress), Prefs(), theme)
    qtbot.addWidget(made)
    made.resize(1100, 700)
    made.show()
    yield made
    made.close()


def test_the_window_and_the_specs_leave_torch_unloaded() -> None:
    program = (
        "import sys, pkgutil, importlib, gui, gui.tabs, gui.widgets, engine.specs\n"
        "for package in (gui, gui.tabs, gui.widgets):\n"
        "    for info in pkgutil.iter_modules(package.__path__, package.__name__ + '.'):\n"
        "        importlib.import_module(info.name)\n"
        "heavy = {'torch', 'torchvision', 'cv2', 'PIL', 'openvino'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    end = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert end.returncode == 0, end.stderr


def test_tabs_are_found_by_their_files() -> None:
    assert [tab.name for tab in tabs.found()][:2] == ["Denoise", "Upscale"]


def test_keys_go_to_the_tabs(qtbot: QtBot, window: Window) -> None:
    window.activateWindow()
    qtbot.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert window.stack.currentIndex() == 1
    qtbot.keyClick(window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert window.stack.currentIndex() == 0


def test_the_strip_shows_the_job_from_every_tab(
    qtbot: QtBot, window: Window, folder: Path, studio: FakeStudio
) -> None:
    studio.step_s = 0.02
    window.open_paths([folder])
    page = window.pages[0]
    qtbot.waitUntil(lambda: len(page.film.strip.queue.rows) == 3)
    with qtbot.waitSignal(page.running.ended):
        page.start()
        window.go_to(1)
        qtbot.waitUntil(lambda: window.strip.what.text().startswith("Denoising b.png"))
        assert window.strip.bar.isVisible()
        assert " of 3" in window.strip.far.text()
    qtbot.waitUntil(lambda: not window.strip.bar.isVisible())


def test_pause_and_stop_reach_the_job(
    qtbot: QtBot, window: Window, folder: Path, studio: FakeStudio
) -> None:
    studio.step_s, studio.steps = 0.005, 400
    window.open_paths([folder])
    page = window.pages[0]
    qtbot.waitUntil(lambda: len(page.film.strip.queue.rows) == 3)
    page.start()
    qtbot.waitUntil(lambda: window.engine.background is not None)
    window.strip.hold.click()
    ticket = window.engine.background
    assert ticket is not None
    assert ticket.paused
    assert window.strip.hold.text() == "Resume"
    window.strip.hold.click()
    assert not ticket.paused
    with qtbot.waitSignal(page.running.ended):
        window.strip.end.click()


def test_closing_in_mid_job_ends_cleanly(
    qtbot: QtBot, window: Window, folder: Path, studio: FakeStudio
) -> None:
    studio.step_s, studio.steps = 0.01, 1000
    window.open_paths([folder])
    page = window.pages[0]
    qtbot.waitUntil(lambda: len(page.film.strip.queue.rows) == 3)
    page.start()
    qtbot.waitUntil(lambda: page.film.strip.queue.count("working") == 1)
    assert window.close()
    assert not window.engine.alive
    assert len(studio.closed) == 2  # the plan, and the job


def test_closing_while_paused_ends_cleanly(
    qtbot: QtBot, window: Window, folder: Path, studio: FakeStudio
) -> None:
    studio.step_s = 0.01
    window.open_paths([folder])
    page = window.pages[0]
    qtbot.waitUntil(lambda: len(page.film.strip.queue.rows) == 3)
    page.start()
    qtbot.waitUntil(lambda: page.film.strip.queue.count("working") == 1)
    window.strip.hold.click()
    assert window.close()
    assert not window.engine.alive


def test_place_and_tab_are_remembered(qtbot: QtBot, window: Window) -> None:
    window.go_to(1)
    window.close()
    assert Prefs().read("window/tab") == "Upscale"
    assert not Prefs().read_bytes("window/geometry").isEmpty()


def test_a_slow_first_word_is_explained(
    qtbot: QtBot, window: Window, photo: Callable[..., Path], studio: FakeStudio
) -> None:
    studio.load = Event()
    window.open_paths([photo("a.png")])
    qtbot.waitUntil(lambda: "The first one" in window.strip.what.text())
    studio.load.set()
    qtbot.waitUntil(lambda: "Ready" in window.strip.what.text())


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_both_themes_can_be_drawn(qtbot: QtBot, window: Window, theme: str) -> None:
    window.theme.use(theme)
    panel = window.grab().toImage().pixelColor(20, 690)
    assert panel.name() == window.theme.tokens.panel


def test_notices_say_what_happened_and_what_to_try(qtbot: QtBot, window: Window) -> None:
    window.notices.complain(UserError("The disk is full.", "Make room."))
    toast = window.notices.toasts[-1]
    assert toast.accessibleName() == "The disk is full. Make room."
    assert window.rect().contains(toast.geometry())
    assert "KeyError" in words_of(KeyError("x"))


def test_many_notices_make_room(qtbot: QtBot, window: Window) -> None:
    for number in range(10):
        window.notices.say(f"notice {number}")
    assert [each.accessibleName() for each in window.notices.toasts] == [
        "notice 7",
        "notice 8",
        "notice 9",
    ]
    assert isinstance(window.notices, Notices)


def test_progress_is_told_in_words() -> None:
    assert progress_words(Step(3.2, 128), 1860) == "2 % · 4 of 128 · about 31 min left"
    assert progress_words(Step(1, 1), 0) == "100 %"
    assert progress_words(Step(0.5, 1), None, 2) == "50 % · 2 more waiting"
    assert [duration(s) for s in (0.2, 59, 90, 7260)] == ["1 s", "59 s", "2 min", "2 h 01 min"]


def test_about_names_version_and_licences() -> None:
    words = about_text()
    assert "0.1.0" in words
    assert "LGPL" in words


def test_prefs_survive_damage(home: Path) -> None:
    prefs = Prefs()
    prefs.write("a", {"x": [1, 2.5, None, "ü %"]})
    prefs.save()
    assert Prefs().read("a") == {"x": [1, 2.5, None, "ü %"]}
    (home / "settings.ini").write_text("[General]\na={{{\n", encoding="utf-8")
    assert Prefs().read("a", 5) == 5
