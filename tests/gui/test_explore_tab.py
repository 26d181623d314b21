from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine import places
from engine.latent import pad as plane
from engine.specs import (
    DrawPlaces,
    Edit,
    Faces,
    KeepDirection,
    OwnDirection,
    Place,
    Walk,
)
from gui import paint
from gui.jobs import EngineThread
from gui.prefs import Prefs
from gui.tabs.explore import ExploreTab
from gui.tabs.explore_bench import MIX
from gui.tabs.remembered import read_places
from gui.theme import Theme
from gui.window import Window
from tests.gui.fake_dreams import MODEL, FakeDreams, write_face, write_generator


def shown(explore: ExploreTab) -> list[Place]:
    """The places whose pictures come, from now on."""
    seen: list[Place] = []
    explore.session.drawn.connect(lambda shown: seen.append(shown.facts["place"]))
    return seen


def settle(qtbot: QtBot, explore: ExploreTab) -> None:
    qtbot.waitUntil(lambda: not explore.journey._settled.isActive())


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
    qtbot: QtBot, dreams: FakeDreams, home: Path, only_own: None, no_thread_left: None
) -> Iterator[Window]:
    """A window without any generator, at Explore."""
    made = Window(EngineThread(lambda: dreams, dress=paint.dress), Prefs(), Theme())
    qtbot.addWidget(made)
    made.show()
    made.send("Explore", [])
    yield made
    made.close()


def test_the_newest_position_wins_and_no_older_one_follows(
    qtbot: QtBot, explore: ExploreTab, dreams: FakeDreams
) -> None:
    seen = shown(explore)
    dreams.drawn.clear()
    pad = explore.pad
    QTest.mousePress(pad, Qt.MouseButton.LeftButton, pos=QPoint(40, 60))
    for x in range(41, 241):
        QTest.mouseMove(pad, QPoint(x, 60))
    QTest.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=QPoint(240, 60))
    qtbot.waitUntil(lambda: bool(seen) and seen[-1] == explore.journey.place)
    across = [place.x for place in seen]
    assert across == sorted(across)
    large = [spec for spec in dreams.of(DrawPlaces) if spec.edge == 256]
    assert len(large) < 100, "positions that nobody saw were drawn"


def test_dragging_the_picture_moves_the_handle_the_same_way(
    qtbot: QtBot, explore: ExploreTab
) -> None:
    middle, side = explore.view.area().center().toPoint(), explore.view.area().width()
    QTest.mousePress(explore.view, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(explore.view, middle + QPoint(round(side / 4), 0))
    QTest.mouseRelease(explore.view, Qt.MouseButton.LeftButton, pos=middle)
    assert explore.journey.place.x == pytest.approx(1.0, abs=0.01)
    assert explore.pad.at.x() == explore.journey.place.x


def test_a_drag_is_one_step_and_undo_and_redo_go_there_and_back(
    qtbot: QtBot, explore: ExploreTab
) -> None:
    explore.window().activateWindow()
    explore.pad.setFocus()
    start = explore.journey.place
    for _ in range(5):
        explore.pad.nudge(QPointF(0.1, 0))
    moved = explore.journey.place
    settle(qtbot, explore)
    explore.directions.truncation.set_value(1.0)
    settle(qtbot, explore)
    assert explore.journey.place.truncation == 1
    qtbot.keyClick(explore.pad, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert explore.journey.place == moved
    assert explore.directions.truncation.value() == 0.7
    explore.panel.undo.click()
    assert explore.journey.place == start
    assert explore.pad.at == QPointF(0, 0)
    assert not explore.panel.undo.isEnabled()
    qtbot.keyClick(explore.pad, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert explore.journey.place == moved


def test_a_slider_edits_along_its_direction_and_nought_takes_it_away(
    qtbot: QtBot, explore: ExploreTab
) -> None:
    qtbot.waitUntil(lambda: "pca:2" in explore.directions.shown)
    row = explore.directions.shown["pca:2"]
    row.slider.setValue(15)
    assert explore.journey.place.edits == (Edit("pca:2", 1.5),)
    row.value.reset.emit()
    assert explore.journey.place.edits == ()
    row.slider.setValue(99)
    assert row.amount() == 3
    explore.directions.wide.setChecked(True)
    row.slider.setValue(99)
    assert row.amount() == 9.9


def test_a_direction_keeps_its_name_and_its_layers(
    qtbot: QtBot, explore: ExploreTab, dreams: FakeDreams
) -> None:
    qtbot.waitUntil(lambda: "pca:1" in explore.directions.shown)
    explore.directions.shown["pca:1"].slider.setValue(10)
    about = explore.directions.directions[0]
    explore.directions._keep(about, "Turn", "coarse")
    qtbot.waitUntil(lambda: explore.directions.shown["pca:1"].name.text() == "Turn")
    kept = dreams.of(KeepDirection)[-1]
    assert (kept.direction, kept.name, kept.layers) == ("pca:1", "Turn", "coarse")
    assert explore.journey.place.edits == (Edit("pca:1", 1.0, "coarse"),)
    explore.directions._limit(about, "no layers")
    assert len(dreams.of(KeepDirection)) == 1


def test_two_handfuls_make_a_direction_of_ones_own(
    qtbot: QtBot, explore: ExploreTab, dreams: FakeDreams
) -> None:
    own = explore.directions.own
    own.a.add.emit()
    assert not own.make.isEnabled()
    explore.pad.nudge(QPointF(1, 0))
    own.b.add.emit()
    own.name.setText("Smile")
    own.make.click()
    qtbot.waitUntil(lambda: "own:Smile" in explore.directions.shown)
    made = dreams.of(OwnDirection)[-1]
    assert [len(made.a), len(made.b), made.b[0].x] == [1, 1, 1.0]
    assert explore.journey.place.edits[-1] == Edit("own:Smile", 1.0)


def test_mixing_takes_bands_from_a_seed_and_gives_them_back(explore: ExploreTab) -> None:
    explore.panel.pages.turn_to(MIX)
    explore.mix.seed.setValue(205)
    explore.mix.bands["fine"].click()
    (mix,) = explore.journey.place.mixes
    assert (mix.layers, plane.seed_of(mix.source)) == ("fine", 205)
    explore.mix.bands["coarse"].click()
    assert {mix.layers for mix in explore.journey.place.mixes} == {"coarse", "fine"}
    explore.mix.seed.setValue(7)
    assert {plane.seed_of(mix.source) for mix in explore.journey.place.mixes} == {7}
    explore.journey.undo()
    assert explore.mix.bands["fine"].isChecked() == bool(explore.journey.place.mixes)


def test_one_layer_leaves_nothing_to_mix_and_says_so(
    qtbot: QtBot, dreams: FakeDreams, dream_window: Window
) -> None:
    dreams.layers = 1
    dream_window.send("Explore", [])
    page: Any = dream_window.stack.currentWidget()
    qtbot.waitUntil(lambda: page.facts is not None)
    page.panel.pages.turn_to(MIX)
    assert page.mix.none.isVisible()
    assert not page.mix.some.isVisible()


def test_a_picture_with_its_place_leads_back_there(
    qtbot: QtBot, explore: ExploreTab, tmp_path: Path
) -> None:
    there = Place(MODEL, 3.0, 2.5, truncation=0.4, edits=(Edit("sefa:3", -1.5),))
    write_face(tmp_path / "face.png", there)
    explore.open_paths([tmp_path / "face.png"])
    qtbot.waitUntil(lambda: explore.journey.place == there)
    assert explore.pad.at == QPointF(3, 2.5)
    assert explore.directions.truncation.value() == 0.4
    explore.directions.kind.setCurrentIndex(1)
    assert explore.directions.shown["sefa:3"].amount() == -1.5
    explore.panel.undo.click()
    assert explore.journey.place == Place(MODEL)


def test_a_place_of_another_generator_opens_that(
    qtbot: QtBot, explore: ExploreTab, tmp_path: Path
) -> None:
    write_generator("cats")
    explore.walk.add_here()
    there = Place("cats", 1.0, 1.0)
    write_face(tmp_path / "cat.png", there)
    explore.open_paths([tmp_path / "cat.png"])
    qtbot.waitUntil(lambda: explore.journey.place == there)
    assert explore.facts is not None
    assert explore.facts.model == "cats"
    assert not explore.journey.history.may_undo
    assert explore.walk.strip.keys == [], "key faces belong to their generator"
    explore.walk.add_here()
    assert [key.model for key in explore.walk.kept()] == ["cats", MODEL]
    explore._open(Place(MODEL))
    qtbot.waitUntil(lambda: explore.facts.model == MODEL)
    assert [key.model for key in explore.walk.kept()] == [MODEL, "cats"]


def test_a_generator_that_is_gone_gives_way_to_another(
    qtbot: QtBot, dream_window: Window, explore: ExploreTab
) -> None:
    write_generator("cats")
    (places.models() / f"{MODEL}.safetensors").unlink()
    dream_window.go_to(0)
    dream_window.send("Explore", [])
    qtbot.waitUntil(lambda: explore.facts is not None and explore.facts.model == "cats")
    assert explore.journey.place == Place("cats")
    (places.models() / "cats.safetensors").unlink()
    dream_window.go_to(0)
    dream_window.send("Explore", [])
    assert explore.middle.currentWidget() is explore.empty


def test_key_faces_are_put_in_order_played_and_remembered(
    qtbot: QtBot, dream_window: Window, explore: ExploreTab, dreams: FakeDreams, home: Path
) -> None:
    for _ in range(3):
        explore.start()
        explore.pad.nudge(QPointF(1, 0))
    strip = explore.walk.strip
    assert [explore.walk.places[key.number].x for key in strip.keys] == [0, 1, 2]
    strip.moved.emit(0, 2)
    assert [explore.walk.places[key.number].x for key in strip.keys] == [1, 2, 0]
    strip.removed.emit(strip.keys[1].number)
    explore.walk.loop.trigger()
    explore.walk.set_settings(frames=4, rate=120.0)
    explore.walk.play.click()
    qtbot.waitUntil(lambda: strip._progress is not None and strip._progress > 1)
    assert explore.walk.player.on
    explore.pad.nudge(QPointF(0, 1))
    assert not explore.walk.player.on
    spec = dreams.of(Walk)[-1]
    assert [key.x for key in spec.keys] == [1, 0]
    assert spec.loop
    explore.save()
    dream_window.prefs.save()
    assert [key.x for key in read_places(Prefs(home / "settings.ini"), "explore/keys")] == [1, 0]


def test_a_face_sent_to_upscale_is_a_file_there(
    qtbot: QtBot, dream_window: Window, explore: ExploreTab, dreams: FakeDreams
) -> None:
    explore.upscale.click()
    qtbot.waitUntil(lambda: dream_window.stack.currentWidget() is not explore)
    upscale: Any = dream_window.stack.currentWidget()
    assert upscale.name == "Upscale"
    (path,) = upscale.sources
    assert path.is_file()
    assert dreams.of(Faces)[-1].places == (explore.journey.place,)
