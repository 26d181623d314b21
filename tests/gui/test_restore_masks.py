from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from engine import masks
from engine.specs import (
    Apply,
    FillStep,
    FinishStep,
    PreviewSteps,
)
from gui.jobs import EngineThread
from gui.tabs import restore_packer
from gui.tabs.restore import NO_MASK, RestoreTab
from gui.widgets import mask_png
from gui.widgets.mask import MaskSheet
from gui.widgets.strokes import Shape, Tool
from tests.gui.fake_studio import FakeStudio
from tests.gui.restore_tabs import (
    WHOLE,
    asked,
    drag,
    install_all,
    mask_of,
    newest,
    opened,
    send,
    work_on,
)

Photo = Callable[..., Path]


@pytest.fixture
def tab(qtbot: QtBot, engine: EngineThread, only_own: None) -> RestoreTab:
    install_all()
    return opened(qtbot, engine)


def test_a_stroke_becomes_the_mask_of_the_step_and_its_fill_is_seen(
    qtbot: QtBot, tab: RestoreTab, photo: Photo, studio: FakeStudio
) -> None:
    work_on(qtbot, tab, photo("a.png"), FillStep())
    assert tab.lacks() == NO_MASK
    assert not asked(studio, PreviewSteps)
    drag(tab, (200, 200), (300, 200), (300, 260))
    step = tab.steps.steps()[0]
    mask = mask_of(step)
    assert mask[200, 250] == 1
    assert mask[260, 300] == 1
    assert mask[400, 100] == 0
    left, top, width, height = step.box
    assert QRect(left, top, width, height).contains(QRect(200, 200, 100, 60))
    assert width < 200
    qtbot.waitUntil(lambda: tab.compare.has_after)
    assert newest(studio).steps == (step,)
    qtbot.waitUntil(lambda: tab.hands.mask.done)  # the mask no longer covers the result
    assert tab.lacks() == ""


def test_the_mask_stays_after_undo_and_redo_and_after_a_run(
    qtbot: QtBot, tab: RestoreTab, photo: Photo, studio: FakeStudio
) -> None:
    work_on(qtbot, tab, photo("a.png"), FillStep())
    drag(tab, (100, 100), (140, 100))
    first = tab.steps.steps()
    drag(tab, (400, 300), (440, 300))
    both = tab.steps.steps()
    assert first != both
    tab.hands.undo()
    assert np.array_equal(mask_of(tab.steps.steps()[0]), mask_of(first[0]))
    tab.hands.redo()
    assert np.array_equal(mask_of(tab.steps.steps()[0]), mask_of(both[0]))
    qtbot.waitUntil(lambda: tab.panel.main.isEnabled())
    tab.start()
    qtbot.waitUntil(lambda: tab.running.ticket is None and bool(asked(studio, Apply)))
    assert asked(studio, Apply)[-1].steps == tab.steps.steps() == both
    assert not tab.hands.mask.sheet.blank


def test_eraser_box_and_lasso_work_on_the_same_mask(
    qtbot: QtBot, tab: RestoreTab, photo: Photo
) -> None:
    work_on(qtbot, tab, photo("a.png"), FillStep())
    tools = tab.hands.mask_tools.drawing
    tools.take(2)
    drag(tab, (100, 100), (300, 300))
    assert mask_of(tab.steps.steps()[0])[105:295, 105:295].all()
    tools.take(1)
    drag(tab, (200, 50), (200, 350))
    mask = mask_of(tab.steps.steps()[0])
    assert mask[200, 200] == 0
    assert mask[200, 120] == 1
    tools.take(3)
    drag(tab, (400, 100), (500, 100), (500, 200), (400, 200))
    assert mask_of(tab.steps.steps()[0])[150, 450] == 1


def test_keys_make_the_brush_wider_and_narrower(
    qtbot: QtBot, tab: RestoreTab, photo: Photo
) -> None:
    work_on(qtbot, tab, photo("a.png"), FillStep())
    tools = tab.hands.mask_tools.drawing
    before = tools.width_row.value()
    qtbot.keyClick(tab.compare, Qt.Key.Key_BracketRight)
    assert tools.width_row.value() > before == tab.hands.mask.tool.width / 1.25
    qtbot.keyClick(tab.compare, Qt.Key.Key_BracketLeft)
    assert tools.width_row.value() == before


def test_a_mask_is_saved_loaded_inverted_grown_and_feathered(
    qtbot: QtBot, tab: RestoreTab, photo: Photo, tmp_path: Path
) -> None:
    work_on(qtbot, tab, photo("a.png"), FillStep())
    tab.hands.mask_tools.drawing.take(2)
    drag(tab, (100, 100), (200, 200))
    share = mask_of(tab.steps.steps()[0]).mean()
    tab.hands.mask_tools.grow.emit()
    grown = mask_of(tab.steps.steps()[0])
    assert grown.mean() > share
    tab.hands.mask_tools.shrink.emit()
    assert mask_of(tab.steps.steps()[0]).mean() == pytest.approx(share, abs=1e-4)
    tab.hands.mask_tools.feather.emit()
    soft = mask_of(tab.steps.steps()[0])
    assert ((soft > 0.1) & (soft < 0.9)).any()
    tab.hands.save_mask(tmp_path / "m.png")
    tab.hands.mask_tools.invert.emit()
    assert np.allclose(mask_of(tab.steps.steps()[0]), 1 - soft, atol=1 / 254)
    tab.hands.load_mask(tmp_path / "m.png")
    assert np.allclose(mask_of(tab.steps.steps()[0]), soft, atol=1 / 254)


def test_a_mask_of_another_size_is_refused_in_place_and_nothing_is_lost(
    qtbot: QtBot, tab: RestoreTab, photo: Photo, tmp_path: Path
) -> None:
    work_on(qtbot, tab, photo("a.png"), FillStep())
    drag(tab, (100, 100), (140, 100))
    before = tab.steps.steps()
    tab.hands.load_mask(photo("small.png"))  # 64 x 48
    words = tab.hands.mask_tools.words
    assert "64 \u00d7 48" in words.text()
    assert "640 \u00d7 480" in words.text()
    assert words.property("role") == "bad"
    assert tab.steps.steps() == before
    black = QImage(640, 480, QImage.Format.Format_RGB32)
    black.fill(QColor("black"))
    assert black.save(str(tmp_path / "empty.png"))
    tab.hands.load_mask(tmp_path / "empty.png")
    assert "empty" in words.text()
    tab.hands.undo()
    assert np.array_equal(mask_of(tab.steps.steps()[0]), mask_of(before[0]))
    (tmp_path / "no.png").write_bytes(b"no picture")
    tab.hands.load_mask(tmp_path / "no.png")
    assert "could not be read" in words.text()


def test_each_picture_keeps_its_own_mask_and_all_are_done_at_once(
    qtbot: QtBot, tab: RestoreTab, photo: Photo, studio: FakeStudio
) -> None:
    one, other, third = photo("a.png"), photo("b.png"), photo("c.png")
    tab.steps.set_steps((FillStep(), FinishStep(contrast=20)), 0)
    tab.open_paths([one, other, third])
    qtbot.waitUntil(lambda: not tab.stage.size.isEmpty())
    drag(tab, (100, 100), (140, 100))
    mine = tab.steps.steps()[0]
    tab._choose(other)
    qtbot.waitUntil(lambda: not tab.stage.size.isEmpty())
    assert not tab.steps.steps()[0].png
    assert tab.hands.mask.sheet.blank
    drag(tab, (400, 300), (440, 300))
    tab._choose(one)
    qtbot.waitUntil(lambda: not tab.stage.size.isEmpty())
    assert tab.steps.steps()[0] == mine
    assert not tab.hands.mask.sheet.blank
    qtbot.waitUntil(lambda: tab.panel.main.isEnabled())
    tab.start()
    qtbot.waitUntil(lambda: tab.running.ticket is None and bool(asked(studio, Apply)))
    spec = asked(studio, Apply)[-1]
    assert [path for path, _ in spec.own] == [one, other]
    assert [step.png != b"" for _, (step, _) in spec.own] == [True, True]
    assert [step.on for step in spec.steps] == [False, True]  # the third has no mask
    assert spec.sources == (one, other, third)


def test_a_stroke_given_up_leaves_the_mask_as_it_was(
    qtbot: QtBot, tab: RestoreTab, photo: Photo
) -> None:
    work_on(qtbot, tab, photo("a.png"), FillStep())
    send(tab, QEvent.Type.MouseButtonPress, 100, 100, Qt.MouseButton.LeftButton)
    send(tab, QEvent.Type.MouseMove, 200, 100, Qt.MouseButton.LeftButton)
    assert tab.stop()
    assert tab.hands.mask.sheet.blank
    assert not tab.stop()


def test_only_the_pictures_that_were_painted_on_are_done_where_there_is_nothing_else_to_do(
    qtbot: QtBot, tab: RestoreTab, photo: Photo, studio: FakeStudio
) -> None:
    tab.steps.set_steps((FillStep(),), 0)
    tab.open_paths([photo("a.png"), photo("b.png")])
    qtbot.waitUntil(lambda: not tab.stage.size.isEmpty())
    drag(tab, (100, 100), (140, 100))
    qtbot.waitUntil(lambda: "you painted on" in tab.panel.main.text())
    tab.start()
    qtbot.waitUntil(lambda: tab.running.ticket is None and bool(asked(studio, Apply)))
    assert asked(studio, Apply)[-1].sources == (photo("a.png"),)


def test_the_outline_of_what_was_filled_can_be_hidden(
    qtbot: QtBot, tab: RestoreTab, photo: Photo
) -> None:
    work_on(qtbot, tab, photo("a.png"), FillStep())
    drag(tab, (100, 100), (400, 100))
    qtbot.waitUntil(lambda: tab.hands.mask.done)
    tab.hands.mask.hover(None)
    outlined = tab.compare.grab().toImage()
    tab.hands.turn_outline()
    plain = tab.compare.grab().toImage()
    assert plain != outlined
    tab.hands.turn_outline()
    assert tab.compare.grab().toImage() == outlined


def test_the_mask_file_of_a_recipe_is_shown_and_can_be_painted_on(
    qtbot: QtBot, tab: RestoreTab, photo: Photo, tmp_path: Path
) -> None:
    file = tmp_path / "masks" / "a.png"
    file.parent.mkdir()
    plane = np.zeros((1, 480, 640), np.float32)
    plane[:, 50:90, 200:300] = 1
    file.write_bytes(masks.packed(plane))
    work_on(qtbot, tab, photo("a.png"), FillStep(mask=file.parent))
    assert not tab.hands.mask.sheet.blank
    assert tab.lacks() == ""
    drag(tab, (400, 300), (440, 300))
    step = tab.steps.steps()[0]
    assert step.mask is None
    assert mask_of(step)[70, 250] == mask_of(step)[300, 420] == 1
    tab._choose(photo("b.png"))
    tab.steps.set_steps((FillStep(mask=file.parent),), 0)
    tab.open_paths([photo("b.png")])
    qtbot.waitUntil(lambda: "no mask called b" in tab.hands.mask_tools.words.text())


def test_a_mask_over_a_large_picture_is_packed_at_a_rest_or_when_it_is_needed(
    qtbot: QtBot,
    tab: RestoreTab,
    photo: Photo,
    studio: FakeStudio,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(restore_packer, "LARGE_PX", 1000)
    tab.steps.set_steps((FillStep(),), 0)
    tab.open_paths([photo("a.png"), photo("b.png")])
    qtbot.waitUntil(lambda: not tab.stage.size.isEmpty())
    drag(tab, (100, 100), (140, 100))
    assert not tab.steps.steps()[0].png
    qtbot.waitUntil(lambda: bool(tab.steps.steps()[0].png))
    drag(tab, (300, 300), (340, 300))
    tab._choose(photo("b.png"))
    assert not tab.steps.steps()[0].png
    tab._choose(photo("a.png"))
    assert mask_of(tab.steps.steps()[0])[300, 320] == 1


def test_a_mask_is_packed_strip_by_strip_and_is_the_same_as_what_was_painted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mask_png, "STRIP_PX", 20_000)
    sheet = MaskSheet(QSize(1000, 700))
    assert mask_png.packed(sheet) == (b"", None)
    for shape, start, end in (
        (Shape.BRUSH, (300, 400), (640, 520)),
        (Shape.BOX, (511, 255), (513, 258)),
        (Shape.BRUSH, (998, 698), (999, 699)),
    ):
        sheet.begin(Tool(shape, width=31), QPointF(*start))
        sheet.move(QPointF(*end))
        sheet.end()
    strips = mask_png.Packing(sheet)
    count = 1
    while strips.more():
        count += 1
    png, box = strips.result()
    plane = sheet.plane(sheet.image.rect())
    assert box is not None
    assert count > box[3] * box[2] / 25_000
    assert (masks.placed(masks.unpacked(png), box, 700, 1000)[0] * 255 == plane).all()
    rows, columns = plane.any(1).nonzero()[0], plane.any(0).nonzero()[0]
    assert box == (columns[0], rows[0], columns[-1] - columns[0] + 1, rows[-1] - rows[0] + 1)
    assert QImage.fromData(png) == sheet.grey(QRect(*box))  # other programs can read it, too


def test_a_stroke_begun_while_a_large_mask_is_packed_is_packed_with_it(
    qtbot: QtBot, tab: RestoreTab, photo: Photo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restore_packer, "LARGE_PX", 1000)
    monkeypatch.setattr(mask_png, "STRIP_PX", 640)
    work_on(qtbot, tab, photo("a.png"), FillStep())
    tab.hands.packer._on.setInterval(50)  # ms; strips so slow that the next stroke meets them
    drag(tab, (100, 100), (140, 300))
    qtbot.waitUntil(lambda: tab.hands.packer.busy)
    tab.hands.packer._on.setInterval(0)
    drag(tab, (300, 300), (340, 300))
    assert not tab.hands.packer.busy
    assert not tab.steps.steps()[0].png
    qtbot.waitUntil(lambda: bool(tab.steps.steps()[0].png))
    mask = mask_of(tab.steps.steps()[0])
    assert mask[200, 120] == mask[300, 320] == 1


def test_a_mask_of_a_recipe_is_not_laid_on_a_picture_of_another_size(
    qtbot: QtBot, tab: RestoreTab, photo: Photo
) -> None:
    work_on(qtbot, tab, photo("a.png"), FillStep())
    drag(tab, (100, 100), (140, 100))
    here = tab.steps.steps()[0]
    assert isinstance(here, FillStep)
    assert here.full == WHOLE
    other = replace(here, full=(WHOLE[0] - 40, WHOLE[1] - 40))
    tab.steps.chain.replace_all((other,))
    assert tab.hands.mask.sheet.blank
    tab.steps.chain.replace_all((here,))
    assert not tab.hands.mask.sheet.blank
