"""What people name - files, folders, globs - becomes a list of pictures."""

import glob
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.errors import UserError
from engine.formats import by_ending
from engine.job import Failed

# Folders that systems and cameras keep for themselves; hidden names are left out anyway.
SYSTEM = {"__macosx", "$recycle.bin", "system volume information", "@eadir", "lost+found"}


@dataclass(frozen=True, slots=True)
class Gathered:
    """(picture, the folder whose structure its result mirrors), and what could not be entered."""

    files: tuple[tuple[Path, Path], ...]
    failed: tuple[Failed, ...] = ()


def gather(
    sources: Iterable[Path], *, recursive: bool = True, leave_out: Path | None = None
) -> Gathered:
    """Every picture once, in the order named and naturally sorted within a folder.

    A file that is named is taken whatever its ending; from folders and globs come pictures only.
    `leave_out` is a subfolder not to look into: the one results go to.
    """
    found: dict[str, tuple[Path, Path]] = {}
    failed: list[Failed] = []
    for source in sources:
        for path, root in _of_source(source, recursive, leave_out, failed):
            found.setdefault(place(path), (path, root))
    return Gathered(tuple(found.values()), tuple(failed))


def place(path: Path) -> str:
    """The same text for every spelling of one place (not for links to it)."""
    return os.path.normcase(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links


def is_folder(path: Path) -> bool:
    """Whether it is one; a path that cannot even be asked about is none."""
    return os.path.isdir(path)  # noqa: PTH112 - Path.is_dir() raises on names that are too long


def natural(path: Path) -> list[tuple[list[str | int], str]]:
    """A key that sorts 2 before 10, folder by folder."""
    return [(_pieces(part), part) for part in path.parts]


def _pieces(text: str) -> list[str | int]:
    pieces = re.split(r"(\d+)", text.casefold())
    return [int(piece) if index % 2 else piece for index, piece in enumerate(pieces)]


def _of_source(
    source: Path, recursive: bool, leave_out: Path | None, failed: list[Failed]
) -> Iterator[tuple[Path, Path]]:
    if is_folder(source):
        for path in _of_folder(source, recursive, leave_out, failed):
            yield path, source
    elif os.path.lexists(source):
        yield source, source.parent
    elif glob.has_magic(str(source)):
        yield from _of_glob(source, recursive, leave_out, failed)
    else:
        raise UserError(f"There is no {source}.", "Check the name, or choose it again.")


def _of_glob(
    pattern: Path, recursive: bool, leave_out: Path | None, failed: list[Failed]
) -> Iterator[tuple[Path, Path]]:
    matches = sorted(map(Path, glob.glob(str(pattern), recursive=True)), key=natural)  # noqa: PTH207
    if not matches:
        raise UserError(f"Nothing matches {pattern}.", "Check the pattern.")
    root = _unmagic(pattern)
    for match in matches:
        if is_folder(match):
            if _same(match, leave_out):
                continue
            for path in _of_folder(match, recursive, leave_out, failed):
                yield path, root
        elif _is_picture(match.name) and not _is_below(match, leave_out, root):
            yield match, root


def _unmagic(pattern: Path) -> Path:
    """The folder before the first part of a glob that is a pattern."""
    for parent in reversed([pattern, *pattern.parents]):
        if glob.has_magic(parent.name):
            return parent.parent
    return pattern.parent


def _of_folder(
    folder: Path, recursive: bool, leave_out: Path | None, failed: list[Failed]
) -> list[Path]:
    found: list[Path] = []

    def note(why: OSError) -> None:
        reason = why.strerror or str(why)
        failed.append(Failed(Path(why.filename), f"{reason}.", "Check the folder's permissions."))

    for where, folders, names in os.walk(folder, onerror=note):
        here = Path(where)
        found += [here / name for name in names if _is_picture(name)]
        folders[:] = [
            name
            for name in folders
            if recursive and not _is_system(name) and not _same(here / name, leave_out)
        ]
    return sorted(found, key=lambda path: natural(path.relative_to(folder)))


def _is_picture(name: str) -> bool:
    return not _is_system(name) and by_ending(Path(name)) is not None


def _is_system(name: str) -> bool:
    return name.startswith(".") or name.casefold() in SYSTEM


def _same(folder: Path, other: Path | None) -> bool:
    return other is not None and place(folder) == place(other)


def _is_below(path: Path, folder: Path | None, root: Path) -> bool:
    """Whether a glob's match lies in `folder`, which itself lies below the glob's root."""
    if folder is None or _same(root, folder):
        return False
    inside = Path(place(folder)).is_relative_to(place(root))
    return inside and Path(place(path)).is_relative_to(place(folder))
