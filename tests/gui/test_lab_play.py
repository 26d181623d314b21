"""Duel, Map and Generate in the Lab tab, over the real engine."""

import json
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from engine.specs_lab import FAILURES, LabDuel, LabGenerate, LabMap
from gui import paint
from gui.jobs import EngineThread
from gui.prefs import Prefs
from gui.tabs.lab_duel import LANES, plain
from gui.theme import Theme
from gui.window import Window

SMALL = LabDuel(hidden=8, batch=16, layers=1)
SOON = 60_000  # ms: the first of all loads torch


def studio():
    from engine.studio import Studio

    return Studio()


@pytest.fixture
def lab(qtbot, home, no_thread_left):
    """The Lab tab of a window."""
    window = Window(EngineThread(studio, dress=paint.dress), Prefs(home / "s.ini"), Theme())
    qtbot.addWidget(window)
    window.resize(1100, 700)
    window.show()
    window.send("Lab", [])
    yield window.stack.currentWidget()
    window.close()


@pytest.fixture
def duel(qtbot, lab):
    """Its Duel, with a small one to be seen."""
    lab.show_spec(SMALL)
    page = lab.page()
    qtbot.waitUntil(lambda: page.stage.plane.sight.heat is not None, timeout=SOON)
    return page


def played(qtbot, page, steps=3):
    page.play()
    qtbot.waitUntil(lambda: page.step >= steps, timeout=SOON)
    page.play()
    qtbot.waitUntil(lambda: not page.playing)


def pressed(qtbot, page, button, steps):
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    settled = lambda: page.step == steps and not any(map(page.asker.busy, LANES))  # noqa: E731
    qtbot.waitUntil(settled, timeout=SOON)


def test_a_duel_is_seen_before_it_is_played_and_moves_by_single_steps(qtbot, duel):
    sight = duel.stage.plane.sight
    assert len(sight.real) == len(sight.made) == len(sight.arrows)
    assert duel.step == 0
    buttons = {each.text(): each for each in duel.stage.findChildren(type(duel.stage.go))}
    pressed(qtbot, duel, buttons["Step D"], 1)
    assert np.array_equal(duel.stage.plane.sight.made, sight.made)  # G has not moved
    assert not np.array_equal(duel.stage.plane.sight.heat.heights, sight.heat.heights)
    pressed(qtbot, duel, buttons["Step G"], 2)
    assert not np.array_equal(duel.stage.plane.sight.made, sight.made)
    qtbot.waitUntil(lambda: {"D", "G"} == set(duel.stage.charts["losses"].lines))
    pressed(qtbot, duel, buttons["Reset"], 0)
    qtbot.waitUntil(lambda: np.array_equal(duel.stage.plane.sight.made, sight.made))


def test_play_goes_on_until_it_is_paused_and_then_from_there(qtbot, lab, duel):
    played(qtbot, duel)
    at = duel.step
    assert duel.stage.go.text() == "Play"
    qtbot.waitUntil(lambda: {"real", "made"} == set(duel.stage.charts["opinions"].lines))
    assert {"modes", "divergence"} <= set(duel.values)
    played(qtbot, duel, at + 2)
    assert duel.stage.charts["losses"].lines["D"].steps[0] < at


def test_it_can_be_slowed_while_it_plays(qtbot, duel):
    duel.play()
    qtbot.waitUntil(lambda: duel.step > 0, timeout=SOON)
    duel.stage.slow.setValue(duel.stage.slow.maximum())
    qtbot.waitUntil(lambda: not duel._settled.isActive())
    qtbot.wait(300)
    at = duel.step
    qtbot.wait(600)
    assert duel.playing
    assert 0 <= duel.step - at <= 1  # 1.25 s a step
    duel.play()
    qtbot.waitUntil(lambda: not duel.playing)


def test_other_settings_begin_another_duel_and_time_does_not(qtbot, lab, duel):
    played(qtbot, duel)
    at = duel.step
    lab.show_spec(replace(SMALL, seconds=7))
    qtbot.wait(400)
    assert duel.step == at
    lab.show_spec(replace(SMALL, distribution="two-gaussians"))
    qtbot.waitUntil(lambda: "real" in duel.stage.densities.lines, timeout=SOON)
    assert duel.step == 0
    assert duel.stage.middle.currentWidget() is duel.stage.densities
    assert "best discriminator" in duel.stage.densities.lines


def test_a_distribution_is_drawn_by_hand(qtbot, lab, duel):
    duel.stage.draw.setChecked(True)
    assert lab.spec().distribution == "drawn"
    plane = duel.stage.plane
    for place in ((-1, -1), (1, 1), (-1, 1)):
        QTest.mousePress(plane, Qt.MouseButton.LeftButton, pos=plane.field.spot(*place).toPoint())
        QTest.mouseRelease(plane, Qt.MouseButton.LeftButton)
    assert len(lab.spec().points) == len(plane.sketch.points) > 3
    duel.play()
    qtbot.waitUntil(lambda: plane.sight.real is not None and duel.step > 0, timeout=SOON)
    assert not duel.stage.draw.isChecked()
    far = np.linalg.norm(plane.sight.real[:, None] - [[-1, -1], [1, 1], [-1, 1]], axis=2).min(1)
    assert np.quantile(far, 0.9) < 0.5  # what is real lies where it was drawn
    duel.play()
    qtbot.waitUntil(lambda: not duel.playing)
    duel.stage.clear.click()
    assert lab.spec().points == ()


def test_it_fails_and_is_mended_side_by_side(qtbot, lab, duel):
    failure = FAILURES[1]
    small = replace(failure, broken=replace(failure.broken, hidden=8), mended=(SMALL,))
    duel.see_it_fail(small)
    qtbot.waitUntil(lambda: duel.step > 0, timeout=SOON)
    assert plain(lab.spec()) == plain(small.broken)
    assert duel.stage.failure.isVisible()
    assert duel.stage.failure.buttons[0].isChecked()
    duel.stage.failure.buttons[1].click()
    assert duel.stage.before.isVisible()
    assert duel.stage.before.sight.real is not None
    assert plain(lab.spec()) == plain(SMALL)
    assert duel.stage.failure.buttons[1].isChecked()
    qtbot.waitUntil(lambda: duel.step > 0, timeout=SOON)
    lab.show_spec(replace(SMALL, distribution="spiral"))
    assert not duel.stage.failure.isVisible()
    assert not duel.stage.before.isVisible()
    lab.stop()


def test_a_duel_is_saved_and_taken_up_where_it_was(qtbot, lab, duel, tmp_path):
    played(qtbot, duel, 4)
    at, values = duel.step, dict(duel.values)
    path = tmp_path / "duel.json"
    lab.save_state(path)
    qtbot.waitUntil(lambda: path.exists() and "weights" in json.loads(path.read_text()))
    lab.show_spec(replace(SMALL, hidden=12))
    qtbot.waitUntil(lambda: duel.step == 0)
    lab.open_paths([path])
    qtbot.waitUntil(lambda: duel.step == at, timeout=SOON)
    assert lab.spec().hidden == 8
    assert duel.values["divergence"] == pytest.approx(values["divergence"])
    qtbot.wait(400)
    played(qtbot, duel, at + 1)  # the same duel: it did not begin anew


def changed(page, old):
    """Whether other real points are there."""
    now = page.stage.plane.sight.real
    return now is not None and now is not old


def test_points_of_a_csv_file_are_a_distribution(qtbot, lab, duel, tmp_path):
    path = tmp_path / "points.csv"
    path.write_text("0.4,0.4\n-0.4,-0.4\n")
    lab.open_paths([path])
    assert (lab.spec().distribution, lab.spec().drawn) == ("drawn", path)
    old = duel.stage.plane.sight.real
    qtbot.waitUntil(lambda: changed(duel, old), timeout=SOON)
    assert np.abs(np.abs(duel.stage.plane.sight.real) - 1).max() < 0.6


def test_keys_move_a_duel(qtbot, duel):
    duel.stage.plane.setFocus()
    for key in (Qt.Key.Key_B, Qt.Key.Key_R, Qt.Key.Key_D, Qt.Key.Key_D, Qt.Key.Key_G):
        QTest.keyClick(duel.stage.plane, key)
    qtbot.waitUntil(lambda: duel.step == 3, timeout=SOON)  # none since the reset is lost
    plane = duel.stage.plane
    before = plane.grab().toImage()
    assert (plane.show_arrows, plane.show_mesh) == (True, False)
    QTest.keyClick(plane, Qt.Key.Key_A)
    QTest.keyClick(plane, Qt.Key.Key_M)
    assert (plane.show_arrows, plane.show_mesh) == (False, True)
    assert len(plane.sight.mesh) == 14 * 14
    assert plane.grab().toImage() != before


@pytest.fixture
def drawn_map(qtbot, lab):
    """A map that has hardly learned."""
    lab.show_spec(LabMap(steps=4, shown=40, hidden=8))
    page = lab.page()
    assert page.stage.stack.currentIndex() == 0  # an invitation
    page.stage.invite.main.click()
    qtbot.waitUntil(lambda: page.stage.stack.currentIndex() == 1)
    qtbot.waitUntil(lambda: not lab.session.running, timeout=SOON)
    return page


def test_three_maps_are_linked_and_answer(qtbot, drawn_map):
    stage = drawn_map.stage
    assert [len(each.places) for each in stage.clouds.values()] == [40, 40, 40]
    assert len(stage.chips.chips) == 10
    view = stage.clouds["vae"]
    spot = view.field.to_pane(view.places)[7]
    QTest.mouseMove(view, QPoint(*spot.round().astype(int).tolist()))
    qtbot.waitUntil(lambda: view.lit >= 0)
    assert {each.lit for each in stage.clouds.values()} == {view.lit}
    assert stage.nearest.image is not None
    assert f"picture {view.lit + 1}" in stage.nearest.words
    drawn_map.go_to("autoencoder", 0.1, 0.2)
    qtbot.waitUntil(lambda: stage.decoded.image is not None, timeout=SOON)
    assert stage.clouds["autoencoder"].handle == (0.1, 0.2)
    assert stage.clouds["vae"].handle is None
    stage.chips.chips[3].click()
    assert view.hidden == {3}
    stage.tiles.setChecked(True)
    qtbot.waitUntil(lambda: all(each.tiles for each in stage.clouds.values()), timeout=SOON)
    assert "% alike" in view.words


def test_maps_are_saved_and_opened_as_they_were(qtbot, lab, drawn_map, tmp_path):
    path = tmp_path / "map.json"
    places = {name: each.places for name, each in drawn_map.stage.clouds.items()}
    lab.save_state(path)
    drawn_map.begun(drawn_map.spec)
    lab.open_paths([path])
    for name, cloud in drawn_map.stage.clouds.items():
        assert np.allclose(cloud.places, places[name], atol=1e-6)
    drawn_map.light(3)
    assert drawn_map.stage.nearest.image.width() > 8
    drawn_map.go_to("vae", 0, 0)
    assert not drawn_map.asker.busy("decode")
    path.write_text(path.read_text().replace('"places"', '"gone"'))
    lab.open_paths([path])
    assert drawn_map.stage.stack.currentIndex() == 0


def test_what_is_decoded_follows_the_hand(qtbot, drawn_map):
    pictures = []
    for place in ((-2.0, 0.0), (2.0, 2.0)):
        drawn_map.stage.decoded.show_picture(None)
        drawn_map.go_to("pca", *place)
        qtbot.waitUntil(lambda: drawn_map.stage.decoded.image is not None, timeout=SOON)
        pictures.append(drawn_map.stage.decoded.image)
    assert pictures[0] != pictures[1]


@pytest.mark.parametrize(("maker", "latent"), [("variational", 2), ("conditional", 5)])
def test_made_pictures_lie_on_a_plane(qtbot, lab, maker, latent):
    lab.show_spec(LabGenerate(steps=3, maker=maker, latent=latent, limit=200))
    page = lab.page()
    lab.start()
    qtbot.waitUntil(lambda: page.play.awake, timeout=SOON)
    qtbot.waitUntil(lambda: not lab.session.running, timeout=SOON)
    play = page.play
    assert play.isVisible()
    qtbot.waitUntil(lambda: play.picture.image is not None and len(play.pad._thumbs) > 9)
    first = play.picture.image
    play.pad.nudge(QPoint(2, 1).toPointF())
    qtbot.waitUntil(lambda: play.picture.image != first, timeout=SOON)
    assert play.class_row.isVisible() == (maker == "conditional")
    assert play.dice.isVisible() == (latent > 2)
    before = play.picture.image
    play.slide.setValue(40)
    qtbot.waitUntil(lambda: play.picture.image != before, timeout=SOON)
    if play.names:
        before = play.picture.image
        play.classes.button(7).click()
        qtbot.waitUntil(lambda: play.picture.image != before, timeout=SOON)
