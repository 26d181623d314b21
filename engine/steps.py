"""Steps as text and back: files of steps, what a picture was made with, and what may follow what.

A file of steps is TOML: a table `[[step]]` each, `do` naming what is done, then its settings. What
is not said is as usual. The same as JSON is what a picture carries in its XMP.
"""

import base64
import json
import math
import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import MISSING, asdict, fields, replace
from pathlib import Path
from typing import Any, get_type_hints

from engine import catalogue, knobs
from engine.domains import domain_of
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
HOW = 'Begin each with [[step]], then say what it does: do = "denoise".'
COLOUR = re.compile("#[0-9a-fA-F]{6}")
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
    except OSError as why:
        raise UserError(f"{file} cannot be read: {why.strerror}.", "Name a file.") from why
    except UnicodeDecodeError as why:
        raise UserError(f"{file.name} is no list of steps: it is no text.", HOW) from why
    except ValueError as why:
        raise UserError(f"{file.name} is no list of steps: {why}.", HOW) from why
    listed = values.get("step")
    if not isinstance(listed, list) or not listed:
        raise UserError(f"There are no steps in {file.name}.", HOW)
    found = tuple(step_of(each, number) for number, each in enumerate(listed, start=1))
    return tuple(beside(step, file.parent) for step in found)


def write(file: Path, steps: Iterable[PictureStep]) -> None:
    """Save steps as TOML; files that lie beside it, or below, are told from there."""
    tables = []
    for step in steps:
        said = plain(near(step, file.parent))
        lines = [f"{name} = {_toml(value)}\n" for name, value in said.items()]
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
        raise UserError(
            "What this picture says of its steps is damaged.", "Choose them anew."
        ) from why
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
        except (KeyError, TypeError, ValueError, OverflowError, RuntimeError) as why:
            raise UserError(
                f"Step {number} ({do}): {name} cannot be {_short(value)}.", "Write another value."
            ) from why
    return kind(**read_values)


def _settings_of(kind: type[PictureStep]) -> str:
    names = [each.name for each in fields(kind) if each.default is not MISSING]
    return f"It has: {', '.join(names)}."


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 40 else f"{text[:40]}…"


def _typed(value: Any, hint: str) -> Any:
    """A plain value as the field's type."""
    if "Hint" in hint:
        return tuple(Hint(float(h["x"]), float(h["y"]), str(h["colour"])) for h in value)
    if "tuple" in hint:
        numbers = tuple(_of_kind(part, int) for part in value)
        if len(numbers) != hint.count("int"):
            raise ValueError
        return numbers
    if "bytes" in hint:
        return base64.b64decode(value, validate=True)
    for word, kind in (("Path", Path), ("bool", bool), ("float", float), ("int", int)):
        if word in hint:
            return _of_kind(value, kind)
    return _of_kind(value, str)


def _of_kind(value: Any, kind: type) -> Any:
    """Texts stay texts, ticks ticks, and numbers are finite and, where they must be, whole."""
    said = str if kind in (str, Path) else bool if kind is bool else (int, float)
    if not isinstance(value, said) or (isinstance(value, bool) and kind is not bool):
        raise TypeError
    made = Path(str(value)).expanduser() if kind is Path else kind(value)
    if isinstance(made, float) and not math.isfinite(made):
        raise ValueError
    if kind is int and made != value:
        raise ValueError
    return made


def beside(step: PictureStep, folder: Path) -> PictureStep:
    """Files that a step names lie beside the file of steps, unless their whole path is said."""
    changes: dict[str, Any] = {
        each.name: folder / value
        for each in fields(step)
        if isinstance(value := getattr(step, each.name), Path)
    }
    return replace(step, **changes) if changes else step


def near(step: PictureStep, folder: Path) -> PictureStep:
    """The way back: what lies in the folder is told from there, so that both can be moved."""
    changes: dict[str, Any] = {
        each.name: value.relative_to(folder)
        for each in fields(step)
        if isinstance(value := getattr(step, each.name), Path) and value.is_relative_to(folder)
    }
    return replace(step, **changes) if changes else step


def check(steps: Sequence[PictureStep]) -> tuple[PictureStep, ...]:
    """The steps that are on. UserError, before anything runs, names what cannot be and why."""
    active = tuple(step for step in steps if step.on)
    if not active:
        raise UserError("There is no step to apply.", "Add one, or switch one on.")
    for _, wrong in sorted(faults(steps).items()):
        raise wrong
    return active


def faults(steps: Sequence[PictureStep]) -> dict[int, UserError]:
    """What keeps steps from running, by their place from 0; steps that are off are left out."""
    found: dict[int, UserError] = {}
    for at, step in enumerate(steps):
        if not step.on:
            continue
        name = f"Step {at + 1} ({step.do})"
        try:
            _check_limits(step, name)
            _check_models(step, name)
            _check_domain(step, name)
            _check_files(step, name)
            _check_place(step, name, steps[:at])
        except UserError as why:
            found[at] = why
    return found


def _check_limits(step: PictureStep, name: str) -> None:
    try:
        knobs.check(step)
    except ValueError as why:
        raise UserError(f"{name}: {why}") from why
    for hint in step.hints if isinstance(step, ColourStep) else ():
        if not COLOUR.fullmatch(hint.colour):
            raise UserError(f"{name}: {hint.colour} is no colour.", "Write it as #rrggbb.")


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
            elif lacks_model(step, task):
                raise UserError("No model for it is installed.", "Train one, or switch it off.")
        except UserError as why:
            raise UserError(f"{name}: {why.what}", why.remedy) from why


def models_for(step: PictureStep | type[PictureStep], task: str = "") -> list[catalogue.Entry]:
    """The installed models that a step may use for a task, by default its own."""
    task = task or step.task
    found = catalogue.entries("denoise", "jpeg") if task == "denoise" else catalogue.entries(task)
    kind = step if isinstance(step, type) else type(step)
    if task != "transfer":
        return found
    lays_style = issubclass(kind, StyleStep)
    return [each for each in found if (domain_of(each.card).kind == "style") == lays_style]


def lacks_model(step: PictureStep | type[PictureStep], task: str = "") -> bool:
    """Whether it needs a model for a task, by default its own, and none is installed."""
    task = task or step.task
    return task not in ("", *FALLBACK) and not models_for(step, task)


def _check_domain(step: PictureStep, name: str) -> None:
    """A model for transfer does what its step asks of it."""
    if not isinstance(step, TransferStep | StyleStep):
        return
    fitting = models_for(step)
    entry = next((each for each in fitting if step.model in (None, each.id)), None)
    if entry is None:
        names = ", ".join(each.id for each in fitting) or "none"
        what = "lays no styles" if isinstance(step, StyleStep) else "lays the style of a picture"
        raise UserError(f"{name}: {step.model} {what}.", f"These go here: {names}.")
    domain = domain_of(entry.card)
    turned = isinstance(step, TransferStep) and step.direction not in (None, domain.direction)
    if turned and not domain.partner:
        raise UserError(
            f"{name}: {entry.id} goes one way only.",
            "Leave the direction out, or choose another model.",
        )


def _check_files(step: PictureStep, name: str) -> None:
    """The files that a step names are there, and those that it needs are named."""
    if isinstance(step, StyleStep) and step.style is None:
        raise UserError(f"{name} has no style picture.", "Name one.")
    if isinstance(step, FillStep) and step.mask is None and not step.png:
        raise UserError(f"{name} has no mask.", "Paint one, or name its file.")
    for each in fields(step):
        path = getattr(step, each.name)
        if isinstance(path, Path) and not path.exists():
            raise UserError(f"{name}: There is no file {path}.", "Name another.")


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


def _toml(value: Any) -> str:
    """JSON's spelling is TOML's too, but for tables in lists."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        tables = (", ".join(f"{k} = {json.dumps(v)}" for k, v in each.items()) for each in value)
        return "[" + ", ".join(f"{{ {table} }}" for table in tables) + "]"
    return json.dumps(value, ensure_ascii=False)
