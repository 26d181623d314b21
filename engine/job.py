"""A job is a generator: every `yield` is progress, a place to stop and a line in a test."""

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.float32]  # (C, H, W) in [0, 1], C = 1 grey or 3 RGB


@dataclass(frozen=True, slots=True)
class Step:
    """Progress: `done` of `total`, in whatever the job counts (a folder: files, with fractions)."""

    done: float
    total: float
    text: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A word people should read; about one file where `path` is set."""

    text: str
    path: Path | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """What a folder job will do, before it does it: (source, target) of every file."""

    pairs: tuple[tuple[Path, Path], ...]


@dataclass(frozen=True, slots=True)
class Started:
    """Work on a file begins."""

    path: Path


@dataclass(frozen=True, slots=True)
class Finished:
    """A file is written."""

    path: Path
    target: Path
    seconds: float


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file was left out on purpose."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class Failed:
    """A file could not be done; the others go on."""

    path: Path
    reason: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """A picture to show: `name` says which one of the job's pictures it is.

    `pixels`: (3, H, W) float32 RGB in [0, 1], in the picture's own colour space, `icc` naming it.
    `facts`: plain values about it (width, height, sigma ...).
    """

    name: str
    pixels: Pixels
    icc: bytes | None = None
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Curve:
    """Values measured at a training step, by name; each name is a line in a diagram.

    Names begin with "loss" (on what is learned from), "rate", or "psnr", "distance" and the like
    (on held-back pictures). A training job's sample sheets come as a `Preview` named "sheet", whose
    facts hold `step`, `path` and `columns`, the words above the sheet's columns.
    """

    step: int
    values: dict[str, float]


@dataclass(frozen=True, slots=True)
class Points:
    """A cloud of points to show: `name` says which one of the job's clouds.

    `places`: (N, 2) float32, in the data's own units. `classes`: (N,) whole numbers that colour
    them, or None. `arrows`: (N, 2) float32, a direction at each place, or None.
    """

    name: str
    places: NDArray[np.float32]
    classes: NDArray[np.int64] | None = None
    arrows: NDArray[np.float32] | None = None
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Surface:
    """A height over a plane: `heights` (rows, columns) float32, the first row at the bottom.

    `box`: left, bottom, right, top of the plane, in the data's own units.
    """

    name: str
    heights: NDArray[np.float32]
    box: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Plot:
    """Functions of one variable, now: `lines` by name, each (N,) float32 at the places `x` (N,)."""

    name: str
    x: NDArray[np.float32]
    lines: dict[str, NDArray[np.float32]]


Event = (
    Step
    | Note
    | Planned
    | Started
    | Finished
    | Skipped
    | Failed
    | Preview
    | Curve
    | Points
    | Surface
    | Plot
)
Job = Generator[Event, None, Any]


@dataclass(frozen=True, slots=True)
class Report:
    """How a folder ended; what is neither done, skipped nor failed was not reached."""

    done: tuple[tuple[Path, Path], ...] = ()
    skipped: tuple[Skipped, ...] = ()
    failed: tuple[Failed, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Table:
    """A result to be read as rows; numbers stay numbers, for programs."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str | float, ...], ...]


def result_of(job: Job) -> Any:
    """What a short job returns."""
    while True:
        try:
            next(job)
        except StopIteration as end:
            return end.value


def steps_only(job: Job) -> Job:
    """The same job, saying nothing but how far it is; closed when this is."""
    try:
        while True:
            try:
                event = next(job)
            except StopIteration as end:
                return end.value
            if isinstance(event, Step):
                yield event
    finally:
        job.close()


class Pace:
    """Time left, from how fast a job has gone lately."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._last: tuple[float, float] | None = None
        self._rate: float | None = None  # units a second

    def left(self, step: Step) -> float | None:
        """Seconds until `step.total`, or None while nobody can know."""
        now = self._clock()
        if self._last is None or step.done < self._last[1]:
            self._last = (now, step.done)
            return None
        passed, gained = now - self._last[0], step.done - self._last[1]
        if passed >= 0.2 and gained > 0:
            rate = gained / passed
            weight = min(1.0, passed / 10)  # about ten seconds of memory
            self._rate = rate if self._rate is None else self._rate + weight * (rate - self._rate)
            self._last = (now, step.done)
        return None if not self._rate else max(0.0, step.total - step.done) / self._rate
