"""Steps as text and back: files of steps, what a picture was made with, and what may follow what.

A file of steps is TOML: a table `[[step]]` each, `do` naming what is done, then its settings. What
is not said is as usual. The same as JSON is what a picture carries in its XMP.
"""

import base64
import json
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import MISSING, asdict, fields, replace
from pathlib import Path
from typing import Any, get_type_hints

from engine import catalogue, knobs
from engine.errors import UserError
from engine.files import whole
from engine.specs import (
    STEPS,
    ColourStep,
    CropStep,
    FillStep,
    Hint,
    PictureStep,
    ResizeStep,
    RotateStep,
    ScratchesStep,
    StyleStep,
    TransferStep,
    UpscaleStep,
)

FORMAT = 1
KINDS = {kind.do: kind for kind in STEPS}
MOVING = (UpscaleStep, CropStep, RotateStep, ResizeStep)  # after them masks and hints do not fit
PAINTED = (TransferStep, StyleStep, ColourStep)  # have given a picture its colours
FALLBACK = ("inpaint",)  # tasks that something else can do where no model is installed


def read(file: Path) -> tuple[PictureStep, ...]:
    """The steps in a TOML file. UserError where they cannot be understood."""
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as why:
        raise UserError(f"There is no file {file}.", "Check the name.") from why
    except (OSError, ValueError) as why:
        raise UserError(f"{file.name} is no list of steps: {why}.", "Save it again.") from why
    listed = values.get("step")
    if not isinstance(listed, list) or not listed:
        raise UserError(f"There are no steps in {file.name}.", "Begin each with [[step]].")
    found = tuple(step_of(each, number) for number, each in enumerate(listed, start=1))
    return tuple(beside(step, file.parent) for step in found)


def write(file: Path, steps: Iterable[PictureStep]) -> None:
    """Save steps as TOML."""
    tables = []
    for step in steps:
        lines = [f"{name} = {_toml(value)}\n" for name, value in plain(step).items()]
        tables.append("[[step]]\n" + "".join(lines))
    with whole(file) as part:
        part.write_text("\n".join(tables), encoding="utf-8")


def packed(steps: Iterable[PictureStep]) -> str:
    """As one line of JSON."""
    listed = [plain(step) for step in steps]
    return json.dumps({"format": FORMAT, "steps": listed}, separators=(",", ":"))


def unpacked(text: str) -> tuple[PictureStep, ...]:
    """Of JSON. UserError where it cannot be understood, or comes from a newer version."""
    try:
        values = json.loads(text)
        listed, number = values["steps"], values["format"]
    except (ValueError, KeyError, TypeError) as why:
        raise UserError("What this picture says of its steps is damaged.") from why
    if number != FORMAT or not isinstance(listed, list):
        raise UserError(
            "The steps of this picture were written by another version.", "Update Safelight."
        )
    return tuple(step_of(each, number) for number, each in enumerate(listed, start=1))


def plain(step: PictureStep) -> dict[str, Any]:
    """What differs from the usual, as TOML and JSON can hold it; `do` comes first."""
    values: dict[str, Any] = {"do": step.do}
    for each in fields(step):
        value = getattr(step, each.name)
        if value != each.default and value is not None:
            values[each.name] = _plain(value)
    return values


def _plain(value: Any) -> Any:
    match value:
        case bytes():
            return base64.b64encode(value).decode("ascii")
        case Path():
            return str(value)
        case tuple():
            return [asdict(part) if isinstance(part, Hint) else part for part in value]
        case _:
            return value


def step_of(values: Any, number: int) -> PictureStep:
    """One step of plain values. UserError names the step and what is wrong with it."""
    do = values.get("do") if isinstance(values, dict) else None
    kind = KINDS.get(do) if isinstance(do, str) else None
    if kind is None:
        raise UserError(f"Step {number} is unknown: {do}.", f"These are known: {', '.join(KINDS)}.")
    hints = get_type_hints(kind)
    known = {each.name for each in fields(kind)}
    read_values: dict[str, Any] = {}
    for name, value in values.items():
        if name == "do":
            continue
        if name not in known:
            raise UserError(f"Step {number} ({do}) has no setting {name}.", _settings_of(kind))
        try:
            read_values[name] = _typed(value, str(hints[name]))
        except (TypeError, ValueError) as why:
            raise UserError(f"Step {number} ({do}): {name} cannot be {value}.") from why
    return kind(**read_values)


def _settings_of(kind: type[PictureStep]) -> str:
    names = [each.name for each in fields(kind) if each.default is not MISSING]
    return f"It has: {', '.join(names)}."


def _typed(value: Any, hint: str) -> Any:
    """A plain value as the field's type."""
    if "Hint" in hint:
        return tuple(Hint(float(h["x"]), float(h["y"]), str(h["colour"])) for h in value)
    if "tuple" in hint:
        left, top, width, height = (int(part) for part in value)
        return left, top, width, height
    if "bytes" in hint:
        return base64.b64decode(value, validate=True)
    for word, kind in (("Path", Path), ("bool", bool), ("float", float), ("int", int)):
        if word in hint:
            right = isinstance(value, str) if kind is Path else not isinstance(value, str)
            if not right or isinstance(value, bool) != (kind is bool):
                raise TypeError
            return kind(value)
    if not isinstance(value, str):
        raise TypeError
    return value


def beside(step: PictureStep, folder: Path) -> PictureStep:
    """Files that a step names lie beside the file of steps, unless their whole path is said."""
    changes: dict[str, Any] = {
        each.name: folder / value
        for each in fields(step)
        if isinstance(value := getattr(step, each.name), Path)
    }
    return replace(step, **changes) if changes else step


def check(steps: Sequence[PictureStep]) -> tuple[PictureStep, ...]:
    """The steps that are on. UserError, before anything runs, names what cannot be and why."""
    active = tuple(step for step in steps if step.on)
    if not active:
        raise UserError("There is no step to apply.", "Add one, or switch one on.")
    for number, step in enumerate(steps, start=1):
        if not step.on:
            continue
        name = f"Step {number} ({step.do})"
        try:
            knobs.check(step)
        except ValueError as why:
            raise UserError(f"{name}: {why}") from why
        _check_models(step, name)
        _check_place(step, name, steps[: number - 1])
    return active


def _check_models(step: PictureStep, name: str) -> None:
    """The models that a step names, or any at all, are installed."""
    wanted = [(getattr(step, "model", None), step.task)] if step.task else []
    if isinstance(step, ScratchesStep):
        wanted.append((step.fill_model, "inpaint"))
    for model, task in wanted:
        tasks = ("denoise", "jpeg") if task == "denoise" else (task,)
        try:
            if model is not None:
                catalogue.find(model, *tasks)
            elif task not in FALLBACK and not catalogue.entries(task):
                raise UserError("No model for it is installed.", "Train one, or switch it off.")
        except UserError as why:
            raise UserError(f"{name}: {why.what}", why.remedy) from why


def _check_place(step: PictureStep, name: str, before: Sequence[PictureStep]) -> None:
    """A step gets what it needs from those before it."""
    numbered = [(n, each) for n, each in enumerate(before, start=1) if each.on]
    moved = next(((n, each) for n, each in numbered if isinstance(each, MOVING)), None)
    pinned = isinstance(step, FillStep) or (isinstance(step, ColourStep) and step.hints)
    if pinned and moved:
        what = "Its mask is" if isinstance(step, FillStep) else "Its dots of colour are"
        raise UserError(
            f"{name} cannot follow step {moved[0]} ({moved[1].do}). {what} told for the picture "
            "as it was before that.",
            f"Move it before step {moved[0]}.",
        )
    painted = next(((n, each) for n, each in numbered if isinstance(each, PAINTED)), None)
    if isinstance(step, ColourStep) and painted:
        raise UserError(
            f"{name} cannot follow step {painted[0]} ({painted[1].do}): it would replace the "
            "colours that were just made.",
            "Leave one of the two out.",
        )
    if isinstance(step, StyleStep) and step.style is None:
        raise UserError(f"{name} has no style picture.", "Name one.")
    if isinstance(step, FillStep) and step.mask is None and not step.png:
        raise UserError(f"{name} has no mask.", "Paint one, or name its file.")


def _toml(value: Any) -> str:
    """JSON's spelling is TOML's too, but for tables in lists."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        tables = (", ".join(f"{k} = {json.dumps(v)}" for k, v in each.items()) for each in value)
        return "[" + ", ".join(f"{{ {table} }}" for table in tables) + "]"
    return json.dumps(value, ensure_ascii=False)
