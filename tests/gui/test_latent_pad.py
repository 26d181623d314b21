from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, QSizeF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui.widgets.drift import Drift, heading
from gui.widgets.latent_pad import LatentPad
from gui.widgets.plane import EDGE, LEAST, MOST, Plane, nearest


@pytest.fixture
def plane() -> Plane:
    made = Plane()
    made.pane = QSizeF(280, 200)
    return made


@pytest.fixture
def pad(qtbot: QtBot) -> LatentPad:
    made = LatentPad()
    qtbot.addWidget(made)
    made.setFixedSize(280, 260)
    made.show()
    return made


def moves(pad: LatentPad) -> list[tuple[float, float]]:
    said: list[tuple[float, float]] = []
    pad.moved.connect(lambda x, y: said.append((round(x, 4), round(y, 4))))
    return said


def drag(pad: LatentPad, *spots: tuple[int, int]) -> None:
    QTest.mousePress(pad, Qt.MouseButton.LeftButton, pos=QPoint(*spots[0]))
    for spot in spots[1:]:
        QTest.mouseMove(pad, QPoint(*spot))
    QTest.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=QPoint(*spots[-1]))


def spot_of(pad: LatentPad, x: float, y: float) -> QPoint:
    return pad.plane.to_pane(QPointF(x, y)).toPoint()


def test_pane_and_plane_are_inverse(plane: Plane) -> None:
    plane.centre = QPointF(3.5, -7)
    for point in (QPointF(0, 0), QPointF(-3.25, 9)):
        assert plane.to_plane(plane.to_pane(point)) == point
    assert plane.to_pane(plane.centre) == QPointF(140, 100)


def test_zooming_holds_what_lies_under_the_mouse_and_has_limits(plane: Plane) -> None:
    spot = QPointF(30, 40)
    held = plane.to_plane(spot)
    plane.zoom(1.7, spot)
    assert (plane.to_plane(spot) - held).manhattanLength() < 1e-9
    plane.zoom(1e6, spot)
    assert plane.unit == MOST
    plane.zoom(1e-6, spot)
    assert plane.unit == LEAST


def test_what_is_seen_comes_nearest_first(plane: Plane) -> None:
    cells = plane.cells()
    assert cells[0] == (0, 0)
    assert set(cells) == {(x, y) for x in range(-2, 3) for y in range(-1, 2)}


def test_a_point_is_revealed_with_the_smallest_move(plane: Plane) -> None:
    plane.reveal(QPointF(1, 0))
    assert plane.centre == QPointF(0, 0)
    plane.reveal(QPointF(10, 0))
    assert plane.to_pane(QPointF(10, 0)).x() == pytest.approx(280 - EDGE)
    assert plane.centre.y() == 0


def test_dragging_puts_the_handle_under_the_mouse(pad: LatentPad) -> None:
    said = moves(pad)
    drag(pad, (140, 130), (166, 130), (192, 156))
    assert said == [(0.5, 0.0), (1.0, 0.5)]
    assert pad.at == QPointF(1.0, 0.5)


def test_dragging_beyond_the_edge_moves_the_plane_and_back_again(pad: LatentPad) -> None:
    drag(pad, (140, 130), (266, 130), (370, 130))
    assert pad.at.x() == pytest.approx((370 - 140) / 52)
    assert pad.plane.to_pane(pad.at).x() == pytest.approx(280 - EDGE)
    drag(pad, (266, 130), (370, 130), (140, 130))
    assert pad.plane.to_pane(pad.at).x() == pytest.approx(140)


def test_a_click_on_a_thumbnail_jumps_to_it_and_between_two_to_the_spot(pad: LatentPad) -> None:
    said = moves(pad)
    near = spot_of(pad, 1, 1) + QPoint(9, -7)
    QTest.mouseClick(pad, Qt.MouseButton.LeftButton, pos=near)
    QTest.mouseClick(pad, Qt.MouseButton.LeftButton, pos=spot_of(pad, 0.5, 0))
    assert said == [(1, 1), (0.5, 0)]


def test_a_double_click_recentres(pad: LatentPad) -> None:
    QTest.mouseDClick(pad, Qt.MouseButton.LeftButton, pos=spot_of(pad, 2, 1))
    assert pad.plane.centre == QPointF(2, 1)


def test_keys_nudge_step_snap_and_reset(pad: LatentPad) -> None:
    QTest.keyClick(pad, Qt.Key.Key_Right)
    QTest.keyClick(pad, Qt.Key.Key_Down)
    assert (round(pad.at.x(), 3), round(pad.at.y(), 3)) == (0.1, 0.1)
    QTest.keyClick(pad, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert pad.at == QPointF(-1, 0)
    pad.nudge(QPointF(0.3, 0.6))
    QTest.keyClick(pad, Qt.Key.Key_S)
    assert pad.at == QPointF(-1, 1)
    before = pad.plane.unit
    QTest.keyClick(pad, Qt.Key.Key_Plus)
    assert pad.plane.unit > before
    QTest.keyClick(pad, Qt.Key.Key_Home)
    assert pad.at == QPointF(0, 0)
    assert pad.plane.unit == before


def test_thumbnails_are_asked_for_once_until_outdated(pad: LatentPad) -> None:
    first = pad.missing(4)
    assert first[0] == (0, 0)
    assert not set(first) & set(pad.missing(400))
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    pad.set_thumb((0, 0), image)
    assert pad.grab().toImage().pixelColor(spot_of(pad, 0.3, 0.3)).red() > 200
    assert pad.missing(400) == []
    pad.outdate_thumbs()
    assert (0, 0) in pad.missing(400)
    assert pad.grab().toImage().pixelColor(spot_of(pad, 0.3, 0.3)).red() > 200


def test_a_face_off_the_plane_is_left_by_any_move_even_to_the_same_spot(pad: LatentPad) -> None:
    said = moves(pad)
    pad.snap()
    assert said == []
    pad.set_off(True)
    pad.snap()
    assert said == [(0, 0)]


def test_drift_walks_on_and_stops_at_the_touch(qtbot: QtBot, pad: LatentPad) -> None:
    said = moves(pad)
    QTest.keyClick(pad, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: len(said) > 3)
    drag(pad, (140, 130), (166, 130))
    assert not pad.drift.on


def test_drift_goes_as_far_as_its_speed_says(qtbot: QtBot, monkeypatch: Any) -> None:
    now = [0.0]
    monkeypatch.setattr("gui.widgets.drift.monotonic", lambda: now[0])
    walk = Drift(None)  # type: ignore[arg-type]
    walk.speed = 0.5
    far: list[QPointF] = []
    walk.went.connect(far.append)
    for _ in range(10):
        now[0] += 0.02
        walk._beat()
    length = sum((step.x() ** 2 + step.y() ** 2) ** 0.5 for step in far)
    assert length == pytest.approx(0.2 * 0.5)
    now[0] += 100  # the computer slept
    walk._beat()
    assert (far[-1].x() ** 2 + far[-1].y() ** 2) ** 0.5 == pytest.approx(0.05)
    ends = [heading(second / 10) for second in range(4000)]
    assert all(abs(point.x() ** 2 + point.y() ** 2 - 1) < 1e-9 for point in ends)


def test_nearest_is_the_whole_number_next_to_it() -> None:
    assert nearest(QPointF(-1.4, 2.6)) == (-1, 3)
