from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from engine import masks
from engine.errors import UserError
from engine.specs import (
    Apply,
    ColourStep,
    CropStep,
    FillStep,
    FinishStep,
    Hint,
    OldPhotoStep,
    PreviewSteps,
    ProposeMask,
    ScratchesStep,
)
from gui.jobs import EngineThread
from gui.tabs import restore_proposal, restore_stage
from gui.tabs.restore import NOTHING, RestoreTab
from tests.gui.fake_studio import FakeStudio
from tests.gui.restore_tabs import asked, drag, install_all, mask_of, newest, opened, work_on

Photo = Callable[..., Path]


@pytest.fixture
def tab(qtbot: QtBot, engine: EngineThread, only_own: None) -> RestoreTab:
    install_all()
    return opened(qtbot, engine)


@pytest.fixture
def large(studio: FakeStudio, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures are larger than what is seen of them as a whole."""
    studio.size = (1200, 900)
    monkeypatch.setattr(restore_stage, "SCREEN", 800)


# -- scratches, colour, crop -------------------------------------------------------------------


def test_what_is_found_to_be_scratched_becomes_a_mask_to_paint_on(
    qtbot: QtBot, tab: RestoreTab, photo: Photo, studio: FakeStudio
) -> None:
    work_on(qtbot, tab, photo("a.png"), ScratchesStep())
    button = tab.hands.scratch_tools.button
    qtbot.waitUntil(button.isEnabled)
    tab.steps.replace_step(0, ScratchesStep(sensitivity=80))
    qtbot.waitUntil(lambda: asked(studio, ProposeMask)[-1].sensitivity == 80)
    qtbot.waitUntil(button.isEnabled)
    button.click()
    qtbot.waitUntil(lambda: len(tab.steps.steps()) == 2)
    scratches, fill = tab.steps.steps()
    assert not scratches.on
    assert fill.box == (30, 10, 30, 10)
    assert tab.steps.chosen() == 1
    drag(tab, (300, 300), (340, 300))
    mask = mask_of(tab.steps.steps()[1])
    assert mask[15, 40] == 1
    assert mask[300, 320] == 1


def test_dots_are_put_dragged_coloured_and_removed(
    qtbot: QtBot, tab: RestoreTab, photo: Photo, studio: FakeStudio
) -> None:
    work_on(qtbot, tab, photo("a.png"), ColourStep())
    tab.hands.dot_tools.take("#86abd1")
    drag(tab, (100, 100), (120, 150))
    (dot,) = tab.steps.steps()[0].hints
    assert (round(dot.x), round(dot.y), dot.colour) == (120, 150, "#86abd1")
    tab.hands.dot_tools.take("#b03a35")  # for the next one
    assert tab.steps.steps()[0].hints[0].colour == "#86abd1"
    drag(tab, (400, 300))
    assert [each.colour for each in tab.steps.steps()[0].hints] == ["#86abd1", "#b03a35"]
    drag(tab, (120, 150))  # taken: another colour is meant for it
    tab.hands.dot_tools.take("#6d8a48")
    assert tab.steps.steps()[0].hints[0].colour == "#6d8a48"
    qtbot.waitUntil(lambda: newest(studio).steps == tab.steps.steps())
    qtbot.keyClick(tab.compare, Qt.Key.Key_Delete)
    assert [each.colour for each in tab.steps.steps()[0].hints] == ["#b03a35"]
    tab.hands.undo()
    assert len(tab.steps.steps()[0].hints) == 2


def test_a_word_of_the_engine_about_the_steps_is_said(
    qtbot: QtBot, tab: RestoreTab, photo: Photo, studio: FakeStudio
) -> None:
    studio.says = "It has its own colours: they were kept."
    work_on(qtbot, tab, photo("a.png"), ColourStep())
    qtbot.waitUntil(lambda: tab.hands.dot_tools.words.text() == studio.says)
    tab.steps.set_steps((FinishStep(tint=5),), 0)
    qtbot.waitUntil(lambda: studio.says in tab.panel.facts.text())


def test_the_crop_is_dragged_on_the_picture_as_it_is_before_it(
    qtbot: QtBot, tab: RestoreTab, photo: Photo, studio: FakeStudio
) -> None:
    steps = (FinishStep(contrast=20), CropStep(left=25, top=25, width=50, height=50))
    work_on(qtbot, tab, photo("a.png"), *steps, chosen=1)
    qtbot.waitUntil(lambda: tab.compare.has_after)
    assert newest(studio).steps == steps[:1]
    drag(tab, (160, 240), (64, 240))
    crop = tab.steps.steps()[1]
    assert (crop.left, crop.width) == pytest.approx((10, 65), abs=0.3)
    drag(tab, (320, 240), (320, 140))  # the inside moves it
    assert tab.steps.steps()[1].top == pytest.approx(25 - 100 / 4.8, abs=0.3)
    tab.steps.choose(0)
    qtbot.waitUntil(lambda: CropStep in map(type, newest(studio).steps))


def test_before_is_cropped_as_well_so_that_it_can_be_compared(
    qtbot: QtBot, tab: RestoreTab, photo: Photo, studio: FakeStudio
) -> None:
    steps = (FinishStep(contrast=20), CropStep(left=0, top=0, width=50, height=100))
    work_on(qtbot, tab, photo("a.png"), *steps)
    qtbot.waitUntil(lambda: tab.compare.has_after)
    assert tab.compare._source.width() == 320
    assert [spec.steps for spec in asked(studio, PreviewSteps)] == [steps[1:], steps]
    tab.steps.set_steps(steps[:1], 0)
    qtbot.waitUntil(lambda: tab.compare._source.width() == 640)
    qtbot.waitUntil(lambda: tab.compare.has_after)


def test_a_mask_is_painted_where_the_picture_lies_as_it_came(
    qtbot: QtBot, tab: RestoreTab, photo: Photo, studio: FakeStudio
) -> None:
    work_on(qtbot, tab, photo("a.png"), FillStep(), CropStep(width=50))
    drag(tab, (500, 100), (540, 100))
    assert mask_of(tab.steps.steps()[0])[100, 520] == 1
    qtbot.waitUntil(lambda: tab.compare.has_after)
    assert newest(studio).steps == tab.steps.steps()[:1]


# -- what is seen ------------------------------------------------------------------------------


def test_a_step_is_seen_alone_before_and_after(
    qtbot: QtBot, tab: RestoreTab, photo: Photo, studio: FakeStudio
) -> None:
    steps = (FinishStep(contrast=20), FinishStep(gamma=2), FinishStep(tint=9))
    work_on(qtbot, tab, photo("a.png"), *steps, chosen=1)
    qtbot.waitUntil(lambda: tab.compare.has_after)
    tab._compare(1)
    qtbot.waitUntil(lambda: newest(studio).steps == steps[:2])
    assert asked(studio, PreviewSteps)[-2].steps == steps[:1]
    tab._compare(-1)
    qtbot.waitUntil(lambda: newest(studio).steps == steps)


def boxes(studio: FakeStudio) -> list[tuple[int, int, int, int]]:
    """What was asked for at full size."""
    return [spec.box for spec in asked(studio, PreviewSteps) if spec.box]


@pytest.mark.usefixtures("large")
def test_a_large_picture_is_seen_small_and_what_is_looked_at_closer_at_full_size(
    qtbot: QtBot,
    tab: RestoreTab,
    photo: Photo,
    studio: FakeStudio,
) -> None:
    work_on(qtbot, tab, photo("a.png"), FinishStep(contrast=20))
    qtbot.waitUntil(lambda: tab.compare.has_after)
    assert (newest(studio).longest, newest(studio).box) == (800, None)
    tab.compare.zoom_to(2.0)
    qtbot.waitUntil(lambda: newest(studio).longest == 0)
    box = newest(studio).box
    assert box is not None
    assert box[2] <= tab.compare.width() / 2 + 2
    qtbot.waitUntil(lambda: tab.compare._patch.picture is not None)
    tab.steps.replace_step(0, FinishStep(contrast=30))
    qtbot.waitUntil(lambda: newest(studio).steps == (FinishStep(contrast=30),))
    assert newest(studio).longest == 0  # what is not in sight can wait
    tab.compare.fit()
    qtbot.waitUntil(lambda: newest(studio).longest == 800)


@pytest.mark.usefixtures("large")
def test_of_much_in_sight_the_middle_comes_first(
    qtbot: QtBot,
    tab: RestoreTab,
    photo: Photo,
    studio: FakeStudio,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(restore_stage, "MIDDLE_PX", 10_000)
    work_on(qtbot, tab, photo("a.png"), FinishStep(contrast=20))
    qtbot.waitUntil(lambda: tab.compare.has_after)
    tab.compare.zoom_to(2.0)
    qtbot.waitUntil(lambda: len(boxes(studio)) == 2)
    small, all_of_it = (QRect(*box) for box in boxes(studio))
    assert small.width() * small.height() == pytest.approx(10_000, rel=0.05)
    assert all_of_it.contains(small)
    assert (small.center() - all_of_it.center()).manhattanLength() <= 2
    qtbot.wait(300)
    assert len(boxes(studio)) == 2  # both are there: nothing more is asked


@pytest.mark.usefixtures("large")
def test_what_is_cropped_is_seen_closer_before_and_after(
    qtbot: QtBot,
    tab: RestoreTab,
    photo: Photo,
    studio: FakeStudio,
) -> None:
    crop, finish = CropStep(left=50, width=50), FinishStep(contrast=20)
    work_on(qtbot, tab, photo("a.png"), crop, finish, chosen=1)
    qtbot.waitUntil(lambda: tab.compare.has_after)
    tab.compare.zoom_to(3.0)
    qtbot.waitUntil(lambda: newest(studio).box is not None and newest(studio).steps == (crop,))
    near = [spec for spec in asked(studio, PreviewSteps) if spec.steps == (crop, finish)][-1]
    assert near.box == newest(studio).box
    qtbot.waitUntil(lambda: tab.compare._closer.picture is not None)
    elsewhere = tab.compare._closer.picture
    tab.steps.replace_step(0, CropStep(left=40, width=50))
    qtbot.waitUntil(lambda: tab.compare._closer.picture is not elsewhere)


def test_a_step_that_cannot_run_does_not_hide_the_others(
    qtbot: QtBot, engine: EngineThread, only_own: None, photo: Photo, studio: FakeStudio
) -> None:
    tab = opened(qtbot, engine)
    work_on(qtbot, tab, photo("a.png"), FinishStep(contrast=20), OldPhotoStep(), chosen=1)
    qtbot.waitUntil(lambda: tab.compare.has_after)
    assert newest(studio).steps == (FinishStep(contrast=20),)
    assert "No model" in tab.lacks()
    assert "Old photos" in tab.hands.missing.words.text()
    assert not tab.hands.missing.isHidden()
    tab._tell()
    assert not tab.panel.main.isEnabled()


def test_without_steps_nothing_is_done_and_three_ways_to_begin_are_offered(
    qtbot: QtBot, tab: RestoreTab, photo: Photo, studio: FakeStudio
) -> None:
    assert tab.lacks() == NOTHING
    assert len(tab.invite.cards) == 3
    for card in tab.invite.cards:
        assert card.preset.picture.is_file()
    tab.open_paths([photo("a.png")])
    assert not tab.presets.isHidden()
    tab.use(tab.invite.cards[0].preset)
    assert [type(step) for step in tab.steps.steps()] == [ScratchesStep, OldPhotoStep]
    assert tab.presets.isHidden()
    tab.start()
    qtbot.waitUntil(lambda: bool(asked(studio, Apply)))


def test_steps_are_remembered_and_what_was_painted_is_not(
    qtbot: QtBot, tab: RestoreTab, photo: Photo, engine: EngineThread
) -> None:
    work_on(qtbot, tab, photo("a.png"), FillStep(), ColourStep(saturation=150))
    drag(tab, (100, 100), (140, 100))
    tab.save()
    again = opened(qtbot, engine)
    assert again.steps.steps() == (FillStep(), ColourStep(saturation=150))


def test_a_recipe_brings_its_mask_to_the_picture_at_hand(
    qtbot: QtBot, tab: RestoreTab, photo: Photo
) -> None:
    plane = np.zeros((1, 480, 640), np.float32)
    plane[:, 50:90, 200:300] = 1
    work_on(qtbot, tab, photo("a.png"), FinishStep())
    tab.steps.chain.replace_all((FillStep(png=masks.packed(plane)), ColourStep()))
    tab.steps.choose(0)
    assert tab.hands.mask.sheet.grey(QRect(250, 70, 1, 1)).pixelColor(0, 0) == QColor("white")
    drag(tab, (400, 300), (440, 300))
    mask = mask_of(tab.steps.steps()[0])
    assert mask[70, 250] == mask[300, 420] == 1


def test_the_hand_leaves_the_other_buttons_and_the_wheel_to_the_picture(
    qtbot: QtBot, tab: RestoreTab, photo: Photo
) -> None:
    work_on(qtbot, tab, photo("a.png"), ColourStep(hints=(Hint(9, 9, "#112233"),)))
    tab.compare.zoom_to(3.0)
    before = QPointF(tab.compare.viewport.centre)
    drag(tab, (320, 240), (300, 240), button=Qt.MouseButton.RightButton)
    assert tab.compare.viewport.centre != before
    assert len(tab.hands.dots.dots) <= 1


def test_what_cannot_be_is_said_on_the_picture_for_as_long_as_it_is_wanted(
    qtbot: QtBot, tab: RestoreTab, photo: Photo, studio: FakeStudio
) -> None:
    studio.refuses = UserError("The mask covers the whole picture.", "Leave out what is to stay.")
    work_on(qtbot, tab, photo("a.png"), FillStep())
    tab.hands.mask_tools.invert.emit()
    qtbot.waitUntil(lambda: "covers the whole" in tab.compare._message)
    assert not tab.hands.mask.sheet.blank  # nothing is lost
    studio.refuses = None
    tab.hands.undo()
    qtbot.waitUntil(lambda: tab.compare._message == "")


def test_in_a_large_picture_scratches_are_looked_for_once_the_mask_is_wanted(
    qtbot: QtBot,
    tab: RestoreTab,
    photo: Photo,
    studio: FakeStudio,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(restore_proposal, "LIVE_PX", 1000)
    work_on(qtbot, tab, photo("a.png"), ScratchesStep())
    qtbot.waitUntil(lambda: tab.compare.has_after)
    assert not asked(studio, ProposeMask)
    tab.hands.scratch_tools.button.click()
    qtbot.waitUntil(lambda: len(tab.steps.steps()) == 2)
    assert tab.steps.steps()[1].box == (30, 10, 30, 10)


@pytest.mark.usefixtures("large")
def test_where_a_step_is_slow_a_rough_result_comes_first(
    qtbot: QtBot,
    tab: RestoreTab,
    photo: Photo,
    studio: FakeStudio,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(restore_stage, "ROUGH", 300)
    work_on(qtbot, tab, photo("a.png"), OldPhotoStep(), FinishStep(contrast=20), chosen=1)
    qtbot.waitUntil(lambda: newest(studio).longest == 800)
    qtbot.wait(200)
    assert [spec.longest for spec in asked(studio, PreviewSteps)] == [300, 800]
    tab.steps.set_steps((FinishStep(contrast=20),), 0)
    qtbot.waitUntil(lambda: newest(studio).steps == (FinishStep(contrast=20),))
    assert newest(studio).longest == 800  # quick as it is


@pytest.mark.usefixtures("large")
def test_what_is_looked_at_closely_does_not_wait_for_all_of_it(
    qtbot: QtBot,
    tab: RestoreTab,
    photo: Photo,
    studio: FakeStudio,
) -> None:
    work_on(qtbot, tab, photo("a.png"))
    tab.compare.zoom_to(2.0)
    tab.steps.set_steps((OldPhotoStep(),), 0)
    qtbot.waitUntil(lambda: tab.compare.has_after)
    first, last = [spec for spec in asked(studio, PreviewSteps) if spec.steps][:1], newest(studio)
    assert (first[0].longest, first[0].box is None) == (0, False)
    assert last.box is None
    assert tab.compare._patch.picture is not None  # it stays on what is seen around it
