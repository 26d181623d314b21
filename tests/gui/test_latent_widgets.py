import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.specs import Edit, Place, Walk
from gui.prefs import Prefs
from gui.tabs.history import History
from gui.tabs.journey import amount_of, edited, mixed, name_of
from gui.tabs.remembered import read_places, write_places
from gui.tabs.walk_export import WalkExport
from gui.widgets.align_view import AlignView
from gui.widgets.direction_row import DirectionRow
from gui.widgets.face_grid import Face, FaceGrid
from gui.widgets.key_strip import BETWEEN, EDGE, SIDE, Key, KeyStrip
from gui.widgets.points import SIDE as MASK
from gui.widgets.points import Brush, Points, on, part

REACH = (0.05, 0.05)


@pytest.fixture
def align(qtbot: QtBot) -> AlignView:
    view = AlignView()
    qtbot.addWidget(view)
    view.setFixedSize(472, 472)  # a frame of 400 px
    photo = QImage(800, 400, QImage.Format.Format_RGB32)
    photo.fill(QColor("gray"))
    view.open(photo, 1600)  # half as large as the photo is
    view.show()
    return view


def test_the_frame_begins_around_the_middle_of_the_photo(align: AlignView) -> None:
    assert align.box == (800, 400, 800)
    assert align.angle == 0


def test_moving_the_photo_moves_the_frame_the_other_way_in_px_of_the_photo(
    align: AlignView,
) -> None:
    align.move(QPointF(40, -20))
    assert align.box == (800 - 80, 400 + 40, 800)
    align.move(QPointF(10_000, 0))
    assert align.box[0] == 0, "the middle of the frame stays on the photo"


def test_a_turned_photo_follows_the_mouse_on_the_screen(align: AlignView) -> None:
    align.set_angle(90)
    align.move(QPointF(40, 0))
    assert align.box[:2] == pytest.approx((800, 400 - 80))
    align.set_angle(190)
    assert align.angle == -170


def test_scaling_and_keys(qtbot: QtBot, align: AlignView) -> None:
    align.set_zoom(2)
    assert align.box == (800, 400, 400)
    qtbot.keyClick(align, Qt.Key.Key_Plus)
    assert align.side < 400
    qtbot.keyClick(align, Qt.Key.Key_Right)
    assert align.box[0] > 800


def test_points_are_pressed_dragged_and_taken_again() -> None:
    points = Points()
    points.press((0.2, 0.2), REACH)
    assert points.whole == []
    points.move((0.4, 0.3))
    points.release()
    assert points.whole == [((0.2, 0.2), (0.4, 0.3))]
    points.press((0.41, 0.3), REACH)
    points.move((0.5, 0.5))
    points.release()
    points.press((0.2, 0.21), REACH)
    points.move((0.1, 0.1))
    points.release()
    assert points.whole == [((0.1, 0.1), (0.5, 0.5))]
    points.remove((0.5, 0.5), REACH)
    assert points.pairs == []


def test_two_clicks_make_a_pair_as_well() -> None:
    points = Points()
    for spot in ((0.2, 0.2), (0.8, 0.8)):
        points.press(spot, REACH)
        points.release()
    assert points.whole == [((0.2, 0.2), (0.8, 0.8))]


def test_parts_of_the_picture_and_px_of_the_view_are_inverse_within_it() -> None:
    area = QRectF(100, 50, 400, 400)
    assert part(area, on(area, (0.25, 0.75))) == (0.25, 0.75)
    assert part(area, QPointF(0, 9999)) == (0, 1)


def test_the_brush_paints_what_may_move_and_takes_it_back() -> None:
    brush = Brush()
    brush.paint((0.5, 0.5), (0.5, 0.5), erase=False)
    assert sum(value == 255 for value in brush.values()) == pytest.approx(
        3.14 * (brush.radius * MASK) ** 2, rel=0.15
    )
    brush.paint((0.5, 0.5), (0.5, 0.5), erase=True)
    assert not any(brush.values())


def test_history_goes_back_forward_and_drops_what_came_after() -> None:
    history = History("a")
    for state in ("b", "b", "c"):
        history.note(state)
    assert (history.undo(), history.undo(), history.undo()) == ("b", "a", "a")
    assert history.redo() == "b"
    history.note("d")
    assert not history.may_redo
    assert history.undo() == "b"


def test_edits_and_mixes_of_a_place() -> None:
    place = edited(edited(Place(), Edit("pca:1", 2.0)), Edit("pca:2", 1.0))
    place = edited(place, Edit("pca:1", -1.0))
    assert amount_of(place, "pca:1") == -1
    assert amount_of(place, "pca:2") == 1
    assert edited(edited(place, Edit("pca:1", 0)), Edit("pca:2", 0)).edits == ()
    inner = mixed(Place(x=1.0), Place(x=2.0), ("fine",))
    assert mixed(place, inner, ("coarse",)).mixes[0].source == Place(x=1.0)


def test_a_place_is_called_by_its_seed_or_what_it_is_near_to() -> None:
    assert name_of(Place(x=1.0, y=13.0)) == "seed 1301"
    assert name_of(Place(x=1.2, y=13.0)) == "near seed 1301"
    assert name_of(Place(w=((1.0,),))) == "own face"


def test_places_are_remembered_and_damaged_ones_left_out() -> None:
    prefs = Prefs()
    write_places(prefs, "test", [Place(x=3.0), Place("m", w=((1.5, 2.5),))])
    assert read_places(prefs, "test") == [Place(x=3.0), Place("m", w=((1.5, 2.5),))]
    prefs.write("test", [{"x": 1}, "nonsense"])
    assert read_places(prefs, "test") == []
    prefs.write("test", 7)
    assert read_places(prefs, "test") == []


def test_an_export_says_how_long_it_will_be(qtbot: QtBot) -> None:
    walk = Walk(keys=(Place(), Place(x=1.0), Place(x=2.0)), frames=30)
    dialog = WalkExport(None, walk)  # type: ignore[arg-type]
    qtbot.addWidget(dialog)
    assert dialog.length.text() == "61 frames, 2.0 s"
    dialog.form.set_values({"loop": True, "rate": 15})
    assert dialog.length.text() == "90 frames, 6.0 s"
    assert dialog.walk().keys == walk.keys
    assert dialog.walk().edge is None


def test_a_slider_of_a_direction_widens_for_what_it_is_told(qtbot: QtBot) -> None:
    row = DirectionRow("Smile", "")
    qtbot.addWidget(row)
    row.show_amount(-2.5)
    assert row.amount() == -2.5
    row.show_amount(7)
    assert row.amount() == 7


def test_key_faces_are_dragged_into_order(qtbot: QtBot) -> None:
    strip = KeyStrip()
    qtbot.addWidget(strip)
    strip.show_keys([Key(number, "") for number in (1, 2, 3)], 2)
    strip.show()
    spots = [QPoint(EDGE + SIDE // 2 + at * (SIDE + BETWEEN), 20) for at in range(3)]
    with qtbot.waitSignal(strip.moved) as moved:
        QTest.mousePress(strip, Qt.MouseButton.LeftButton, pos=spots[0])
        QTest.mouseMove(strip, spots[1])
        QTest.mouseMove(strip, spots[2])
        QTest.mouseRelease(strip, Qt.MouseButton.LeftButton, pos=spots[2])
    assert moved.args == [0, 2]
    with qtbot.waitSignal(strip.chosen) as chosen:
        QTest.mouseClick(strip, Qt.MouseButton.LeftButton, pos=spots[2])
    assert chosen.args == [3]
    with qtbot.waitSignal(strip.removed) as removed:
        qtbot.keyClick(strip, Qt.Key.Key_Delete)
    assert removed.args == [2]


@pytest.mark.parametrize("count", [1, 4, 7, 16, 50])
def test_faces_fill_the_grid_without_overlap(qtbot: QtBot, count: int) -> None:
    grid = FaceGrid()
    qtbot.addWidget(grid)
    grid.setFixedSize(600, 500)
    grid.show()
    grid.set_faces([Face(str(at)) for at in range(count)])
    boxes = [grid.box(at) for at in range(count)]
    assert not any(a.intersects(b) for at, a in enumerate(boxes) for b in boxes[:at])
    assert all(box.left() >= 0 and box.right() <= 600 for box in boxes)
    assert boxes[0].width() >= 84
