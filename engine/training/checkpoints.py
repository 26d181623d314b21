"""Everything that a run needs to go on, in one file; written whole, checked when it is read."""

import logging
import zipfile
from contextlib import suppress
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch

from engine.errors import UserError
from engine.files import whole

log = logging.getLogger(__name__)
FORMAT = 1
UNREADABLE = (OSError, RuntimeError, ValueError, EOFError, KeyError, UnpicklingError)
KEPT = 3  # checkpoints; the older ones go


def save(folder: Path, step: int, state: dict[str, Any]) -> Path:
    """Write the checkpoint of a step and remove those that are too old."""
    path = folder / f"{step:08}.pt"
    with whole(path) as part:
        _write(part, {"format": FORMAT, "step": step, **state})
    for old in every(folder)[:-KEPT]:
        with suppress(OSError):
            old.unlink()
    return path


def _write(part: Path, state: dict[str, Any]) -> None:
    """torch.save hides why it failed: a full disk has to stay an OSError."""
    with part.open("wb") as file:
        try:
            torch.save(state, file)
        except RuntimeError as why:
            file.flush()  # raises what really happened, where something did
            raise OSError(str(why)) from why


def every(folder: Path) -> list[Path]:
    """All checkpoints, the newest last."""
    return sorted(path for path in folder.glob("*.pt") if path.stem.isdigit())


def newest(folder: Path) -> tuple[dict[str, Any] | None, str]:
    """The newest checkpoint that is sound, or None; and a word where a newer one is not.

    UserError where all are damaged, or made by another version.
    """
    paths, word = every(folder)[::-1], ""
    for path in paths:
        state = _read(path)
        if state is not None:
            if state.get("format") != FORMAT:
                raise UserError(
                    f"The checkpoint {path.name} was made by another version of Safelight.",
                    "Start a new run under another name.",
                )
            return state, word
        word = f"The checkpoint {path.name} is damaged; an older one is used."
    if paths:
        raise UserError(
            f"Every checkpoint in {folder} is damaged.", "Start a new run under another name."
        )
    return None, ""


def _read(path: Path) -> dict[str, Any] | None:
    """The state in a file; None where it is cut off or changed."""
    try:
        with zipfile.ZipFile(path) as archive:  # its checksums, which torch does not look at
            if archive.testzip() is not None:
                return None
        state = torch.load(path, map_location="cpu", weights_only=True)  # noqa: TID251
    except (*UNREADABLE, zipfile.BadZipFile) as why:
        log.info("%s: %s", path, why)
        return None
    return state if isinstance(state, dict) else None
