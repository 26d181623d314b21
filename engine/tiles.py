"""A big picture through a network, piece by piece, so that nobody can see the pieces.

Every tile carries a halo of real surroundings as wide as the network looks; only its core is kept.
Tiles start on multiples of the network's stride, so a tile sees what the whole picture would.
"""

import logging
from collections.abc import Generator, Iterator
from dataclasses import dataclass

import numpy as np

from engine.errors import UserError
from engine.executors import Batch
from engine.job import Event, Note, Pixels, Step
from engine.runtime import Network

log = logging.getLogger(__name__)
SECONDS = 0.3  # aim for one tile, so that stop, pause and previews never wait long
SMALLEST, LARGEST = 64, 1024  # px, edge of a tile's core


@dataclass(frozen=True, slots=True)
class Tile:
    """A core (kept) in a window (computed), in input px; the window may leave the picture."""

    top: int
    left: int
    height: int
    width: int
    window: tuple[int, int, int, int]  # top, left, height, width


def tiled(
    network: Network, image: Pixels, conditions: tuple[float, ...] = (), *, edge: int | None = None
) -> Generator[Event, None, Pixels]:
    """(C, H, W) in [0, 1] -> (C', scale H, scale W) in [0, 1], yielding a `Step` in px per tile.

    `conditions`: one number for each extra channel the network wants. `edge`: core of a tile in px;
    None lets the network's measured speed decide. When memory runs out the tiles are halved.
    """
    edge = edge or edge_for(network)
    output: Pixels | None = None
    pending = list(tiles(image.shape[1:], edge, network))
    total, done = image.shape[1] * image.shape[2], 0
    while pending:
        tile = pending[0]
        try:
            core = compute(network, image, conditions, tile)
        except (MemoryError, RuntimeError) as why:
            if not out_of_memory(why):
                raise
            edge = smaller(edge, tile)
            pending = [part for whole in pending for part in split(whole, edge, network)]
            yield Note(f"Memory ran out; going on with smaller tiles ({edge} px).")
            continue
        if output is None:
            output = empty(core.shape[0], image.shape[1:], network.scale)
        place(output, core, tile, network.scale)
        pending.pop(0)
        done += tile.height * tile.width
        yield Step(done, total)
    assert output is not None
    return output


def edge_for(network: Network) -> int:
    """Core edge in px so that one tile takes about `SECONDS`, a multiple of 64."""
    if not network.traits.tileable:
        return 1 << 30
    fits = int((network.traits.speed * 1e6 * SECONDS) ** 0.5) - 2 * network.traits.halo
    return max(SMALLEST, min(LARGEST, fits // 64 * 64))


def tiles(size: tuple[int, ...], edge: int, network: Network) -> Iterator[Tile]:
    """Cores of about equal size that cover (height, width), row by row, in windows of one size."""
    height, width = size
    for top, tall in pieces(height, edge, network.traits.multiple):
        for left, wide in pieces(width, edge, network.traits.multiple):
            yield windowed(top, left, (tall, wide), size, network)


def pieces(length: int, edge: int, multiple: int) -> Iterator[tuple[int, int]]:
    """(start, size) along one side: as few as `edge` allows, equalized, starts on `multiple`."""
    count = -(-length // edge)
    even = up(-(-length // count), multiple)
    for start in range(0, length, even):
        yield start, min(even, length - start)


def windowed(
    top: int, left: int, core: tuple[int, int], size: tuple[int, ...], network: Network
) -> Tile:
    """A core with its halo, cut at the picture's border, rounded up to the network's stride."""
    halo, multiple = up(network.traits.halo, network.traits.multiple), network.traits.multiple
    starts, lengths = [], []
    for start, length, whole in zip((top, left), core, size, strict=True):
        begin = max(0, start - halo)
        end = min(up(whole, multiple), up(start + length + halo, multiple))
        starts.append(begin)
        lengths.append(max(end - begin, up(network.traits.minimum, multiple)))
    return Tile(top, left, core[0], core[1], (starts[0], starts[1], lengths[0], lengths[1]))


def compute(network: Network, image: Pixels, conditions: tuple[float, ...], tile: Tile) -> Pixels:
    """The core of one tile, (C', scale height, scale width), clamped to [0, 1]."""
    top, left, height, width = tile.window
    patch = image[:, top : top + height, left : left + width]
    missing = (height - patch.shape[1], width - patch.shape[2])
    if any(missing):  # beyond the picture: mirrored, as in training there is no black border
        patch = np.pad(patch, ((0, 0), (0, missing[0]), (0, missing[1])), "symmetric")
    batch: Batch = np.empty((1, len(patch) + len(conditions), height, width), np.float32)
    batch[0, : len(patch)] = patch
    for channel, value in enumerate(conditions, start=len(patch)):
        batch[0, channel] = value
    result = network.run(batch)[0]
    s = network.scale
    y, x = s * (tile.top - top), s * (tile.left - left)
    core = result[:, y : y + s * tile.height, x : x + s * tile.width]
    return np.clip(core, 0, 1, dtype=np.float32)


def place(output: Pixels, core: Pixels, tile: Tile, scale: int) -> None:
    """Put a finished core where it belongs."""
    y, x = scale * tile.top, scale * tile.left
    output[:, y : y + core.shape[1], x : x + core.shape[2]] = core


def empty(channels: int, size: tuple[int, ...], scale: int) -> Pixels:
    """Room for the result; UserError with the size it needs where there is not enough."""
    shape = (channels, scale * size[0], scale * size[1])
    try:
        return np.empty(shape, np.float32)
    except MemoryError as why:
        gigabytes = 4 * channels * scale**2 * size[0] * size[1] / 1e9
        raise UserError(
            f"The result needs {gigabytes:.1f} GB of memory, more than is free.",
            "Choose a smaller scale, or close other programs.",
        ) from why


def split(tile: Tile, edge: int, network: Network) -> Iterator[Tile]:
    """The same core in smaller pieces."""
    top, left, height, width = tile.window
    whole = (max(top + height, tile.top + tile.height), max(left + width, tile.left + tile.width))
    for y, tall in pieces(tile.height, edge, network.traits.multiple):
        for x, wide in pieces(tile.width, edge, network.traits.multiple):
            yield windowed(tile.top + y, tile.left + x, (tall, wide), whole, network)


def smaller(edge: int, tile: Tile) -> int:
    """Half the edge; UserError below the smallest tile."""
    half = min(edge, max(tile.height, tile.width)) // 2
    if half < SMALLEST:
        raise UserError(
            "Memory ran out even with the smallest tiles.",
            "Close other programs, or use --device cpu.",
        )
    return half // SMALLEST * SMALLEST


def out_of_memory(why: BaseException) -> bool:
    """Whether this is the machine's limit and not a bug.

    torch has its own class for CUDA; its CPU allocator and OpenVINO only say so in words.
    """
    words = str(why).lower()
    return (
        isinstance(why, MemoryError)
        or type(why).__name__ == "OutOfMemoryError"
        or ("alloc" in words and "memory" in words)
    )


def up(length: int, multiple: int) -> int:
    """The next multiple, at least `length`."""
    return -(-length // multiple) * multiple
