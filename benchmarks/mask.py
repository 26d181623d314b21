"""How long a stroke takes to be painted on a large photo, and a fill to be seen.

    python benchmarks/mask.py [--megapixels 12] [--device auto]

First without the engine: brush, box and lasso on a mask over a photo of that size, seen as a whole
and at 100 %; the time of one movement is that of painting it into the mask and of drawing the view.
Then that of letting go, and of packing the mask for the engine, strip by strip. At last with the
engine: from a mask of 200 x 200 px to its fill around it, the picture being open.

Times are elapsed, and for painting also CPU time: on a busy machine the two differ.
"""

import argparse
import itertools
import math
import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRect, QSize
from PySide6.QtGui import QImage, QPaintEvent
from PySide6.QtWidgets import QApplication

from benchmarks.hand import send, spot, words
from engine.job import Preview
from engine.specs import FillStep, PreviewSteps
from engine.studio import Studio
from gui import paint
from gui.widgets.easel import Easel
from gui.widgets.mask import MaskSheet
from gui.widgets.mask_hand import MaskHand
from gui.widgets.mask_png import Packing, packed
from gui.widgets.strokes import Shape, Tool

DABS = 300
HOLE, AROUND = 200, 100  # px
FILLS = 5


class Timed(Easel):
    """Remembers how long it drew."""

    spent: tuple[float, float] = (0.0, 0.0)
    drawn = 0

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw, with a stop watch."""
        start = (time.perf_counter(), time.thread_time())
        super().paintEvent(event)
        self.spent = (time.perf_counter() - start[0], time.thread_time() - start[1])
        self.drawn += 1


def main() -> None:
    """Measure both."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--megapixels", type=float, default=12)
    parser.add_argument("--device", default="auto")
    wish = parser.parse_args()
    width = round(math.sqrt(wish.megapixels * 1e6 * 4 / 3))
    size = QSize(width, round(width * 3 / 4))
    noise = np.random.default_rng(0).random((3, size.height(), size.width()), np.float32)
    application = QApplication([])
    photo = paint.picture(noise)
    for seen in ("whole", "at 100 %"):
        for shape, wide in (
            (Shape.BRUSH, 100),
            (Shape.BRUSH, 400),
            (Shape.BOX, 1),
            (Shape.LASSO, 1),
        ):
            strokes(application, photo, size, Tool(shape, width=wide), seen)
    fills(photo.levels[0], size, wish.device)


def strokes(
    application: QApplication, photo: paint.Picture, size: QSize, tool: Tool, seen: str
) -> None:
    """One tool over a photo with a result."""
    view, hand = Timed(), MaskHand()
    view.resize(1400, 900)
    hand.use(MaskSheet(size))
    hand.set_tool(tool)
    view.open(photo, size)
    view.set_after(photo)
    view.take(hand)
    view.show()
    if seen != "whole":
        view.zoom_to(1.0)
    application.processEvents()
    send(view, QEvent.Type.MouseButtonPress, spot(view, 0, DABS))
    elapsed, worked = [], []
    for number in range(1, DABS):
        drawn, start = view.drawn, (time.perf_counter(), time.thread_time())
        send(view, QEvent.Type.MouseMove, spot(view, number, DABS))
        took = (time.perf_counter() - start[0], time.thread_time() - start[1])
        while view.drawn == drawn and time.perf_counter() - start[0] < 0.1:
            application.processEvents()
        elapsed.append(1000 * (took[0] + view.spent[0]))
        worked.append(1000 * (took[1] + view.spent[1]))
    start_end = time.perf_counter()
    send(view, QEvent.Type.MouseButtonRelease, spot(view, DABS, DABS))
    lifted = 1000 * (time.perf_counter() - start_end)
    strips = [time.thread_time()]
    packing = Packing(hand.sheet)
    strips.append(time.thread_time())
    while packing.more():
        strips.append(time.thread_time())
    strips.append(time.thread_time())
    each = [1000 * (end - start) for start, end in itertools.pairwise(strips)]
    print(
        f"{tool.shape.value} {tool.width:g} px, {seen}: {words(elapsed)}; CPU {words(worked)}; "
        f"let go in {lifted:.1f} ms, packed in CPU {sum(each):.1f} ms, {max(each):.1f} at a time"
    )


def fills(photo: QImage, size: QSize, device: str) -> None:
    """Masks of 200 x 200 px in one photo, one after the other, through the engine."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "photo.jpg"
        photo.save(str(path), "JPEG", 90)  # type: ignore[call-overload]
        studio, dice = Studio(), np.random.default_rng(1)
        sheet = MaskSheet(size)
        times, began = [], 0.0
        for number in range(FILLS + 1):
            began = time.process_time() if number == 1 else began
            left = int(dice.integers(0, size.width() - HOLE))
            top = int(dice.integers(0, size.height() - HOLE))
            hand = MaskHand()
            hand.use(sheet)
            hand.tell(sheet.clear())
            sheet.begin(Tool(Shape.BOX), QPointF(left, top))
            sheet.move(QPointF(left + HOLE, top + HOLE))
            sheet.end()
            around = QRect(left, top, HOLE, HOLE).adjusted(-AROUND, -AROUND, AROUND, AROUND)
            part = around.intersected(sheet.image.rect())
            box = (part.x(), part.y(), part.width(), part.height())
            start = time.perf_counter()
            png, where = packed(sheet)
            steps = (FillStep(png=png, box=where),)
            asked = PreviewSteps(path, steps, 0, box, device=device)
            seen = [each for each in studio.run(asked) if isinstance(each, Preview)]
            assert seen
            times.append(1000 * (time.perf_counter() - start))
        spent = 1000 * (time.process_time() - began) / FILLS
        print(f"fill of {HOLE} x {HOLE} px: first, opening it: {times[0]:.0f} ms")
        print(f"  then {words(times[1:])}; CPU time of all threads {spent:.0f} ms each")


if __name__ == "__main__":
    main()
