from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from engine import steps as step_lists
from engine.specs import (
    STEPS,
    ColourStep,
    CropStep,
    DenoiseStep,
    FillStep,
    FinishStep,
    Hint,
    ResizeStep,
    RotateStep,
    ScratchesStep,
    StyleStep,
    UpscaleStep,
)
from gui.numbers import Number
from gui.tabs.steps_chain import Chain
from gui.tabs.steps_editors import Turn
from gui.tabs.steps_panel import StepsPanel
from tests.gui.headers import write_model
from tests.gui.steps_panels import BRIGHT, GREY, TURN, Reader, opened, told


@pytest.fixture
def reader() -> Reader:
    return Reader()


@pytest.fixture
def panel(
    qtbot: QtBot, reader: Reader, only_own: None, no_thread_left: None
) -> Iterator[StepsPanel]:
    yield from opened(qtbot, reader)


def cards(panel: StepsPanel) -> list[str]:
    return [card.name.text() for card in panel.list.cards]


def slider(panel: StepsPanel, name: str) -> Any:
    form = panel.settings.form
    assert form is not None
    editor = form.editors[name]
    assert isinstance(editor, Number)
    assert editor.row is not None
    return editor.row


def test_it_begins_with_an_invitation_and_a_menu_of_every_step(panel: StepsPanel) -> None:
    assert not panel.empty.isHidden()
    panel._fill_add()
    rows = [action.text() for action in panel.add_menu.actions() if action.text()]
    assert len(rows) == 12
    assert all(len(row.split("\t")[1]) > 10 for row in rows)


def test_a_step_without_a_model_cannot_be_added_and_says_why(panel: StepsPanel) -> None:
    write_model("mine", "denoise")
    panel._fill_add()
    rows = {a.text().split("\t")[0]: a for a in panel.add_menu.actions() if a.text()}
    assert "No model" in rows["Colour"].text()
    assert not rows["Colour"].isEnabled()
    assert rows["Denoise"].isEnabled()
    assert rows["Fill in"].isEnabled()  # Telea can do it


def test_an_added_step_is_chosen_and_its_settings_are_live(panel: StepsPanel) -> None:
    places, changes = told(panel.added), told(panel.changed)
    panel.chain.add(FinishStep())
    assert (places, panel.chosen(), cards(panel)) == ([(0,)], 0, ["Finish"])
    before = len(changes)
    slider(panel, "brightness").set_value(35)
    assert panel.steps() == (FinishStep(brightness=35),)
    assert len(changes) == before + 1
    assert panel.list.cards[0].words.text() == "Brightness 35"


def test_a_setting_that_no_slider_can_show_stays_until_it_is_turned(panel: StepsPanel) -> None:
    crop = CropStep(left=10.123, top=3.21, width=33.333, height=44.4)
    panel.set_steps((crop,), 0)
    assert panel.steps() == (crop,)
    slider(panel, "left").set_value(50)
    assert panel.steps() == (CropStep(left=50, top=3.21, width=33.333, height=44.4),)
    slider(panel, "width").slider.setValue(10_000)
    assert step_lists.faults(panel.steps()) == {}


def test_a_missing_model_is_told_on_the_card_and_stays_chosen(panel: StepsPanel) -> None:
    write_model("mine", "denoise")
    panel.set_steps((DenoiseStep(model="theirs"), BRIGHT), 0)
    assert "no model called theirs" in panel.list.cards[0].fault.text()
    form = panel.settings.form
    assert form is not None
    assert form.editors["model"].value() == "theirs"
    form.editors["model"].set_value("mine")
    form.editors["model"].changed.emit()
    assert panel.steps()[0] == DenoiseStep(model="mine")
    assert not step_lists.faults(panel.steps())


def test_what_cannot_follow_says_so_in_place_and_moving_mends_it(panel: StepsPanel) -> None:
    panel.set_steps((CropStep(), FillStep(png=b"x")), 1)
    assert panel.list.cards[1].fault.text().startswith("Cannot follow step 1 (crop)")
    assert panel.list.cards[1].words.text() == ""
    panel.chain.move(1, 0)
    assert not step_lists.faults(panel.steps())
    assert [card.fault.isHidden() for card in panel.list.cards] == [True, True]


def test_a_step_that_is_off_is_not_at_fault(panel: StepsPanel) -> None:
    panel.set_steps((StyleStep(), BRIGHT))
    assert list(step_lists.faults(panel.steps())) == [0]
    panel.list.cards[0].eye.click()
    assert not step_lists.faults(panel.steps())
    assert [step.on for step in panel.steps()] == [False, True]


def test_what_waits_for_paint_says_so_quietly(panel: StepsPanel) -> None:
    panel.set_steps((FillStep(), BRIGHT))
    card = panel.list.cards[0]
    assert (card.words.text(), card.fault.isHidden()) == ("Paint what is to go", True)
    assert "has no mask" in step_lists.faults(panel.steps())[0].what


def test_the_model_comes_after_what_one_turns_and_is_folded_where_there_is_no_choice(
    panel: StepsPanel,
) -> None:
    write_model("one", "denoise")
    write_model("two", "denoise")
    write_model("only", "upscale")
    panel.set_steps((DenoiseStep(), UpscaleStep()), 0)
    form = panel.settings.form
    assert form is not None
    rows = [form.rows.itemAt(at).widget() for at in range(form.rows.count())]
    assert rows.index(form.editors["model"]) > rows.index(form.editors["blend"])
    panel.choose(1)
    form = panel.settings.form
    assert form is not None
    assert form.editors["model"].parent() is form.parts["Advanced"].body


def test_a_mask_is_added_before_what_moves_pixels(panel: StepsPanel) -> None:
    panel.set_steps((BRIGHT, TURN, GREY))
    panel.chain.add(FillStep())
    assert [type(step) for step in panel.steps()].index(FillStep) == 1


def test_keys_move_switch_duplicate_and_remove(qtbot: QtBot, panel: StepsPanel) -> None:
    panel.set_steps((BRIGHT, TURN, GREY), 0)
    keys = panel.keys()
    alt, control = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
    first = panel.list.cards[0]
    QTest.keyClick(first, Qt.Key.Key_Down, alt)
    assert panel.steps() == (TURN, BRIGHT, GREY)
    assert panel.keys() == (keys[1], keys[0], keys[2])
    assert panel.chosen() == 1
    assert panel.list.cards[1] is first
    QTest.keyClick(first, Qt.Key.Key_D, control)
    assert panel.steps() == (TURN, BRIGHT, BRIGHT, GREY)
    assert panel.chosen() == 2
    QTest.keyClick(panel.list.cards[2], Qt.Key.Key_Space)
    assert not panel.steps()[2].on
    QTest.keyClick(panel.list.cards[2], Qt.Key.Key_Delete)
    QTest.keyClick(panel.list.cards[0], Qt.Key.Key_Up, alt)  # it is the first already
    assert panel.steps() == (TURN, BRIGHT, GREY)


def test_a_card_is_dragged_to_its_new_place(qtbot: QtBot, panel: StepsPanel) -> None:
    panel.set_steps((BRIGHT, TURN, GREY), 0)
    card = panel.list.cards[0]
    qtbot.waitUntil(lambda: card.height() > 20 and panel.list.cards[2].y() > card.height())
    left, start = Qt.MouseButton.LeftButton, QPoint(60, 12)
    moved, changes = told(panel.list.moved), told(panel.changed)
    QTest.mousePress(card, left, Qt.KeyboardModifier.NoModifier, start)
    for far in range(0, 200, 8):
        QTest.mouseMove(card, QPoint(60, 12 + far - card.y()))
        qtbot.wait(2)
    assert not changes  # it is still in the hand
    QTest.mouseRelease(card, left, Qt.KeyboardModifier.NoModifier, start)
    assert panel.steps() == (TURN, GREY, BRIGHT)
    assert moved == [(0, 2)]
    assert [each.number.text() for each in panel.list.cards] == ["1", "2", "3"]


def test_undo_and_redo_bring_steps_back_with_their_keys(qtbot: QtBot, panel: StepsPanel) -> None:
    panel.set_steps((BRIGHT, TURN))
    keys = panel.keys()
    assert not panel.undo()
    panel.chain.remove(0)
    panel.chain.add(GREY)
    assert panel.undo()
    assert panel.undo()
    assert (panel.steps(), panel.keys()) == ((BRIGHT, TURN), keys)
    assert panel.redo()
    assert panel.steps() == (TURN,)
    panel.chain.add(ResizeStep())
    assert not panel.redo()


def test_a_slider_that_is_dragged_is_one_thing_to_undo(panel: StepsPanel) -> None:
    panel.set_steps((FinishStep(),), 0)
    for value in (10, 20, 30):
        slider(panel, "contrast").set_value(value)
    assert panel.back.isEnabled()
    assert panel.undo()
    assert panel.steps() == (FinishStep(),)
    assert slider(panel, "contrast").value() == 0
    assert panel.redo()
    assert panel.steps() == (FinishStep(contrast=30),)


def test_undo_leaves_what_was_painted_since(panel: StepsPanel) -> None:
    panel.set_steps((FillStep(), BRIGHT), 1)
    slider(panel, "brightness").set_value(50)
    painted = FillStep(png=b"painted", box=(1, 2, 3, 4))
    panel.replace_step(0, painted)
    panel.undo()
    assert panel.steps() == (painted, BRIGHT)


def test_settings_as_usual_keep_what_was_painted(panel: StepsPanel) -> None:
    dots = (Hint(1, 2, "#ff0000"),)
    panel.set_steps((ColourStep(saturation=20, hints=dots),), 0)
    panel.list._ask(0, "usual")
    assert panel.steps() == (ColourStep(hints=dots),)
    assert "1 dot of colour" in panel.list.cards[0].card.words


def test_many_changes_from_the_picture_make_no_new_widgets(panel: StepsPanel) -> None:
    panel.set_steps((CropStep(), BRIGHT), 0)
    there, form = list(panel.list.cards), panel.settings.form
    for left in range(50):
        panel.replace_step(0, CropStep(left=left, width=50))
    assert panel.list.cards == there
    assert panel.settings.form is form
    assert slider(panel, "left").value() == 49
    assert not panel.chain.may_undo


def test_step_by_step_tells_which_one_is_looked_at(panel: StepsPanel) -> None:
    panel.set_steps((BRIGHT, TURN), 0)
    seen = told(panel.compared)
    panel.alone.click()
    panel.list.cards[1].pressed.emit()
    panel.alone.click()
    assert seen == [(0,), (1,), (-1,)]
    panel.alone.click()
    panel.chain.remove(0)  # one alone is all of it
    assert seen[-1] == (-1,)
    assert not panel.alone.isEnabled()


def test_tools_stand_above_the_settings_and_survive(panel: StepsPanel) -> None:
    panel.set_steps((BRIGHT, TURN), 0)
    tools, other = QWidget(), QWidget()
    panel.set_tools(tools)
    assert panel.settings.box.indexOf(tools) < panel.settings.box.indexOf(panel.settings.form)
    panel.set_tools(other)
    assert tools.parent() is None
    panel.set_tools(None)
    assert other.parent() is None


def test_setting_the_same_steps_again_says_nothing(panel: StepsPanel) -> None:
    panel.set_steps((BRIGHT, TURN), 0)
    changes = told(panel.changed)
    panel.set_steps((BRIGHT, TURN), 1)
    assert changes == []
    assert panel.chosen() == 1


def test_every_step_is_told_in_brief(panel: StepsPanel) -> None:
    every = (
        UpscaleStep(scale=3),
        ScratchesStep(sensitivity=70),
        FillStep(mask=Path("m.png")),
        StyleStep(style=Path("a.png"), strength=40),
        RotateStep(angle=-90, mirror=True),
        ResizeStep(longest=512),
        CropStep(width=50),
        ColourStep(recolour=True),
        *(kind() for kind in STEPS),
    )
    panel.set_steps(every)
    words = [card.card.words for card in panel.list.cards]
    assert all(0 < len(each) < 30 for each in words)
    assert words[:8] == [
        "3 \u00d7",
        "Sensitivity 70 %",
        "Mask m.png",
        "Of a.png · Strength 40 %",
        "-90\u00b0 · mirrored",
        "Long side 512 px",
        "50 \u00d7 100 % of it",
        "Replace colours",
    ]


def test_the_chain_forgets_nothing_between_keys(qtbot: QtBot, panel: StepsPanel) -> None:
    chain = Chain(panel)
    chain.start((BRIGHT, TURN))
    chain.duplicate(0)
    keys = [link.key for link in chain.links]
    assert len(set(keys)) == 3
    assert chain.place(keys[1]) == 1
    assert chain.place(99) == -1


def test_quarter_turns_and_straightening_are_one_angle(panel: StepsPanel) -> None:
    panel.set_steps((RotateStep(angle=-100.5),), 0)
    form = panel.settings.form
    assert form is not None
    turn = form.editors["angle"]
    assert isinstance(turn, Turn)
    assert turn.fine.value() == -10.5
    turn.fine.set_value(2)
    assert panel.steps() == (RotateStep(angle=-88),)
    for angle in (2, 92, -178, -88, 2):
        turn.right.click()
        assert panel.steps() == (RotateStep(angle=angle),)
    turn.left.click()
    assert panel.steps() == (RotateStep(angle=-88),)
    assert step_lists.faults(panel.steps()) == {}


def test_every_kind_of_step_has_settings_that_keep_its_values(panel: StepsPanel) -> None:
    for kind in STEPS:
        panel.set_steps((kind(),), 0)
        form = panel.settings.form
        assert form is not None
        assert form.isVisible()
        assert panel.steps() == (kind(),)


def test_the_settings_of_a_step_come_into_sight_and_its_card_stays(
    qtbot: QtBot, panel: StepsPanel
) -> None:
    area = panel.window()
    assert isinstance(area, QScrollArea)
    area.resize(320, 420)
    panel.set_steps((BRIGHT, TURN, GREY, FinishStep(), FinishStep()), 0)
    qtbot.waitUntil(lambda: area.verticalScrollBar().maximum() > 0)
    card = panel.list.cards[2]
    QTest.mouseClick(card, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: area.verticalScrollBar().value() > 0)
    seen = area.viewport().rect()
    assert seen.contains(card.mapTo(area.viewport(), QPoint(0, 0)))
    assert seen.contains(slider(panel, "brightness").mapTo(area.viewport(), QPoint(0, 0)))
