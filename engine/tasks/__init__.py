"""One file a task, each with `run(spec, runtime) -> Job`."""
