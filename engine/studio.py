"""The whole border between a face and the engine: a spec goes in, a job comes out."""

import logging
from functools import cached_property
from typing import TYPE_CHECKING

from engine import knobs
from engine.errors import UserError
from engine.job import Job
from engine.specs import (
    Apply,
    Benchmark,
    Denoise,
    DeriveDrawing,
    Doctor,
    DrawTransfer,
    ImportModel,
    InspectModel,
    LatentTask,
    Look,
    MeasureTraining,
    PreviewCrop,
    PreviewSteps,
    ProposeMask,
    ReadPlace,
    ReadSteps,
    RemoveModel,
    Restore,
    Runs,
    SampleTransfer,
    ScanFolder,
    Spec,
    Thumbnails,
    Train,
    Transfer,
    Upscale,
    WriteSteps,
)
from engine.specs_lab import Lab
from engine.specs_lab_live import Decode, DuelMove, DuelOpen, DuelSave, Example, SaveLab

if TYPE_CHECKING:
    from engine.runtime import Runtime
    from engine.tasks.explore import Explorer
    from engine.tasks.lab import Bench
    from engine.tasks.preview import Previews
    from engine.tasks.step_previews import StepPreviews

log = logging.getLogger(__name__)


class Studio:
    """Runs specs; networks stay warm between them. Tasks are imported on first use."""

    @cached_property
    def _runtime(self) -> "Runtime":
        from engine.runtime import Runtime

        return Runtime()

    @cached_property
    def _previews(self) -> "Previews":
        from engine.tasks.preview import Previews

        return Previews(self._runtime)

    @cached_property
    def _bench(self) -> "Bench":
        from engine.tasks.lab import Bench

        return Bench()

    @cached_property
    def _step_previews(self) -> "StepPreviews":
        from engine.tasks.step_previews import StepPreviews

        return StepPreviews(self._runtime)

    @cached_property
    def _explorer(self) -> "Explorer":
        from engine.tasks.explore import Explorer

        return Explorer()

    def run(self, spec: Spec) -> Job:
        """The job of `spec`; it begins at its first `next`. UserError on a wrong setting."""
        try:
            knobs.check(spec)
        except ValueError as why:
            raise UserError(str(why)) from why
        return (yield from self._job(spec))

    def _job(self, spec: Spec) -> Job:  # noqa: C901 - a line a task
        match spec:
            case Denoise() | Upscale() | Transfer() | PreviewCrop():
                return self._pictures(spec)
            case DrawTransfer() | DeriveDrawing() | SampleTransfer():
                from engine.tasks import drawing

                return drawing.run(spec, self._runtime)
            case Restore() | Apply() | PreviewSteps() | ProposeMask() | ReadSteps() | WriteSteps():
                return self._stepwise(spec)
            case Look() | Thumbnails():
                from engine.tasks import look

                return look.run(spec) if isinstance(spec, Look) else look.thumbnails(spec)
            case Doctor():
                from engine.tasks import doctor

                return doctor.run()
            case Benchmark():
                from engine.tasks import benchmark

                return benchmark.run(spec, self._runtime)
            case LatentTask() | ReadPlace():
                return self._explorer.run(spec)
            case Train() | ScanFolder() | MeasureTraining() | Runs():
                from engine.tasks import train

                return train.run(spec)
            case ImportModel() | InspectModel() | RemoveModel():
                from engine import importers

                return (
                    importers.remove(spec) if isinstance(spec, RemoveModel) else importers.run(spec)
                )
            case Lab() | DuelMove() | DuelSave() | DuelOpen() | Decode() | SaveLab() | Example():
                return self._bench.run(spec)

    def _pictures(self, spec: Denoise | Upscale | Transfer | PreviewCrop) -> Job:
        match spec:
            case Denoise():
                from engine.tasks import denoise

                return denoise.run(spec, self._runtime)
            case Upscale():
                from engine.tasks import upscale

                return upscale.run(spec, self._runtime)
            case Transfer():
                from engine.tasks import transfer

                return transfer.run(spec, self._runtime)
            case PreviewCrop():
                return self._previews.run(spec)

    def _stepwise(
        self, spec: Restore | Apply | PreviewSteps | ProposeMask | ReadSteps | WriteSteps
    ) -> Job:
        match spec:
            case Restore() | Apply():
                from engine.tasks import apply

                return apply.run(spec, self._runtime)
            case PreviewSteps():
                return self._step_previews.run(spec)
            case ProposeMask():
                return self._step_previews.propose(spec)
            case ReadSteps():
                from engine.tasks import step_previews

                return step_previews.read(spec)
            case WriteSteps():
                from engine.tasks import step_previews

                return step_previews.write(spec)
