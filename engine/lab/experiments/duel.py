"""Generator against discriminator: a whole duel, and single moves in one that stays warm."""

import math
from collections.abc import Generator
from time import monotonic, sleep

import numpy as np

from engine.job import Event, Job, Pixels, Step
from engine.lab import draw
from engine.lab.duel import Duel
from engine.lab.loop import Budget, budget, fit
from engine.lab.warm import Warm
from engine.specs_lab import LabDuel
from engine.specs_lab_live import DuelMove, LabResult

NAP = 0.02  # seconds between two looks at whether to go on, where it is slow
SIDES = {"discriminator": ("discriminator",), "generator": ("generator",)}


def run(spec: LabDuel, warm: Warm) -> Job:
    """From nothing to the end of the time."""
    del warm  # a duel is kept by its moves
    duel = Duel(spec)
    yield from fit(duel.training, budget(spec))
    return found(duel)


def moved(duel: Duel, move: DuelMove) -> Job:
    """One move of a warm duel; see `DuelMove`."""
    match move.move:
        case "play":
            left = Budget(math.inf, move.steps)
            yield from slowed(fit(duel.training, left), move.pause)
        case "both" | "discriminator" | "generator":
            for part in SIDES.get(move.move, duel.gan.parts(0)):
                duel.move(part)
                yield Step(1, 1, f"{part}, step {duel.training.step:,}")
            duel.training.remember(duel.marks())
            yield duel.point()
            yield from duel.look()
        case _:
            yield from duel.look()
    return found(duel)


def slowed(job: Generator[Event, None, None], pause: float) -> Job:
    """The same job with a pause after each step, which may be stopped in it."""
    try:
        for event in job:
            yield event
            if isinstance(event, Step):
                until = monotonic() + pause
                while monotonic() < until:
                    sleep(min(NAP, pause))
                    yield event
    finally:
        job.close()


def found(duel: Duel) -> LabResult:
    """Numbers and pictures of a duel as it stands."""
    marks = duel.marks()
    opinions = {
        name: points[-1][1]
        for name, points in duel.training.history.items()
        if name.startswith(("D ", "gradient"))
    }
    figures = {"steps": float(duel.training.step)} | marks | opinions
    words = f"{duel.spec.loss}: a divergence of {marks['divergence']:.2f} nats"
    if "modes" in marks:
        total = len(duel.real.means)  # type: ignore[attr-defined]
        words += f", {marks['modes']:.0f} of {total} modes covered"
    history = duel.training.history
    diagrams = {"losses": draw.history(history, "loss"), "opinions": draw.history(history, "D ")}
    pages = {"duel": picture(duel)}
    return LabResult(duel.spec.experiment, f"{words}.", figures, {}, pages, diagrams=diagrams)


def picture(duel: Duel) -> Pixels:
    """What is to be seen of it now."""
    if duel.real.dims == 1:
        plot = duel.densities()
        x = plot.x.tolist()
        return draw.curves({n: (x, y.tolist()) for n, y in plot.lines.items()}, "x", "density, D")
    made, _ = duel.made_with_arrows()
    clouds = [(duel.seen, np.zeros(len(duel.seen), np.int64)), (made, np.ones(len(made), np.int64))]
    return draw.scatter(clouds, duel.real.box)
