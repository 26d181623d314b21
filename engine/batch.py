"""A folder through a picture task: plan, skip, go on after a bad file, report.

One picture and ten thousand take the same path. Nothing needs to be remembered between runs: a
result is there whole or not at all, so the same command does what is left.
"""

import logging
import time
from collections.abc import Callable, Generator
from dataclasses import replace
from pathlib import Path

from engine import files, image
from engine.errors import UserError
from engine.image import Picture
from engine.job import Event, Failed, Finished, Job, Note, Planned, Report, Started, Step
from engine.noted import noted
from engine.specs import PictureTask

log = logging.getLogger(__name__)
Work = Callable[[Picture, Path], Generator[Event, None, Picture]]


def run(task: PictureTask, fields: dict[str, str], work: Work) -> Job:
    """Every source through `work`; `fields` fill the name template. Returns a `Report`."""
    start = time.monotonic()
    plan = files.plan(task, fields)
    done: list[tuple[Path, Path]] = []
    failed = list(plan.failed)
    yield Planned(plan.pairs)
    yield from plan.skipped
    yield from plan.failed
    for index, (source, target) in enumerate(plan.pairs):
        yield Started(source)
        yield Step(index, len(plan.pairs), source.name)
        try:
            began = time.monotonic()
            yield from counted(one(task, source, target, work), index, len(plan.pairs), source)
            done.append((source, target))
            yield Finished(source, target, time.monotonic() - began)
        except Exception as why:  # noqa: BLE001 - one bad file is an event, not an end
            failure = explained(source, why)
            failed.append(failure)
            yield failure
        yield Step(index + 1, len(plan.pairs), source.name)
    return Report(tuple(done), tuple(plan.skipped), tuple(failed), time.monotonic() - start)


def one(task: PictureTask, source: Path, target: Path, work: Work) -> Job:
    """Read, work, write. Notes of the reader are passed on."""
    picture = image.read(source, limit_megapixels=task.limit_megapixels)
    yield Step(0, 1)
    for word in picture.notes:
        yield Note(word)
    result = yield from work(picture, source)
    del picture  # a large original need not wait in memory while the result is packed
    result = noted(task, replace(result, notes=()), source)
    told = image.write(
        target,
        result,
        format=task.format,
        quality=task.quality,
        keep_metadata=task.keep_metadata,
    )
    for word in (*result.notes, *told):
        yield Note(word)


def counted(job: Job, index: int, count: int, source: Path) -> Job:
    """One file's events as part of the whole: steps become fractions, notes get its name."""
    for event in job:
        match event:
            case Step(done=part, total=total):
                yield Step(index + min(0.999, part / total if total else 0), count, source.name)
            case Note(text=text, path=None):
                yield Note(text, source)
            case _:
                yield event


def explained(source: Path, why: Exception) -> Failed:
    """What went wrong with one file, in words; surprises are logged in full."""
    match why:
        case UserError():
            return Failed(source, why.what, why.remedy)
        case MemoryError():
            return Failed(
                source, "There is not enough memory for this picture.", "Close other programs."
            )
        case OSError(strerror=str(words)):
            return Failed(source, f"{words}.", "Check the file, the folder and the disk.")
        case _:
            log.error("unexpected failure with %s", source, exc_info=why)
    return Failed(
        source, f"Something went wrong inside Safelight ({type(why).__name__}).", "See the log."
    )
