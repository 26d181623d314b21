"""Where things lie: what ships with the program, and what belongs to the person."""

import os
import sys
from pathlib import Path

VERSION = "0.1.0"


def shipped(folder: str) -> Path:
    """A folder that comes with the program: next to the source, or inside the frozen app."""
    return Path(getattr(sys, "_MEIPASS", Path(__file__).parents[1])) / folder


def data() -> Path:
    """The person's own models and settings; SAFELIGHT_HOME moves it."""
    home = os.environ.get("SAFELIGHT_HOME")
    if home:
        return Path(home)
    import platformdirs  # lazy: a bare machine that only trains does without

    return Path(platformdirs.user_data_dir("Safelight", appauthor=False))


def cache() -> Path:
    """What can be made again: compiled networks, measured speeds."""
    home = os.environ.get("SAFELIGHT_HOME")
    if home:
        return Path(home) / "cache"
    import platformdirs

    return Path(platformdirs.user_cache_dir("Safelight", appauthor=False))


def models() -> Path:
    """The person's own models."""
    return data() / "models"


def runs() -> Path:
    """The person's training runs, one folder each."""
    return data() / "runs"


def model_folders() -> tuple[Path, ...]:
    """Folders the catalogue reads, the person's own last so that a name there wins."""
    return shipped("weights"), models()
