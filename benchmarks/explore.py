"""How soon the picture follows the mouse, and how long the rest of the latent space takes.

    python -m benchmarks.explore [--model ID] [--seconds 10] [--photo PHOTO]

The mouse moves 125 times a second over the pad; each move is submitted to the engine's thread as
the Explore tab does it, newest first. Told are the milliseconds from a move to its picture in the
window's thread, ready to be drawn, and whether an older picture ever came after a newer one. Then:
a step of point dragging, the projection of PHOTO (else of a generated face that forgot its place),
and a walk of 600 frames, read back from its MP4.
"""

import argparse
import math
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import cv2
from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from engine import image
from engine.image import Picture
from engine.job import Preview, result_of
from engine.latent import pad
from engine.specs import DragPoints, DrawPlaces, OpenGenerator, Place, Project, Pull, Walk
from engine.studio import Studio
from gui import paint
from gui.jobs import EngineThread, Ticket

MOVE_MS = 8
PULL = Pull((0.5, 0.7), (0.5, 0.6))


class Hand(QObject):
    """Drags over the pad for some seconds and remembers when each place was drawn."""

    def __init__(self, engine: EngineThread, model: str | None, seconds: float) -> None:
        super().__init__()
        self._engine, self._model = engine, model
        self._moved: dict[Place, float] = {}
        self._tickets: list[Ticket] = []
        self.waits: list[float] = []  # ms
        self.late = 0  # pictures of an older place after a newer one
        self._newest = 0.0
        self._end = time.perf_counter() + seconds
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._move)
        self._timer.start(MOVE_MS)

    def _move(self) -> None:
        now = time.perf_counter()
        if now > self._end:
            self._timer.stop()
            QTimer.singleShot(500, QApplication.quit)
            return
        angle = 2 * math.pi * (now / 4 % 1)
        place = Place(self._model, 5 + 2 * math.cos(angle), 5 + 2 * math.sin(2 * angle))
        self._moved[place] = now
        ticket = Ticket(DrawPlaces(places=(place,)), "pad")
        ticket.happened.connect(self._drawn)
        self._engine.submit(ticket)
        self._tickets = [*self._tickets[-50:], ticket]

    def _drawn(self, event: Any) -> None:
        if not isinstance(event, paint.Shown):
            return
        moved = self._moved[event.facts["place"]]
        self.waits.append((time.perf_counter() - moved) * 1000)
        self.late += moved < self._newest
        self._newest = max(self._newest, moved)


def main() -> None:
    """Measure all of it and print a line each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--photo", type=Path)
    asked = parser.parse_args()
    studio = Studio()
    facts = result_of(studio.run(OpenGenerator(model=asked.model)))
    print(f"{facts.model}: {facts.size} px, {os.cpu_count()} cores")
    drag_pad(asked.model, asked.seconds)
    with tempfile.TemporaryDirectory() as folder:
        drag_points(studio, asked.model)
        project(studio, asked.model, asked.photo, Path(folder))
        walk(studio, asked.model, Path(folder) / "walk.mp4")


def drag_pad(model: str | None, seconds: float) -> None:
    """The pad, dragged through the window's own thread."""
    app = QApplication([])
    engine = EngineThread(Studio, dress=paint.dress)
    warm = Ticket(OpenGenerator(model=model), "pad")
    warm.finished.connect(app.quit)
    engine.submit(warm)
    app.exec()
    hand = Hand(engine, model, seconds)
    app.exec()
    engine.close()
    waits = sorted(hand.waits)
    print(
        f"move to picture: {statistics.median(waits):.1f} ms (median), "
        f"{waits[len(waits) * 99 // 100]:.1f} ms (99 %), {waits[-1]:.1f} ms (longest); "
        f"{len(waits) / seconds:.0f} pictures a second, {hand.late} came late"
    )


def drag_points(studio: Studio, model: str | None) -> None:
    """A handle, dragged until it arrives."""
    start = time.perf_counter()
    spec = DragPoints(place=pad.of_seed(1, Place(model)), pulls=(PULL,))
    took, count, result = [], 0, None
    job = studio.run(spec)
    while result is None:
        try:
            event = next(job)
        except StopIteration as end:
            result = end.value
            continue
        now = time.perf_counter()
        if isinstance(event, Preview):
            took.append((now - start) * 1000)
            count += 1
        start = time.perf_counter()
    print(
        f"a step of point dragging: {statistics.median(took):.0f} ms (median); "
        f"{count} steps, {'arrived' if result.reached else 'stopped short'}"
    )


def project(studio: Studio, model: str | None, photo: Path | None, folder: Path) -> None:
    """A photo, found with the usual settings."""
    if photo is None:
        photo = folder / "photo.png"
        place = Place(model, 3.5, 4.5, truncation=0.9)
        drawn = [e for e in studio.run(DrawPlaces(places=(place,))) if isinstance(e, Preview)]
        image.write(photo, Picture(drawn[0].pixels))
    first: float | None = None
    start = time.perf_counter()
    job = studio.run(Project(photo=photo, target=folder / "found.png", model=model))
    result = None
    while result is None:
        try:
            event = next(job)
        except StopIteration as end:
            result = end.value
            continue
        if isinstance(event, Preview) and event.name == "place" and first is None:
            first = event.facts["distance"]
    print(
        f"projection: {time.perf_counter() - start:.0f} s, "
        f"distance {first:.3f} -> {result.distance:.3f}"
    )


def walk(studio: Studio, model: str | None, target: Path) -> None:
    """600 frames through five faces and back."""
    keys = tuple(pad.of_seed(seed, Place(model)) for seed in range(1, 6))
    start = time.perf_counter()
    result_of(studio.run(Walk(keys=keys, target=target, frames=120, loop=True)))
    seconds = time.perf_counter() - start
    reel, frames = cv2.VideoCapture(str(target)), 0
    while reel.read()[0]:
        frames += 1
    print(f"a walk of 600 frames: {seconds:.0f} s, {frames} frames play back")


if __name__ == "__main__":
    main()
