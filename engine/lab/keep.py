"""What an experiment leaves: pictures, figures and settings in a folder; a model with a card.

A lab model's file is of the same kind as any other. Its card's task is "lab", its architecture
"lab/" and the kind; the config is what builds it again.
"""

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from torch import nn

from engine import catalogue, places
from engine.catalogue import Card
from engine.errors import UserError
from engine.files import unwritable, whole
from engine.lab import draw
from engine.specs_lab import Lab
from engine.specs_lab_live import LabResult, as_json
from engine.training import sheets
from engine.training.runs import folder_of

TASK = "lab"


def written(result: LabResult, spec: Lab) -> LabResult:
    """The result with `files`: what now lies in the folder `spec.output`, if it names one."""
    if spec.output is None:
        return result
    return written_to(result, spec, spec.output.expanduser())


def written_to(result: LabResult, spec: Lab, folder: Path) -> LabResult:
    """The same, into any folder. UserError where that cannot be."""
    if folder.exists() and not folder.is_dir():
        raise UserError(f"{folder} is a file.", "Choose a folder.")
    diagrams = {
        name: draw.curves(each.lines, each.x, each.y) for name, each in result.diagrams.items()
    }
    pages = result.pictures | diagrams
    paths = [folder / f"{name}.png" for name in pages]
    for path, picture in zip(paths, pages.values(), strict=True):
        sheets.write(path, picture)
    tables = {name: asdict(table) for name, table in result.tables.items()}
    facts = {"words": result.words, "figures": result.figures, "tables": tables}
    text(folder / "result.json", json.dumps(facts, indent=1))
    text(folder / "settings.json", as_json(spec))
    return replace(result, files=(*paths, folder / "result.json", folder / "settings.json"))


def text(path: Path, words: str) -> None:
    """Write a text, whole."""
    with whole(path) as part:
        part.write_text(words, encoding="utf-8")


def read(path: Path) -> str:
    """A text file's words. UserError where it cannot be read."""
    try:
        return path.expanduser().read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as why:
        raise UserError(f"{path} cannot be read.", "Choose a JSON file of the lab.") from why


def kept(model: nn.Module, card: Card, name: str) -> Path:
    """Save a model among the person's own; returns its file."""
    path = target(name)
    weights = {key: value.contiguous() for key, value in model.state_dict().items()}
    try:
        catalogue.write(path, weights, card)
    except OSError as why:
        raise unwritable(path, why) from why
    return path


def target(name: str) -> Path:
    """Where a model of that name will lie. UserError where it cannot be, or is there already."""
    folder_of(name)  # knows which names a file may have
    path = places.models() / f"{name}.safetensors"
    if path.exists():
        raise UserError(f"You already have a model called {name}.", "Choose another name.")
    return path


def card(kind: str, config: Any, spec: Lab, scores: dict[str, float], channels: int) -> Card:
    """What the file says of itself."""
    data = getattr(spec, "data", "")
    return Card(
        architecture=f"{TASK}/{kind}",
        config=asdict(config),
        task=TASK,
        title=f"{kind.capitalize()} of the lab",
        description=f"Learned from {Path(data).name} in the lab.",
        channels=channels,
        values="[0, 1]",
        data=Path(data).name,
        training=f"{spec.steps} steps" if spec.steps else f"{spec.seconds:g} seconds",
        scores=scores,
    )
