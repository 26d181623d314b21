"""Runs before the frozen program's first line, where the frozen state differs from the source's."""

import os
import sys

# A windowed program on Windows has no streams at all; a progress bar or a warning must not end it.
for stream in ("stdout", "stderr"):
    if getattr(sys, stream) is None:
        setattr(sys, stream, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123
