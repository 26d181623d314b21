"""What a trained model's file says of itself."""

import os
from pathlib import Path

import torch

from engine.catalogue import Card
from engine.knobs import knobs_of
from engine.specs import Train
from engine.training.gear import Gear
from engine.training.lesson import Lesson
from engine.training.progress import Progress

QUIET = ("name", "data", "base", "minutes", "steps", "resume", "title", "description", "licence")


def card_of(
    spec: Train, lesson: Lesson, gear: Gear, progress: Progress, *, count: int, model: str
) -> Card:
    """The card of the model as it is now."""
    base = lesson.plan.base
    about = lesson.about(model)
    folders = ", ".join(dict.fromkeys(folder.name for folder in folders_of(spec)))
    data = f"{count} pictures of {folders}"
    if base is not None:
        data += f"; begun from {base.id}" + (f" ({base.card.data})" if base.card.data else "")
    title = about.pop("title", "") or spec.title or model
    if spec.description and model == spec.name:
        about["description"] = spec.description
    return Card(
        architecture=lesson.plan.architecture.name,
        config=lesson.plan.settings(),
        title=title,
        channels=lesson.channels,
        licence=spec.licence or (base.card.licence if base else ""),
        data=data,
        training=training_words(lesson, gear, progress),
        scores={f"held-back {name}": round(v, 4) for name, v in progress.scores.items()},
        command=command_of(spec),
        **about,
    )


def folders_of(spec: Train) -> list[Path]:
    """Every folder it learns from."""
    kinds = [each.name for each, about in knobs_of(spec) if about.kind == "folders"]
    return [folder for name in kinds for folder in getattr(spec, name)]


def training_words(lesson: Lesson, gear: Gear, progress: Progress) -> str:
    """How long, on what."""
    pieces = f"{progress.step:,} steps of {lesson.size} pieces of {lesson.piece} px"
    where = hardware(gear.device)
    if gear.processes > 1:
        where = f"{gear.processes} x {where}"
    return f"{pieces} in {progress.seconds / 60:.1f} minutes on {where}, {progress.precision}"


def hardware(device: torch.device) -> str:
    """The device in words."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    return f"{torch.get_num_threads()} of {os.cpu_count()} CPU cores"


def command_of(spec: Train) -> str:
    """The command that trains it again: what differs from the defaults, folders by their names."""
    words = ["safelight", "train", spec.learner]
    words += [f"--data {quoted(folder.name)}" for folder in spec.data]
    words += [f"--base {quoted(spec.base)}"] if spec.base else []
    words += (
        [f"--steps {spec.steps}"] if spec.steps is not None else [f"--minutes {spec.minutes:g}"]
    )
    for each, _ in knobs_of(spec):
        value = getattr(spec, each.name)
        if each.name not in QUIET and value != each.default:
            words.append(option(each.name, value))
    return " ".join([*words, f"-o {quoted(spec.name)}"])


def option(name: str, value: object) -> str:
    """One setting as the command line takes it; of a file only its name."""
    flag = name.replace("_", "-")
    if isinstance(value, tuple):
        return " ".join(option(name, part) for part in value)
    if isinstance(value, bool):
        return f"--{flag}" if value else f"--no-{flag}"
    return f"--{flag} {quoted(value.name if isinstance(value, Path) else str(value))}"


def quoted(text: str) -> str:
    """In quotation marks where a shell wants them."""
    return f'"{text}"' if " " in text else text
