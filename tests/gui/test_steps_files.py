from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engine import places
from engine import steps as step_lists
from engine.errors import UserError
from engine.specs import FillStep
from gui.tabs.steps_panel import StepsPanel
from tests.gui.steps_panels import BRIGHT, GREY, TURN, Reader, opened, said, told


@pytest.fixture
def reader() -> Reader:
    return Reader()


@pytest.fixture
def panel(
    qtbot: QtBot, reader: Reader, only_own: None, no_thread_left: None
) -> Iterator[StepsPanel]:
    yield from opened(qtbot, reader)


def test_a_recipe_is_saved_opened_and_remembered(
    qtbot: QtBot, panel: StepsPanel, tmp_path: Path
) -> None:
    panel.set_steps((BRIGHT, TURN))
    file = tmp_path / "old-print.toml"
    panel.recipes.save(file, panel.steps())
    qtbot.waitUntil(lambda: "old-print.toml" in said(panel))
    panel.set_steps((GREY,))
    everything = told(panel.replaced)
    panel.open_recipe(file)
    qtbot.waitUntil(lambda: panel.steps() == (BRIGHT, TURN))
    assert everything == [()]
    assert "Old print: 2 steps." in said(panel)
    panel._fill_menu()
    assert "Old print" in [action.text() for action in panel.menu.actions()]
    assert panel.undo()
    assert panel.steps() == (GREY,)
    file.unlink()
    assert panel.recipes.recent() == []


def test_a_recipe_with_paint_in_it_says_that_it_fits_one_picture(
    qtbot: QtBot, panel: StepsPanel, tmp_path: Path
) -> None:
    painted = (FillStep(png=b"x", box=(0, 0, 1, 1)),)
    panel.recipes.save(tmp_path / "mine.toml", painted)
    qtbot.waitUntil(lambda: "fits this picture alone" in said(panel))
    assert step_lists.read(tmp_path / "mine.toml") == painted


def test_recipes_that_come_with_it_can_be_read() -> None:
    files = sorted((places.shipped("assets") / "recipes").glob("*.toml"))
    assert files
    assert all(step_lists.read(file) for file in files)


def test_a_bad_recipe_is_refused_and_the_chain_stays(
    qtbot: QtBot, panel: StepsPanel, tmp_path: Path
) -> None:
    panel.set_steps((BRIGHT,))
    bad = tmp_path / "bad.toml"
    bad.write_text('[[step]]\ndo = "polish"\n')
    panel.open_recipe(bad)
    qtbot.waitUntil(lambda: "Step 1 is unknown: polish" in said(panel))
    assert panel.steps() == (BRIGHT,)


def test_a_picture_offers_its_steps_and_never_takes_over_unasked(
    qtbot: QtBot, panel: StepsPanel, reader: Reader, photo: Callable[..., Path]
) -> None:
    panel.set_steps((GREY,))
    made = photo("made.png")
    reader.said["made.png"] = (BRIGHT, TURN)
    panel.offer(made)
    qtbot.waitUntil(lambda: not panel.offered.isHidden())
    assert "finish, rotate" in panel.offer_words.text()
    assert panel.steps() == (GREY,)
    panel.use.click()
    assert panel.steps() == (BRIGHT, TURN)
    assert panel.offered.isHidden()


def test_damaged_notes_are_told_and_pictures_without_any_stay_silent(
    qtbot: QtBot, panel: StepsPanel, reader: Reader, photo: Callable[..., Path]
) -> None:
    reader.said["bad.png"] = UserError("What this picture says of its steps is damaged.", "Anew.")
    panel.offer(photo("bad.png"))
    qtbot.waitUntil(lambda: not panel.offered.isHidden())
    assert "damaged" in panel.offer_words.text()
    assert panel.use.isHidden()
    panel.offer(photo("plain.png"))
    with qtbot.waitSignal(panel.recipes.silent):
        pass
    assert panel.offered.isHidden()
    panel.open_recipe(photo("plain.png"))
    qtbot.waitUntil(lambda: "does not say how it was made" in said(panel))
