from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from engine.errors import UserError
from engine.specs import PreviewCrop, SampleTransfer, Transfer
from gui.jobs import EngineThread
from gui.tabs import stage
from gui.tabs.transfer import NO_MODEL, NO_STYLE, TransferTab
from gui.widgets.pair import PAIR_ROLE, WORDS_ROLE, pair_of
from tests.gui.fake_studio import FakeStudio
from tests.gui.transfer_tabs import asked, choose, install, install_all, opened, said


@pytest.fixture
def tab(qtbot: QtBot, engine: EngineThread, only_own: None) -> TransferTab:
    install_all()
    return opened(qtbot, engine)


def drop(widget: QWidget, path: Path) -> bool:
    held = QMimeData()
    held.setUrls([QUrl.fromLocalFile(str(path))])
    action, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(9, 9), action, held, button, none)
    QApplication.sendEvent(widget, enter)
    event = QDropEvent(QPointF(9, 9), action, held, button, none)
    QApplication.sendEvent(widget, event)
    return enter.isAccepted() and event.isAccepted()


def test_without_a_model_it_says_so_and_starts_nothing(
    qtbot: QtBot,
    engine: EngineThread,
    only_own: None,
    photo: Callable[..., Path],
    studio: FakeStudio,
) -> None:
    tab = opened(qtbot, engine)
    tab.open_paths([photo("a.png")])
    qtbot.waitUntil(lambda: tab.compare._message == NO_MODEL)
    assert not tab.panel.main.isEnabled()
    tab.start()
    assert not asked(studio, Transfer)


def test_every_model_shows_what_it_does_or_says_it_in_words(tab: TransferTab) -> None:
    box = tab.picker.box
    rows = {box.itemData(at): at for at in range(box.count())}
    assert None not in rows
    assert box.itemData(rows["painting"], PAIR_ROLE) is not None
    assert box.itemData(rows["photo"], PAIR_ROLE) is None
    assert box.itemData(rows["photo"], WORDS_ROLE) == "painting \u2192 photo"
    choose(tab, "painting")
    assert not tab.picker.pair.isHidden()


def test_a_model_without_an_example_is_tried_once(
    qtbot: QtBot, tab: TransferTab, studio: FakeStudio
) -> None:
    choose(tab, "photo")
    qtbot.waitUntil(lambda: tab.picker.pair.has_pair)
    box = tab.picker.box
    assert box.itemData(box.currentIndex(), PAIR_ROLE)[0].width() == 64
    choose(tab, "painting")
    choose(tab, "photo")
    assert [spec.model for spec in asked(studio, SampleTransfer)].count("photo") == 1
    assert "painting" not in [spec.model for spec in asked(studio, SampleTransfer)]


def test_a_model_that_cannot_be_tried_says_it_in_words(
    qtbot: QtBot, tab: TransferTab, studio: FakeStudio
) -> None:
    studio.refuses = UserError("The model file photo is damaged.")
    choose(tab, "photo")
    qtbot.waitUntil(lambda: "photo" in [spec.model for spec in asked(studio, SampleTransfer)])
    qtbot.waitUntil(lambda: None in tab.picker._made.values())
    assert tab.picker.pair.isHidden()
    assert tab.way.words.text() == "painting \u2192 photo"
    assert not said(tab)


def test_a_hidden_tab_tries_nothing(
    qtbot: QtBot, engine: EngineThread, only_own: None, studio: FakeStudio
) -> None:
    install("photo", source="painting", target="photo")
    window = opened(qtbot, engine, show=False)
    assert window.picker.value() == "photo"
    qtbot.wait(30)
    assert not asked(studio, SampleTransfer)


def test_models_for_photos_come_before_those_one_draws_for(tab: TransferTab) -> None:
    box = tab.picker.box
    order = [box.itemData(at) for at in range(box.count())]
    assert order == ["painting", "style", "photo", "sketch", "street"]
    assert not tab.draws


def test_a_damaged_sample_is_none() -> None:
    assert pair_of("") is None
    assert pair_of("not base64 at all!") is None
    assert pair_of(b64encode(b"no picture").decode()) is None


def test_the_whole_picture_is_previewed_at_the_size_of_a_screen(
    qtbot: QtBot, tab: TransferTab, photo: Callable[..., Path], studio: FakeStudio
) -> None:
    choose(tab, "painting")
    tab.open_paths([photo("a.png")])
    qtbot.waitUntil(lambda: tab.compare.has_after)
    crop = asked(studio, PreviewCrop)[-1]
    assert (crop.box, crop.longest) == ((0, 0, 640, 480), stage.SCREEN)
    assert crop.task.model == "painting"
    assert tab.compare.labels[1] == "After · painting"
    assert tab.compare._region is None


def test_looking_closer_asks_for_what_is_in_sight_at_full_size(
    qtbot: QtBot,
    tab: TransferTab,
    photo: Callable[..., Path],
    studio: FakeStudio,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    studio.size = (1200, 900)
    monkeypatch.setattr(stage, "SCREEN", 800)
    choose(tab, "painting")
    tab.open_paths([photo("a.png")])
    qtbot.waitUntil(lambda: tab.compare.has_after)
    tab.compare.zoom_to(4.0)
    qtbot.waitUntil(lambda: asked(studio, PreviewCrop)[-1].longest == 0)
    box = asked(studio, PreviewCrop)[-1].box
    assert box[2] <= tab.compare.width() / 4 + 2
    qtbot.waitUntil(lambda: tab.compare._patch.picture is not None)
    tab.form.editors["strength"].set_value(50)
    assert tab.compare._patch.picture is None  # of other settings
    assert tab.compare.has_after  # until the new one is there
    qtbot.waitUntil(lambda: asked(studio, PreviewCrop)[-1].task.strength == 50)


def test_the_way_round_is_another_model(tab: TransferTab) -> None:
    choose(tab, "painting")
    assert tab.way.words.text() == "photo \u2192 painting"
    tab.way.turn.click()
    assert tab.spec().model == "photo"
    assert tab.way.words.text() == "painting \u2192 photo"
    choose(tab, "sketch")
    assert tab.way.turn.isHidden()


def test_a_style_needs_its_painting_and_takes_a_dropped_one(
    qtbot: QtBot, tab: TransferTab, photo: Callable[..., Path], studio: FakeStudio
) -> None:
    choose(tab, "style")
    tab.open_paths([photo("a.png")])
    qtbot.waitUntil(lambda: tab.compare._message == NO_STYLE)
    assert not tab.panel.main.isEnabled()
    painting = photo("painting.png")
    assert drop(tab.painting.well, painting)
    assert tab.spec().style == painting
    qtbot.waitUntil(lambda: tab.painting.well._image is not None)
    qtbot.waitUntil(lambda: tab.compare.has_after)
    assert asked(studio, PreviewCrop)[-1].task.style == painting
    assert tab.sources == [tab.stage.path]  # the painting is no photo to work on
    choose(tab, "painting")
    assert tab.form.parts["Style"].isHidden()


def test_a_folder_is_transferred_like_every_picture_task(
    qtbot: QtBot, tab: TransferTab, folder: Path, studio: FakeStudio
) -> None:
    choose(tab, "painting")
    tab.open_paths([folder])
    qtbot.waitUntil(lambda: tab.panel.main.text() == "Transfer 3 photos")
    with qtbot.waitSignal(tab.running.ended):
        tab.start()
    assert "3 done" in said(tab)
    assert asked(studio, Transfer)[-1].model == "painting"


def test_what_is_no_painting_is_refused_with_the_reason(
    qtbot: QtBot, tab: TransferTab, photo: Callable[..., Path], tmp_path: Path
) -> None:
    choose(tab, "style")
    assert drop(tab.painting.well, photo("bad.png"))
    qtbot.waitUntil(lambda: "not a picture" in said(tab))
    assert tab.spec().style is None
    model = tmp_path / "model.pth"
    model.touch()
    assert not drop(tab.painting.well, model)  # that is for the window
    assert tab.spec().style is None


def test_there_is_a_painting_to_try(qtbot: QtBot, tab: TransferTab) -> None:
    choose(tab, "style")
    assert tab.lacks() == NO_STYLE
    tab.painting.sample.click()
    style = tab.spec().style
    assert style is not None
    assert style.is_file()
    assert tab.lacks() == ""
    assert tab.painting.sample.isHidden()


def test_a_painting_is_remembered_and_one_that_is_gone_forgotten(
    qtbot: QtBot, tab: TransferTab, photo: Callable[..., Path]
) -> None:
    painting = photo("painting.png")
    choose(tab, "style")
    tab.painting.take(painting)
    tab.save()
    again = TransferTab(tab.desk)
    qtbot.addWidget(again)
    assert (again.spec().model, again.spec().style) == ("style", painting)
    qtbot.waitUntil(lambda: again.painting.well._image is not None)
    painting.unlink()
    third = TransferTab(tab.desk)
    qtbot.addWidget(third)
    assert third.spec().style is None
