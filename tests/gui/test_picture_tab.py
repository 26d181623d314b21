from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QSize, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QImage
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from engine.specs import Denoise, Look, PreviewCrop, Upscale
from gui import tabs
from gui.jobs import EngineThread
from gui.notices import Notices
from gui.prefs import Prefs
from gui.tabs.denoise import DenoiseTab
from gui.tabs.picture_tab import PictureTab
from gui.tabs.upscale import UpscaleTab, becomes_words
from gui.theme import Theme
from tests.gui.fake_studio import FakeStudio
from tests.gui.headers import write_model


@pytest.fixture
def desk(qtbot: QtBot, engine: EngineThread) -> tabs.Desk:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1100, 700)
    return tabs.Desk(engine, Prefs(), Notices(window), Theme())


@pytest.fixture
def denoise(qtbot: QtBot, desk: tabs.Desk) -> DenoiseTab:
    tab = DenoiseTab(desk)
    qtbot.addWidget(tab, before_close_func=lambda _: desk.engine.close())
    tab.resize(1100, 700)
    tab.show()
    return tab


@pytest.fixture
def upscale(qtbot: QtBot, desk: tabs.Desk) -> UpscaleTab:
    tab = UpscaleTab(desk)
    qtbot.addWidget(tab, before_close_func=lambda _: desk.engine.close())
    tab.resize(1100, 700)
    tab.show()
    return tab


def mime(*paths: Path) -> QMimeData:
    held = QMimeData()
    held.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return held


def drop(tab: PictureTab, held: QMimeData) -> bool:
    action, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(9, 9), action, held, button, none)
    QApplication.sendEvent(tab, enter)
    if not enter.isAccepted():
        return False
    event = QDropEvent(QPointF(9, 9), action, held, button, none)
    QApplication.sendEvent(tab, event)
    return event.isAccepted()


def states(tab: PictureTab) -> dict[str, str]:
    return {row.path.name: row.state for row in tab.film.strip.queue.rows}


def asked(studio: FakeStudio, kind: type) -> list[Any]:
    return [spec for spec in studio.asked if isinstance(spec, kind)]


def said(tab: PictureTab) -> str:
    return " ".join(toast.accessibleName() for toast in tab.desk.notices.toasts)


def test_a_dropped_photo_is_opened_and_a_region_of_it_previewed(
    qtbot: QtBot, denoise: DenoiseTab, photo: Callable[..., Path], studio: FakeStudio
) -> None:
    assert drop(denoise, mime(photo("a.png")))
    qtbot.waitUntil(lambda: bool(asked(studio, PreviewCrop)))
    qtbot.waitUntil(lambda: denoise.compare._patch.picture is not None)
    crop = asked(studio, PreviewCrop)[-1]
    assert crop.box == (64, 0, 512, 480)  # the middle of 640 x 480
    assert denoise.panel.facts.text() == "640 \u00d7 480 · noise about 24"
    assert denoise.compare.labels[1] == "After · denoise 24"
    assert denoise.panel.main.text() == "Denoise this photo"
    assert denoise.film.isHidden()


def test_a_dropped_folder_becomes_a_queue_before_anything_is_computed(
    qtbot: QtBot, denoise: DenoiseTab, folder: Path, photo: Callable[..., Path], studio: FakeStudio
) -> None:
    photo("old.png", folder)
    assert drop(denoise, mime(folder))
    qtbot.waitUntil(lambda: len(states(denoise)) == 4)
    assert states(denoise) == {
        "a.png": "waiting",
        "b.png": "waiting",
        "c.png": "waiting",
        "old.png": "skipped",
    }
    assert denoise.panel.main.text() == "Denoise 3 photos"
    assert len(studio.closed) == 1  # the plan was dropped before the first file


def test_what_is_no_file_is_not_taken(denoise: DenoiseTab) -> None:
    held = QMimeData()
    held.setText("hello")
    assert not drop(denoise, held)


def test_a_folder_runs_and_every_file_gets_its_state(
    qtbot: QtBot, denoise: DenoiseTab, folder: Path, photo: Callable[..., Path]
) -> None:
    photo("bad.png", folder)
    denoise.open_paths([folder])
    qtbot.waitUntil(lambda: len(states(denoise)) == 4)
    with qtbot.waitSignal(denoise.running.ended):
        denoise.start()
    wanted = {"a.png": "done", "b.png": "done", "bad.png": "failed", "c.png": "done"}
    assert states(denoise) == wanted
    assert "3 done, 1 failed" in said(denoise)
    assert denoise.film.words.text() == "4 photos · 3 done · 1 failed"
    assert not denoise.film.buttons["retry"].isHidden()
    denoise.outcome.copy_failures()
    assert "bad.png\tIt is not a picture. Remove it." in QApplication.clipboard().text()


def test_retry_asks_for_what_failed_only(
    qtbot: QtBot, denoise: DenoiseTab, photo: Callable[..., Path], studio: FakeStudio
) -> None:
    denoise.open_paths([photo("a.png"), photo("bad.png")])
    with qtbot.waitSignal(denoise.running.ended):
        denoise.start()
    with qtbot.waitSignal(denoise.running.ended):
        denoise._retry()
    assert [path.name for path in asked(studio, Denoise)[-1].sources] == ["bad.png"]


def test_the_result_is_shown_after_the_run(
    qtbot: QtBot, denoise: DenoiseTab, photo: Callable[..., Path], studio: FakeStudio
) -> None:
    denoise.open_paths([photo("a.png")])
    qtbot.waitUntil(lambda: not denoise.stage.size.isEmpty())
    with qtbot.waitSignal(denoise.running.ended):
        denoise.start()
    qtbot.waitUntil(lambda: denoise.compare.has_after)
    assert asked(studio, Look)[-1].picture.name == "a_out.png"
    assert denoise.compare.labels[1] == "After · a_out.png"
    denoise.form.editors["blend"].set_value(50)  # what is shown is no longer what would be made
    assert not denoise.compare.has_after


def test_settings_that_change_no_pixel_ask_for_no_preview(
    qtbot: QtBot, denoise: DenoiseTab, photo: Callable[..., Path], studio: FakeStudio
) -> None:
    denoise.open_paths([photo("a.png")])
    qtbot.waitUntil(lambda: bool(asked(studio, PreviewCrop)))
    before = len(asked(studio, PreviewCrop))
    denoise.form.editors["format"].set_value("png")
    qtbot.wait(300)
    assert len(asked(studio, PreviewCrop)) == before
    denoise.form.editors["blend"].set_value(50)
    qtbot.waitUntil(lambda: len(asked(studio, PreviewCrop)) == before + 1)
    assert asked(studio, PreviewCrop)[-1].task.blend == 50


def test_a_model_for_jpeg_artefacts_tells_the_compression_instead_of_the_noise(
    qtbot: QtBot, denoise: DenoiseTab, photo: Callable[..., Path], studio: FakeStudio
) -> None:
    write_model("artefacts", "jpeg")
    denoise.open_paths([photo("a.png")])
    qtbot.waitUntil(lambda: "noise about 24" in denoise.panel.facts.text())
    picker = denoise.form.editors["model"]
    picker.refresh()
    picker.set_value("artefacts")
    assert "JPEG quality 40" in denoise.panel.facts.text()
    strength = denoise.form.editors["strength"]
    assert (strength.box.text(), strength.number.value()) == ("Read it from the file", 60)
    crops = lambda: [crop.task.model for crop in asked(studio, PreviewCrop)]  # noqa: E731
    qtbot.waitUntil(lambda: "artefacts" in crops())
    picker.set_value(None)
    assert "noise about 24" in denoise.panel.facts.text()
    assert strength.number.row.name.text() == "Noise level"


def test_stop_leaves_the_rest_waiting(
    qtbot: QtBot, denoise: DenoiseTab, folder: Path, studio: FakeStudio
) -> None:
    denoise.open_paths([folder])
    qtbot.waitUntil(lambda: len(states(denoise)) == 3)
    studio.hold = Event()
    denoise.start()
    qtbot.waitUntil(lambda: states(denoise)["a.png"] == "working")
    ticket = denoise.running.ticket
    assert ticket is not None
    with qtbot.waitSignal(denoise.running.ended):
        ticket.stop()
        studio.hold.set()
    assert set(states(denoise).values()) == {"waiting"}
    assert "Stopped" in said(denoise)


def test_a_pasted_picture_is_kept_and_opened(qtbot: QtBot, denoise: DenoiseTab, home: Path) -> None:
    image = QImage(20, 10, QImage.Format.Format_RGB32)
    image.fill(QColor("#123456"))
    QApplication.clipboard().setImage(image)
    assert denoise.intake.paste()
    kept = next((home / "pasted").glob("*.png"))
    assert QImage(str(kept)).pixelColor(3, 3) == QColor("#123456")
    assert denoise.sources == [kept]


def test_pasting_nothing_says_so(denoise: DenoiseTab) -> None:
    QApplication.clipboard().setText("words")
    denoise._paste()
    assert "no picture" in said(denoise)


def test_the_queue_grows_by_adding(
    qtbot: QtBot, denoise: DenoiseTab, photo: Callable[..., Path]
) -> None:
    denoise.open_paths([photo("a.png")])
    denoise.add_paths([photo("b.png"), photo("a.png")])
    assert list(states(denoise)) == ["a.png", "b.png"]
    qtbot.waitUntil(lambda: all(row.thumb for row in denoise.film.strip.queue.rows))


def test_settings_are_remembered_in_a_new_window(
    qtbot: QtBot, denoise: DenoiseTab, desk: tabs.Desk
) -> None:
    denoise.form.editors["strength"].set_value(33)
    denoise.save()
    again = DenoiseTab(desk)
    qtbot.addWidget(again)
    assert again.form.spec().strength == 33


@pytest.mark.parametrize(
    ("settings", "size"),
    [
        ({"scale": 2}, (1280, 960)),
        ({"width": 1000}, (1000, 750)),
        ({"height": 240}, (320, 240)),
        ({"megapixels": 1.92}, (1600, 1200)),
    ],
)
def test_the_resulting_size_is_told_before_starting(
    qtbot: QtBot,
    upscale: UpscaleTab,
    photo: Callable[..., Path],
    settings: dict[str, float],
    size: tuple[int, int],
) -> None:
    upscale.open_paths([photo("a.png")])
    qtbot.waitUntil(lambda: not upscale.stage.size.isEmpty())
    upscale.form.set_values(upscale.form.values() | settings)
    assert f"From 640 \u00d7 480 to {size[0]} \u00d7 {size[1]}" in upscale.becomes.text()
    assert upscale.result_size(upscale.spec(), QSize(640, 480)) == QSize(*size)


def test_amounts_are_told_in_units_people_use() -> None:
    words = becomes_words(QSize(6000, 4000), QSize(12000, 8000), 10_000_000)
    assert words.endswith("(96.0 MP). About 40 MB on disk, 1.2 GB of memory while it is made.")


def test_an_upscale_is_asked_as_the_form_stands(
    qtbot: QtBot, upscale: UpscaleTab, photo: Callable[..., Path], studio: FakeStudio
) -> None:
    upscale.open_paths([photo("a.png")])
    upscale.form.set_values(upscale.form.values() | {"scale": 4})
    with qtbot.waitSignal(upscale.running.ended):
        upscale.start()
    assert asked(studio, Upscale)[-1].scale == 4


def test_every_control_has_a_name_for_those_who_cannot_see_it(denoise: DenoiseTab) -> None:
    for button in denoise.findChildren(QPushButton):
        assert button.text() or button.accessibleName()
    for editor in denoise.form.editors.values():
        named = [
            w for w in editor.findChildren(QWidget) if w.accessibleName() or hasattr(w, "text")
        ]
        assert named, editor.about.label


@pytest.mark.parametrize("key", ["model", "strength", "format", "target"])
def test_nothing_in_the_form_is_wider_than_the_panel(
    qtbot: QtBot, denoise: DenoiseTab, key: str
) -> None:
    qtbot.waitExposed(denoise)
    editor = denoise.form.editors[key]
    right = editor.mapTo(denoise.panel, QPoint(editor.width(), 0)).x()
    assert right <= denoise.panel.width() - 10
    assert editor.minimumSizeHint().width() <= editor.width()


def test_the_sample_is_worked_on_as_a_copy(denoise: DenoiseTab, home: Path) -> None:
    assert denoise.sample is not None
    denoise.invite.sample.emit()
    assert denoise.sources == [home / "sample" / denoise.sample.name]
    assert denoise.sources[0].read_bytes() == denoise.sample.read_bytes()


def test_thousands_of_files_keep_the_window_alive(
    qtbot: QtBot, denoise: DenoiseTab, tmp_path: Path, studio: FakeStudio
) -> None:
    studio.steps = 1
    paths = [tmp_path / f"{'old' if number % 2 else 'new'}{number}.png" for number in range(4000)]
    denoise.open_paths(paths)
    with qtbot.waitSignal(denoise.running.ended, timeout=20_000):
        denoise.start()
    queue = denoise.film.strip.queue
    assert (queue.count("done"), queue.count("skipped")) == (2000, 2000)
    qtbot.waitUntil(lambda: "2000 done · 2000 skipped" in denoise.film.words.text())
