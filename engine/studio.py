"""The whole border between a face and the engine: a spec goes in, a job comes out."""

from engine.job import Job
from engine.specs import Denoise, Doctor, Look, PreviewCrop, Spec, Thumbnails, Upscale


class Studio:
    """Runs specs one at a time; networks stay warm between them. Imports of a task happen on first use."""

    def run(self, spec: Spec) -> Job:
        """The job of `spec`; nothing happens before its first `next`."""
        match spec:
            case Denoise():
                from engine.tasks import denoise

                return denoise.run(spec, self._runtime())
            case Upscale():
                from engine.tasks import upscale

                return upscale.run(spec, self._runtime())
            case _:
                raise NotImplementedError
