"""What the Train tab says: a speed, a progress, an end."""

from collections.abc import Callable
from datetime import datetime, timedelta

from engine.job import Step
from engine.specs import FolderReport, Train, Trained, TrainingSpeed
from gui.widgets.job_strip import duration

FEW_STEPS = 500  # fewer teach a network little


def speed_words(
    train: Train, speed: TrainingSpeed, now: Callable[[], datetime] = datetime.now
) -> str:
    """How fast it is here, what the budget gives, and when it would be finished."""
    rate = speed.steps_per_second
    pace = f"{rate:.2g} steps a second" if rate >= 0.1 else f"{1 / rate:.0f} seconds a step"
    seconds = train.steps / rate if train.steps is not None else 60 * train.minutes
    steps = train.steps if train.steps is not None else max(1, round(rate * seconds))
    began = now()
    end = began + timedelta(seconds=seconds)
    when = f"{end:%H:%M}" if end.date() == began.date() else f"{end:%A %H:%M}"
    words = f"Measured: {pace} ({speed.device}). {steps:,} steps, finished at about {when}."
    if steps < FEW_STEPS and train.base is None:
        words += " That is little: give it more time, or start from a model."
    return words


def action_words(train: Train) -> str:
    """The main button."""
    if train.steps is not None:
        return f"Train {train.steps:,} steps"
    if train.minutes < 10:
        return f"Train for {train.minutes:g} min"
    return f"Train for {duration(60 * train.minutes)}"


def ready_words(train: Train, report: FolderReport) -> tuple[str, str]:
    """What the middle says once the pictures are known: a heading, and what comes next."""
    heading = f"Ready to learn from {report.count:,} pictures"
    start = f"from {train.base}" if train.base else "from nothing"
    return heading, (
        f"It starts {start}. Curves and samples appear here as soon as it has begun; "
        "other tabs go on working meanwhile."
    )


def looking_words(step: Step) -> str:
    """While folders are looked at."""
    return f"Looking at the pictures: {int(step.done):,} of {int(step.total):,}"


def ended_words(trained: Trained) -> str:
    """What came of it."""
    said = f"{trained.model} is ready after {trained.step:,} steps"
    said += ": it no longer got better." if trained.why == "patience" else "."
    for name in ("psnr", *trained.scores):
        if name in trained.scores and name in trained.before:
            before, after = trained.before[name], trained.scores[name]
            unit = " dB" if name == "psnr" else ""
            word = name.upper() if name == "psnr" else name.capitalize()
            said += f" {word} on held-back pictures: {before:.4g} → {after:.4g}{unit}."
            break
    return f"{said} It is in the menu of its tab."
