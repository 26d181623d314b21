"""Safelight: without arguments, or with pictures only, its window; else the command line."""

import multiprocessing
import os
import sys
from pathlib import Path


def main() -> int:
    """Open the window or run the command line; returns the exit code."""
    multiprocessing.freeze_support()
    for stream in ("stdout", "stderr"):  # a windowed app on Windows has none
        if getattr(sys, stream) is None:
            setattr(sys, stream, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115
    arguments = sys.argv[1:]
    if not arguments:
        return window([])
    from engine import cli

    if arguments[0] not in cli.names() and all(os.path.lexists(each) for each in arguments):
        return window([Path(each) for each in arguments])
    return cli.main(arguments)


def window(pictures: list[Path]) -> int:
    """The window, with these pictures opened."""
    if sys.platform == "win32":
        import torch  # noqa: F401 - Qt first breaks torch's libraries there (pytorch #166628)
    from gui import app

    return app.run(pictures)


if __name__ == "__main__":
    sys.exit(main())
