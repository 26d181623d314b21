"""Recipes: a spec as a TOML file, so that a model can be trained again with one command."""

import json
import tomllib
from pathlib import Path
from typing import Any

from engine import knobs
from engine.errors import UserError
from engine.files import whole
from engine.specs import Train
from engine.training.runs import from_plain, plain


def read(path: Path) -> Train:
    """The spec in a recipe. UserError where it cannot be understood."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
        return from_plain(values)
    except FileNotFoundError as why:
        raise UserError(f"There is no recipe {path}.", "Check the name.") from why
    except (OSError, ValueError, TypeError) as why:
        raise UserError(f"The recipe {path.name} cannot be understood: {why}.") from why


def write(path: Path, spec: Train) -> None:
    """Save a spec as a recipe: what differs from the defaults."""
    defaults = {each.name: each.default for each, _ in knobs.knobs_of(spec)}
    kept = {
        name: value
        for name, value in plain(spec).items()
        if name == "learner" or getattr(spec, name) != defaults[name]
    }
    with whole(path) as part:
        part.write_text("".join(f"{k} = {_toml(v)}\n" for k, v in kept.items()), encoding="utf-8")


def _toml(value: Any) -> str:
    """Text, numbers, truth and lists of text: JSON's spelling of these is TOML's too."""
    return json.dumps(value, ensure_ascii=False)
