from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.latent import pad as plane
from engine.specs import (
    DragPoints,
    DrawPlaces,
    Edit,
    Faces,
    KeepDirection,
    OwnDirection,
    Place,
    Project,
    Walk,
)
from gui import paint
from gui.jobs import EngineThread
from gui.prefs import Prefs
from gui.tabs.explore import ExploreTab
from gui.tabs.explore_bench import MIX, POINTS
from gui.tabs.remembered import read_places
from gui.theme import Theme
from gui.widgets.face_view import Hand
from gui.window import Window
from tests.gui.fake_dreams import MODEL, FakeDreams, write_face, write_generator


@pytest.fixture
def studio() -> FakeDreams:
    return FakeDreams()


@pytest.fixture
def window(qtbot: QtBot, studio: FakeDreams, home: Path, no_thread_left: None) -> Iterator[Window]:
    write_generator()
    engine = EngineThread(lambda: studio, dress=paint.dress)
    made = Window(engine, Prefs(home / "settings.ini"), Theme())
    qtbot.addWidget(made)
    made.resize(1100, 700)
    made.show()
    yield made
    if studio.hold is not None:
        studio.hold.set()
    made.close()


@pytest.fixture
def tab(qtbot: QtBot, window: Window) -> ExploreTab:
    window.go_to([tab.name for tab in window._found].index("Explore"))
    page = window.stack.currentWidget()
    assert isinstance(page, ExploreTab)
    page.journey._settled.setInterval(20)
    qtbot.waitUntil(lambda: page.view._picture is not None)
    qtbot.waitUntil(lambda: not page.session.busy("thumbs"))
    return page


def asked(studio: FakeDreams, kind: type) -> list[Any]:
    return [spec for spec in studio.asked if isinstance(spec, kind)]


def shown(tab: ExploreTab) -> list[Place]:
    """The places whose pictures come, from now on."""
    seen: list[Place] = []
    tab.session.drawn.connect(lambda shown: seen.append(shown.facts["place"]))
    return seen


def settle(qtbot: QtBot, tab: ExploreTab) -> None:
    qtbot.waitUntil(lambda: not tab.journey._settled.isActive())


def test_without_a_generator_the_tab_invites(qtbot: QtBot, desk_window: Window) -> None:
    page = desk_window.stack.currentWidget()
    assert isinstance(page, ExploreTab)
    assert page.middle.currentWidget() is page.empty
    assert not page.pad.isVisible()
    page.start()
    page.open_paths([Path("nothing.png")])
    write_generator()
    desk_window.go_to(0)
    desk_window.send("Explore", [])
    qtbot.waitUntil(lambda: page.view._picture is not None)
    assert page.middle.currentWidget() is page.view


@pytest.fixture
def desk_window(
    qtbot: QtBot, studio: FakeDreams, home: Path, no_thread_left: None
) -> Iterator[Window]:
    """A window without any generator, at Explore."""
    made = Window(EngineThread(lambda: studio, dress=paint.dress), Prefs(), Theme())
    qtbot.addWidget(made)
    made.show()
    made.send("Explore", [])
    yield made
    made.close()


def test_the_newest_position_wins_and_no_older_one_follows(
    qtbot: QtBot, tab: ExploreTab, studio: FakeDreams
) -> None:
    seen = shown(tab)
    studio.drawn.clear()
    pad = tab.pad
    QTest.mousePress(pad, Qt.MouseButton.LeftButton, pos=QPoint(40, 60))
    for x in range(41, 241):
        QTest.mouseMove(pad, QPoint(x, 60))
    QTest.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=QPoint(240, 60))
    qtbot.waitUntil(lambda: bool(seen) and seen[-1] == tab.journey.place)
    across = [place.x for place in seen]
    assert across == sorted(across)
    large = [spec for spec in asked(studio, DrawPlaces) if spec.edge == 256]
    assert len(large) < 100, "positions that nobody saw were drawn"


def test_dragging_the_picture_moves_the_handle_the_same_way(qtbot: QtBot, tab: ExploreTab) -> None:
    middle, side = tab.view.area().center().toPoint(), tab.view.area().width()
    QTest.mousePress(tab.view, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(tab.view, middle + QPoint(round(side / 4), 0))
    QTest.mouseRelease(tab.view, Qt.MouseButton.LeftButton, pos=middle)
    assert tab.journey.place.x == pytest.approx(1.0, abs=0.01)
    assert tab.pad.at.x() == tab.journey.place.x


def test_a_drag_is_one_step_and_undo_and_redo_go_there_and_back(
    qtbot: QtBot, tab: ExploreTab
) -> None:
    tab.window().activateWindow()
    tab.pad.setFocus()
    start = tab.journey.place
    for _ in range(5):
        tab.pad.nudge(QPointF(0.1, 0))
    moved = tab.journey.place
    settle(qtbot, tab)
    tab.directions.truncation.set_value(1.0)
    settle(qtbot, tab)
    assert tab.journey.place.truncation == 1
    qtbot.keyClick(tab.pad, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert tab.journey.place == moved
    assert tab.directions.truncation.value() == 0.7
    tab.panel.undo.click()
    assert tab.journey.place == start
    assert tab.pad.at == QPointF(0, 0)
    assert not tab.panel.undo.isEnabled()
    qtbot.keyClick(tab.pad, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert tab.journey.place == moved


def test_a_slider_edits_along_its_direction_and_nought_takes_it_away(
    qtbot: QtBot, tab: ExploreTab
) -> None:
    qtbot.waitUntil(lambda: "pca:2" in tab.directions.shown)
    row = tab.directions.shown["pca:2"]
    row.slider.setValue(15)
    assert tab.journey.place.edits == (Edit("pca:2", 1.5),)
    row.value.reset.emit()
    assert tab.journey.place.edits == ()
    row.slider.setValue(99)
    assert row.amount() == 3
    tab.directions.wide.setChecked(True)
    row.slider.setValue(99)
    assert row.amount() == 9.9


def test_a_direction_keeps_its_name_and_its_layers(
    qtbot: QtBot, tab: ExploreTab, studio: FakeDreams
) -> None:
    qtbot.waitUntil(lambda: "pca:1" in tab.directions.shown)
    tab.directions.shown["pca:1"].slider.setValue(10)
    about = tab.directions.directions[0]
    tab.directions._keep(about, "Turn", "coarse")
    qtbot.waitUntil(lambda: tab.directions.shown["pca:1"].name.text() == "Turn")
    kept = asked(studio, KeepDirection)[-1]
    assert (kept.direction, kept.name, kept.layers) == ("pca:1", "Turn", "coarse")
    assert tab.journey.place.edits == (Edit("pca:1", 1.0, "coarse"),)
    tab.directions._limit(about, "no layers")
    assert len(asked(studio, KeepDirection)) == 1


def test_two_handfuls_make_a_direction_of_ones_own(
    qtbot: QtBot, tab: ExploreTab, studio: FakeDreams
) -> None:
    own = tab.directions.own
    own.a.add.emit()
    assert not own.make.isEnabled()
    tab.pad.nudge(QPointF(1, 0))
    own.b.add.emit()
    own.name.setText("Smile")
    own.make.click()
    qtbot.waitUntil(lambda: "own:Smile" in tab.directions.shown)
    made = asked(studio, OwnDirection)[-1]
    assert [len(made.a), len(made.b), made.b[0].x] == [1, 1, 1.0]
    assert tab.journey.place.edits[-1] == Edit("own:Smile", 1.0)


def test_mixing_takes_bands_from_a_seed_and_gives_them_back(tab: ExploreTab) -> None:
    tab.panel.pages.turn_to(MIX)
    tab.mix.seed.setValue(205)
    tab.mix.bands["fine"].click()
    (mix,) = tab.journey.place.mixes
    assert (mix.layers, plane.seed_of(mix.source)) == ("fine", 205)
    tab.mix.bands["coarse"].click()
    assert {mix.layers for mix in tab.journey.place.mixes} == {"coarse", "fine"}
    tab.mix.seed.setValue(7)
    assert {plane.seed_of(mix.source) for mix in tab.journey.place.mixes} == {7}
    tab.journey.undo()
    assert tab.mix.bands["fine"].isChecked() == bool(tab.journey.place.mixes)


def test_one_layer_leaves_nothing_to_mix_and_says_so(
    qtbot: QtBot, studio: FakeDreams, window: Window
) -> None:
    studio.layers = 1
    window.send("Explore", [])
    page: Any = window.stack.currentWidget()
    qtbot.waitUntil(lambda: page.facts is not None)
    page.panel.pages.turn_to(MIX)
    assert page.mix.none.isVisible()
    assert not page.mix.some.isVisible()


def test_a_picture_with_its_place_leads_back_there(
    qtbot: QtBot, tab: ExploreTab, tmp_path: Path
) -> None:
    there = Place(MODEL, 3.0, 2.5, truncation=0.4, edits=(Edit("sefa:3", -1.5),))
    write_face(tmp_path / "face.png", there)
    tab.open_paths([tmp_path / "face.png"])
    qtbot.waitUntil(lambda: tab.journey.place == there)
    assert tab.pad.at == QPointF(3, 2.5)
    assert tab.directions.truncation.value() == 0.4
    tab.directions.kind.setCurrentIndex(1)
    assert tab.directions.shown["sefa:3"].amount() == -1.5
    tab.panel.undo.click()
    assert tab.journey.place == Place(MODEL)


def test_a_place_of_another_generator_opens_that(
    qtbot: QtBot, tab: ExploreTab, tmp_path: Path
) -> None:
    write_generator("cats")
    there = Place("cats", 1.0, 1.0)
    write_face(tmp_path / "cat.png", there)
    tab.open_paths([tmp_path / "cat.png"])
    qtbot.waitUntil(lambda: tab.journey.place == there)
    assert tab.facts is not None
    assert tab.facts.model == "cats"
    assert not tab.journey.history.may_undo


def test_a_photo_goes_into_the_frame_and_its_face_is_found(
    qtbot: QtBot, tab: ExploreTab, studio: FakeDreams, photo: Callable[..., Path]
) -> None:
    path = photo("me.png")
    tab.open_paths([path])
    qtbot.waitUntil(lambda: tab.middle.currentWidget() is tab.photo.align)
    assert tab.photo.isVisible()
    tab.photo.zoom.set_value(2.0)
    tab.photo.turn.set_value(10.0)
    tab.start()
    qtbot.waitUntil(lambda: tab.journey.place.w == ((2.0,),))
    spec = asked(studio, Project)[-1]
    assert spec.box == (320, 240, 240)
    assert spec.angle == 10
    assert tab.middle.currentWidget() is tab.view
    assert tab.view._beside is not None
    tab.photo.show_photo.setChecked(False)
    assert tab.view._beside is None


def test_a_search_that_is_stopped_keeps_the_best_so_far(
    qtbot: QtBot, window: Window, tab: ExploreTab, studio: FakeDreams, photo: Callable[..., Path]
) -> None:
    studio.hold, studio.looks = Event(), 100
    tab.open_paths([photo("me.png")])
    qtbot.waitUntil(lambda: tab.photo.main.isVisible())
    tab.start()
    qtbot.waitUntil(lambda: tab.photo.best is not None)
    window.strip.end.click()
    studio.hold.set()
    qtbot.waitUntil(lambda: not tab.photo.running)
    assert tab.journey.place == tab.photo.best
    assert "best so far" in tab.photo.words.text()


def pull(tab: ExploreTab) -> None:
    """A pair of points, from the middle to its right."""
    middle = tab.view.area().center().toPoint()
    QTest.mousePress(tab.view, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(tab.view, middle + QPoint(80, 0))
    QTest.mouseRelease(tab.view, Qt.MouseButton.LeftButton, pos=middle + QPoint(80, 0))


def test_points_are_pulled_to_their_targets_and_undo_takes_it_back(
    qtbot: QtBot, tab: ExploreTab, studio: FakeDreams
) -> None:
    before = tab.journey.place
    tab.panel.pages.turn_to(POINTS)
    assert tab.view.hand is Hand.POINTS
    assert not tab.points.main.isEnabled()
    pull(tab)
    assert tab.journey.place == before, "on this page a drag places points"
    tab.start()
    qtbot.waitUntil(lambda: not tab.points.running)
    spec = asked(studio, DragPoints)[-1]
    assert spec.pulls[0].handle == pytest.approx((0.5, 0.5), abs=0.01)
    assert spec.mask is None
    assert tab.journey.place.w == ((1.0,),)
    assert tab.view.points.pairs[0].handle == tab.view.points.pairs[0].target
    tab.panel.undo.click()
    assert tab.journey.place == before
    tab.panel.pages.turn_to(MIX)
    assert tab.view.hand is Hand.MOVE


def test_escape_stops_the_pull_where_it_is(
    qtbot: QtBot, window: Window, tab: ExploreTab, studio: FakeDreams
) -> None:
    studio.hold, studio.pulls = Event(), 50
    tab.panel.pages.turn_to(POINTS)
    pull(tab)
    tab.start()
    qtbot.waitUntil(lambda: tab.journey.place.w is not None)
    window._escape()
    studio.hold.set()
    qtbot.waitUntil(lambda: not tab.points.running)
    assert len(studio.closed) == 1
    assert tab.journey.place.w is not None
    assert "Stopped" in tab.points.words.text()


def test_moving_on_the_pad_leaves_a_pull_behind(
    qtbot: QtBot, tab: ExploreTab, studio: FakeDreams
) -> None:
    studio.hold, studio.pulls = Event(), 50
    tab.panel.pages.turn_to(POINTS)
    pull(tab)
    tab.start()
    qtbot.waitUntil(lambda: tab.journey.place.w is not None)
    tab.pad.nudge(QPointF(1, 0))
    studio.hold.set()
    qtbot.waitUntil(lambda: bool(studio.closed))
    qtbot.wait(30)
    assert tab.journey.place.w is None
    assert tab.journey.place.x == 1


def test_a_painted_mask_goes_along(qtbot: QtBot, tab: ExploreTab, studio: FakeDreams) -> None:
    tab.panel.pages.turn_to(POINTS)
    pull(tab)
    tab.points.brush.click()
    QTest.mouseClick(tab.view, Qt.MouseButton.LeftButton, pos=tab.view.area().center().toPoint())
    tab.start()
    qtbot.waitUntil(lambda: bool(asked(studio, DragPoints)))
    mask = asked(studio, DragPoints)[-1].mask
    assert len(mask.may_move) == mask.width * mask.height
    middle = mask.may_move[mask.width * (mask.height // 2) + mask.width // 2]
    assert (middle, mask.may_move[0]) == (255, 0)


def test_key_faces_are_put_in_order_played_and_remembered(
    qtbot: QtBot, window: Window, tab: ExploreTab, studio: FakeDreams, home: Path
) -> None:
    for _ in range(3):
        tab.start()
        tab.pad.nudge(QPointF(1, 0))
    strip = tab.walk.strip
    assert [tab.walk.places[key.number].x for key in strip.keys] == [0, 1, 2]
    strip.moved.emit(0, 2)
    assert [tab.walk.places[key.number].x for key in strip.keys] == [1, 2, 0]
    strip.removed.emit(strip.keys[1].number)
    tab.walk.loop.trigger()
    tab.walk.set_settings(frames=4, rate=120.0)
    tab.walk.play.click()
    qtbot.waitUntil(lambda: strip._progress is not None and strip._progress > 1)
    assert tab.walk.player.on
    tab.pad.nudge(QPointF(0, 1))
    assert not tab.walk.player.on
    spec = asked(studio, Walk)[-1]
    assert [key.x for key in spec.keys] == [1, 0]
    assert spec.loop
    tab.save()
    window.prefs.save()
    assert [key.x for key in read_places(Prefs(home / "settings.ini"), "explore/keys")] == [1, 0]


def test_a_face_sent_to_upscale_is_a_file_there(
    qtbot: QtBot, window: Window, tab: ExploreTab, studio: FakeDreams
) -> None:
    tab.upscale.click()
    qtbot.waitUntil(lambda: window.stack.currentWidget() is not tab)
    upscale: Any = window.stack.currentWidget()
    assert upscale.name == "Upscale"
    (path,) = upscale.sources
    assert path.is_file()
    assert asked(studio, Faces)[-1].places == (tab.journey.place,)
