"""What may be asked of an experiment under way, and what the lab answers; no torch."""

import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, get_type_hints

from engine.errors import UserError
from engine.job import Pixels, Table
from engine.specs_lab import EXPERIMENTS, Lab, LabDuel

FORMAT = 1  # of the JSON
MOVES = ("play", "both", "discriminator", "generator", "look", "reset")


@dataclass(frozen=True, slots=True)
class DuelMove:
    """A move in a duel that stays warm between them, under the name `duel.session`.

    `move`: "play" goes on until it is stopped or `steps` are done; "both", "discriminator" and
    "generator" are one step of each; "look" only shows; "reset" starts anew. Settings that differ
    from the warm duel's start anew too. `pause`: seconds to wait after each step, to see it slowly.
    Yields `Points` "real" and "generated", whose arrows are where the discriminator sends each
    point; where the noise is a plane, `Points` "mesh", a grid of it taken through the generator;
    a `Surface` "discriminator"; in one dimension a `Plot` "densities" instead of both; and
    `Curve`s. Returns a `LabResult`.
    """

    duel: LabDuel
    move: str = "play"
    steps: int | None = None
    pause: float = 0.0


@dataclass(frozen=True, slots=True)
class DuelSave:
    """Write a warm duel, networks and all, into one JSON; returns its path."""

    path: Path
    session: str = "duel"


@dataclass(frozen=True, slots=True)
class DuelOpen:
    """Take up a duel from such a JSON, and show it; returns its `LabDuel`."""

    path: Path


@dataclass(frozen=True, slots=True)
class Decode:
    """Pictures of places in a warm experiment's code: a `Preview` "decoded", one row.

    `session`: of a map or of pictures generated, during the training or after it. `model`: of a
    map, "autoencoder" or "vae". `label`: which class, where the model was told of classes.
    """

    places: tuple[tuple[float, ...], ...]
    session: str = "map"
    model: str = "vae"
    label: int | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """A worked example of the textbooks, "a", "b" or "c", step by step: returns a `Worked`.

    Yields nothing but a `Step` for each.
    """

    name: str = "a"


@dataclass(frozen=True, slots=True)
class SaveLab:
    """Write what an experiment found into a folder, as `output` does; returns the `LabResult`."""

    result: "LabResult"
    spec: Lab
    folder: Path


LabSpec = Lab | SaveLab | DuelMove | DuelSave | DuelOpen | Decode | Example


@dataclass(frozen=True, slots=True)
class WorkedStep:
    """A stage: its formula, the exact values, what the book prints and where that differs.

    `layer`: of the network, to which the values belong; the input is 0.
    """

    title: str
    formula: str
    values: tuple[float, ...]
    printed: tuple[str, ...] = ()
    remark: str = ""
    layer: int | None = None


@dataclass(frozen=True, slots=True)
class Worked:
    """An example worked through, from what is given to its last number.

    `inputs`: what goes into its network, where it is about one.
    """

    title: str
    given: str
    steps: tuple[WorkedStep, ...]
    inputs: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Cut:
    """How a sheet is cut into its pictures: so many columns; `rows`: what each row shows."""

    columns: int
    rows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Diagram:
    """Lines by name, each the places and the values; `x` and `y` say what the axes are."""

    x: str
    y: str
    lines: dict[str, tuple[tuple[float, ...], tuple[float, ...]]]


@dataclass(frozen=True, slots=True)
class LabResult:
    """What an experiment found. `words`: in a sentence or two.

    `figures` by name, with the unit where there is one. `pictures` (3, H, W) by name, the first is
    the one to show; `cuts` say of those that are sheets how they are cut. `model`: the file it was
    kept as; `files`: what else was written.
    """

    experiment: str
    words: str
    figures: dict[str, float] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)
    pictures: dict[str, Pixels] = field(default_factory=dict)
    model: Path | None = None
    files: tuple[Path, ...] = ()
    cuts: dict[str, Cut] = field(default_factory=dict)
    diagrams: dict[str, Diagram] = field(default_factory=dict)


def as_json(spec: Lab, **more: Any) -> str:
    """The whole state of an experiment; `more` is what it needs besides its settings."""
    kept = {"format": FORMAT, "experiment": spec.experiment, "settings": asdict(spec)}
    return json.dumps(kept | more, indent=1, default=str)


def from_json(text: str) -> tuple[Lab, dict[str, Any]]:
    """The spec, and what was kept besides. UserError where the text is nothing of the kind."""
    try:
        kept = json.loads(text)
        kind = {each.experiment: each for each in EXPERIMENTS}[kept["experiment"]]
        settings = kept["settings"]
        if kept["format"] != FORMAT:
            raise ValueError(f"format {kept['format']}")
        known = {each.name for each in fields(kind)}
        spec = kind(**{name: _typed(kind, name, settings[name]) for name in known & set(settings)})
    except (ValueError, KeyError, TypeError, AttributeError) as why:
        raise UserError(
            "This is no experiment of the lab that this version understands.",
            "Choose a JSON file that the lab has written.",
        ) from why
    return spec, kept


def _typed(kind: type[Lab], name: str, value: Any) -> Any:
    """A value as the field has it: paths and tuples come out of a JSON as text and lists."""
    if value is not None and get_type_hints(kind)[name] == Path | None:
        return Path(value)
    if isinstance(value, list):
        return tuple(tuple(each) if isinstance(each, list) else each for each in value)
    return value
