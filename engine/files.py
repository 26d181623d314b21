"""Files appear whole or not at all."""

import errno
import os
import re
import secrets
import time
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from platform import node

import psutil

from engine.errors import UserError

NAME_BYTES = 255  # the longest name of one file that every file system takes
DAY = 24 * 3600  # seconds
PART = re.compile(r"^\..*\.(?P<host>[0-9a-f]{8})-(?P<pid>\d+)-[0-9a-f]{8}\.part$", re.DOTALL)
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
            words = ("The name is too long", "Choose a shorter name or folder.")
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
