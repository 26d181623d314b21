from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPointF, QSize, Qt
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from engine.specs import DrawTransfer, SampleTransfer
from gui.jobs import EngineThread
from gui.tabs.drawing import START, unused
from gui.tabs.transfer import TransferTab
from tests.gui.fake_studio import FakeStudio
from tests.gui.transfer_tabs import LABELS, asked, choose, install_all, opened, said


@pytest.fixture
def tab(qtbot: QtBot, engine: EngineThread, only_own: None) -> TransferTab:
    install_all()
    return opened(qtbot, engine)


def stroke(tab: TransferTab, *spots: tuple[int, int], lift: bool = True) -> None:
    canvas = tab.drawing.canvas
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    kinds = [QEvent.Type.MouseButtonPress, *[QEvent.Type.MouseMove] * (len(spots) - 1)]
    kinds += [QEvent.Type.MouseButtonRelease] if lift else []
    corner = canvas.viewport.target().topLeft()
    for kind, spot in zip(kinds, [*spots, spots[-1]], strict=False):
        at = corner + QPointF(*spot)
        QApplication.sendEvent(canvas, QMouseEvent(kind, at, at, left, left, none))


def test_a_stroke_is_answered_with_a_picture(
    qtbot: QtBot, tab: TransferTab, studio: FakeStudio
) -> None:
    choose(tab, "sketch")
    assert tab.middle.currentWidget() is tab.drawing
    assert tab.drawing.result._message == START
    stroke(tab, (40, 40), (90, 90))
    qtbot.waitUntil(lambda: tab.drawing.result.image is not None)
    spec = asked(studio, DrawTransfer)[-1]
    assert (spec.model, spec.width, spec.height) == ("sketch", 256, 256)
    assert len(spec.drawing) == 256 * 256 * 4
    assert tab.panel.main.text() == "Save the result…"
    assert tab.panel.main.isEnabled()


def test_while_one_answer_is_on_its_way_only_the_newest_drawing_waits(
    qtbot: QtBot, tab: TransferTab, studio: FakeStudio
) -> None:
    choose(tab, "sketch")
    studio.draw = Event()
    shown: list[Any] = []
    tab.drawing.follow.shown.connect(shown.append)
    stroke(tab, (20, 20), *[(20 + 4 * step, 60) for step in range(30)])
    qtbot.waitUntil(lambda: len(asked(studio, DrawTransfer)) == 1)
    studio.draw.set()
    qtbot.waitUntil(lambda: not tab.drawing.follow.busy)
    drawings = asked(studio, DrawTransfer)
    assert len(drawings) == len(shown) == 2
    inked = [sum(spec.drawing[3::4]) for spec in drawings]
    assert inked[0] < inked[1]  # the first dab, then all of the stroke


def test_an_answer_for_another_model_is_not_shown(
    qtbot: QtBot, tab: TransferTab, studio: FakeStudio
) -> None:
    choose(tab, "sketch")
    studio.draw = Event()
    stroke(tab, (20, 20), (60, 60))
    qtbot.waitUntil(lambda: len(asked(studio, DrawTransfer)) == 1)
    choose(tab, "street")
    studio.draw.set()
    qtbot.wait(100)
    assert tab.drawing.result.image is None


def test_each_model_keeps_its_drawing(qtbot: QtBot, tab: TransferTab) -> None:
    choose(tab, "sketch")
    stroke(tab, (20, 20), (60, 60))
    sheet = tab.drawing.canvas.sheet
    choose(tab, "street")
    assert tab.drawing.blank
    choose(tab, "painting")
    choose(tab, "sketch")
    assert tab.drawing.canvas.sheet is sheet
    qtbot.waitUntil(lambda: tab.drawing.result.image is not None)  # asked for again


def test_while_one_paints_labels_the_palette_has_the_room(qtbot: QtBot, tab: TransferTab) -> None:
    choose(tab, "street")
    qtbot.waitUntil(lambda: tab.picker.pair.has_pair)
    assert tab.picker.pair.isHidden()
    assert tab.way.isHidden()
    tab.modes.photos.click()
    assert not tab.picker.pair.isHidden()
    assert not tab.way.isHidden()


def test_labels_are_painted_in_their_own_colour(qtbot: QtBot, tab: TransferTab) -> None:
    choose(tab, "street")
    tools = tab.drawing.tools
    assert [label.colour for label in tools.palette_box.labels] == [c for _, c in LABELS]
    assert tools.tool.colour == "#4664aa"
    tools.palette_box.labels[2].click()
    stroke(tab, (100, 100), (140, 100))
    image = tab.drawing.canvas.sheet.image
    inked = {
        image.pixelColor(x, y).name()
        for x in range(0, 512, 3)
        for y in range(0, 512, 3)
        if image.pixelColor(x, y).alpha()
    }
    assert inked == {"#5a8c46"}
    tools.take(1)
    assert tools.tool.erase
    tools.palette_box.labels[1].click()
    assert not tools.tool.erase


def test_undo_and_redo_by_keys_and_the_result_follows(
    qtbot: QtBot, tab: TransferTab, studio: FakeStudio
) -> None:
    choose(tab, "sketch")
    qtbot.waitExposed(tab)
    stroke(tab, (40, 40), (90, 90))
    qtbot.waitUntil(lambda: tab.drawing.result.image is not None)
    assert tab.drawing.tools.buttons["undo"].isEnabled()
    qtbot.keyClick(tab.drawing.canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert tab.drawing.blank
    qtbot.waitUntil(lambda: tab.drawing.result.image is None)
    qtbot.keyClick(tab.drawing.canvas, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: tab.drawing.result.image is not None)


def test_a_loaded_picture_becomes_the_drawing_or_lies_below_it(
    qtbot: QtBot, tab: TransferTab, photo: Callable[..., Path]
) -> None:
    choose(tab, "sketch")
    tab.open_paths([photo("a.png")])
    qtbot.waitUntil(lambda: not tab.drawing.blank)
    tab.drawing.canvas.undo()
    tab.drawing_panel.trace.setChecked(True)
    tab.open_paths([photo("b.png")])
    qtbot.waitUntil(lambda: tab.drawing.canvas._below.picture is not None)
    assert tab.drawing.blank
    tab.drawing_panel.trace.setChecked(False)
    assert tab.drawing.canvas._below.picture is None
    assert not tab.sources  # nothing of it went to the photos


def test_one_may_begin_with_the_models_sample(
    qtbot: QtBot, tab: TransferTab, studio: FakeStudio
) -> None:
    choose(tab, "sketch")
    assert not tab.drawing.begin.isHidden()
    tab.drawing.begin.click()
    qtbot.waitUntil(lambda: tab.drawing.result.image is not None)
    assert tab.drawing.begin.isHidden()
    assert asked(studio, SampleTransfer)[-1].model == "sketch"
    tab.drawing.canvas.undo()
    qtbot.waitUntil(lambda: not tab.drawing.begin.isHidden())
    tab.drawing_panel.try_sample.click()
    qtbot.waitUntil(lambda: not tab.drawing.blank)


def test_drawing_and_result_are_saved(
    qtbot: QtBot, tab: TransferTab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(tab, "sketch")
    stroke(tab, (40, 40), (90, 90))
    qtbot.waitUntil(lambda: tab.drawing.result.image is not None)
    for name, save in (("mine", tab._start_one), ("face.png", tab.start)):
        monkeypatch.setattr(
            QFileDialog, "getSaveFileName", lambda *a, name=name: (str(tmp_path / name), "")
        )
        save()
    assert QImage(str(tmp_path / "mine.png")).pixelColor(500, 500).name() == "#ffffff"
    assert QImage(str(tmp_path / "face.png")).size() == QSize(32, 32)
    assert "Saved as face.png" in said(tab)
    assert unused(tmp_path / "mine.png").name == "mine 2.png"


def test_a_folder_that_cannot_be_written_is_told(
    qtbot: QtBot, tab: TransferTab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(tab, "sketch")
    stroke(tab, (40, 40), (90, 90))
    (tmp_path / "file").touch()
    wrong = str(tmp_path / "file" / "drawing.png")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a: (wrong, ""))
    tab._start_one()
    assert "drawing.png" in said(tab)


def test_photos_can_be_used_with_a_model_one_draws_for(
    qtbot: QtBot, tab: TransferTab, photo: Callable[..., Path], studio: FakeStudio
) -> None:
    choose(tab, "sketch")
    tab.modes.photos.click()
    tab.open_paths([photo("a.png")])
    qtbot.waitUntil(lambda: tab.compare.has_after)
    assert tab.panel.main.text() == "Transfer this photo"
    tab.modes.draw.click()
    assert tab.middle.currentWidget() is tab.drawing
    assert not tab.form.parts["Strength"].isVisible()


@pytest.mark.parametrize("model", ["painting", "sketch", "street", "style"])
def test_nothing_in_the_panel_is_wider_than_it(qtbot: QtBot, tab: TransferTab, model: str) -> None:
    choose(tab, model)
    qtbot.wait(30)
    inner = tab.form.parentWidget()
    assert inner is not None
    assert inner.minimumSizeHint().width() <= tab.panel.width() - 40
