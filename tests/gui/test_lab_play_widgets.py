"""What the playful pages of the lab are painted with."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtTest import QTest

from engine.specs_lab import FAILURES, LabDuel
from gui.tabs.duel_words import figures_of, line_name, remedy_words
from gui.tabs.lab_latent import Latent
from gui.theme import DARK, LIGHT, contrast
from gui.widgets.chart import Chart, Ink
from gui.widgets.class_chips import ClassChips
from gui.widgets.cloud import CloudView
from gui.widgets.densities import Densities
from gui.widgets.duel_plane import DuelPlane, Sight
from gui.widgets.field import Field, around
from gui.widgets.figure_row import Figure, FigureRow
from gui.widgets.heat import bounded, painted, unbounded
from gui.widgets.lab_ink import lab_ink
from gui.widgets.sketch import Sketch

BOX = (-3.0, -3.0, 3.0, 3.0)
RAMP = np.tile(np.linspace(0, 1, 30, dtype=np.float32), (30, 1))  # D grows to the right
THEMES = pytest.mark.parametrize("tokens", [DARK, LIGHT], ids=["dark", "light"])


def shown(qtbot, widget, width=400, height=430):
    qtbot.addWidget(widget)
    widget.resize(width, height)
    widget.show()
    return widget


def colours(image: QImage) -> set[str]:
    places = [(x, y) for x in range(image.width()) for y in range(image.height())]
    return {image.pixelColor(x, y).name() for x, y in places}


def scroll(widget, spot, turned):
    event = QWheelEvent(
        spot,
        widget.mapToGlobal(spot),
        QPoint(),
        QPoint(0, 120 * turned),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    widget.wheelEvent(event)


@pytest.mark.parametrize("even", [True, False])
def test_a_field_leads_from_places_to_px_and_back(even):
    field = Field(even=even)
    field.pane = QRectF(10, 20, 400, 200)
    field.set_box((-1, 0, 3, 10))
    spot = field.spot(2, 7)
    assert field.place(spot) == pytest.approx((2, 7))
    assert field.spot(2, 8).y() < spot.y()
    field.magnify(3, spot)
    assert field.place(spot) == pytest.approx((2, 7))
    field.magnify(1e-3, spot)
    assert field.zoom == 1
    assert field.place(QPointF(field.pane.center())) == pytest.approx((1, 5))


def test_a_box_around_places_passes_over_what_is_no_number():
    places = np.array([[0, 0], [2, 4], [np.nan, 1]], np.float32)
    left, bottom, right, top = around(places)
    assert left < 0.1
    assert bottom < 0.1
    assert right > 1.9
    assert top > 3.9
    assert around(np.full((3, 2), np.nan)) == (-1, -1, 1, 1)


def test_heat_is_read_between_its_cells_and_painted_with_its_first_row_below():
    heat = bounded(RAMP.T, BOX)  # D grows upward
    assert heat.at(0, 0) == pytest.approx(0.5, abs=1e-3)
    assert heat.at(1, 2.999) == pytest.approx(1, abs=1e-3)
    assert heat.at(3.1, 0) is None
    made, real = QColor("#ff0000"), QColor("#0000ff")
    image = painted(heat.shares, QColor("#000000"), made, real)
    top, bottom = image.pixelColor(5, 0), image.pixelColor(5, 29)
    assert top.blue() > 100 > top.red()
    assert bottom.red() > 100 > bottom.blue()


def test_a_critics_heat_has_a_scale_of_its_own():
    heat = unbounded(RAMP * 8 - 3, BOX)
    assert (heat.low, heat.high) == (-3, 5)
    assert heat.shares.min() == 0
    assert heat.shares.max() == 1
    assert unbounded(np.zeros((30, 30), np.float32), BOX).shares.max() == 0


@THEMES
def test_the_plane_shows_both_kinds_of_points_in_their_colours(qtbot, tokens):
    ink = lab_ink(tokens)
    plane = shown(qtbot, DuelPlane())
    plane.set_ink(ink)
    real, made = np.array([[-1, 1]], np.float32), np.array([[1, -1]], np.float32)
    plane.set_sight(Sight(real, made, np.array([[0.5, 0]], np.float32), bounded(RAMP, BOX)))
    image = plane.grab().toImage()
    assert {ink.real.name(), ink.made.name()} <= colours(image)
    assert image.pixelColor(plane.field.spot(-1, 1).toPoint()) == ink.real
    assert image.pixelColor(plane.field.spot(1, -1).toPoint()) == ink.made


@THEMES
def test_what_is_written_in_the_lab_can_be_read(tokens):
    ink = lab_ink(tokens)
    assert contrast(ink.text.name(), ink.ground.name()) > 4.5
    for colour in (ink.real, ink.made, ink.judge, *ink.classes):
        assert contrast(colour.name(), ink.ground.name()) > 2, colour.name()


def test_the_plane_says_what_is_believed_under_the_mouse(qtbot):
    plane = shown(qtbot, DuelPlane())
    plane.set_sight(Sight(heat=bounded(RAMP, BOX)))
    assert "D = 0.90, real" in plane.opinion(plane.field.spot(2.4, 0))
    assert "made" in plane.opinion(plane.field.spot(-2.4, 0))
    assert "either" in plane.opinion(plane.field.spot(0, 0))
    plane.change(critic=True)
    assert "critic 0.9" in plane.opinion(plane.field.spot(2.4, 0))


def test_the_wheel_looks_closer_and_0_shows_all(qtbot):
    plane = shown(qtbot, DuelPlane())
    spot = plane.field.spot(1, 1)
    scroll(plane, spot, 3)
    assert plane.field.zoom > 1.5
    assert plane.field.place(spot) == pytest.approx((1, 1))
    QTest.keyClick(plane, Qt.Key.Key_0)
    assert plane.field.zoom == 1


def test_points_are_drawn_by_hand_and_erased(qtbot):
    plane = shown(qtbot, DuelPlane())
    plane.set_sketching(True)
    start, end = (plane.field.spot(*place).toPoint() for place in ((-2, 0), (2, 0)))
    with qtbot.waitSignal(plane.sketched):
        QTest.mousePress(plane, Qt.MouseButton.LeftButton, pos=start)
        for share in range(1, 21):
            QTest.mouseMove(plane, start + (end - start) * share / 20)
        QTest.mouseRelease(plane, Qt.MouseButton.LeftButton, pos=end)
    points = np.array(plane.sketch.points)
    assert len(points) > 20
    assert np.abs(points).max() <= 1
    assert np.abs(points[:, 1]).max() < 0.1 < np.abs(points[:, 0]).max()
    QTest.mousePress(plane, Qt.MouseButton.RightButton, pos=start)
    assert len(plane.sketch.points) < len(points)


def test_a_sketch_keeps_what_a_spec_holds_and_clears():
    sketch = Sketch()
    sketch.set_points(((0.5, -0.5), (1.0, 1.0)))
    assert sketch.points == ((0.5, -0.5), (1.0, 1.0))
    sketch.widen(100)
    sketch.erase((0, 0))
    assert sketch.points == ((0.5, -0.5), (1.0, 1.0))  # even the widest brush ends somewhere
    sketch.clear()
    assert sketch.points == ()


def test_densities_tell_their_values_under_the_mouse(qtbot):
    view = shown(qtbot, Densities())
    view.set_ink(lab_ink(DARK))
    x = np.linspace(-3, 3, 160, dtype=np.float32)
    bell = np.exp(-(x**2)).astype(np.float32)
    half = np.full_like(x, 0.5)
    lines = {"real": bell, "generated": bell, "discriminator": half, "best discriminator": half}
    view.set_lines(x, lines)
    assert lab_ink(DARK).real.name() in colours(view.grab().toImage())
    assert view.words() == ""
    QTest.mouseMove(view, QPoint(view.width() // 2 - 11, 100))
    assert "p 1.00 · q 1.00 · D 0.50 · best D 0.50" in view.words()


def cloud(qtbot):
    view = shown(qtbot, CloudView("VAE"), 300, 324)
    view.set_ink(lab_ink(DARK))
    places = np.array([[0, 0], [1, 1], [2, 2], [0.02, 0]], np.float32)
    view.set_places(places, np.array([0, 1, 1, 2]))
    return view


def test_the_nearest_visible_point_is_under_the_mouse(qtbot):
    view = cloud(qtbot)
    assert view.under(view.field.spot(1.01, 1)) == 1
    assert view.under(view.field.spot(0.001, 0)) == 0
    view.set_hidden({0})
    assert view.under(view.field.spot(0.001, 0)) == 3
    assert view.under(view.field.spot(1.5, 0.2)) == -1
    with qtbot.waitSignal(view.over) as told:
        QTest.mouseMove(view, view.field.spot(2, 2).toPoint())
    assert told.args == [2]


def test_a_click_places_and_a_drag_follows_the_mouse(qtbot):
    view, went = cloud(qtbot), []
    view.placed.connect(lambda x, y: went.append((x, y)))
    spot = view.field.spot(1.5, 0.5).toPoint()
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=spot)
    QTest.mouseMove(view, spot + QPoint(30, 0))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton)
    assert went[0] == pytest.approx((1.5, 0.5), abs=0.02)
    assert went[-1][0] > went[0][0]


def test_a_zoomed_map_stays_where_it_is_while_the_points_move(qtbot):
    view = cloud(qtbot)
    spot = view.field.spot(1, 1)
    with qtbot.waitSignal(view.moved):
        scroll(view, spot, 2)
    zoom = view.field.zoom
    view.set_places(np.array([[5, 5], [9, 9]], np.float32), None)
    assert view.field.zoom == zoom
    assert len(view.grid()) >= (300 // 34) ** 2


def test_classes_are_hidden_by_a_click_and_left_alone_by_shift(qtbot):
    chips = shown(qtbot, ClassChips(), 300, 100)
    chips.set_ink(lab_ink(LIGHT))
    chips.set_names(("0", "1", "2"))
    with qtbot.waitSignal(chips.changed) as told:
        QTest.mouseClick(chips.chips[1], Qt.MouseButton.LeftButton)
    assert told.args == [{1}]
    shift = Qt.KeyboardModifier.ShiftModifier
    QTest.mouseClick(chips.chips[2], Qt.MouseButton.LeftButton, shift)
    assert chips.hidden == {0, 1}
    QTest.mouseClick(chips.chips[2], Qt.MouseButton.LeftButton, shift)
    assert chips.hidden == set()


def test_a_code_of_two_is_the_plane_itself_and_larger_ones_lie_on_it():
    assert Latent(2).at(2, 3) == (1.0, -1.5)
    many = Latent(16)
    assert many.at(1, 1) == many.at(1.0, 1.0) != many.at(2, 1)
    near = np.abs(np.array(many.at(1.001, 1)) - many.at(1, 1)).max()
    assert near < 0.02
    assert many.another().at(1, 1) != many.at(1, 1)
    lengths = [np.linalg.norm(many.at(x, x / 2)) for x in np.linspace(-3, 3, 61)]
    assert 2 < np.mean(lengths) < 6  # about 4 everywhere: the pictures are no paler between
    assert many.between(0, 0) != many.between(0, 1) != many.between(1, 1)


def test_every_remedy_has_a_name_and_every_figure_its_words():
    for failure in FAILURES:
        names = [remedy_words(failure.broken, each) for each in failure.mended]
        assert all(names)
        assert len(set(names)) == len(names)
    values = {"modes": 7.0, "divergence": 0.1234, "in modes": 0.9, "gradient generator": 0.5}
    figures = {each.name: each for each in figures_of(LabDuel(), 1200, values)}
    assert figures["modes covered"].text == "7 of 8"
    assert figures["step"].text == "1,200"
    assert all(each.tip for each in figures.values())
    assert line_name("D real") == ("opinions", "real")
    assert line_name("rate") is None


def test_figures_that_do_not_fit_are_left_out(qtbot):
    row = shown(qtbot, FigureRow(), 90, 40)
    row.set_figures([Figure("step", "1,200", "Steps"), Figure("modes covered", "8 of 8", "Modes")])
    row.grab()
    assert [each.name for _, each in row._boxes] == ["step"]


def test_a_chart_marks_the_value_that_its_lines_should_come_to(qtbot):
    chart = shown(qtbot, Chart("D", smooth=False), 300, 160)
    quiet = QColor("#00ff00")
    chart.set_ink(Ink(QColor("white"), quiet, QColor("#303030"), (QColor("red"),)))
    chart.add("real", 0, 0.9)
    chart.add("real", 5, 0.8)
    chart.set_level(0.5, (0.0, 1.0))
    frame = chart._frame(QRectF(0, 0, 100, 100), list(chart.lines.values()))
    assert (frame.low, frame.high) == (0, 1)
    assert quiet.name() in colours(chart.grab().toImage())
