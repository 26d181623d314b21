"""How far a run is, and what follows from that: the learning rate, the end, what is due."""

from collections.abc import Callable
from dataclasses import dataclass, field

from engine.job import Step
from engine.specs import Train

FAULTS = 5  # steps in a row without a finite gradient, until one gives up
EXAM_COST = 20  # an exam is due when training took so many times as long as the last one


@dataclass(slots=True)
class Progress:
    """All of it is kept in checkpoints. `seconds`: of work, pauses left out.

    `factor`: on the learning rate, halved at each fault; `splits`: pieces a batch is cut into;
    `scores`, `before`, `best`: of the last, the first and the best exam; `stale`: exams since the
    best one; `examined` and `saved`: where that happened last.
    """

    step: int = 0
    seconds: float = 0.0
    factor: float = 1.0
    faults: int = 0
    splits: int = 1
    stale: int = 0
    examined: int = -1
    exam_ended: float = 0.0
    exam_took: float = 0.0
    saved: float = 0.0
    precision: str = "float32"
    scores: dict[str, float] = field(default_factory=dict)
    before: dict[str, float] = field(default_factory=dict)
    best: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Due:
    """What comes before the next step; `why` it is the end, or nothing."""

    exam: bool
    checkpoint: bool
    why: str


REASONS = ("", "budget", "patience")


def share(spec: Train, progress: Progress) -> float:
    """How much of the budget is used, from 0 to 1."""
    if spec.steps is not None:
        return min(1.0, progress.step / spec.steps)
    return min(1.0, progress.seconds / (60 * spec.minutes))


def schedule(spec: Train, progress: Progress, falling: Callable[[float], float]) -> float:
    """Warm-up over steps or a twentieth of the budget, times what is left of the rate."""
    used = share(spec, progress)
    warm = max((progress.step + 1) / max(1, spec.warm_up), 20 * used)
    return min(1.0, warm) * falling(used)


def due(spec: Train, progress: Progress, *, slow: bool) -> Due:
    """What comes before the next step; `slow` devices are examined more often."""
    why = ""
    if share(spec, progress) >= 1:
        why = "budget"
    elif spec.patience is not None and progress.stale >= spec.patience:
        why = "patience"
    every = spec.sample_every or (50 if slow else 200)
    since = progress.seconds - progress.exam_ended
    paid = spec.sample_every is not None or since >= EXAM_COST * progress.exam_took
    exam = progress.examined < 0 or (progress.step - progress.examined >= every and paid)
    exam = exam or bool(why and progress.examined != progress.step)
    checkpoint = progress.seconds - progress.saved >= 60 * spec.checkpoint_minutes
    return Due(exam, checkpoint, why)


def shown(spec: Train, progress: Progress, text: str) -> Step:
    """Progress through the budget, in steps or seconds."""
    if spec.steps is not None:
        return Step(progress.step, max(spec.steps, progress.step), text)
    total = 60 * spec.minutes
    return Step(round(min(progress.seconds, total), 1), total, text)
