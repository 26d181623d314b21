from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.widgets.canvas import Canvas
from gui.widgets.history import TILE, History
from gui.widgets.strokes import Shape, Sheet, Tool, wider

RED = "#c03020"
WAYS = {
    "dot": [(40, 30)],
    "line": [(10, 10), (60, 20), (80, 90)],
    "off the sheet": [(-30, 50), (150, 60)],
}


def bytes_of(image: QImage) -> np.ndarray:
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return rows.reshape(image.height(), image.width(), 4).copy()


def draw(sheet: Sheet, tool: Tool, way: list[tuple[float, float]]) -> QRect:
    area = sheet.begin(tool, QPointF(*way[0]))
    for spot in way[1:]:
        area = area.united(sheet.move(QPointF(*spot)))
    return area.united(sheet.end())


@pytest.mark.parametrize("smooth", [True, False])
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_what_a_stroke_tells_to_have_changed_is_all_that_changed(
    way: list[tuple[float, float]], smooth: bool
) -> None:
    sheet = Sheet(QSize(100, 100))
    before = bytes_of(sheet.image)
    area = draw(sheet, Tool(colour=RED, width=9, smooth=smooth), way)
    changed = (bytes_of(sheet.image) != before).any(axis=2)
    assert changed.any()
    outside = changed.copy()
    outside[area.top() : area.bottom() + 1, area.left() : area.right() + 1] = False
    assert not outside.any()


def test_a_brush_without_smooth_edges_leaves_only_its_colour() -> None:
    sheet = Sheet(QSize(100, 100))
    draw(sheet, Tool(colour=RED, width=9, smooth=False), WAYS["line"])
    colours = {sheet.image.pixelColor(x, y).name() for x in range(100) for y in range(100)}
    assert colours == {RED, "#000000"}
    alphas = {sheet.image.pixelColor(x, y).alpha() for x in range(100) for y in range(100)}
    assert alphas == {0, 255}


def test_a_dot_is_as_wide_as_the_brush() -> None:
    sheet = Sheet(QSize(60, 60))
    draw(sheet, Tool(width=20, smooth=False), [(30, 30)])
    covered = bytes_of(sheet.image)[..., 3].astype(bool)
    assert covered.sum() == pytest.approx(np.pi * 100, rel=0.05)
    assert covered[30, 21]
    assert not covered[30, 18]


@pytest.mark.parametrize("shape", [Shape.BOX, Shape.LASSO])
def test_boxes_and_lassos_fill_what_they_surround_once_they_are_let_go(shape: Shape) -> None:
    sheet = Sheet(QSize(100, 100))
    corners = [(20, 20), (70, 20), (70, 60), (20, 60)]
    way = [corners[0], corners[2]] if shape is Shape.BOX else corners
    sheet.begin(Tool(shape, RED), QPointF(*way[0]))
    for spot in way[1:]:
        sheet.move(QPointF(*spot))
    assert not bytes_of(sheet.image).any()
    assert sheet.outline().boundingRect().toRect() == QRect(20, 20, 50, 40)
    sheet.end()
    assert sheet.image.pixelColor(45, 40).name() == RED
    assert sheet.image.pixelColor(75, 40).alpha() == 0
    assert sheet.outline().isEmpty()
    draw(sheet, Tool(shape, erase=True), [(0, 0), (45, 0), (45, 100), (0, 100)][::2])
    assert (sheet.image.pixelColor(30, 40).alpha() == 0) == (shape is Shape.BOX)


def test_the_eraser_takes_away_what_it_touches() -> None:
    sheet = Sheet(QSize(100, 100))
    draw(sheet, Tool(Shape.BOX, RED), [(0, 0), (100, 100)])
    draw(sheet, Tool(width=20, erase=True), [(50, 0), (50, 100)])
    assert sheet.image.pixelColor(50, 50).alpha() == 0
    assert sheet.image.pixelColor(20, 50).name() == RED


def test_every_stroke_can_be_undone_and_done_again() -> None:
    sheet = Sheet(QSize(700, 600))
    stages = [bytes_of(sheet.image)]
    for number, way in enumerate(([(10, 10), (690, 590)], [(300, 20)], [(0, 500), (600, 30)])):
        draw(sheet, Tool(colour=RED, width=30, erase=number == 1), way)
        stages.append(bytes_of(sheet.image))
    sheet.clear()
    for stage in reversed(stages):
        assert not sheet.undo().isEmpty()
        assert np.array_equal(bytes_of(sheet.image), stage)
        if not sheet.history.can_undo:
            break
    for stage in stages[1:]:
        sheet.redo()
        assert np.array_equal(bytes_of(sheet.image), stage)


def test_a_new_stroke_forgets_what_was_undone() -> None:
    sheet = Sheet(QSize(64, 64))
    draw(sheet, Tool(), [(5, 5)])
    sheet.undo()
    assert sheet.history.can_redo
    draw(sheet, Tool(), [(30, 30)])
    assert not sheet.history.can_redo
    assert sheet.redo().isEmpty()


def test_a_stroke_given_up_leaves_nothing() -> None:
    sheet = Sheet(QSize(64, 64))
    sheet.begin(Tool(), QPointF(5, 5))
    sheet.move(QPointF(50, 50))
    assert not sheet.cancel().isEmpty()
    assert not bytes_of(sheet.image).any()
    assert not sheet.history.can_undo


def test_a_picture_laid_on_the_sheet_can_be_taken_back() -> None:
    sheet = Sheet(QSize(64, 64))
    draw(sheet, Tool(colour=RED, width=10), [(5, 5)])
    before = bytes_of(sheet.image)
    picture = QImage(32, 32, QImage.Format.Format_RGB32)
    picture.fill(QColor("#204060"))
    sheet.lay(picture)
    assert sheet.image.pixelColor(60, 60).name() == "#204060"
    sheet.undo()
    assert np.array_equal(bytes_of(sheet.image), before)


def test_undo_on_a_large_sheet_keeps_only_what_a_stroke_touched() -> None:
    sheet = Sheet(QSize(4000, 3000))
    draw(sheet, Tool(width=40), [(1000, 1000), (1200, 1000)])
    kept = sheet.history._done[-1].bytes
    assert kept <= 4 * TILE * TILE * 4


def test_the_oldest_changes_go_when_there_are_too_many() -> None:
    image = QImage(TILE, TILE, QImage.Format.Format_ARGB32_Premultiplied)
    history = History(limit=3 * TILE * TILE * 4)
    for _ in range(10):
        history.touch(image, QRect(1, 1, 2, 2))
        history.close()
    undone = 0
    while not history.undo(image).isEmpty():
        undone += 1
    assert undone == 3


def test_brushes_get_wider_and_narrower_in_steps_one_can_see() -> None:
    width = 1.0
    seen = [width]
    for _ in range(12):
        width = wider(width, 1)
        seen.append(width)
    assert seen == sorted(set(seen))
    for _ in range(40):
        width = wider(width, -1)
    assert width == 1


# -- under the mouse ------------------------------------------------------------------------------


@pytest.fixture
def canvas(qtbot: QtBot) -> Canvas:
    made = Canvas(QSize(400, 300))
    qtbot.addWidget(made)
    made.resize(500, 400)
    made.show()
    qtbot.waitExposed(made)
    return made


def at(canvas: Canvas, x: float, y: float) -> QPointF:
    target = canvas.viewport.target()
    return target.topLeft() + QPointF(x, y) * canvas.viewport.scale


def send(canvas: Canvas, kind: QEvent.Type, spot: QPointF) -> None:
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    event = QMouseEvent(kind, spot, canvas.mapToGlobal(spot), left, left, none)
    QApplication.sendEvent(canvas, event)


def drag(canvas: Canvas, *way: tuple[float, float]) -> None:
    spots = [at(canvas, *spot) for spot in way]
    send(canvas, QEvent.Type.MouseButtonPress, spots[0])
    for spot in spots[1:]:
        send(canvas, QEvent.Type.MouseMove, spot)
    send(canvas, QEvent.Type.MouseButtonRelease, spots[-1])


def test_the_mouse_paints_where_it_is(qtbot: QtBot, canvas: Canvas) -> None:
    canvas.set_tool(Tool(colour=RED, width=20))
    with qtbot.waitSignals([canvas.painted, canvas.settled]):
        drag(canvas, (100, 100), (200, 150))
    assert canvas.sheet.image.pixelColor(150, 125).name() == RED
    assert canvas.sheet.image.pixelColor(300, 250).alpha() == 0


@pytest.mark.parametrize("zoom", [0.6, 1.0, 3.3])
def test_drawn_piece_by_piece_it_looks_as_drawn_at_once(
    qtbot: QtBot, canvas: Canvas, zoom: float
) -> None:
    canvas.viewport.zoom_to(zoom)
    canvas._view_changed()
    canvas.set_tool(Tool(colour=RED, width=24))
    for way in ([(100, 100), (180, 150), (260, 90)], [(50, 200), (350, 220)]):
        drag(canvas, *way)
        qtbot.wait(30)
    canvas.undo()
    piecewise = canvas.grab().toImage()
    canvas._mark(canvas.rect())
    assert piecewise == canvas.grab().toImage()


def test_a_stroke_draws_only_its_own_surroundings_anew(
    qtbot: QtBot, canvas: Canvas, monkeypatch: pytest.MonkeyPatch
) -> None:
    qtbot.wait(50)
    drawn: list[QRect] = []
    real = Canvas._paint_scene

    def remember(self: Canvas, region: "object") -> None:
        drawn.append(region.boundingRect())  # type: ignore[attr-defined]
        real(self, region)  # type: ignore[arg-type]

    monkeypatch.setattr(Canvas, "_paint_scene", remember)
    canvas.set_tool(Tool(width=10))
    drag(canvas, (100, 100), (110, 100))
    qtbot.waitUntil(lambda: bool(drawn))
    assert max(max(area.width(), area.height()) for area in drawn) < 50


def test_keys_change_the_brush_and_zoom(qtbot: QtBot, canvas: Canvas) -> None:
    canvas.set_tool(Tool(width=8))
    with qtbot.waitSignal(canvas.width_changed):
        qtbot.keyClick(canvas, Qt.Key.Key_BracketRight)
    assert canvas.tool.width == 10
    qtbot.keyClick(canvas, Qt.Key.Key_BracketLeft)
    assert canvas.tool.width == 8
    zoom = canvas.viewport.zoom
    qtbot.keyClick(canvas, Qt.Key.Key_Plus)
    assert canvas.viewport.zoom > zoom
    qtbot.keyClick(canvas, Qt.Key.Key_0)
    assert canvas.viewport.zoom == zoom


def test_space_moves_the_sheet_instead_of_painting(qtbot: QtBot, canvas: Canvas) -> None:
    canvas.viewport.zoom_to(4)
    centre = QPointF(canvas.viewport.centre)
    qtbot.keyPress(canvas, Qt.Key.Key_Space)
    drag(canvas, (180, 150), (160, 150))
    qtbot.keyRelease(canvas, Qt.Key.Key_Space)
    assert canvas.viewport.centre.x() > centre.x()
    assert not bytes_of(canvas.sheet.image).any()


def test_a_stroke_under_the_mouse_can_be_given_up(canvas: Canvas) -> None:
    send(canvas, QEvent.Type.MouseButtonPress, at(canvas, 100, 100))
    assert canvas.cancel()
    send(canvas, QEvent.Type.MouseButtonRelease, at(canvas, 100, 100))
    assert not canvas.cancel()
    assert not bytes_of(canvas.sheet.image).any()


def test_a_saved_sheet_is_what_was_seen(tmp_path: Path, photo: Callable[..., Path]) -> None:
    sheet = Sheet(QSize(64, 48))
    sheet.lay(QImage(str(photo("a.png"))))
    assert sheet.image.pixelColor(10, 10).name() == "#446688"
