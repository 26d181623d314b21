import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from engine.job import Table
from engine.specs_lab_live import Cut, Diagram, LabResult
from gui.tabs import Desk
from gui.tabs.lab_report import alone
from gui.tabs.lab_state import Seen, as_plain, of_plain, png, seen
from gui.tabs.lab_worked import StepView, WorkedPage
from gui.widgets.chart import Ink
from gui.widgets.diagram import DiagramView
from gui.widgets.figures import TableView, parted
from gui.widgets.live_curves import LiveCurves
from gui.widgets.reflow import Reflow
from gui.widgets.tiles_view import GAP, TilesView
from tests.gui.lab_tabs import LONG_MS, desk

__all__ = ["desk"]  # a fixture
INK = Ink(QColor("white"), QColor("grey"), QColor("black"), (QColor("red"), QColor("blue")))


def sheet(columns: int, rows: int, side: int = 8) -> QImage:
    """White, each picture in a grey of its own."""
    step = side + GAP
    image = QImage(columns * step + GAP, rows * step + GAP, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    for number in range(columns * rows):
        row, column = divmod(number, columns)
        for y in range(side):
            for x in range(side):
                grey = QColor(number, number, number)
                image.setPixelColor(GAP + column * step + x, GAP + row * step + y, grey)
    return image


def test_a_sheet_is_cut_into_its_pictures_without_the_white_between(qtbot: QtBot) -> None:
    view = TilesView()
    qtbot.addWidget(view)
    view.show_sheet(sheet(5, 3), 5, ("a", "b", "c"))
    assert view.source(0) == QRectF(GAP, GAP, 8, 8)
    assert view.source(14) == QRectF(4 * 10 + GAP, 2 * 10 + GAP, 8, 8)
    view.resize(400, view.heightForWidth(400))
    drawn = view.grab().toImage()
    layout = view.layout_for(400)
    for number in range(15):
        centre = layout.place(number).center().toPoint()
        assert drawn.pixelColor(centre).red() == number
    assert layout.place(14).bottom() <= view.height()
    assert layout.place(14).right() <= 400


@pytest.mark.parametrize("width", [200, 504, 1100])
def test_a_sheet_fits_every_width(qtbot: QtBot, width: int) -> None:
    view = TilesView()
    qtbot.addWidget(view)
    view.show_sheet(sheet(10, 8), 10)
    layout = view.layout_for(width)
    assert layout.place(9).right() <= width + 1
    assert layout.rows == 8
    assert view.heightForWidth(width) >= layout.place(79).bottom() - 1


def test_few_distant_places_stand_on_a_logarithmic_axis_but_steps_never(qtbot: QtBot) -> None:
    line = ((10.0, 100.0, 1000.0), (1.0, 2.0, 3.0))
    for along, expected in (("labels", True), ("step", False)):
        view = DiagramView(along, "accuracy, %", {"code": line})
        qtbot.addWidget(view)
        view.resize(400, 220)
        axes = view.axes()
        assert axes.log is expected
        middle = (axes.across(10) + axes.across(1000)) / 2
        assert (abs(axes.across(100) - middle) < 1) is expected


def test_a_diagram_tells_the_point_under_the_mouse(qtbot: QtBot) -> None:
    lines = {"a": ((1.0, 2.0), (1.0, 5.0)), "b": ((1.0, 2.0), (2.0, 3.0))}
    view = DiagramView("x", "y", lines)
    qtbot.addWidget(view)
    view.set_ink(INK)
    view.resize(400, 220)
    axes = view.axes()
    place = QPointF(axes.across(2.0) - 3, axes.down(5.0) + 3)
    assert view.near(place) == ("a", 2.0, 5.0)
    assert view.near(QPointF(axes.across(1.5), axes.area.top() - 40)) is None
    assert not view.grab().toImage().isNull()


def test_a_roc_goes_straight_up_where_places_repeat(qtbot: QtBot) -> None:
    view = DiagramView("false alarms", "found", {"ROC": ((0.0, 0.0, 1.0), (0.0, 0.8, 1.0))})
    qtbot.addWidget(view)
    view.resize(300, 220)
    axes = view.axes()
    assert axes.across(0.0) == axes.area.left()
    assert view.near(QPointF(axes.across(0), axes.down(0.8))) == ("ROC", 0.0, 0.8)


def test_curves_come_in_groups_and_a_new_training_takes_their_place(qtbot: QtBot) -> None:
    curves = LiveCurves()
    qtbot.addWidget(curves)
    curves.set_ink(INK)
    curves.add(1, {"loss validation": 3.0, "rate": 0.1})
    curves.add(1, {"loss": 2.0, "D real": 0.6, "D made": 0.4, "kl": 1.0})
    curves.add(5, {"loss": 1.0})
    curves.flush()
    assert set(curves.charts) == {"loss", "D", "kl"}
    assert list(curves.charts["loss"].lines) == ["training", "validation"]
    assert curves.charts["loss"].lines["training"].values == [2.0, 1.0]
    assert set(curves.charts["D"].lines) == {"real", "made"}
    curves.add(1, {"loss": 9.0})
    curves.flush()
    assert curves.charts["loss"].lines["training"].values == [9.0]
    assert curves.points == [(1, {"loss": 9.0})]


def test_news_that_comes_in_a_burst_is_drawn_together(qtbot: QtBot) -> None:
    curves = LiveCurves()
    qtbot.addWidget(curves)
    for step in range(1, 200):
        curves.add(step, {"loss": 1 / step})
    assert not curves.points, "nothing is done while it comes"
    qtbot.waitUntil(lambda: len(curves.points) == 199)


def test_widgets_stand_beside_each_other_where_there_is_room(qtbot: QtBot) -> None:
    frame = QWidget()
    qtbot.addWidget(frame)
    grid = Reflow(200, 3, 10)
    grid.setParent(frame)
    for _ in range(3):
        widget = QWidget()
        widget.setMinimumHeight(20)
        grid.add(widget)
    frame.show()
    for width, across in ((1000, 3), (450, 2), (220, 1)):
        grid.resize(width, 300)
        qtbot.waitUntil(lambda n=across: len({w.x() for w in grid.widgets}) == n)  # type: ignore[misc]
        assert all(widget.geometry().right() < width for widget in grid.widgets)


def test_figures_are_parted_from_their_units() -> None:
    assert parted("PSNR on test pictures, dB", 19.234) == ("PSNR on test pictures", "19.23 dB")
    assert parted("gain, 50 labels, points", -1.5) == ("gain, 50 labels", "-1.50 points")
    assert parted("distance, ddim, 5 steps", 0.12345) == ("distance, ddim, 5 steps", "0.1235")
    assert parted("judged", 410.0) == ("judged", "410")


def test_figures_that_a_table_has_are_not_told_twice() -> None:
    table = Table(("a", "b"), (("x", 1.0), ("y", 2.0)))
    assert alone(LabResult("e", "", {"x": 1.0, "y": 2.0}, {"t": table})) == {}
    assert alone(LabResult("e", "", {"x": 1.0, "z": 3.0}, {"t": table})) == {"x": 1.0, "z": 3.0}
    many = {str(n): float(n + 7) for n in range(9)}
    assert alone(LabResult("e", "", many, {"t": table})) == {}
    assert alone(LabResult("e", "", many)) == many


def test_a_table_is_read_in_rows(qtbot: QtBot) -> None:
    view = TableView(Table(("Labels", "code, %"), (("10", "54.4 +- 3.1"), ("30", 73.8))))
    qtbot.addWidget(view)
    assert [label.text() for label in view.findChildren(QLabel)] == [
        *("Labels", "code, %"),
        *("10", "54.4 ± 3.1"),
        *("30", "73.80"),
    ]


def test_a_result_comes_back_from_plain_values() -> None:
    pixels = np.linspace(0, 1, 3 * 4 * 6, dtype=np.float32).reshape(3, 4, 6)
    result = LabResult(
        "squeeze",
        "Words.",
        {"a, dB": 1.5},
        {"t": Table(("x", "y"), (("n", 1.0),))},
        {"p": pixels},
        cuts={"p": Cut(3, ("up", "down"))},
        diagrams={"d": Diagram("x", "y", {"l": ((1.0, 2.0), (3.0, 4.0))})},
    )
    back = of_plain(as_plain(result))
    assert back is not None
    assert np.abs(back.pictures["p"] - pixels).max() <= 0.5 / 255 + 1e-6
    assert (back.words, back.figures, back.tables) == (result.words, result.figures, result.tables)
    assert (back.cuts, back.diagrams) == (result.cuts, result.diagrams)
    assert of_plain({"experiment": "squeeze"}) is None
    assert of_plain(None) is None


@pytest.mark.parametrize(
    "damaged",
    [
        {"notes": 5},
        {"curves": [[1, {"loss": "x"}]]},
        {"curves": [3]},
        {"sheets": {"sheet": {"png": "none", "columns": 1}}},
        {"sheets": {"sheet": {"png": png(sheet(1, 1)), "columns": "many"}}},
    ],
)
def test_of_a_damaged_state_nothing_is_shown(damaged: dict[str, object]) -> None:
    assert seen(damaged) == Seen()


def test_what_was_seen_comes_back() -> None:
    kept = {"notes": ["n"], "curves": [[2, {"loss": 1}]], "sheets": {}}
    picture = sheet(2, 1)
    kept["sheets"] = {"sheet": {"png": png(picture), "columns": 2, "rows": ["a"], "title": "T"}}
    back = seen(kept)
    assert back.notes == ["n"]
    assert back.points == [(2, {"loss": 1.0})]
    assert back.sheets["sheet"][0] == picture


# -- worked examples ------------------------------------------------------------------------------


@pytest.fixture
def worked(qtbot: QtBot, desk: Desk) -> WorkedPage:
    page = WorkedPage(desk)
    qtbot.addWidget(page)
    page.resize(700, 600)
    page.show()
    page.choose("a")
    qtbot.waitUntil(lambda: bool(page.steps), timeout=LONG_MS)
    return page


def words(view: StepView) -> list[str]:
    return [label.text() for label in view.findChildren(QLabel) if label.text()]


def test_an_example_is_gone_through_step_by_step(qtbot: QtBot, worked: WorkedPage) -> None:
    assert [view.isVisible() for view in worked.steps] == [True] + 5 * [False]
    assert not worked.back.isEnabled()
    qtbot.mouseClick(worked.on, Qt.MouseButton.LeftButton)
    assert worked.steps[1].isVisible()
    assert {"z = sigmoid(a)", "0.721115", "0.752129", "0.721"} <= set(words(worked.steps[1]))
    worked.show_all()
    assert worked.where.text() == "Step 6 of 6"
    assert not worked.on.isEnabled()
    worked.step(-1)
    assert not worked.steps[5].isVisible()


def test_where_the_book_differs_it_is_said(worked: WorkedPage) -> None:
    worked.show_all()
    output = worked.steps[3]
    assert output.remark.text() == "The book prints 0.649; by hand it is 0.6496."
    bad = [label.text() for label in output.findChildren(QLabel) if label.property("role") == "bad"]
    assert bad == ["0.649", output.remark.text()], "the first 0.649 is right, the last is not"
    assert not worked.steps[1].remark.isVisible()


def test_each_example_stays_where_one_was(qtbot: QtBot, worked: WorkedPage) -> None:
    worked.step(2)
    worked.choose("b")
    qtbot.waitUntil(lambda: len(worked.steps) == 7, timeout=LONG_MS)
    assert worked.title.text() == "A GAN of one dimension"
    worked.choose("a")
    assert worked.where.text() == "Step 3 of 6"


def test_a_network_fills_with_the_numbers_as_they_come(qtbot: QtBot, worked: WorkedPage) -> None:
    worked.resize(900, 600)
    net = worked.net
    assert net.isVisible()
    assert net.sizes == (4, 2, 4)
    assert net.values[0] == (1.0, 0.8, 0.3, 0.5)
    assert net.newest == 1
    worked.show_all()
    assert net.newest == 2
    assert net.values[2] == worked.worked["a"].steps[3].values
    worked.choose("b")
    qtbot.waitUntil(lambda: len(worked.steps) == 7, timeout=LONG_MS)
    assert not net.isVisible(), "it is about no network of layers"
