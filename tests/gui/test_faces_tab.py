from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from engine.latent import pad
from engine.specs import Faces, Place
from gui import paint
from gui.jobs import EngineThread
from gui.prefs import Prefs
from gui.tabs.explore import ExploreTab
from gui.tabs.faces import FacesTab
from gui.theme import Theme
from gui.window import Window
from tests.gui.fake_dreams import MODEL, FakeDreams, write_face


@pytest.fixture
def tab(qtbot: QtBot, dream_window: Window) -> FacesTab:
    dream_window.send("Faces", [])
    page = dream_window.stack.currentWidget()
    assert isinstance(page, FacesTab)
    page._settled.setInterval(5)
    qtbot.waitUntil(lambda: complete(page))
    return page


def complete(tab: FacesTab) -> bool:
    return bool(tab.grid.faces) and all(face.image for face in tab.grid.faces)


def seeds(tab: FacesTab) -> list[int | None]:
    return [pad.seed_of(place) for place in tab.places]


def press(tab: FacesTab, at: int, held: Any = Qt.KeyboardModifier.NoModifier) -> None:
    spot = tab.grid.box(at).center().toPoint()
    QTest.mouseClick(tab.grid.viewport(), Qt.MouseButton.LeftButton, held, spot)


def test_the_grid_shows_the_seeds_of_the_settings(tab: FacesTab) -> None:
    assert seeds(tab) == list(range(16))
    assert {place.truncation for place in tab.places} == {0.7}
    assert not tab.panel.form.editors["label"].isVisible()


def test_new_faces_are_the_next_seeds_and_locked_ones_stay(qtbot: QtBot, tab: FacesTab) -> None:
    press(tab, 3)
    qtbot.keyClick(tab.grid, Qt.Key.Key_L)
    tab.start()
    qtbot.waitUntil(lambda: seeds(tab)[0] == 16)
    assert seeds(tab) == [16, 17, 18, 3, *range(20, 32)]
    assert tab.grid.faces[3].locked
    tab.panel.form.set_values({"truncation": 1.0, "count": 2})
    qtbot.waitUntil(lambda: len(tab.places) == 4)
    assert [place.truncation for place in tab.places] == [1, 1, 1, 0.7]
    qtbot.keyClick(tab.grid, Qt.Key.Key_L)
    tab.start()
    qtbot.waitUntil(lambda: seeds(tab) == [18, 19])


def test_a_mark_is_clicked_without_choosing_the_face(tab: FacesTab) -> None:
    lock, heart = (tab.grid._mark_box(5, which).center() for which in range(2))
    QTest.mouseClick(tab.grid.viewport(), Qt.MouseButton.LeftButton, pos=lock)
    QTest.mouseClick(tab.grid.viewport(), Qt.MouseButton.LeftButton, pos=heart)
    assert tab.grid.faces[5].locked
    assert tab.grid.faces[5].loved
    assert tab.grid.selected == set()


def test_favourites_are_kept_between_two_starts(
    qtbot: QtBot, dream_window: Window, tab: FacesTab, dreams: FakeDreams, home: Path
) -> None:
    for at in (2, 7):
        tab.grid.love.emit(at)
    tab.grid.love.emit(2)
    dream_window.close()
    again = Window(EngineThread(lambda: dreams), Prefs(home / "settings.ini"), Theme())
    qtbot.addWidget(again)
    page: Any = next(page for page in again.pages if isinstance(page, FacesTab))
    assert [pad.seed_of(place) for place in page.loved] == [7]
    again.close()


def test_favourites_are_looked_at_by_themselves(qtbot: QtBot, tab: FacesTab) -> None:
    tab.grid.love.emit(4)
    tab.panel.favourites.click()
    assert seeds(tab) == [4]
    assert not tab.panel.form.isVisible()
    tab.start()
    qtbot.waitUntil(lambda: len(tab.places) == 16)
    assert tab.panel.all.isChecked()


def test_choosing_with_ctrl_and_shift_and_saving_what_is_chosen(
    qtbot: QtBot, tab: FacesTab, dreams: FakeDreams, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    press(tab, 1)
    press(tab, 4, Qt.KeyboardModifier.ControlModifier)
    press(tab, 6, Qt.KeyboardModifier.ShiftModifier)
    assert tab.grid.selected == {1, 4, 5, 6}
    tab.panel.keep.click()
    qtbot.waitUntil(lambda: len(list(tmp_path.glob("*.png"))) == 4)
    assert [pad.seed_of(place) for place in dreams.of(Faces)[-1].places] == [1, 4, 5, 6]


def test_a_contact_sheet_holds_all_or_those_that_are_chosen(
    qtbot: QtBot, tab: FacesTab, dreams: FakeDreams, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = str(tmp_path / "sheet")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (target, ""))
    tab.panel.sheet.click()
    qtbot.waitUntil(lambda: len(dreams.of(Faces)) == 1)
    spec = dreams.of(Faces)[0]
    assert (spec.grid, len(spec.places), spec.target) == (True, 16, tmp_path / "sheet.png")


def test_a_face_is_explored_further(
    qtbot: QtBot, dream_window: Window, tab: FacesTab, dreams: FakeDreams
) -> None:
    press(tab, 9)
    face = tab.places[9]
    tab.panel.explore.click()
    qtbot.waitUntil(lambda: dream_window.stack.currentWidget() is not tab)
    explore: Any = dream_window.stack.currentWidget()
    assert isinstance(explore, ExploreTab)
    qtbot.waitUntil(lambda: explore.journey.place == face)
    qtbot.waitUntil(lambda: len(explore.directions.shown) == 10)


def test_several_faces_are_upscaled(qtbot: QtBot, dream_window: Window, tab: FacesTab) -> None:
    press(tab, 0)
    press(tab, 1, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(tab.grid, Qt.Key.Key_U)
    qtbot.waitUntil(lambda: dream_window.stack.currentWidget() is not tab)
    upscale: Any = dream_window.stack.currentWidget()
    assert upscale.name == "Upscale"
    assert [path.is_file() for path in upscale.sources] == [True, True]


def test_a_dropped_face_comes_first_and_stays(qtbot: QtBot, tab: FacesTab, tmp_path: Path) -> None:
    guest = Place(MODEL, 40.0, 2.0, truncation=0.3)
    write_face(tmp_path / "face.png", guest)
    tab.open_paths([tmp_path / "face.png"])
    qtbot.waitUntil(lambda: tab.places[0] == guest)
    tab.start()
    qtbot.waitUntil(lambda: seeds(tab)[1] == 17)
    assert tab.places[0] == guest


def test_a_picture_that_is_no_face_is_refused_in_words(
    qtbot: QtBot, dream_window: Window, tab: FacesTab, photo: Any
) -> None:
    tab.open_paths([photo("cat.png")])
    qtbot.waitUntil(lambda: bool(dream_window.notices.toasts))
    assert "carries no place" in dream_window.notices.toasts[-1].accessibleName()


def test_arrows_walk_the_grid_and_many_faces_scroll(qtbot: QtBot, tab: FacesTab) -> None:
    press(tab, 0)
    columns, _ = tab.grid.shape()
    qtbot.keyClick(tab.grid, Qt.Key.Key_Down)
    qtbot.keyClick(tab.grid, Qt.Key.Key_Right)
    assert tab.grid.selected == {columns + 1}
    tab.panel.form.set_values({"count": 600})
    qtbot.waitUntil(lambda: len(tab.places) == 600)
    assert tab.grid.verticalScrollBar().maximum() > 0
    assert len(tab.grid.in_sight()) < 100
    for _ in range(30):
        qtbot.keyClick(tab.grid, Qt.Key.Key_Down)
    assert tab.grid.current in tab.grid.in_sight()


def test_no_generator_invites_to_make_one(
    qtbot: QtBot, dreams: FakeDreams, only_own: None, no_thread_left: None
) -> None:
    window = Window(EngineThread(lambda: dreams, dress=paint.dress), Prefs(), Theme())
    qtbot.addWidget(window)
    window.show()
    window.send("Faces", [])
    page: Any = window.stack.currentWidget()
    assert page.middle.currentWidget() is page.empty
    assert not page.panel.main.isEnabled()
    page.start()
    page.empty.train.emit()
    assert window.stack.currentWidget() is not page
    window.close()


def test_under_the_mouse_a_face_says_who_it_is(qtbot: QtBot, tab: FacesTab) -> None:
    spot = tab.grid.box(2).center().toPoint()
    QTest.mouseMove(tab.grid.viewport(), QPoint(1, 1))
    QTest.mouseMove(tab.grid.viewport(), spot)
    qtbot.waitUntil(lambda: tab.grid.viewport().toolTip() == "Seed 2 · truncation 0.7")
