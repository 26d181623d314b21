"""From mouse move to picture on the screen, while the Explore tab is being dragged.

    python benchmarks/interactive.py [--model ID] [--seconds 10] [--hertz 125] [--on pad|picture]

The real window (offscreen unless QT_QPA_PLATFORM says otherwise) over the real engine. A thread
plays the mouse: it notes the time and posts a move, and like Qt with a real mouse the window takes
the newest of those that wait. For each picture that was painted: how long ago its move was made.
"""

import argparse
import math
import os
import sys
import threading
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from engine.specs import Place
from gui import app as program
from gui import paint
from gui.jobs import EngineThread
from gui.prefs import Prefs
from gui.tabs.explore import ExploreTab
from gui.theme import Theme, interface_font
from gui.widgets.face_view import FaceView
from gui.window import Window

MEDIAN_MS, LAST_MS = 33, 60  # what must be reached at 64 px
ROUND_S = 2.0  # once around the circle that the mouse draws
WARM_S = 2.0


class Mouse(QObject):
    """Draws circles over a widget with the left button held."""

    moved = Signal()

    def __init__(self, over: QWidget, hertz: float) -> None:
        super().__init__()
        self._over, self._hertz = over, hertz
        self._newest: tuple[float, QPointF] | None = None
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._play, daemon=True)
        self.made: dict[Place, float] = {}  # when the move was made that led to a place
        self.order: dict[Place, int] = {}
        self.moved.connect(self._deliver)

    def start(self) -> None:
        """Press, and move from now on."""
        self._send(QEvent.Type.MouseButtonPress, self._spot(0))
        self._thread.start()

    def stop(self) -> None:
        """Hold still."""
        self._end.set()
        self._thread.join()

    def _play(self) -> None:
        began = time.perf_counter()
        while not self._end.wait(1 / self._hertz):
            now = time.perf_counter()
            self._newest = (now, self._spot((now - began) / ROUND_S))
            self.moved.emit()

    def _deliver(self) -> None:
        newest, self._newest = self._newest, None
        if newest is not None:
            self._send(QEvent.Type.MouseMove, newest[1])
            place = self.tab.journey.place
            self.made.setdefault(place, newest[0])
            self.order.setdefault(place, len(self.order))

    @property
    def tab(self) -> ExploreTab:
        """The tab the widget lies in."""
        widget: Any = self._over
        while not isinstance(widget, ExploreTab):
            widget = widget.parent()
        return widget

    def _spot(self, turns: float) -> QPointF:
        wide, high = self._over.width(), self._over.height()
        angle = 2 * math.pi * turns
        return QPointF(wide * (0.5 + 0.3 * math.cos(angle)), high * (0.5 + 0.3 * math.sin(angle)))

    def _send(self, kind: QEvent.Type, spot: QPointF) -> None:
        left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        pressed = left if kind == QEvent.Type.MouseButtonPress else Qt.MouseButton.NoButton
        where = self._over.mapToGlobal(spot)
        QApplication.sendEvent(self._over, QMouseEvent(kind, spot, where, pressed, left, none))


class Eye:
    """Notes when the picture of which place was painted."""

    def __init__(self, tab: ExploreTab) -> None:
        self.place: Place | None = None
        self.seen: list[tuple[Place, float]] = []
        self.draw_ms: list[float] = []
        tab.session.drawn.connect(self._came)

    def _came(self, shown: paint.Shown) -> None:
        self.place = shown.facts["place"]
        self.draw_ms.append(shown.facts["ms"])

    def painted(self) -> None:
        """A paint event ended."""
        if self.place is not None and (not self.seen or self.seen[-1][0] is not self.place):
            self.seen.append((self.place, time.perf_counter()))


def main() -> None:
    """Open the window, drag, report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--hertz", type=float, default=125)
    parser.add_argument("--on", choices=("pad", "picture"), default="pad")
    wish = parser.parse_args()
    app = QApplication([])
    app.setFont(interface_font())
    theme = Theme()
    theme.use("dark")
    eyes: list[Eye] = []
    plain = FaceView.paintEvent

    def watched(view: FaceView, event: Any) -> None:
        plain(view, event)
        for eye in eyes:
            eye.painted()

    FaceView.paintEvent = watched  # type: ignore[method-assign]
    window = Window(EngineThread(program._studio, dress=paint.dress), Prefs(), theme)
    window.show()
    window.send("Explore", [])
    tab = window.stack.currentWidget()
    assert isinstance(tab, ExploreTab)
    if wish.model:
        tab._open(Place(model=wish.model))
    wait(app, lambda: tab.facts is not None and wish.model in ("", tab.facts.model))
    wait(app, lambda: not any(tab.session.busy(what) for what in ("thumbs", "directions")))
    mouse = Mouse(tab.pad if wish.on == "pad" else tab.view, wish.hertz)
    mouse.start()
    pause(app, WARM_S)
    eyes.append(Eye(tab))
    pause(app, wish.seconds)
    mouse.stop()
    print(report(tab, mouse, eyes[0], wish.seconds))
    window.close()


def report(tab: ExploreTab, mouse: Mouse, eye: Eye, seconds: float) -> str:
    """Median, 99th percentile and longest; pictures a second; whether any came out of order."""
    told = [(place, at) for place, at in eye.seen if place in mouse.made]
    late = sorted((at - mouse.made[place]) * 1000 for place, at in told)
    order = [mouse.order[place] for place, _ in told]
    if len(late) < 10:
        return f"only {len(late)} pictures in {seconds:g} s"
    draws = sorted(eye.draw_ms)
    median, last = late[len(late) // 2], late[len(late) * 99 // 100]
    size = tab.facts.size if tab.facts else 0
    return (
        f"{tab.facts.title if tab.facts else ''}, {size} px: {len(late)} pictures in {seconds:g} s;"
        f" from move to screen {median:.1f} ms (median), {last:.1f} ms (99 %), {late[-1]:.1f} ms"
        f" (longest); drawing alone {draws[len(draws) // 2]:.1f} ms (median); out of order:"
        f" {sum(b < a for a, b in pairwise(order))};"
        f" load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )


def wait(app: QApplication, until: Any, seconds: float = 120) -> None:
    """Let the window live until something is so."""
    end = time.monotonic() + seconds
    while not until():
        if time.monotonic() > end:
            raise SystemExit("The window did not get ready; is a generator installed?")
        app.processEvents()
        time.sleep(0.005)


def pause(app: QApplication, seconds: float) -> None:
    """Let the window live for a while."""
    QTimer.singleShot(int(seconds * 1000), app.exit)  # `quit` would close the window
    app.exec()


if __name__ == "__main__":
    main()
