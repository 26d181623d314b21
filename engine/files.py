"""Where results go, decided before anything is computed; and files that appear whole or not at all.

The same command gives the same plan: what a run leaves undone, the next one finds to be left.
"""

import errno
import os
import re
import secrets
import time
import unicodedata
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from platform import node
from string import Formatter

import psutil

from engine.errors import UserError
from engine.formats import WORDS, WRITABLE, by_ending, of_file, target_format
from engine.job import Failed, Skipped
from engine.sources import Gathered, gather, is_folder, natural, place
from engine.specs import PictureTask

__all__ = ["Gathered", "Plan", "gather", "plan", "sweep", "unwritable", "whole"]

NAME_BYTES = 255  # the longest name of one file that every file system takes
DAY = 24 * 3600  # seconds
PART = re.compile(r"^\..*\.(?P<host>[0-9a-f]{8})-(?P<pid>\d+)-[0-9a-f]{8}\.part$", re.DOTALL)
ADDED = re.compile(r" \([^()]*\)$")  # what tells two results of one name apart
SHORTER = "Choose a shorter name or folder."
HOST = f"{zlib.crc32(node().encode()):08x}"


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A temporary file to write, which becomes `path` at the end, or vanishes on any error.

    Missing folders are made. UserError says what stood in the way of writing.
    """
    part = _part(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        yield part
        _flush(part)
        part.replace(path)
        _flush_folder(path.parent)
    except OSError as why:
        raise unwritable(path, why) from why
    finally:
        with suppress(OSError):
            part.unlink()


def sweep(folders: Iterable[Path]) -> None:
    """Remove what killed runs left behind in these folders; other runs' work is not touched."""
    for folder in set(folders):
        with suppress(OSError), os.scandir(folder) as entries:
            for entry in entries:
                if (match := PART.match(entry.name)) and _dead(match, entry):
                    Path(entry.path).unlink()


def unwritable(path: Path, why: OSError) -> UserError:
    """What kept `path` from being written, in words for people."""
    match why.errno:
        case errno.ENOSPC | errno.EDQUOT:
            words = ("The disk is full", "Free some space, or save to another disk.")
        case errno.EFBIG:
            words = ("The file is too large for this disk", "Save to another disk or format.")
        case errno.EACCES | errno.EPERM | errno.EROFS:
            words = (f"{path.parent} cannot be written to", "Choose another folder to save to.")
        case errno.ENAMETOOLONG:
            words = ("The name is too long", SHORTER)
        case errno.ENOENT | errno.ENOTDIR | errno.EEXIST:
            words = (f"{path.parent} is not a folder", "Choose another folder to save to.")
        case errno.EISDIR:
            words = ("A folder of that name is in the way", "Choose another name.")
        case _:
            words = (why.strerror or str(why), "Try another folder.")
    return UserError(f"{path.name} could not be saved. {words[0]}.", words[1])


def _part(path: Path) -> Path:
    """A name that nobody else uses, hidden, and no longer than a name may be."""
    tail = f".{HOST}-{os.getpid()}-{secrets.token_hex(4)}.part"
    room = NAME_BYTES - 1 - len(tail)
    name = os.fsencode(path.name)[:room].decode("utf-8", "ignore")
    return path.with_name(f".{name}{tail}")


def _dead(match: re.Match[str], entry: os.DirEntry[str]) -> bool:
    if match["host"] == HOST and not psutil.pid_exists(int(match["pid"])):
        return True
    return time.time() - entry.stat().st_mtime > DAY


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _flush_folder(folder: Path) -> None:
    """Make the rename itself last; not every system can open a folder."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@dataclass(frozen=True, slots=True)
class Plan:
    """(source, target) of every picture to do, and why the others are not among them."""

    pairs: tuple[tuple[Path, Path], ...]
    skipped: tuple[Skipped, ...] = ()
    failed: tuple[Failed, ...] = ()


@dataclass(frozen=True, slots=True)
class Wish:
    """Where a result would like to go."""

    source: Path
    folder: Path
    stem: str
    ending: str

    @property
    def target(self) -> Path:
        """The file it would be."""
        return self.folder / (self.stem + self.ending)


def plan(task: PictureTask, fields: dict[str, str]) -> Plan:
    """What to do with every source; `fields` fill the name template beside {name}.

    Nothing is created, but leftovers of killed runs are removed where results will go.
    """
    file = _target_file(task)
    found = gather(task.sources, recursive=task.recursive, leave_out=None if file else task.target)
    if not found.files and not found.failed:
        names = ", ".join(str(source) for source in task.sources) or "what was chosen"
        raise UserError(f"There are no pictures in {names}.", "Choose another folder or file.")
    if file:
        wishes = [Wish(found.files[0][0], file.parent, file.stem, file.suffix)]
    else:
        wishes = [_wish(task, path, root, fields) for path, root in found.files]
    results = _own_results(wishes)
    kept = _distinct([wish for wish in wishes if wish.source not in results])
    sweep(wish.folder for wish in kept)
    settled = _settle(kept, task.on_conflict)
    again = [
        Skipped(path, f"It is the result for {source.name} of an earlier run.")
        for path, source in results.items()
    ]
    return Plan(
        tuple(each for each in settled if isinstance(each, tuple)),
        (*again, *(each for each in settled if isinstance(each, Skipped))),
        (*found.failed, *(each for each in settled if isinstance(each, Failed))),
    )


def _target_file(task: PictureTask) -> Path | None:
    """The target where it is a file's name; UserError where it cannot be one."""
    target = task.target
    if target is None or is_folder(target):
        return None
    kind = by_ending(target)
    if kind is None:
        if os.path.lexists(target):
            raise UserError(f"{target} is a file, not a folder.", "Choose another folder.")
        return None
    if len(task.sources) != 1 or not task.sources[0].is_file():
        gather(task.sources, recursive=False)  # says so where a source is not there at all
        raise UserError(
            f"{target.name} is the name of one file, but there may be several results.",
            "Name a folder to save to.",
        )
    if kind not in WRITABLE or task.format not in ("same", kind):
        word = WORDS[kind] if task.format == "same" else WORDS[task.format]
        raise UserError(f"{target.name} cannot be written as {word}.", "Change its ending.")
    return target


def _wish(task: PictureTask, source: Path, root: Path, fields: dict[str, str]) -> Wish:
    folder = source.parent
    if task.target is not None:
        folder = task.target / source.parent.relative_to(root)
    content = of_file(source) if task.format == "same" else None
    _, ending = target_format(source, task.format, content=content)
    return Wish(source, folder, _stem(task.name, {"name": source.stem, **fields}), ending)


def _stem(template: str, fields: dict[str, str]) -> str:
    """The template with its fields filled in. UserError where that gives no file name."""
    known = ", ".join(f"{{{field}}}" for field in fields)
    try:
        asked = [field for _, field, _, _ in Formatter().parse(template) if field is not None]
    except ValueError as why:
        raise UserError(f"The file name {template} has a stray brace.", f"Use {known}.") from why
    for field in asked:
        if field not in fields:
            raise UserError(f"The file name has an unknown field {{{field}}}.", f"Use {known}.")
    stem = "".join(
        text + (fields[field] if field else "") for text, field, _, _ in Formatter().parse(template)
    )
    if not stem.strip(" .") or re.search(r"[/\\\0]", stem):
        raise UserError(f"{stem!r} cannot be a file's name.", "Leave out slashes; say a word.")
    return stem


def _own_results(wishes: list[Wish]) -> dict[Path, Path]:
    """Sources that an earlier run made from another source: {result: its source}."""
    made = {
        (place(wish.folder), _key(wish.stem)): wish.source
        for wish in wishes
        if _key(wish.stem) != _key(wish.source.stem)
    }
    results = {}
    for path in (wish.source for wish in wishes):
        for stem in (path.stem, ADDED.sub("", path.stem)):
            source = made.get((place(path.parent), _key(stem)))
            if source is not None and source != path:
                results[path] = source
    return results


def _key(name: str) -> str:
    """Equal for names that some file systems take for the same."""
    return unicodedata.normalize("NFC", name).casefold()


def _distinct(wishes: list[Wish]) -> list[Wish]:
    """Give results of one name different ones, by what they come from, not by what is on disk."""
    groups: dict[tuple[str, str], list[Wish]] = defaultdict(list)
    for wish in wishes:
        groups[place(wish.folder), _key(wish.target.name)].append(wish)
    used = set(groups)
    names: dict[Path, Wish] = {}
    for group in groups.values():
        for wish, label in zip(group, _labels(group), strict=True):
            stem, number = wish.stem + label, 2
            while label and (place(wish.folder), _key(stem + wish.ending)) in used:
                stem, number = f"{wish.stem}{label[:-1]} {number})", number + 1
            names[wish.source] = replace(wish, stem=stem)
            used.add((place(wish.folder), _key(stem + wish.ending)))
    return [names[wish.source] for wish in wishes]


def _labels(group: list[Wish]) -> list[str]:
    """What tells these results apart: their sources' endings, folders, or their order."""
    if len(group) == 1:
        return [""]
    ordered = sorted((wish.source for wish in group), key=natural)
    choices = (
        [wish.source.suffix.lstrip(".").lower() for wish in group],
        [wish.source.parent.name for wish in group],
        [str(1 + ordered.index(wish.source)) for wish in group],
    )
    for labels in choices:
        if len(set(map(_key, labels))) == len(group) and all(labels):
            return [f" ({label})" for label in labels]
    raise AssertionError("positions are always distinct")


def _settle(wishes: list[Wish], on_conflict: str) -> list[tuple[Path, Path] | Skipped | Failed]:
    """A pair, or the reason why not, for every wish in turn."""
    inputs = {_identity(wish.source) for wish in wishes} - {None}
    taken = {place(wish.target) for wish in wishes}
    return [_settled(wish, on_conflict, inputs, taken) for wish in wishes]


def _settled(
    wish: Wish, on_conflict: str, inputs: set[tuple[int, int] | None], taken: set[str]
) -> tuple[Path, Path] | Skipped | Failed:
    source, target = wish.source, wish.target
    if len(os.fsencode(target.name)) > NAME_BYTES:
        return Failed(source, f"The result's name would be too long: {target.name}.", SHORTER)
    try:
        target.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return source, target
    except OSError as why:
        trouble = unwritable(target, why)
        return Failed(source, trouble.what, trouble.remedy)
    if on_conflict == "rename":
        return source, _free(wish, taken)
    if _identity(target) in inputs:
        return Failed(
            source, f"{target} is one of the originals.", "Choose another name or folder."
        )
    if is_folder(target):
        return Failed(source, f"A folder {target} is in the way.", "Choose another name.")
    if on_conflict == "overwrite":
        return source, target
    return Skipped(source, f"{target.name} is already there.")


def _free(wish: Wish, taken: set[str]) -> Path:
    number = 2
    while True:
        target = wish.folder / f"{wish.stem} ({number}){wish.ending}"
        if place(target) not in taken and not os.path.lexists(target):
            taken.add(place(target))
            return target
        number += 1


def _identity(path: Path) -> tuple[int, int] | None:
    """Equal for all names and links of one file; None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
