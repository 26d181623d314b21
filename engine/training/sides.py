"""Pictures of two domains for training: unpaired, matched by name, side by side, or derived.

Every picture is brought to nearly the edge that the network sees, so that it sees whole scenes.
Of unpaired domains, a pair holds one picture and nothing on the other side.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import torch

from engine import image
from engine.errors import UserError
from engine.job import Skipped
from engine.sources import gather
from engine.training.data import Drawn, Found, Pair, Rules, enough
from engine.training.degradation import Bytes

ROOM = 286 / 256  # of the short side, in which crops may move; as published
NAMED = 3  # files without a match that are named in an error
NOTHING: Bytes = np.zeros((3, 0, 0), np.uint8)
Files = dict[str, Path]


def given(folders: tuple[Path, ...], words: str, option: str) -> None:
    """UserError where the folders of a domain were not given."""
    if not folders:
        raise UserError(f"No folder of {words} was given.", f"Choose one ({option}).")


def unpaired(a: tuple[Path, ...], b: tuple[Path, ...], rules: Rules) -> tuple[Found, set[Path]]:
    """The fit pictures of both domains, A first, and which of them are of B."""
    first, second = (fit(folders, rules) for folders in (a, b))
    shared = {path for path, _ in first.files} & {path for path, _ in second.files}
    if shared:
        raise UserError("Both domains are the same pictures.", "Choose two different folders.")
    files = first.files + second.files
    return Found(files, first.skipped + second.skipped), {path for path, _ in second.files}


def warned(found: Found, b: set[Path], few: int) -> Found:
    """The same, with a word about a domain of few pictures."""
    of_b = len(b)
    notes = [
        f"Domain {name} has {number} pictures; with {few} or more it learns better."
        for name, number in (("A", len(found.files) - of_b), ("B", of_b))
        if number < few
    ]
    return replace(found, notes=tuple(notes))


def fit(folders: tuple[Path, ...], rules: Rules) -> Found:
    """The pictures that are large enough, by their headers. UserError where too few remain."""
    files: list[tuple[Path, tuple[int, int]]] = []
    skipped: list[Skipped] = []
    for path, _ in gather(folders).files:
        try:
            width, height = image.size(path)
        except (UserError, OSError) as why:
            skipped.append(Skipped(path, getattr(why, "what", str(why))))
            continue
        if min(width, height) < rules.least:
            skipped.append(Skipped(path, f"It is smaller than {rules.least} pixels."))
        else:
            files.append((path, (width, height)))
    enough(len(files), rules, small=sum("smaller" in each.reason for each in skipped))
    return Found(tuple(files), tuple(skipped))


def matched(
    a: tuple[Path, ...], b: tuple[Path, ...], rules: Rules
) -> tuple[Found, dict[Path, Path]]:
    """Pictures of A that have one of the same name in B, and which. The others are told of.

    A name is the path below the folder without its ending. UserError where nothing matches.
    """
    ours, theirs = named(a), named(b)
    common = [name for name in ours if name in theirs]
    if not common:
        raise UserError(
            f"No picture of A has one of the same name in B: {lonely(ours, theirs)} in A, "
            f"{lonely(theirs, ours)} in B.",
            "Give both pictures of a pair the same name.",
        )
    skipped = [
        Skipped(ours[n], "There is no picture of this name in B.") for n in ours.keys() - theirs
    ]
    skipped += [
        Skipped(theirs[n], "There is no picture of this name in A.") for n in theirs.keys() - ours
    ]
    known = fit_among([ours[name] for name in common], rules, skipped)
    return known, {ours[name]: theirs[name] for name in common}


def fit_among(paths: list[Path], rules: Rules, skipped: list[Skipped]) -> Found:
    """As `fit`, of given files; what was skipped before is told of, too."""
    found = fit(tuple(paths), rules)
    return Found(found.files, (*sorted(skipped, key=lambda each: each.path), *found.skipped))


def lonely(ours: Files, theirs: Files) -> str:
    """The first few names that have no match."""
    names = [path.name for name, path in ours.items() if name not in theirs]
    more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more or "nothing"


def named(folders: tuple[Path, ...]) -> Files:
    """Every picture by its path below the folder, without its ending."""
    return {
        path.relative_to(root).with_suffix("").as_posix().casefold(): path
        for path, root in gather(folders).files
    }


# --- from a file to bytes ---


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads pictures as a network that sees `edge` px wants them: (3, H, W) bytes, RGB."""

    edge: int

    def __call__(self, path: Path) -> Bytes:
        """The picture, see-through parts on white, its short side near `edge`."""
        return self.fitted(opened(path))

    def halves(self, path: Path) -> tuple[Bytes, Bytes]:
        """A picture with A on the left and B on the right. UserError where it cannot be cut."""
        whole = opened(path)
        if whole.shape[2] % 2:
            raise UserError(f"{path.name} is {whole.shape[2]} pixels wide, which is odd.")
        left, right = np.split(whole, 2, axis=2)
        return self.fitted(left), self.fitted(right)

    def fitted(self, pixels: Bytes) -> Bytes:
        """Smaller where there is room to spare, larger where it does not reach `edge`."""
        short = min(pixels.shape[1:])
        wanted = min(max(short, self.edge), round(ROOM * self.edge))
        return pixels if wanted == short else resized(pixels, wanted / short, self.edge)


def opened(path: Path) -> Bytes:
    """(3, H, W) bytes, RGB, see-through parts on white. Raises Unreadable."""
    picture = image.read(path)
    pixels = picture.pixels
    if picture.alpha is not None:
        pixels = pixels * picture.alpha + (1 - picture.alpha)
    flat = np.round(pixels * 255).clip(0, 255).astype(np.uint8)
    return flat if len(flat) == 3 else np.repeat(flat, 3, 0)


def resized(pixels: Bytes, ratio: float, least: int) -> Bytes:
    """`ratio` times as large, both sides at least `least` px."""
    height, width = (max(least, round(side * ratio)) for side in pixels.shape[1:])
    kind = cv2.INTER_AREA if ratio < 1 else cv2.INTER_CUBIC
    rows = cv2.resize(
        np.ascontiguousarray(pixels.transpose(1, 2, 0)), (width, height), None, 0, 0, kind
    )
    return np.ascontiguousarray(rows.transpose(2, 0, 1))


def alike(a: Bytes, b: Bytes) -> Pair:
    """Both sides of a pair in the size of B."""
    if a.shape != b.shape:
        rows = cv2.resize(
            np.ascontiguousarray(a.transpose(1, 2, 0)), b.shape[:0:-1], interpolation=cv2.INTER_AREA
        )
        a = np.ascontiguousarray(rows.transpose(2, 0, 1))
    return Pair(a, b)


# --- from bytes to batches ---


@dataclass(frozen=True, slots=True)
class Unpaired:
    """Draws `number` crops of A and as many of B, each from anywhere, half of them mirrored."""

    number: int
    edge: int

    def __call__(self, pairs: list[Pair], thrown: np.random.Generator) -> Drawn:
        """One batch: A as `small`, B as `large`."""
        a = [each.small for each in pairs if each.small.size]
        b = [each.large for each in pairs if each.large.size]
        sides = []
        for pictures in (a or b, b or a):  # a few tried steps may have one side alone
            chosen = thrown.integers(len(pictures), size=self.number)
            crops = (next(cut((pictures[i],), self.edge, thrown)) for i in chosen)
            sides.append(torch.from_numpy(np.stack(list(crops))))
        return Drawn(sides[0], sides[1], torch.zeros(self.number))


@dataclass(frozen=True, slots=True)
class Paired:
    """Draws `number` crops of pairs, both sides from the same place, half of them mirrored."""

    number: int
    edge: int

    def __call__(self, pairs: list[Pair], thrown: np.random.Generator) -> Drawn:
        """One batch: A as `small`, B as `large`."""
        chosen = (pairs[index] for index in thrown.integers(len(pairs), size=self.number))
        crops = [tuple(cut((each.small, each.large), self.edge, thrown)) for each in chosen]
        small, large = (torch.from_numpy(np.stack(side)) for side in zip(*crops, strict=True))
        return Drawn(small, large, torch.zeros(self.number))


def cut(pictures: tuple[Bytes, ...], edge: int, thrown: np.random.Generator) -> Iterator[Bytes]:
    """The same crop of `edge` px of each picture."""
    height, width = pictures[0].shape[1:]
    top, left = (int(thrown.integers(side - edge + 1)) for side in (height, width))
    mirror = bool(thrown.integers(2))
    for picture in pictures:
        crop = picture[:, top : top + edge, left : left + edge]
        yield crop[:, :, ::-1] if mirror else crop


def middle(picture: Bytes, edge: int) -> Bytes:
    """The middle `edge` px of a picture."""
    top, left = ((side - edge) // 2 for side in picture.shape[1:])
    return np.ascontiguousarray(picture[:, top : top + edge, left : left + edge])
