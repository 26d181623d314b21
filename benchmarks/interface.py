"""How long the window's thread is ever blocked while a folder runs.

    python benchmarks/interface.py FOLDER [--seconds 60] [--model ID]

Works on FOLDER into a temporary folder, with the real engine in the real window (offscreen unless
QT_QPA_PLATFORM says otherwise). A timer of the interface's thread beats every 5 ms; a beat that
comes late was kept waiting by something. Says how many beats, the usual and the longest lateness.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from gui import app as program
from gui import paint
from gui.jobs import EngineThread
from gui.prefs import Prefs
from gui.theme import Theme, interface_font
from gui.window import Window

BEAT_MS = 5
LIMIT_MS = 50


class Heart(QObject):
    """Beats in the interface's thread and remembers how late each beat was."""

    def __init__(self) -> None:
        super().__init__()
        self.late: list[tuple[float, float]] = []  # ms, seconds since the start
        self._start = self._due = time.perf_counter()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        """Begin to count."""
        self.late.clear()
        self._start = self._due = time.perf_counter()
        self._timer.start(BEAT_MS)

    def _beat(self) -> None:
        now = time.perf_counter()
        self.late.append(((now - self._due) * 1000 - BEAT_MS, now - self._start))
        self._due = now

    def report(self, title: str) -> str:
        """Beats, median, 99th percentile, longest, and how many were over the limit."""
        late = sorted(max(0.0, ms) for ms, _ in self.late)
        over = [(round(ms), round(at, 1)) for ms, at in self.late if ms > LIMIT_MS]
        if not late:
            return f"{title}: no beat at all"
        return (
            f"{title}: {len(late)} beats, late by {late[len(late) // 2]:.1f} ms (median), "
            f"{late[len(late) * 99 // 100]:.1f} ms (99 %), {late[-1]:.1f} ms (longest); "
            f"over {LIMIT_MS} ms: {len(over)} {over[:12]}"
        )


def main() -> None:
    """Open the window, run the folder, report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=float, default=60)
    wish = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ["SAFELIGHT_HOME"] = home
        measure(wish.folder, wish.seconds, Path(home) / "out")


def measure(folder: Path, seconds: float, target: Path) -> None:
    """The window with a folder job, looked at and clicked through meanwhile."""
    app = QApplication([])
    app.setFont(interface_font())
    theme = Theme()
    theme.use("dark")
    window = Window(EngineThread(program._studio, dress=paint.dress), Prefs(), theme)
    window.show()
    window.open_paths([folder])
    page = window.pages[0]
    page.form.editors["target"].set_value(target)
    page._settings_changed()
    heart, state = Heart(), {"phase": "loading", "row": 0}

    def tick() -> None:
        """Start once the queue is there; then look at another picture every two seconds."""
        rows = page.film.strip.queue.rows
        if state["phase"] == "loading" and rows and not page._planning:
            page.start()
            state["phase"] = "first"
        elif state["phase"] == "first" and page.film.strip.queue.count("done"):
            print(heart.report("until the first result (libraries and network load)"))
            heart.start()
            state["phase"] = "running"
            QTimer.singleShot(int(seconds * 1000), app.quit)
        elif state["phase"] == "running":
            state["row"] = (state["row"] + 1) % len(rows)
            page._choose(rows[state["row"]].path)
            page.compare.zoom_step(1)
            if page.running.ticket is None:
                app.quit()

    clock = QTimer()
    clock.timeout.connect(tick)
    clock.start(2000)
    heart.start()
    app.exec()
    print(heart.report("while the folder runs"))
    print(page.film.words.text())
    window.close()


if __name__ == "__main__":
    main()
