"""The lab's loop: flat, one step a yield, and as much to look at as costs next to nothing."""

import math
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Protocol

import numpy as np
import torch

from engine.errors import UserError
from engine.job import Curve, Event, Step
from engine.lab.data import Pictures
from engine.lab.learner import Batch, Learner
from engine.specs_lab import Lab
from engine.training.dice import dice, torch_dice

SHOWN_EVERY = 0.12  # seconds between two pictures of one kind, at the least
COST = 0.04  # share of the time that pictures may take
TOLD_EVERY = 0.1  # seconds between two points of the curves
GROWN = 1e4  # a loss so many times its first size will not come back
History = dict[str, list[tuple[int, float]]]  # (step, value) by the curve's name


class Examples(Protocol):
    """Where batches come from."""

    def batch(self, size: int, thrown: np.random.Generator) -> Batch:
        """So many examples at random."""


@dataclass(frozen=True, slots=True)
class Drawer:
    """Batches of pictures, drawn with replacement."""

    pictures: Pictures

    def batch(self, size: int, thrown: np.random.Generator) -> Batch:
        """(size, C, H, W) and their labels."""
        chosen = self.pictures.at(thrown.integers(len(self.pictures), size=size))
        return Batch(chosen.images, chosen.labels)


@dataclass(slots=True)
class Budget:
    """Seconds of work, pauses left out, or steps; with infinite seconds it goes on."""

    seconds: float
    steps: int | None
    worked: float = 0.0
    done: int = 0

    @property
    def share(self) -> float:
        """How much of it is used, from 0 to 1."""
        if self.steps is not None:
            return min(1.0, self.done / self.steps)
        return min(1.0, self.worked / self.seconds)

    def part(self, share: float) -> "Budget":
        """A share of the same, unused."""
        steps = None if self.steps is None else max(1, round(share * self.steps))
        return Budget(share * self.seconds, steps)

    def step(self, text: str) -> Step:
        """How far it is; a total of 0 where it has no end."""
        if self.steps is not None:
            return Step(self.done, self.steps, text)
        if math.isinf(self.seconds):
            return Step(self.done, 0, text)
        return Step(round(min(self.worked, self.seconds), 2), self.seconds, text)


def budget(spec: Lab, share: float = 1.0) -> Budget:
    """What a spec grants, or a share of it."""
    return Budget(spec.seconds, spec.steps).part(share)


class Live:
    """Says when to look at a kind of picture again, from what it cost the last time.

    `pace`: seconds between two of a kind at the least, where that is not `SHOWN_EVERY`.
    """

    def __init__(
        self, clock: Callable[[], float] = monotonic, pace: Mapping[str, float] | None = None
    ) -> None:
        self._clock, self._pace = clock, pace or {}
        self._due: dict[str, float] = {}

    def show(self, kind: str, make: Callable[[], Iterable[Event]]) -> tuple[Event, ...]:
        """What `make` makes, or nothing where it is too soon."""
        began = self._clock()
        if began < self._due.setdefault(kind, began):
            return ()
        events = tuple(make())
        ended = self._clock()
        self._due[kind] = ended + max(
            self._pace.get(kind, SHOWN_EVERY), (ended - began) * len(self._due) * (1 - COST) / COST
        )
        return events


def nothing() -> Iterator[Event]:
    """Where there is nothing to look at."""
    return iter(())


def idle() -> None:
    """Where there is nothing to do after a step."""


@dataclass(slots=True)
class Training:
    """A learner at work. `step` counts from 0 and decides the dice, so any step can be repeated.

    `show` makes events of what the model can do now; `exam` measures it on pictures held back;
    `after` is called at the end of each step.
    """

    learner: Learner
    examples: Examples
    batch: int
    rate: float
    seed: int = 0
    step: int = 0
    show: Callable[[], Iterable[Event]] = nothing
    exam: Callable[[], dict[str, float]] = dict
    after: Callable[[], None] = idle
    name: str = "training"
    pace: Mapping[str, float] = field(default_factory=dict)  # of "picture" and "exam"; see `Live`
    first: dict[str, float] = field(default_factory=dict)
    history: History = field(default_factory=dict)
    optimizers: dict[str, torch.optim.Optimizer] = field(default_factory=dict)

    def learn(self, part: str, turn: int = 0) -> dict[str, float]:
        """One step of one part, the `turn`th of this step.

        UserError where its loss is no number, or has exploded.
        """
        optimizer = self.optimizer(part)
        place = (self.step, turn)
        batch = self.examples.batch(self.batch, dice(self.seed, *place))
        losses = self.learner.loss(part, batch, torch_dice(self.seed, *place))
        optimizer.zero_grad(set_to_none=True)
        losses["loss"].backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        figures = {name: float(value.detach()) for name, value in losses.items()}
        figures |= self.learner.stepped(part)
        self._sound(part, figures["loss"])
        word = "loss" if part == "model" else f"loss {part}"
        return {word if name == "loss" else name: value for name, value in figures.items()}

    def optimizer(self, part: str) -> torch.optim.Optimizer:
        """The optimizer of a part, made at its first step."""
        if part not in self.optimizers:
            self.optimizers[part] = self.learner.optimizer(part, self.rate)
        return self.optimizers[part]

    def _sound(self, part: str, loss: float) -> None:
        first = self.first.setdefault(part, abs(loss))
        if math.isfinite(loss) and abs(loss) <= GROWN * (1 + first):
            return
        what = "is no number any more" if not math.isfinite(loss) else "has grown beyond measure"
        raise UserError(
            f"The loss {what} after {self.step + 1} steps at a rate of {self.rate:g}.",
            f"Choose a lower learning rate, such as {self.learner.rate:g}.",
        )

    def remember(self, figures: dict[str, float]) -> None:
        """Add points to the curves."""
        for name, value in figures.items():
            self.history.setdefault(name, []).append((self.step, value))


def rate_of(spec: Lab, learner: Learner) -> float:
    """The rate wished for, or the one the model likes."""
    return spec.rate if spec.rate is not None else learner.rate


def fit(training: Training, left: Budget) -> Generator[Event, None, None]:
    """Learn until the budget is used."""
    live, learner = Live(pace=training.pace), training.learner
    told = -TOLD_EVERY
    for part in learner.parts(left.share):
        training.optimizer(part)  # the first one loads half of torch: no part of the budget
    yield left.step(training.name)
    while left.share < 1:
        began = monotonic()
        figures: dict[str, float] = {}
        for turn, part in enumerate(learner.parts(left.share)):
            figures |= training.learn(part, turn)
        training.step += 1
        training.after()
        left.done += 1
        events = live.show("picture", training.show)
        events += live.show("exam", lambda: examined(training))
        if began - told >= TOLD_EVERY:
            told = began
            training.remember(figures)
            events += (Curve(training.step, figures | {"rate": training.rate}),)
        left.worked += monotonic() - began
        yield from events
        yield left.step(f"{training.name}, step {training.step:,}")
    yield from training.show()
    yield from examined(training)


def examined(training: Training) -> Iterator[Event]:
    """A point of the curves on pictures held back."""
    marks = training.exam()
    if marks:
        training.remember(marks)
        yield Curve(training.step, marks | {"rate": training.rate})
