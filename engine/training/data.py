"""Pictures for training: decoded once into one file of bytes, cropped at random from there.

The file is mapped, not read: the system keeps in memory what fits, processes share it, and a run
that goes on needs not decode anything again.
"""

import hashlib
import json
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine import image
from engine.errors import UserError
from engine.files import whole
from engine.job import Event, Note, Pixels, Skipped, Step
from engine.sources import gather
from engine.training.degradation import Bytes, smaller

FEWEST = 4  # pictures; training refuses less
FEW = 20  # below this it warns
PACK_LIMIT = 8 * 2**30  # bytes of decoded pictures
LEAST_HELD_BACK = 4  # pictures, where there are enough for that
Spoil = Callable[[Bytes, np.random.Generator], tuple[Bytes, float]]


@dataclass(frozen=True, slots=True)
class Rules:
    """How pictures are kept: reduced to `longest` px, with `channels` planes.

    Both sides must be at least `least` px after that. Beside each lies its version `scale` times
    smaller. Pictures in `paired` folders show two halves: one damaged, right of it the same mended.
    With `square` the middle square alone is kept, `longest` px wide. `fewest` pictures there must
    be; `hint` says what else one could do. `classes`: names of subfolders; which one a picture lies
    in is told of it.
    """

    channels: int
    longest: int
    least: int
    scale: int = 1
    paired: tuple[Path, ...] = ()
    square: bool = False
    fewest: int = FEWEST
    hint: str = ""
    classes: tuple[str, ...] = ()

    def size(self, width: int, height: int) -> tuple[int, int]:
        """(width, height) that a picture is kept at: a multiple of `scale`."""
        if self.square:
            return (min(width, height, self.longest),) * 2
        share = min(1.0, self.longest / max(width, height))
        sides = (round(width * share), round(height * share))
        return sides[0] // self.scale * self.scale, sides[1] // self.scale * self.scale

    def halved(self, path: Path) -> bool:
        """Whether that picture shows two halves."""
        return any(path.is_relative_to(folder) for folder in self.paired)


class Pair(NamedTuple):
    """A picture and the same `scale` times smaller; one and the same where scale is 1.

    `told`: the number of its class, or 0.
    """

    small: Bytes
    large: Bytes
    told: float = 0.0


@dataclass(frozen=True, slots=True)
class Found:
    """The pictures of some folders that are fit to learn from, by their headers."""

    files: tuple[tuple[Path, tuple[int, int]], ...]  # with (width, height) as kept
    skipped: tuple[Skipped, ...]
    classes: dict[Path, float] = field(default_factory=dict)  # of those that lie in one
    notes: tuple[str, ...] = ()
    beside: tuple[Path, ...] = ()  # files that are read with them, too


def found(folders: tuple[Path, ...], rules: Rules) -> Found:
    """Look at the headers only. UserError where too few pictures remain."""
    if not folders:
        raise UserError("No folder of pictures was given.", "Choose one to learn from.")
    files: list[tuple[Path, tuple[int, int]]] = []
    skipped: list[Skipped] = []
    classes: dict[Path, float] = {}
    for path, root in gather((*folders, *rules.paired)).files:
        above = path.relative_to(root).parts[0] if path.is_relative_to(root) else ""
        if rules.classes and above not in rules.classes:
            skipped.append(Skipped(path, "It lies in no class's folder."))
            continue
        try:
            width, height = image.size(path)
            size = rules.size(width // 2 if rules.halved(path) else width, height)
        except (UserError, OSError) as why:
            skipped.append(Skipped(path, getattr(why, "what", str(why))))
            continue
        if min(size) < rules.least:
            skipped.append(Skipped(path, f"It is smaller than {rules.least} pixels."))
        else:
            files.append((path, size))
            classes[path] = float(rules.classes.index(above)) if rules.classes else 0.0
    enough(len(files), rules, small=sum("smaller" in each.reason for each in skipped))
    return Found(tuple(files), tuple(skipped), classes)


def enough(number: int, rules: Rules, *, small: int = 0) -> None:
    """UserError where there is too little to learn from."""
    if number >= rules.fewest:
        return
    are = "picture was" if number == 1 else "pictures were"
    only = f"Only {number} usable {are}" if number else "No usable pictures were"
    remedy = rules.hint or (
        f"Add at least {FEW}."
        if not small
        else (
            f"{small} are smaller than {rules.least} pixels; choose larger ones or a smaller piece."
        )
    )
    raise UserError(f"{only} found.", remedy)


@dataclass(frozen=True, slots=True)
class Pictures:
    """Pairs of pictures in one mapped file; pickled, it is only the file's name and an index."""

    path: Path
    index: tuple[tuple[tuple[int, ...], tuple[int, ...], float], ...]  # (offset, C, H, W) twice

    def __len__(self) -> int:
        """How many."""
        return len(self.index)

    def pairs(self) -> list[Pair]:
        """Views of the file, nothing read yet."""
        data = np.memmap(self.path, np.uint8, "r")
        return [Pair(_view(data, small), _view(data, large), t) for small, large, t in self.index]

    def split(self, percent: float, families: Sequence[int] = ()) -> tuple["Pictures", "Pictures"]:
        """Those to learn from, and every so manieth, held back; of a small folder at least 4.

        One picture alone would make a score that jumps, and a sheet with a single row. `families`:
        a number for each picture; those of one number are held back together.
        """
        families = families or range(len(self))
        number = max(families, default=-1) + 1
        every = max(2, round(100 / percent))
        if number >= 4 * LEAST_HELD_BACK:
            every = min(every, number // LEAST_HELD_BACK)
        held = range(every // 2 if every < 2 * number else 0, number, every)
        return self.parted([index for index, each in enumerate(families) if each in held])

    def but_the_last(self, number: int) -> tuple["Pictures", "Pictures"]:
        """All but the last ones by name, and these. UserError where nothing would be left."""
        if number >= len(self):
            raise UserError(
                f"There are {len(self)} pictures; the last {number} cannot be held back.",
                "Hold back fewer.",
            )
        return self.parted(range(len(self) - number, len(self)))

    def parted(self, held: Sequence[int]) -> tuple["Pictures", "Pictures"]:
        """All but the held ones, and these."""
        kept = set(held)
        learned = tuple(each for i, each in enumerate(self.index) if i not in kept)
        return Pictures(self.path, learned), Pictures(self.path, tuple(self.index[i] for i in held))


def _view(data: NDArray[np.uint8], place: tuple[int, ...]) -> Bytes:
    offset, *shape = place
    return data[offset : offset + int(np.prod(shape))].reshape(shape)


def packed(
    files: Found, folder: Path, rules: Rules, read: Callable[[Path], Pair] | None = None
) -> Generator[Event, None, Pictures]:
    """Decode all pictures into `folder`, or take what an earlier call left there."""
    key = _key(files, rules)
    pack, index_file = folder / "pictures.bin", folder / "pictures.json"
    known = _read_index(index_file)
    if known and known["key"] == key and pack.is_file() and pack.stat().st_size == known["bytes"]:
        return _pictures(pack, known["index"])
    if known and known["key"] != key:
        yield Note("The pictures changed since; the run goes on with those of now.")
    yield from files.skipped
    yield from map(Note, files.notes)
    chosen = yield from _within_limit(files, rules)
    index: list[Any] = []
    with whole(pack) as part, part.open("wb") as out:
        seen: dict[bytes, Path] = {}
        for number, path in enumerate(chosen):
            yield Step(number, len(chosen), "Reading the pictures")
            try:
                pair = read(path) if read else pair_of(path, rules)
            except (UserError, OSError) as why:
                yield Skipped(path, getattr(why, "what", str(why)))
                continue
            hashed = hashlib.blake2b(pair.small.tobytes() + pair.large.tobytes(), digest_size=16)
            digest = hashed.digest()
            if digest in seen:
                yield Skipped(path, f"It is the same picture as {seen[digest].name}.")
                continue
            seen[digest] = path
            index.append((*_write_pair(out, pair), files.classes.get(path, 0.0)))
        size = out.tell()
    enough(len(index), rules)
    with whole(index_file) as part:
        part.write_text(json.dumps({"key": key, "bytes": size, "index": index}))
    return _pictures(pack, index)


def opened(folder: Path) -> Pictures:
    """What another process has packed there."""
    known = _read_index(folder / "pictures.json")
    assert known is not None
    return _pictures(folder / "pictures.bin", known["index"])


def _key(files: Found, rules: Rules) -> str:
    named = (*files.files, *((path, ()) for path in files.beside))
    facts = [(str(p), s, p.stat().st_size, p.stat().st_mtime_ns) for p, s in named]
    return hashlib.sha256(repr((facts, rules)).encode()).hexdigest()


def _read_index(path: Path) -> dict[str, Any] | None:
    try:
        known = json.loads(path.read_text())
        return known if {"key", "bytes", "index"} <= set(known) else None
    except (OSError, ValueError, TypeError):
        return None


def _pictures(pack: Path, index: list[Any]) -> Pictures:
    return Pictures(pack, tuple((tuple(small), tuple(large), t) for small, large, t in index))


def _within_limit(files: Found, rules: Rules) -> Generator[Event, None, list[Path]]:
    """All files, or as many evenly drawn ones as may be unpacked."""
    size = sum(width * height * rules.channels for _, (width, height) in files.files)
    every = max(1, -(-size // PACK_LIMIT))
    if every > 1:
        share = f"one in {every}"
        yield Note(f"Unpacked, the pictures would take {size / 1e9:.0f} GB; {share} is used.")
    if len(files.files) < FEW:
        yield Note(f"{len(files.files)} pictures are few; with {FEW} or more it learns better.")
    return [path for path, _ in files.files[::every]]


def _write_pair(out: Any, pair: Pair) -> tuple[tuple[int, ...], tuple[int, ...]]:
    places = []
    for picture in (pair.large,) if pair.small is pair.large else (pair.large, pair.small):
        places.append((out.tell(), *picture.shape))
        out.write(picture.tobytes())
    return places[-1], places[0]


def pair_of(path: Path, rules: Rules) -> Pair:
    """One file, decoded, reduced and paired. Raises Unreadable."""
    pixels = image.read(path).pixels
    if len(pixels) != rules.channels:
        pixels = pixels.mean(0, keepdims=True) if rules.channels == 1 else np.repeat(pixels, 3, 0)
    if rules.halved(path):
        middle = pixels.shape[2] // 2
        damaged, mended = pixels[:, :, :middle], pixels[:, :, middle : 2 * middle]
        return Pair(reduced(damaged, rules), reduced(mended, rules))
    large = reduced(pixels, rules)
    return Pair(large if rules.scale == 1 else smaller(large, rules.scale), large)


def reduced(pixels: Pixels, rules: Rules) -> Bytes:
    """(C, H, W) in [0, 1] at the size it is kept at, as bytes."""
    if rules.square:
        pixels = middle_square(pixels)
    height, width = pixels.shape[1:]
    share = rules.longest / max(height, width)
    if share < 1:
        size = (round(width * share), round(height * share))
        flat = cv2.resize(pixels.transpose(1, 2, 0), size, interpolation=cv2.INTER_AREA)
        pixels = np.atleast_3d(flat).transpose(2, 0, 1).astype(np.float32, copy=False)
    width, height = rules.size(width, height)
    kept = np.ascontiguousarray(pixels[:, :height, :width])
    return np.round(kept * 255).clip(0, 255).astype(np.uint8)


def middle_square(pixels: NDArray[Any]) -> NDArray[Any]:
    """(C, H, W) -> the largest square in its middle."""
    height, width = pixels.shape[1:]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return pixels[:, top : top + side, left : left + side]


class Drawn(NamedTuple):
    """A batch as bytes: (N, C, h, w), (N, C, s h, s w), and one value told about each."""

    small: Tensor
    large: Tensor
    told: Tensor


@dataclass(frozen=True, slots=True)
class Crops:
    """Draws `number` aligned crops of `edge` px (of the small picture).

    Pictures are drawn by area, and every crop is flipped and turned one of eight ways. `spoil`
    makes the small one from a clean crop that is 8 px larger, then cut at random: so the grid of
    JPEG's blocks may lie anywhere. Of every `choice` crops the liveliest is taken: in half of a
    landscape is nothing to learn.
    """

    number: int
    edge: int
    spoil: Spoil | None = None
    choice: int = 1

    def __call__(self, pairs: list[Pair], thrown: np.random.Generator) -> Drawn:
        """One batch, told by `thrown` alone."""
        area = np.array([each.small.shape[1] * each.small.shape[2] for each in pairs], float)
        drawn: list[tuple[Bytes, Bytes, float]] = []
        chances = area / area.sum()
        room = 8 if self.spoil else 0
        for which in thrown.choice(len(pairs), size=(self.number, self.choice), p=chances):
            crops = [turned(pairs[index], self.edge + room, thrown) for index in which]
            crop = max(crops, key=lambda each: liveliness(each.small))
            drawn.append(self._spoilt(crop.small, thrown) if self.spoil else crop)
        small, large, told = zip(*drawn, strict=True)
        return Drawn(
            torch.from_numpy(np.stack(small)),
            torch.from_numpy(np.stack(large)),
            torch.tensor(told, dtype=torch.float32),
        )

    def _spoilt(self, clean: Bytes, thrown: np.random.Generator) -> tuple[Bytes, Bytes, float]:
        assert self.spoil is not None
        bad, told = self.spoil(np.ascontiguousarray(clean), thrown)
        top, left = (int(each) for each in thrown.integers(8, size=2))
        place = np.s_[:, top : top + self.edge, left : left + self.edge]
        return bad[place], clean[place], told


def turned(pair: Pair, edge: int, thrown: np.random.Generator) -> Pair:
    """One crop of a pair, from the same place, turned and flipped the same way."""
    small, large, told = pair
    scale = large.shape[1] // small.shape[1]
    top = int(thrown.integers(small.shape[1] - edge + 1))
    left = int(thrown.integers(small.shape[2] - edge + 1))
    turns, flip = int(thrown.integers(4)), bool(thrown.integers(2))
    crops = []
    for picture, s in ((small, 1), (large, scale)):
        crop = picture[:, s * top : s * (top + edge), s * left : s * (left + edge)]
        crop = np.rot90(crop, turns, axes=(1, 2))
        crops.append(crop[:, :, ::-1] if flip else crop)
    return Pair(crops[0], crops[1], told)


def liveliness(crop: Bytes) -> float:
    """The mean squared difference of neighbouring pixels, of the middle channel."""
    plane = crop[len(crop) // 2].astype(np.float32)
    return float(np.square(np.diff(plane)).mean() + np.square(np.diff(plane, axis=0)).mean())


@dataclass(frozen=True, slots=True)
class Wholes:
    """Draws `number` whole pictures, every second one a mirror image where `mirror` allows it."""

    number: int
    mirror: bool = True

    def __call__(self, pairs: list[Pair], thrown: np.random.Generator) -> Drawn:
        """One batch, told by `thrown` alone."""
        chosen = [pairs[index] for index in thrown.integers(len(pairs), size=self.number)]
        turn = thrown.random(self.number) < 0.5
        pictures = [
            each.large[:, :, ::-1] if self.mirror and flip else each.large
            for each, flip in zip(chosen, turn, strict=True)
        ]
        pixels = torch.from_numpy(np.stack(pictures))
        return Drawn(pixels, pixels, torch.tensor([each.told for each in chosen]))


Draw = Callable[[list[Pair], np.random.Generator], Drawn]
