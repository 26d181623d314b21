"""One file an experiment, each with `run(spec, ...)`, a job that returns a `LabResult`."""
