"""Runs before the frozen program's first line: what it starts must not inherit its libraries."""

import os
import sys

# The frozen starter points LD_LIBRARY_PATH at its own folder, and a browser or file manager opened
# from the window would load from there. The loader has read it by now; only children see this.
if sys.platform.startswith("linux"):
    before = os.environ.pop("LD_LIBRARY_PATH_ORIG", "")
    os.environ.pop("LD_LIBRARY_PATH", None)
    if before:
        os.environ["LD_LIBRARY_PATH"] = before
