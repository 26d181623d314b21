"""Run folders: what they hold, how they are read again, and which process works in one.

spec.json        what was asked, and the format's version
log.jsonl        a line now and then: step, minutes, and the values of the curves
state.json       how far it is, and how good
sheets/          NNNNNN.png, the samples at that step
checkpoints/     NNNNNNNN.pt, the last three; average, last and best.safetensors, each a model
pictures.bin     the pictures, decoded; may be deleted when nothing runs
events.out.*     the curves for TensorBoard
"""

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, get_type_hints

import psutil

from engine import knobs, places
from engine.errors import UserError
from engine.files import whole
from engine.job import Job, Step
from engine.specs import LEARNERS, Run, Train
from engine.specs_train import CHANGEABLE

FORMAT = 1
NAME = re.compile(r"[^\s./\\:*?\"<>|][^/\\:*?\"<>|]{0,79}")


@dataclass(frozen=True, slots=True)
class Folder:
    """The paths of one run."""

    path: Path

    @property
    def checkpoints(self) -> Path:
        """Where weights are kept."""
        return self.path / "checkpoints"

    @property
    def sheets(self) -> Path:
        """Where samples are kept."""
        return self.path / "sheets"

    @property
    def lock(self) -> Path:
        """Names the process that works here."""
        return self.path / "running"

    @property
    def log(self) -> Path:
        """The curves."""
        return self.path / "log.jsonl"

    def write(self, name: str, value: Any) -> None:
        """A JSON file, whole."""
        with whole(self.path / name) as part:
            part.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")

    def read(self, name: str) -> dict[str, Any]:
        """A JSON file; nothing where there is none."""
        try:
            value = json.loads((self.path / name).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as why:
            raise UserError(
                f"{name} in {self.path} is damaged.", "Start a new run under another name."
            ) from why
        return value if isinstance(value, dict) else {}


def folder_of(name: str) -> Folder:
    """The folder of the run of that name. UserError where it cannot be a file's name."""
    if not NAME.fullmatch(name) or name.endswith((" ", ".")):
        what = f"{name} cannot be a model's name." if name else "The new model has no name."
        raise UserError(what, "Give it a short one, of letters and digits.")
    return Folder(places.runs() / name)


def plain(spec: Train) -> dict[str, Any]:
    """A spec as JSON and TOML can hold it; what is None is left out."""
    values: dict[str, Any] = {"learner": spec.learner}
    for each, _ in knobs.knobs_of(spec):
        value = getattr(spec, each.name)
        if isinstance(value, tuple):
            value = [str(part) for part in value]
        if value is not None and each.name != "resume":
            values[each.name] = str(value) if isinstance(value, Path) else value
    return values


def from_plain(values: dict[str, Any]) -> Train:
    """The spec again. ValueError where something in it is unknown, TypeError where it is wrong."""
    kinds = {each.learner: each for each in LEARNERS}
    kind = kinds.get(values.get("learner", ""))
    if kind is None:
        raise ValueError(f"no learner is called {values.get('learner')}; known: {', '.join(kinds)}")
    hints, known = get_type_hints(kind), {each.name for each in fields(kind)}
    read: dict[str, Any] = {}
    for name, value in values.items():
        if name == "learner":
            continue
        if name not in known:
            raise ValueError(f"{kind.learner} has no setting {name}")
        read[name] = _typed(name, value, hints[name])
    return kind(**read)


def _typed(name: str, value: Any, hint: Any) -> Any:
    """A plain value as the field's type."""
    text = str(hint)
    if "tuple" in text:
        return tuple(Path(part) for part in value)
    if "Path" in text:
        return Path(value)
    wanted: tuple[type, ...] = tuple(
        kind
        for word, kind in (("float", float), ("int", int), ("bool", bool), ("str", str))
        if re.search(rf"\b{word}\b", text)
    )
    if float in wanted and type(value) is int:
        return float(value)
    if type(value) not in wanted:
        raise TypeError(f"{name} cannot be {value!r}")
    return value


def stored(name: str) -> Train:
    """The spec that the run of that name was started with."""
    folder = folder_of(name)
    if not folder.path.is_dir():
        names = ", ".join(path.name for path in _all()) or "there are none"
        raise UserError(f"There is no run called {name}.", f"Known runs: {names}.")
    return _spec_in(folder)


def _spec_in(folder: Folder) -> Train:
    values = folder.read("spec.json")
    version = values.pop("format", None)
    if version != FORMAT:
        made = "an unknown" if version is None else "another"
        raise UserError(
            f"The run {folder.path.name} was made by {made} version of Safelight.",
            "Start a new run under another name; its models can still be used as a base.",
        )
    try:
        return from_plain(values)
    except (ValueError, TypeError) as why:
        raise UserError(
            f"spec.json of the run {folder.path.name} cannot be understood: {why}.",
            "Start a new run under another name.",
        ) from why


def settled(spec: Train) -> Train:
    """The spec to run, checked against the folder there is.

    UserError where a new run would fall upon an old one, or where one that goes on was started
    otherwise.
    """
    folder = folder_of(spec.name)
    if not spec.resume:
        if any(folder.checkpoints.glob("*.pt")):
            raise UserError(
                f"There is already a run called {spec.name}.",
                "Resume it (--resume), or choose another name.",
            )
        if (places.models() / f"{spec.name}.safetensors").exists():
            raise UserError(f"You already have a model called {spec.name}.", "Choose another name.")
        return spec
    before = stored(spec.name)
    if type(before) is not type(spec):
        raise UserError(
            f"The run {spec.name} is one of {before.learner}, not of {spec.learner}.",
            "Choose another name.",
        )
    for each, about in knobs.knobs_of(spec):
        if each.name in CHANGEABLE:
            continue
        was, now = getattr(before, each.name), getattr(spec, each.name)
        if was != now:
            raise UserError(
                f"The run {spec.name} was started with another setting: {about.label} was "
                f"{_word(was)}, not {_word(now)}.",
                "Leave it as it was, or start a new run under another name.",
            )
    return spec


def _word(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "nothing"
    return "auto" if value is None else str(value)


def keep(spec: Train) -> None:
    """Write spec.json; the folder explains itself from here on."""
    folder_of(spec.name).write("spec.json", {"format": FORMAT} | plain(spec))


@contextmanager
def held(folder: Folder) -> Iterator[None]:
    """The run is this process's alone. UserError where one already does."""
    if is_held(folder):
        raise UserError(f"{folder.path.name} is being trained already.", "Stop that first.")
    me = psutil.Process()
    with whole(folder.lock) as part:
        part.write_text(f"{me.pid} {me.create_time()}")
    try:
        yield
    finally:
        with suppress(OSError):
            folder.lock.unlink()


def is_held(folder: Folder) -> bool:
    """Whether a living process works here."""
    try:
        pid, born = folder.lock.read_text().split()
        return abs(psutil.Process(int(pid)).create_time() - float(born)) < 1
    except (OSError, ValueError, psutil.Error):
        return False


def listed() -> Job:
    """Every run, newest first; see `specs.Run`."""
    found = []
    paths = _all()
    for number, path in enumerate(paths):
        yield Step(number, len(paths))
        found.append(described(Folder(path)))
    return tuple(sorted(found, key=lambda run: -run.changed))


def _all() -> list[Path]:
    with suppress(OSError):
        return sorted(path for path in places.runs().iterdir() if (path / "spec.json").exists())
    return []


def described(folder: Folder) -> Run:
    """One run folder as a face wants to show it; whatever its state."""
    name = folder.path.name
    sizes = [p.stat() for p in folder.path.rglob("*") if p.is_file()]
    about = Run(
        name=name,
        folder=folder.path,
        state="broken",
        words="",
        changed=max((each.st_mtime for each in sizes), default=0.0),
        bytes=sum(each.st_size for each in sizes),
        sheets=tuple(sheets(folder)),
        curve=tuple(curve(folder)),
    )
    try:
        spec, state = _spec_in(folder), folder.read("state.json")
    except UserError as why:
        return replace(about, words=str(why))
    model = places.models() / f"{name}.safetensors"
    step, minutes = int(state.get("step", 0)), float(state.get("minutes", 0.0))
    word = "running" if is_held(folder) else "finished" if state.get("why") else "stopped"
    scores = ", ".join(f"{key} {value:.4g}" for key, value in state.get("scores", {}).items())
    words = f"{step:,} steps in {minutes:.1f} minutes" + (f"; {scores}" if scores else "")
    return replace(
        about,
        state=word,
        words=words,
        spec=spec,
        step=step,
        minutes=minutes,
        model=model if model.exists() else None,
    )


def sheets(folder: Folder) -> list[tuple[int, Path]]:
    """(step, PNG) of every sheet, in order."""
    paths = folder.sheets.glob("*.png")
    return sorted((int(path.stem), path) for path in paths if path.stem.isdigit())


def curve(folder: Folder) -> Iterator[tuple[int, dict[str, float]]]:
    """(step, values) of every line of the log; a line cut off by a crash is left out."""
    with suppress(OSError), folder.log.open(encoding="utf-8") as lines:
        for line in lines:
            with suppress(ValueError, KeyError, TypeError):
                values = json.loads(line)
                step, _ = int(values.pop("step")), values.pop("minutes")
                yield step, values


def cut_back(folder: Folder, step: int) -> None:
    """Forget what log and sheets say of steps after `step`: they will be made again."""
    if folder.log.exists():
        kept = [line for line in folder.log.read_text("utf-8").splitlines() if _until(line, step)]
        with whole(folder.log) as part:
            part.write_text("".join(f"{line}\n" for line in kept), encoding="utf-8")
    for at, path in sheets(folder):
        if at > step:
            path.unlink()


def _until(line: str, step: int) -> bool:
    """Whether a line of the log is whole, and of a step until `step`."""
    with suppress(ValueError, KeyError, TypeError):
        return int(json.loads(line)["step"]) <= step
    return False


def writable(folder: Folder) -> None:
    """Make the folders. UserError where that cannot be."""
    from engine.files import unwritable

    try:
        for path in (folder.sheets, folder.checkpoints):
            path.mkdir(parents=True, exist_ok=True)
        if not os.access(folder.path, os.W_OK):
            raise PermissionError(13, "", str(folder.path))
    except OSError as why:
        raise unwritable(folder.path, why) from why
