"""Small pictures to learn from: built-in digits, MNIST, a folder, an .npz; how they are split."""

from collections.abc import Generator
from dataclasses import dataclass, replace
from pathlib import Path
from zipfile import BadZipFile

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine import image, places, sources
from engine.errors import UserError
from engine.job import Event, Failed, Note, Step
from engine.specs_lab import PictureLab
from engine.training.dice import dice

NAMED = {"mnist": "MNIST", "fashion": "FashionMNIST"}
LEAST = 8  # pictures, so that each of the three parts has one


@dataclass(frozen=True, slots=True)
class Pictures:
    """`images` (N, C, H, W) float32 in [0, 1]; `labels` (N,) int64 into `names`, or None."""

    images: Tensor
    labels: Tensor | None = None
    names: tuple[str, ...] = ()

    def __len__(self) -> int:
        """Pictures."""
        return len(self.images)

    @property
    def shape(self) -> tuple[int, int, int]:
        """(C, H, W)."""
        channels, height, width = self.images.shape[1:]
        return channels, height, width

    def at(self, index: NDArray[np.int64] | Tensor) -> "Pictures":
        """Some of them."""
        index = torch.as_tensor(index)
        labels = None if self.labels is None else self.labels[index]
        return replace(self, images=self.images[index], labels=labels)

    def with_labels(self, what: str) -> Tensor:
        """The labels; UserError where there are none, or one class only."""
        if self.labels is None:
            raise UserError(
                f"{what} needs pictures with labels.",
                "Put each class into a subfolder of its own, or use the digits.",
            )
        if int(self.labels.min()) == int(self.labels.max()):
            raise UserError(
                f"{what} needs two classes or more; all of these are of one.",
                "Put each class into a subfolder of its own.",
            )
        return self.labels


@dataclass(frozen=True, slots=True)
class Split:
    """Learned from, chosen by, and measured on; no picture is in two of them."""

    learned: Pictures
    check: Pictures
    test: Pictures


def split(pictures: Pictures, seed: int) -> Split:
    """70, 10 and 20 % at random."""
    order = dice(seed, 0).permutation(len(pictures))
    first, second = int(0.7 * len(order)), int(0.8 * len(order))
    parts = np.split(order, [max(1, first), max(2, second)])
    return Split(*(pictures.at(part) for part in parts))


def load(spec: PictureLab) -> Generator[Event, None, Pictures]:
    """What the spec asks for; UserError with the reason where it cannot be had."""
    if spec.data == "digits":
        found = digits()
    elif spec.data in NAMED:
        yield Step(0, 1, f"reading {NAMED[spec.data]}")
        found = fetched(NAMED[spec.data], download=spec.download)
    else:
        path = Path(spec.data).expanduser()
        if path.suffix == ".npz" or path.joinpath("train.npz").is_file():
            found = from_npz(path)
        else:
            found = yield from from_folder(path, spec)
    if len(found) < LEAST:
        count = "is only one picture" if len(found) == 1 else f"are only {len(found)} pictures"
        raise UserError(f"There {count} in {spec.data}.", f"Add some: {LEAST} at least.")
    if len(found) > spec.limit:
        yield Note(f"{spec.limit:,} of {len(found):,} pictures are used.")
        found = found.at(np.sort(dice(spec.seed, 1).permutation(len(found))[: spec.limit]))
    return (yield from resized(found, spec))


def digits() -> Pictures:
    """The 1,797 handwritten digits, 8x8, that scikit-learn carries (Alpaydin and Kaynak, 1998)."""
    from sklearn.datasets import load_digits

    data = load_digits()
    images = torch.from_numpy(data.images.astype(np.float32) / 16)[:, None]
    labels = torch.from_numpy(data.target.astype(np.int64))
    return Pictures(images, labels, tuple(map(str, range(10))))


def fetched(name: str, *, download: bool) -> Pictures:
    """A set of torchvision's, from this computer, or fetched where one asked for that."""
    from torchvision import datasets

    folder = places.data() / "datasets"
    try:
        data = getattr(datasets, name)(folder, train=True, download=download)
    except RuntimeError as why:
        if download:
            raise _unfetched(name) from why
        raise UserError(
            f"{name} is not on this computer.",
            "Have it fetched (a tick in the window, --download in the shell), or use the digits.",
        ) from why
    except OSError as why:
        raise _unfetched(name) from why
    return Pictures(data.data[:, None].float() / 255, data.targets, tuple(data.classes))


def _unfetched(name: str) -> UserError:
    return UserError(
        f"{name} could not be fetched.", "Is there a connection? The digits need none."
    )


def from_npz(path: Path) -> Pictures:
    """Arrays `images`, uint8 (N, H, W) or (N, H, W, C), and `labels` (N,) if there are any.

    `path` is an .npz file, or a folder with a train.npz.
    """
    file = path / "train.npz" if path.is_dir() else path
    try:
        with np.load(file) as arrays:
            images = np.asarray(arrays["images"])
            labels = np.asarray(arrays["labels"]) if "labels" in arrays else None
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as why:
        raise UserError(
            f"{file.name} could not be read as pictures.",
            "It must hold an array called images, and labels if there are any.",
        ) from why
    if images.ndim not in (3, 4) or images.dtype != np.uint8:
        raise UserError(
            f"The images in {file.name} have the shape {images.shape} and the type {images.dtype}.",
            "They must be uint8, (N, H, W) or (N, H, W, C).",
        )
    planes = images[:, None] if images.ndim == 3 else images.transpose(0, 3, 1, 2)
    pictures = Pictures(torch.from_numpy(planes.astype(np.float32) / 255))
    return pictures if labels is None else labelled(pictures, [str(each) for each in labels])


def labelled(pictures: Pictures, words: list[str]) -> Pictures:
    """With a class of every word."""
    names, numbers = np.unique(words, return_inverse=True)
    labels = torch.from_numpy(numbers.astype(np.int64))
    return replace(pictures, labels=labels, names=tuple(map(str, names)))


def from_folder(path: Path, spec: PictureLab) -> Generator[Event, None, Pictures]:
    """Pictures of a folder, resized to squares; its subfolders, if there are any, are classes.

    Pictures whose names end in "-mask" belong to others and are left out.
    """
    if not path.is_dir():
        raise UserError(
            f"There is no folder {path}.", "Use digits, mnist, fashion, a folder or an .npz file."
        )
    files = [each for each, _ in sources.gather((path,)).files if not each.stem.endswith("-mask")]
    if len(files) > spec.limit:
        yield Note(f"{spec.limit:,} of {len(files):,} pictures are used.")
        chosen = dice(spec.seed, 1).permutation(len(files))[: spec.limit]
        files = [files[i] for i in np.sort(chosen)]
    edge = spec.size or spec.largest
    kept, tiles, sizes = yield from _decoded(files, edge)
    if not tiles:
        raise UserError(f"There is no picture in {path}.", "Choose a folder with pictures.")
    if sizes != {(edge, edge)}:
        mixed = " of many sizes" if len(sizes) > 1 else ""
        yield Note(f"The pictures{mixed} were resized to {edge}x{edge}.")
    channels = max(len(tile) for tile in tiles)
    stack = np.stack([np.broadcast_to(tile, (channels, edge, edge)) for tile in tiles])
    pictures = Pictures(torch.from_numpy(stack.astype(np.float32)))
    inside = all(file.parent != path for file in kept)
    words = [file.relative_to(path).parts[0] for file in kept]
    return labelled(pictures, words) if inside else pictures


Decoded = tuple[list[Path], list[NDArray[np.float32]], set[tuple[int, ...]]]


def _decoded(files: list[Path], edge: int) -> Generator[Event, None, Decoded]:
    """Those that can be read, as squares, and the sizes they had."""
    decoded: Decoded = [], [], set()
    kept, tiles, sizes = decoded
    for done, file in enumerate(files):
        yield Step(done, len(files), f"reading {file.name}")
        try:
            pixels = image.read(file).pixels
        except image.Unreadable as why:
            yield Failed(file, str(why))
            continue
        kept.append(file)
        tiles.append(square(pixels, edge))
        sizes.add(pixels.shape[1:])
    return decoded


def square(pixels: NDArray[np.float32], edge: int) -> NDArray[np.float32]:
    """(C, H, W) -> (C, edge, edge), the whole of it."""
    if pixels.shape[1:] == (edge, edge):
        return pixels
    small = cv2.resize(pixels.transpose(1, 2, 0), (edge, edge), interpolation=cv2.INTER_AREA)
    return np.atleast_3d(small).transpose(2, 0, 1).astype(np.float32, copy=False)


def resized(pictures: Pictures, spec: PictureLab) -> Generator[Event, None, Pictures]:
    """As large as asked for; without a wish only large ones change."""
    _, height, width = pictures.shape
    edge = spec.size or min(max(height, width), spec.largest)
    if height == width == edge:
        return pictures
    yield Note(f"The pictures were resized from {width}x{height} to {edge}x{edge}.")
    small = [torch.from_numpy(square(each, edge).copy()) for each in pictures.images.numpy()]
    return replace(pictures, images=torch.stack(small))
