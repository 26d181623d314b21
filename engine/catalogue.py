"""Trained models: list, describe, read. A model is one `.safetensors` with its card in the header.

Listing reads headers only and never imports torch; `read` is the only reader of weights.
"""

import json
import logging
import struct
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine import places
from engine.errors import UserError

if TYPE_CHECKING:
    from torch import Tensor

log = logging.getLogger(__name__)
SCALE = ":scale"  # what the name of a weight's scales ends in: see `engine.packing`
COST = "multiply-adds per pixel"  # of the result: lies among the scores
HEADER_LIMIT = 100_000_000  # bytes, the limit of the safetensors format


@dataclass(frozen=True, slots=True)
class Card:
    """What a model file says of itself.

    `task`: the feature it serves ("denoise", "upscale"). `channels`: 1 grey, 3 RGB. `scores`:
    measured figures, e.g. {"CBSD68 sigma 25 PSNR": 31.0}, reproducible by `command`. `values`: what
    input and output numbers mean. `description`: one line for the picker. `extras`: what only
    models of its task have, plain values (for "transfer" see `engine.domains`).
    """

    architecture: str
    config: dict[str, Any]
    task: str
    title: str
    description: str = ""
    scale: int = 1
    channels: int = 3
    values: str = "sRGB in [0, 1]"
    licence: str = ""
    data: str = ""
    training: str = ""
    scores: dict[str, float] = field(default_factory=dict)
    command: str = ""
    extras: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """One model on disk. `id` is its file's name without the ending."""

    id: str
    path: Path
    card: Card
    parameters: int
    bytes: int


def entries(*tasks: str, folders: Iterable[Path] | None = None) -> list[Entry]:
    """Every readable model (of these tasks) by name; damaged files are logged and left out."""
    found: dict[str, Entry] = {}
    for folder in places.model_folders() if folders is None else folders:
        for path in sorted(folder.glob("*.safetensors"), key=lambda path: path.stem):
            try:
                stat = path.stat()
                entry = describe(path, stat.st_size, stat.st_mtime_ns)
            except (UserError, OSError) as why:
                log.info("model left out: %s", why)
                continue
            found[entry.id] = entry
    return [entry for entry in found.values() if not tasks or entry.card.task in tasks]


def usual(task: str) -> list[Entry]:
    """The models that may be chosen without asking: all but imported ones."""
    return [entry for entry in entries(task) if "imported" not in entry.card.extras]


def find(model: str, *tasks: str) -> Entry:
    """The model of that id; UserError where there is none, or one of another task."""
    known = {entry.id: entry for entry in entries()}
    if model not in known:
        for folder in places.model_folders():
            path = folder / f"{model}.safetensors"
            if path.is_file():
                describe(path, path.stat().st_size, path.stat().st_mtime_ns)  # raises its reason
        fitting = [e.id for e in known.values() if not tasks or e.card.task in tasks]
        names = ", ".join(fitting) or "none"
        raise UserError(f"There is no model called {model}.", f"These are installed: {names}.")
    if tasks and known[model].card.task not in tasks:
        raise UserError(
            f"{model} is a model for {known[model].card.task}, not for {' or '.join(tasks)}.",
            f"Choose one of: {', '.join(e.id for e in entries(*tasks))}.",
        )
    return known[model]


@lru_cache(maxsize=256)
def describe(path: Path, size: int, _changed: int) -> Entry:
    """Read one header. UserError where the file is damaged, cut off, or without a card."""
    header = _header(path, size)
    metadata = header.pop("__metadata__", {})
    try:
        card = Card(**json.loads(metadata["card"]))
    except (KeyError, TypeError, ValueError) as why:
        raise UserError(
            f"{path.name} has no card that Safelight understands.", "Import it again, or remove it."
        ) from why
    ends = [tensor["data_offsets"][1] for tensor in header.values()]
    if 8 + _length(path) + max(ends, default=0) != size:
        raise _damaged(path)
    shapes = [tensor["shape"] for name, tensor in header.items() if not name.endswith(SCALE)]
    counts = [_product(shape) for shape in shapes]
    return Entry(id=path.stem, path=path, card=card, parameters=sum(counts), bytes=size)


def read(entry: Entry) -> "dict[str, Tensor]":
    """The weights by name (CPU)."""
    from engine.packing import unpacked

    return unpacked(_stored(entry.path))


def write(path: Path, weights: "dict[str, Tensor]", card: Card) -> None:
    """Save weights and card as one file, whole or not at all."""
    from safetensors.torch import save

    from engine.files import whole

    data = save(weights, metadata={"card": json.dumps(asdict(card))})
    with whole(path) as part:
        part.write_bytes(data)


def recarded(entry: Entry, card: Card) -> None:
    """Give a model another card; its weights stay as they lie in the file."""
    write(entry.path, _stored(entry.path), card)


def _stored(path: Path) -> "dict[str, Tensor]":
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        return load_file(path)
    except (SafetensorError, OSError) as why:
        raise _damaged(path) from why


def _header(path: Path, size: int) -> dict[str, Any]:
    length = _length(path)
    if length > min(HEADER_LIMIT, size - 8):
        raise _damaged(path)
    with path.open("rb") as file:
        file.seek(8)
        try:
            header = json.loads(file.read(length))
        except ValueError as why:
            raise _damaged(path) from why
    if not isinstance(header, dict):
        raise _damaged(path)
    return header


def _length(path: Path) -> int:
    with path.open("rb") as file:
        start = file.read(8)
    if len(start) < 8:
        raise _damaged(path)
    return int(struct.unpack("<Q", start)[0])


def _damaged(path: Path) -> UserError:
    return UserError(
        f"The model file {path.name} is damaged or cut off.",
        f"Copy it again, or remove it from {path.parent}.",
    )


def _product(shape: list[int]) -> int:
    total = 1
    for side in shape:
        total *= side
    return total
