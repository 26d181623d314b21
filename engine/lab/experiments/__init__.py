"""One file an experiment, each with `run(spec, warm)`, a job that returns a `LabResult`.

`warm` is where it leaves what one may ask about afterwards.
"""
