"""The lab's table: its experiments, and what stays warm on it between two questions."""

import importlib

from engine.job import Job
from engine.specs_lab import Lab


class Bench:
    """Runs the lab's specs; duels and the newest maps stay warm by the name of their session."""

    def run(self, spec: Lab) -> Job:
        """The job of any of them; see each for what it returns."""
        return (yield from self._experiment(spec))

    def _experiment(self, spec: Lab) -> Job:
        from engine.lab import keep

        name = spec.experiment.replace("-", "_")
        experiment = importlib.import_module(f"engine.lab.experiments.{name}")
        result = yield from experiment.run(spec)
        return keep.written(result, spec)
