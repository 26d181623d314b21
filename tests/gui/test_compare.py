import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from gui import paint
from gui.widgets.compare import Compare
from gui.widgets.viewport import Viewport

ROOT = Path(__file__).parents[2]


def plain(value: float, width: int, height: int) -> paint.Picture:
    return paint.picture(np.full((3, height, width), value, np.float32))


@pytest.fixture
def view(qtbot: QtBot) -> Compare:
    made = Compare()
    qtbot.addWidget(made)
    made.resize(800, 600)
    made.show()
    made.open(plain(0.2, 400, 300), QSize(400, 300))
    return made


def seen(view: Compare) -> QImage:
    return view.grab().toImage()


DPR_PROGRAM = """
import numpy as np, sys
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication
from gui import paint
from gui.widgets.compare import Compare
app = QApplication([])
view = Compare()
view.resize(801, 601)
view.show()
dpr = view.devicePixelRatioF()
dark = paint.picture(np.full((3, 300, 400), 0.1, np.float32))
bright = paint.picture(np.full((3, 300, 400), 0.6, np.float32))
view.open(dark, QSize(400, 300))
view.set_after(bright)
for split in (0.1, 0.25, 0.5, 0.731, 0.9):
    view.split = split
    image = view.grab().toImage()
    shown = view.viewport.target()
    y = round((shown.top() + shown.height() * 0.3) * dpr)
    line = view.split_x() * dpr
    assert line == round(line), line
    row = [image.pixelColor(x, y).red() for x in range(image.width())]
    inside = range(int(shown.left() * dpr) + 2, int(shown.right() * dpr) - 2)
    bright_from = min(x for x in inside if row[x] == 153 and all(v == 153 for v in row[x:x + 5]))
    dark_until = max(x for x in inside if row[x] in (25, 26))
    middle = (bright_from + dark_until) / 2
    assert abs(middle - line) <= 2 * dpr, (split, middle, line)
    wanted = (shown.left() + split * shown.width()) * dpr
    assert abs(line - wanted) <= 0.51, (line, wanted)
print(dpr)
"""


@pytest.mark.parametrize("scale", ["1", "2"])
def test_the_slider_cuts_at_its_device_pixel(scale: str) -> None:
    settings = os.environ | {"QT_SCALE_FACTOR": scale, "QT_QPA_PLATFORM": "offscreen"}
    end = subprocess.run(
        [sys.executable, "-c", DPR_PROGRAM],
        env=settings,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert end.returncode == 0, end.stderr
    assert float(end.stdout) == float(scale)


def test_a_hundred_per_cent_is_one_device_pixel_each() -> None:
    for dpr in (1.0, 1.5, 2.0):
        port = Viewport()
        port.set_picture(QSizeF(3000, 2000))
        port.set_pane(QSizeF(800, 600), dpr)
        port.zoom_to(1.0)
        assert port.target().width() * dpr == pytest.approx(3000)
        corner = port.target().topLeft() * dpr
        assert (corner.x(), corner.y()) == (round(corner.x()), round(corner.y()))


def test_zooming_keeps_the_point_under_the_cursor() -> None:
    port = Viewport()
    port.set_pane(QSizeF(800, 600), 1.0)
    port.set_picture(QSizeF(6000, 4000))
    spot = QPointF(300, 250)
    before = port.to_picture(spot)
    port.zoom_to(1.0, spot)
    after = port.to_picture(spot)
    assert abs(before.x() - after.x()) <= 1
    assert abs(before.y() - after.y()) <= 1


def test_a_picture_cannot_be_lost_out_of_sight() -> None:
    port = Viewport()
    port.set_pane(QSizeF(800, 600), 1.0)
    port.set_picture(QSizeF(6000, 4000))
    port.zoom_to(1.0)
    port.pan(QPointF(1e6, -1e6))
    assert port.visible() == QRectF(0, 3400, 800, 600)


def test_a_larger_result_keeps_the_middle_and_the_size_on_the_screen() -> None:
    port = Viewport()
    port.set_pane(QSizeF(800, 600), 1.0)
    port.set_picture(QSizeF(3000, 2000))
    port.zoom_to(1.0)
    port.centre_on(QPointF(1000, 800))
    port.set_picture(QSizeF(6000, 4000))
    assert (port.centre.x(), port.centre.y()) == (2000, 1600)
    assert port.zoom == 0.5


def test_before_is_left_and_after_is_right(view: Compare) -> None:
    view.set_after(plain(0.8, 400, 300))
    image = seen(view)
    shown = view.viewport.target()
    y = int(shown.top() + shown.height() * 0.8)
    assert image.pixelColor(int(shown.left() + 30), y) == QColor(51, 51, 51)
    assert image.pixelColor(int(shown.right() - 30), y) == QColor(204, 204, 204)


def test_holding_space_shows_the_original_everywhere(view: Compare, qtbot: QtBot) -> None:
    view.set_after(plain(0.8, 400, 300))
    shown = view.viewport.target()
    spot = (int(shown.right() - 30), int(shown.top() + shown.height() * 0.8))
    qtbot.keyPress(view, Qt.Key.Key_Space)
    assert seen(view).pixelColor(*spot) == QColor(51, 51, 51)
    qtbot.keyRelease(view, Qt.Key.Key_Space)
    assert seen(view).pixelColor(*spot) == QColor(204, 204, 204)


def test_only_the_patch_differs_while_the_rest_waits(view: Compare) -> None:
    view.split = 0.0
    view.set_patch(plain(0.8, 100, 100), QRect(200, 100, 100, 100))
    image, shown = seen(view), view.viewport.target()

    def at(x: float, y: float) -> QColor:
        return image.pixelColor(
            round(shown.left() + x / 400 * shown.width()),
            round(shown.top() + y / 300 * shown.height()),
        )

    assert at(250, 170) == QColor(204, 204, 204)
    assert at(350, 170) == QColor(51, 51, 51)


def test_side_by_side_shows_the_same_part_twice(view: Compare) -> None:
    view.set_after(plain(0.8, 400, 300))
    view.set_side_by_side(True)
    image, shown = seen(view), view.viewport.target()
    spot = (int(shown.center().x()), int(shown.center().y()))
    assert image.pixelColor(*spot) == QColor(51, 51, 51)
    assert image.pixelColor(spot[0] + 403, spot[1]) == QColor(204, 204, 204)


def test_the_slider_is_dragged_and_the_picture_panned(view: Compare, qtbot: QtBot) -> None:
    view.set_after(plain(0.8, 400, 300))
    left = Qt.MouseButton.LeftButton
    start = QPointF(view.split_x(), 300).toPoint()
    qtbot.mousePress(view, left, pos=start)
    qtbot.mouseMove(view, QPointF(500, 300).toPoint())
    qtbot.mouseRelease(view, left, pos=QPointF(500, 300).toPoint())
    assert view.split_x() == pytest.approx(500, abs=1)
    view.zoom_to(8.0)
    middle = view.viewport.centre
    qtbot.mousePress(view, left, pos=QPointF(100, 100).toPoint())
    qtbot.mouseMove(view, QPointF(60, 100).toPoint())
    qtbot.mouseRelease(view, left, pos=QPointF(60, 100).toPoint())
    assert view.viewport.centre.x() == pytest.approx(middle.x() + 5)


def test_the_preview_region_is_dragged_by_its_edge_and_stays_inside(
    view: Compare, qtbot: QtBot
) -> None:
    view.set_region(QRect(100, 100, 100, 100))
    frame, left = view._to_pane(QRectF(100, 100, 100, 100)), Qt.MouseButton.LeftButton
    grip = QPointF(frame.left(), frame.center().y()).toPoint()
    qtbot.mousePress(view, left, pos=grip)
    qtbot.mouseMove(view, QPointF(-500, grip.y()).toPoint())
    with qtbot.waitSignal(view.region_dragged) as dragged:
        qtbot.mouseRelease(view, left, pos=grip)
    assert dragged.args == [QRect(0, 100, 100, 100)]


@pytest.mark.parametrize(
    ("key", "zoom"), [(Qt.Key.Key_1, 1.0), (Qt.Key.Key_Plus, 1.25), (Qt.Key.Key_Minus, 0.8)]
)
def test_keys_zoom(view: Compare, qtbot: QtBot, key: Qt.Key, zoom: float) -> None:
    view.zoom_to(1.0)
    qtbot.keyClick(view, key)
    assert view.viewport.zoom == pytest.approx(zoom)
    qtbot.keyClick(view, Qt.Key.Key_0)
    assert view.viewport.fitted


def test_a_one_pixel_picture_and_a_line_can_be_looked_at(view: Compare) -> None:
    for size in ((1, 1), (5000, 1), (1, 5000)):
        view.open(plain(0.5, *size), QSize(*size))
        view.set_after(plain(0.6, *size))
        view.zoom_to(1.0)
        assert not seen(view).isNull()
