"""The one training loop, a job like any other: whatever learns, learns here.

Wherever it is stopped - by its budget, a person, an error - it leaves a usable model and a run
that goes on as if it had never been interrupted.
"""

import logging
import os
import sys
from collections.abc import Generator
from contextlib import AbstractContextManager, nullcontext
from time import monotonic
from typing import Any

from engine import devices
from engine.errors import UserError
from engine.files import sweep
from engine.job import Event, Job, Note, Started, steps_only
from engine.specs import Train, Trained
from engine.training import batches, checkpoints, data, measure, runs
from engine.training.gear import Gear
from engine.training.learners import lesson_of
from engine.training.lesson import Lesson
from engine.training.progress import Progress
from engine.training.runs import Folder
from engine.training.session import Session

log = logging.getLogger(__name__)


def run(spec: Train) -> Job:
    """Train as `spec` says; returns a `Trained`. Wrong wishes are refused before anything loads."""
    spec = runs.settled(spec)
    lesson = lesson_of(spec)
    files = lesson.found()
    folder = runs.folder_of(spec.name)
    with held(folder):
        state, word = checkpoints.newest(folder.checkpoints) if spec.resume else (None, "")
        if word:
            yield Note(word)
        if first():
            runs.writable(folder)
            sweep([folder.path, folder.checkpoints, folder.sheets])
            runs.keep(spec)
        yield Started(folder.path)
        base = lesson.plan.base
        if base is not None and not lesson.plan.ready:
            yield Note(f"It begins from {base.id}; what does not fit is new.")
        precision, splits = yield from chosen(spec, lesson, state)
        gear = Gear(spec.device, precision)
        if gear.word and gear.main:
            yield Note(gear.word)
        pictures = yield from gathered(gear, files, folder, lesson)
        session = Session(spec, lesson, gear, folder, pictures)
        session.progress.splits = splits
        if state is not None:
            session.resume(state)
        if gear.main:
            runs.cut_back(folder, session.progress.step)
        job = finished(session)
        # Processes other than the first tell nothing but that they live.
        return (yield from job if gear.main else steps_only(job))


def first() -> bool:
    """Whether this is the first of the processes that train together, or the only one."""
    return os.environ.get("RANK", "0") == "0"


def held(folder: Folder) -> AbstractContextManager[None]:
    """The lock on a run's folder, which only the first process takes."""
    return runs.held(folder) if first() else nullcontext()


def chosen(
    spec: Train, lesson: Lesson, state: dict[str, Any] | None
) -> Generator[Event, None, tuple[str, int]]:
    """(precision, pieces a batch): as before, as asked, or what is fastest on this CPU."""
    device, _ = devices.resolve(spec.device)
    if spec.precision != "auto":
        return spec.precision, 1
    if state is not None:
        before = Progress(**state["progress"])
        if not (device == "cpu" and before.precision == "float16"):
            return before.precision, before.splits
    if device != "cpu" or int(os.environ.get("WORLD_SIZE", "1")) > 1:
        return "auto", 1
    return (yield from measure.fastest(lesson))


def gathered(
    gear: Gear, files: data.Found, folder: Folder, lesson: Lesson
) -> Generator[Event, None, data.Pictures]:
    """The pictures, decoded by the first process; the others wait for it."""
    if gear.main:
        pictures = yield from data.packed(files, folder.path, lesson.rules, lesson.read)
        gear.wait()
        return pictures
    gear.wait()
    return data.opened(folder.path)


def finished(session: Session) -> Generator[Event, None, Trained | None]:
    """Lessons until something ends them, and what is left then, whatever ended them."""
    why = ""
    try:
        why = yield from timed(lessons(session), session.progress)
    except BaseException as end:
        if session.gear.main:
            leave_after(session, end)
        raise
    if not session.gear.main:
        return None
    if session.progress.step == 0:
        raise UserError("The budget ended before the first step.", "Give it more time.")
    (session.folder.path / "pictures.bin").unlink(missing_ok=True)
    trained = session.leave(why)
    if trained and session.no_better():
        yield Note(
            f"On the held-back pictures nothing was better than {session.spec.base}: "
            "its weights were kept. More time or more pictures may help."
        )
    return trained


def leave_after(session: Session, end: BaseException) -> None:
    """Keep what there is after a stop or an error; an error is not hidden behind another."""
    try:
        session.leave("")
    except (UserError, OSError) as why:
        if isinstance(end, GeneratorExit):
            raise
        log.info("%s could not be kept: %s", session.folder.path, why)


def lessons(session: Session) -> Generator[Event, None, str]:
    """The flat loop: an exam when it is due, a checkpoint when it is due, a step. Returns why."""
    gear, progress = session.gear, session.progress
    workers = 0 if getattr(sys, "frozen", False) else session.spec.workers or 0
    pin = gear.device.type == "cuda"
    source = batches.from_step(session.batches, progress.step, workers=workers, pin=pin)
    while True:
        due = session.due()
        if due.exam:
            if gear.main:
                yield from session.examine()
            gear.wait()
        if due.checkpoint and gear.main:
            session.checkpoint()
        if due.why:
            return due.why
        yield from session.learn(next(source))
        yield from session.tell() if gear.main else (session.step_event(),)


def timed(job: Generator[Event, None, str], progress: Progress) -> Generator[Event, None, str]:
    """The same job; the time it works, not the time it waits to go on, is added to `progress`."""
    try:
        while True:
            start = monotonic()
            try:
                event = next(job)
            except StopIteration as end:
                return str(end.value)
            finally:
                progress.seconds += monotonic() - start
            yield event
    finally:
        job.close()
