from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.specs import (
    DragPoints,
    Project,
)
from gui.tabs.explore import ExploreTab
from gui.tabs.explore_bench import MIX, POINTS
from gui.widgets.face_view import Hand
from gui.window import Window
from tests.gui.fake_dreams import FakeDreams


def test_a_photo_goes_into_the_frame_and_its_face_is_found(
    qtbot: QtBot, explore: ExploreTab, dreams: FakeDreams, photo: Callable[..., Path]
) -> None:
    path = photo("me.png")
    explore.open_paths([path])
    qtbot.waitUntil(lambda: explore.middle.currentWidget() is explore.photo.align)
    assert explore.photo.isVisible()
    explore.photo.zoom.set_value(2.0)
    explore.photo.turn.set_value(10.0)
    explore.start()
    qtbot.waitUntil(lambda: explore.journey.place.w == ((2.0,),))
    spec = dreams.of(Project)[-1]
    assert spec.box == (320, 240, 240)
    assert spec.angle == 10
    assert explore.middle.currentWidget() is explore.view
    assert explore.view._beside is not None
    explore.photo.show_photo.setChecked(False)
    assert explore.view._beside is None


def test_a_search_that_is_stopped_keeps_the_best_so_far(
    qtbot: QtBot,
    dream_window: Window,
    explore: ExploreTab,
    dreams: FakeDreams,
    photo: Callable[..., Path],
) -> None:
    dreams.hold, dreams.looks = Event(), 100
    explore.open_paths([photo("me.png")])
    qtbot.waitUntil(lambda: explore.photo.main.isVisible())
    explore.start()
    qtbot.waitUntil(lambda: explore.photo.best is not None)
    dream_window.strip.end.click()
    dreams.hold.set()
    qtbot.waitUntil(lambda: not explore.photo.running)
    assert explore.photo.best is not None
    assert explore.journey.place.w == explore.photo.best.w
    assert "best so far" in explore.photo.words.text()


def pull(explore: ExploreTab) -> None:
    """A pair of points, from the middle to its right."""
    middle = explore.view.area().center().toPoint()
    QTest.mousePress(explore.view, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(explore.view, middle + QPoint(80, 0))
    QTest.mouseRelease(explore.view, Qt.MouseButton.LeftButton, pos=middle + QPoint(80, 0))


def test_points_are_pulled_to_their_targets_and_undo_takes_it_back(
    qtbot: QtBot, explore: ExploreTab, dreams: FakeDreams
) -> None:
    before = explore.journey.place
    explore.panel.pages.turn_to(POINTS)
    assert explore.view.hand is Hand.POINTS
    assert not explore.points.main.isEnabled()
    pull(explore)
    assert explore.journey.place == before, "on this page a drag places points"
    explore.start()
    qtbot.waitUntil(lambda: not explore.points.running)
    spec = dreams.of(DragPoints)[-1]
    assert spec.pulls[0].handle == pytest.approx((0.5, 0.5), abs=0.01)
    assert spec.mask is None
    assert explore.journey.place.w == ((1.0,),)
    assert explore.view.points.pairs[0].handle == explore.view.points.pairs[0].target
    explore.panel.undo.click()
    assert explore.journey.place == before
    explore.panel.pages.turn_to(MIX)
    assert explore.view.hand is Hand.MOVE


def test_escape_stops_the_pull_where_it_is(
    qtbot: QtBot, dream_window: Window, explore: ExploreTab, dreams: FakeDreams
) -> None:
    dreams.hold, dreams.pulls = Event(), 50
    explore.panel.pages.turn_to(POINTS)
    pull(explore)
    explore.start()
    qtbot.waitUntil(lambda: explore.journey.place.w is not None)
    dream_window._escape()
    dreams.hold.set()
    qtbot.waitUntil(lambda: not explore.points.running)
    assert len(dreams.closed) == 1
    assert explore.journey.place.w is not None
    assert "Stopped" in explore.points.words.text()


def test_moving_on_the_pad_leaves_a_pull_behind(
    qtbot: QtBot, explore: ExploreTab, dreams: FakeDreams
) -> None:
    dreams.hold, dreams.pulls = Event(), 50
    explore.panel.pages.turn_to(POINTS)
    pull(explore)
    explore.start()
    qtbot.waitUntil(lambda: explore.journey.place.w is not None)
    explore.pad.nudge(QPointF(1, 0))
    dreams.hold.set()
    qtbot.waitUntil(lambda: bool(dreams.closed))
    qtbot.wait(30)
    assert explore.journey.place.w is None
    assert explore.journey.place.x == 1


def test_a_painted_mask_goes_along(qtbot: QtBot, explore: ExploreTab, dreams: FakeDreams) -> None:
    explore.panel.pages.turn_to(POINTS)
    pull(explore)
    explore.points.brush.click()
    QTest.mouseClick(
        explore.view, Qt.MouseButton.LeftButton, pos=explore.view.area().center().toPoint()
    )
    explore.start()
    qtbot.waitUntil(lambda: bool(dreams.of(DragPoints)))
    mask = dreams.of(DragPoints)[-1].mask
    assert len(mask.may_move) == mask.width * mask.height
    inner = mask.may_move[mask.width * (mask.height // 2) + mask.width // 2]
    assert (inner, mask.may_move[0]) == (255, 0)
