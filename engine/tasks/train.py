"""Training and what belongs to it: scan a folder, measure the speed, list the runs."""

from engine import knobs
from engine.errors import UserError
from engine.job import Job
from engine.specs import MeasureTraining, Runs, ScanFolder, Train


def run(spec: Train | ScanFolder | MeasureTraining | Runs) -> Job:
    """The job of any of these specs; see each for what it returns."""
    match spec:
        case ScanFolder():
            from engine.training import scan

            return (yield from scan.run(spec))
        case Runs():
            from engine.training import runs

            return (yield from runs.listed())
        case MeasureTraining(train=train):
            from engine.training import measure

            checked(train)
            return (yield from measure.run(train))
        case Train():
            from engine.training import loop

            return (yield from loop.run(spec))


def checked(train: Train) -> None:
    """UserError where a setting of a spec inside another is out of its limits."""
    try:
        knobs.check(train)
    except ValueError as why:
        raise UserError(str(why)) from why
