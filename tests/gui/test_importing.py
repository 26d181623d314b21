from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.errors import UserError
from engine.job import Job, Step
from engine.specs import ImportModel, InspectModel, Recognised
from gui import paint
from gui.import_dialog import found_words
from gui.jobs import EngineThread
from gui.prefs import Prefs
from gui.tabs.intake import split
from gui.theme import Theme
from gui.window import Window
from tests.gui.fake_studio import FakeStudio
from tests.gui.headers import write_model

FOUND = Recognised(
    network="ESRGAN",
    task="upscale",
    words="Makes pictures four times larger.",
    title="Sharp",
    id="sharp",
    scale=4,
    parameters=16_700_000,
    notes=("Without a licence in the file.",),
)


class Importer(FakeStudio):
    """Recognises every file but bad ones; taken names are refused."""

    def run(self, spec: Any) -> Job:
        match spec:
            case InspectModel():
                self.asked.append(spec)
                yield Step(0, 1)
                if "bad" in spec.file.name:
                    raise UserError("It would run code when opened.", "Ask for safetensors.")
                return FOUND
            case ImportModel():
                self.asked.append(spec)
                yield Step(0, 1)
                if spec.name == "taken":
                    raise UserError("There is a model called taken already.", "Choose another.")
                path = write_model(str(spec.name), "upscale")
                return Recognised(
                    network="ESRGAN",
                    task="upscale",
                    words="",
                    title="Sharp",
                    id=str(spec.name),
                    path=path,
                )
            case _:
                return (yield from super().run(spec))


@pytest.fixture
def studio() -> Importer:
    return Importer()


@pytest.fixture
def window(
    qtbot: QtBot, studio: Importer, only_own: None, no_thread_left: None
) -> Iterator[Window]:
    made = Window(EngineThread(lambda: studio, dress=paint.dress), Prefs(), Theme())
    qtbot.addWidget(made)
    made.resize(1100, 700)
    made.show()
    yield made
    made.close()


def drop(window: Window, *paths: Path) -> bool:
    """On the page one is at, then, if that does not take it, on the window: as Qt does it."""
    held = QMimeData()
    held.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    action, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    for widget in (window._page(), window):
        enter = QDragEnterEvent(QPoint(9, 9), action, held, button, none)
        QApplication.sendEvent(widget, enter)
        if enter.isAccepted():
            event = QDropEvent(QPointF(9, 9), action, held, button, none)
            QApplication.sendEvent(widget, event)
            return event.isAccepted()
    return False


def said(window: Window) -> str:
    return " ".join(toast.accessibleName() for toast in window.notices.toasts)


@pytest.mark.parametrize("tab", range(4))
def test_a_model_file_dropped_on_any_tab_is_looked_at_and_imported(
    qtbot: QtBot, window: Window, studio: Importer, tab: int, tmp_path: Path
) -> None:
    window.go_to(tab)
    assert drop(window, tmp_path / "sharp.pth")
    dialog = window.importing.dialog
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.name.text() == "sharp")
    assert dialog.state.text() == "ESRGAN · 4 times larger · 16.7 M parameters"
    assert "licence" in dialog.notes.text()
    dialog.name.setText("mine")
    with qtbot.waitSignal(window.importing.imported):
        dialog.go.click()
    assert "Imported as mine. It is in Upscale." in said(window)
    assert window.importing.dialog is None
    upscale = window.pages[1]
    assert upscale.form.editors["model"].has("mine")


def test_use_it_goes_to_the_tab_with_the_model_chosen(
    qtbot: QtBot, window: Window, tmp_path: Path
) -> None:
    window.open_paths([tmp_path / "sharp.safetensors"])
    dialog = window.importing.dialog
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.go.isEnabled())
    with qtbot.waitSignal(window.importing.imported):
        dialog.go.click()
    window._use(1, "sharp")
    assert window.stack.currentIndex() == 1
    assert window.pages[1].spec().model == "sharp"


def test_a_file_that_would_run_code_is_refused_with_the_reason(
    qtbot: QtBot, window: Window, studio: Importer, tmp_path: Path
) -> None:
    assert drop(window, tmp_path / "bad.ckpt")
    dialog = window.importing.dialog
    assert dialog is not None
    qtbot.waitUntil(lambda: not dialog.wrong.isHidden())
    assert "would run code" in dialog.wrong.text()
    assert dialog.go.isHidden()
    dialog.cancel.click()
    assert not [spec for spec in studio.asked if isinstance(spec, ImportModel)]


def test_a_taken_name_can_be_changed(qtbot: QtBot, window: Window, tmp_path: Path) -> None:
    drop(window, tmp_path / "sharp.pth")
    dialog = window.importing.dialog
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.go.isEnabled())
    dialog.name.setText("taken")
    dialog.go.click()
    qtbot.waitUntil(lambda: "already" in dialog.wrong.text())
    assert dialog.naming.isEnabled()
    dialog.name.setText("free")
    with qtbot.waitSignal(window.importing.imported):
        dialog.go.click()


def test_several_files_are_asked_about_one_after_the_other(
    qtbot: QtBot, window: Window, tmp_path: Path
) -> None:
    drop(window, tmp_path / "one.pth", tmp_path / "two.pth")
    first = window.importing.dialog
    assert first is not None
    assert first.file.text() == "one.pth"
    first.reject()
    second = window.importing.dialog
    assert second is not None
    assert second.file.text() == "two.pth"
    second.reject()
    assert window.importing.dialog is None


def test_pictures_dropped_with_a_model_are_opened(
    qtbot: QtBot, window: Window, tmp_path: Path, photo: Any
) -> None:
    window.go_to(0)
    assert drop(window, tmp_path / "sharp.pth", photo("a.png"))
    assert [path.name for path in window.pages[0].sources] == ["a.png"]
    assert window.importing.dialog is not None
    window.importing.dialog.reject()


def test_a_folder_with_a_models_name_is_no_model(tmp_path: Path) -> None:
    folder = tmp_path / "photos.pth"
    folder.mkdir()
    assert split([folder, tmp_path / "A.PTH"]) == ([tmp_path / "A.PTH"], [folder])


def test_what_was_found_is_told_in_a_line() -> None:
    grey = Recognised(network="DnCNN", task="denoise", words="", title="", id="d", channels=1)
    assert found_words(grey) == "DnCNN · for grey pictures · 0.0 M parameters"
