"""The names and the directions of one's own, in one file for each generator."""

import json
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from engine import places
from engine.errors import UserError
from engine.files import whole
from engine.latent import plain, points
from engine.latent.points import Arrow

LONGEST = 60  # characters of a name


@dataclass(slots=True)
class Kept:
    """`own`: directions by name. `named`: (name, layers) of found ones, by id."""

    model: str
    own: dict[str, Arrow] = field(default_factory=dict)
    named: dict[str, tuple[str, str]] = field(default_factory=dict)
    _read_at: int | None = None

    @property
    def folder(self) -> Path:
        """Where all that is known of the generator's directions lies."""
        return places.data() / "directions" / self.model

    @property
    def file(self) -> Path:
        """The file itself."""
        return self.folder / "directions.json"

    def read(self) -> None:
        """Again, where it has changed since. UserError where it cannot be understood."""
        try:
            changed = self.file.stat().st_mtime_ns
        except OSError:
            self.own, self.named, self._read_at = {}, {}, None
            return
        if changed == self._read_at:
            return
        try:
            values = json.loads(self.file.read_text(encoding="utf-8"))
            self.own = {name: _arrow(each) for name, each in values["own"].items()}
            self.named = {name: (each[0], each[1]) for name, each in values["named"].items()}
        except (OSError, ValueError, KeyError, TypeError, IndexError) as why:
            raise UserError(
                f"Your directions in {self.file} cannot be read.", "Mend the file, or move it away."
            ) from why
        self._read_at = changed

    def write(self) -> None:
        """Whole or not at all."""
        values = {
            "own": {
                name: {"step": plain.as_rows(points.rows(each.step)), "layers": each.layers}
                for name, each in self.own.items()
            },
            "named": {name: list(each) for name, each in self.named.items()},
        }
        with whole(self.file) as part:
            part.write_text(json.dumps(values, ensure_ascii=False, indent=1), encoding="utf-8")
        self._read_at = self.file.stat().st_mtime_ns


def fit(name: str) -> str:
    """A name without needless spaces. UserError where it is none."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST or not name.isprintable():
        raise UserError(
            "A direction needs a name.", f"Say a word or two, up to {LONGEST} characters."
        )
    return name


def mark(step: Tensor) -> str:
    """Eight digits that tell two directions of one name apart."""
    return f"{zlib.crc32(step.contiguous().numpy().tobytes()):08x}"


def _arrow(values: dict[str, Any]) -> Arrow:
    return Arrow(torch.tensor(plain.of_rows(values["step"])), str(values["layers"]))
