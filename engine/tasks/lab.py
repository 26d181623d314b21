"""The lab's table: its experiments, and what stays warm on it between two questions."""

import importlib
from typing import TYPE_CHECKING

from engine import knobs
from engine.errors import UserError
from engine.job import Job, Step
from engine.specs_lab import Lab, LabDuel
from engine.specs_lab_live import (
    MOVES,
    Decode,
    DuelMove,
    DuelOpen,
    DuelSave,
    Example,
    LabSpec,
    SaveLab,
)

if TYPE_CHECKING:
    from engine.lab.duel import Duel
    from engine.lab.warm import Warm


class Bench:
    """Runs the lab's specs; duels and trained models stay warm by the name of their session."""

    def __init__(self) -> None:
        self._duels: dict[str, Duel] = {}
        self._warm: dict[str, Warm] = {}

    def run(self, spec: LabSpec) -> Job:
        """The job of any of them; see each for what it returns."""
        match spec:
            case DuelMove():
                return (yield from self._move(spec))
            case DuelSave():
                return (yield from self._save(spec))
            case DuelOpen():
                return (yield from self._open(spec))
            case Decode():
                return (yield from self._decode(spec))
            case SaveLab():
                from engine.lab import keep

                yield Step(0, 1, "saving")
                return keep.written_to(spec.result, spec.spec, spec.folder)
            case Example():
                from engine.lab import worked

                return (yield from worked.run(spec))
            case Lab():
                return (yield from self._experiment(spec))

    def _experiment(self, spec: Lab) -> Job:
        from engine.lab import keep
        from engine.lab.warm import Warm

        warm = Warm()
        session = getattr(spec, "session", "")
        if session and not isinstance(spec, LabDuel):
            self._warm[session] = warm
        name = spec.experiment.replace("-", "_")
        experiment = importlib.import_module(f"engine.lab.experiments.{name}")
        return keep.written((yield from experiment.run(spec, warm)), spec)

    def _move(self, spec: DuelMove) -> Job:
        from engine.lab import keep
        from engine.lab.duel import Duel
        from engine.lab.experiments import duel

        checked(spec.duel)
        if spec.move not in MOVES:
            raise UserError(f"{spec.move} is no move.", f"Choose one of: {', '.join(MOVES)}.")
        yield Step(0, 0, spec.move)  # it has no end to count down to
        session = spec.duel.session
        warm = self._duels.get(session)
        if warm is None or warm.spec != spec.duel or spec.move == "reset":
            warm = self._duels[session] = Duel(spec.duel)
        result = yield from duel.moved(warm, spec)
        return keep.written(result, spec.duel)

    def _save(self, spec: DuelSave) -> Job:
        from engine.lab import keep

        if spec.session not in self._duels:
            raise UserError("There is no duel to save.", "Play one first.")
        yield Step(0, 1, "saving")
        keep.text(spec.path, self._duels[spec.session].state())
        return spec.path

    def _open(self, spec: DuelOpen) -> Job:
        from engine.lab import duel, keep

        yield Step(0, 1, "opening")
        opened = duel.opened(keep.read(spec.path))
        self._duels[opened.spec.session] = opened
        yield from opened.curves()
        yield from opened.look()
        return opened.spec

    def _decode(self, spec: Decode) -> Job:
        if spec.session not in self._warm:
            raise UserError("There is no model to ask yet.", "Run the experiment first.")
        yield self._warm[spec.session].decoded(spec)


def checked(spec: Lab) -> None:
    """UserError where a setting of a spec inside another is out of its limits."""
    try:
        knobs.check(spec)
    except ValueError as why:
        raise UserError(str(why)) from why
