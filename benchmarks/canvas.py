"""How soon the result follows the hand, and how long a stroke takes to be painted.

    python benchmarks/canvas.py [--model ID] [--seconds 10] [--device auto]

First with the real engine: a hand draws at 60 dabs a second on the Transfer tab's canvas, and the
time from each question to its answer on the screen is measured, as is the time from a dab to the
first answer that holds it. Without `--model` every model one can draw for is measured. Then
without the engine: brush, box and lasso on a sheet of 12 megapixels over a photo of that size; the
time of one movement is that of painting it into the sheet and of drawing the widget.

Times are elapsed, and for painting also CPU time: on a busy machine the two differ.
"""

import argparse
import os
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QEvent, QEventLoop, QSize, Qt, QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from benchmarks.hand import send, spot, words
from engine import catalogue
from engine.domains import domain_of
from gui import app as program
from gui import paint
from gui.jobs import EngineThread
from gui.notices import Notices
from gui.prefs import Prefs
from gui.tabs import Desk
from gui.tabs.drawing import Drawing
from gui.theme import Theme
from gui.widgets.canvas import Canvas
from gui.widgets.drawing_tools import DrawingTools
from gui.widgets.strokes import Shape, Tool

LARGE = QSize(4000, 3000)
DABS, DAB_MS = 300, 16


@dataclass
class Watch:
    """When questions were asked and answers shown."""

    asked: float = 0.0
    waits: list[float] = field(default_factory=list)  # ms from a question to its answer
    behind: list[float] = field(default_factory=list)  # ms from a dab to an answer with it
    dabs: list[float] = field(default_factory=list)  # not answered yet


class Timed(Canvas):
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
    parser.add_argument("--model")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--device", default="auto")
    wish = parser.parse_args()
    application = QApplication([])
    entries = [each for each in catalogue.entries("transfer") if domain_of(each.card).drawable]
    entries = [each for each in entries if wish.model in (None, each.id)]
    follow(application, entries, wish.seconds, wish.device)
    for shape, width in ((Shape.BRUSH, 40), (Shape.BRUSH, 300), (Shape.BOX, 1), (Shape.LASSO, 1)):
        strokes(application, Tool(shape, "#e8563f", width), f"{shape.value} {width} px")


def follow(
    application: QApplication, entries: list[catalogue.Entry], seconds: float, device: str
) -> None:
    """Draw for each model with the engine at work."""
    with tempfile.TemporaryDirectory() as folder:
        prefs, window = Prefs(Path(folder) / "settings.ini"), QWidget()
        prefs.write("device", device)
        engine = EngineThread(program._studio, dress=paint.dress)
        drawing = Drawing(Desk(engine, prefs, Notices(window), Theme()), DrawingTools())
        drawing.follow.failed.connect(lambda error: sys.exit(str(error)))
        drawing.resize(1000, 500)
        drawing.show()
        for entry in entries:
            before = time.process_time()
            watch = one(application, drawing, entry, seconds)
            spent = 1000 * (time.process_time() - before) / max(1, len(watch.waits))
            edge = domain_of(entry.card).edge
            print(f"{entry.id}, {edge} px, {len(watch.waits)} answers in {seconds:g} s")
            print(f"  from question to picture: {words(watch.waits)}")
            print(f"  from hand to picture:     {words(watch.behind)}")
            print(f"  CPU time an answer, of all threads, loading included: {spent:.0f} ms")
        engine.close()


def one(
    application: QApplication, drawing: Drawing, entry: catalogue.Entry, seconds: float
) -> Watch:
    """A hand that goes round for so long, after a first dab has warmed the model up."""
    watch, state = Watch(), {"dab": 0, "warm": False}
    ask = drawing.follow._engine.submitted.connect(lambda _: begin(watch))
    shown = drawing.follow.shown.connect(lambda _: end(watch, state))
    drawing.use(entry)
    clock = QTimer()
    clock.setTimerType(Qt.TimerType.PreciseTimer)
    clock.timeout.connect(lambda: dab(drawing.canvas, watch, state))
    dab(drawing.canvas, watch, state)
    while not state["warm"]:
        application.processEvents()
        time.sleep(0.005)
    clock.start(DAB_MS)
    loop = QEventLoop()  # to quit the application would close the window
    QTimer.singleShot(int(1000 * seconds), loop.quit)
    loop.exec()
    clock.stop()
    drawing.follow._engine.submitted.disconnect(ask)
    drawing.follow.shown.disconnect(shown)
    return watch


def begin(watch: Watch) -> None:
    """A question is asked: it holds every dab so far."""
    watch.asked = time.perf_counter()


def end(watch: Watch, state: dict[str, int]) -> None:
    """An answer is shown."""
    now = time.perf_counter()
    if state["warm"]:
        watch.waits.append(1000 * (now - watch.asked))
        held = [at for at in watch.dabs if at <= watch.asked]
        watch.behind += [1000 * (now - at) for at in held]
        watch.dabs = watch.dabs[len(held) :]
    state["warm"] = True


def dab(canvas: Canvas, watch: Watch, state: dict[str, int]) -> None:
    """The mouse moves on."""
    if state["warm"]:
        watch.dabs.append(time.perf_counter())
    kind = QEvent.Type.MouseMove if state["dab"] else QEvent.Type.MouseButtonPress
    send(canvas, kind, spot(canvas, state["dab"], DABS))
    state["dab"] += 1


def strokes(application: QApplication, tool: Tool, name: str) -> None:
    """One tool on a large sheet over a large photo."""
    canvas = Timed(LARGE)
    canvas.resize(1400, 900)
    noise = np.random.default_rng(0).random((3, LARGE.height(), LARGE.width()), np.float32)
    canvas.set_below(paint.picture(noise))
    canvas.set_tool(tool)
    canvas.show()
    application.processEvents()
    send(canvas, QEvent.Type.MouseButtonPress, spot(canvas, 0, DABS))
    elapsed, worked = [], []
    for number in range(1, DABS):
        drawn, start = canvas.drawn, (time.perf_counter(), time.thread_time())
        send(canvas, QEvent.Type.MouseMove, spot(canvas, number, DABS))
        took = (time.perf_counter() - start[0], time.thread_time() - start[1])
        while canvas.drawn == drawn and time.perf_counter() - start[0] < 0.1:
            application.processEvents()
        elapsed.append(1000 * (took[0] + canvas.spent[0]))
        worked.append(1000 * (took[1] + canvas.spent[1]))
    start_end = time.perf_counter()
    send(canvas, QEvent.Type.MouseButtonRelease, spot(canvas, DABS, DABS))
    lifted = 1000 * (time.perf_counter() - start_end)
    print(f"{name} on 12 MP: {words(elapsed)}; CPU {words(worked)}; let go in {lifted:.1f} ms")


if __name__ == "__main__":
    main()
