"""The door for models of other programs: read as data, recognised, tried, kept as one of ours.

Nothing is written before all of that has worked, and nothing that exists is ever overwritten.
"""

import logging
import re
import unicodedata
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

from engine import catalogue, places
from engine.catalogue import Card
from engine.errors import UserError
from engine.importing import files, spandrel_nets, stylegan2, transfer_nets, unwrap
from engine.importing.found import Found, State
from engine.importing.unwrap import Candidate
from engine.job import Event, Job, Step
from engine.specs import ImportModel, InspectModel, Recognised, RemoveModel

log = logging.getLogger(__name__)
RECOGNISERS = (
    stylegan2.recognised,
    transfer_nets.recognised,
    spandrel_nets.recognised,
)  # strict ones first
GENERIC = re.compile(r"(?:latest|\d+)_net_G(?:_[AB])?")  # as CycleGAN and Pix2Pix save generators
PUBLISHED = "_pretrained"  # how the authors' folders end
LONGEST = 60  # characters of a name made of a file's
Arrival = tuple[Card, State, Recognised]


def run(spec: ImportModel | InspectModel) -> Job:
    """Look at the file, and with `ImportModel` keep it. Returns a `Recognised`."""
    name = spec.name if isinstance(spec, ImportModel) else None
    model = id_for(name, spec.file)  # a name that is taken is said before anything is read
    yield Step(0, 4, f"Reading {spec.file.name}")
    card, weights, answer = yield from arrived(spec.file, title_of(name or told_by(spec.file)))
    answer = replace(answer, id=model)
    if isinstance(spec, InspectModel):
        return answer
    path = places.models() / f"{model}.safetensors"
    catalogue.write(path, {key: value.contiguous() for key, value in weights.items()}, card)
    yield Step(4, 4, f"{card.title} is ready")
    return replace(answer, path=path)


def remove(spec: RemoveModel) -> Job:
    """Delete one of the person's own models. Returns the path that is gone."""
    entry = catalogue.find(spec.model)
    if entry.path.parent != places.models():
        raise UserError(f"{spec.model} comes with Safelight and stays.", "Your own can be removed.")
    yield Step(0, 1, f"Removing {entry.card.title}")
    try:
        entry.path.unlink()
    except OSError as why:
        raise UserError(
            f"{entry.path} could not be removed: {why.strerror}.", "Close what uses it."
        ) from why
    return entry.path


def arrived(file: Path, title: str) -> Generator[Event, None, Arrival]:
    """What is in a file. UserError where it is damaged, would run code, or nobody knows it."""
    ours = own(file)
    if ours is not None:
        return ours
    sets = unwrap.candidates(files.plain(file), f"{told_by(file)} {file.stem}")
    for candidate in sets:
        yield Step(1, 4, f"Looking at {candidate.where or file.name}")
        found = yield from recognised(candidate)
        if found is not None:
            card = found.card(title, file.name)
            told = summary(card, found.weights, found.network, found.words)
            return card, found.weights, replace(told, notes=found.notes)
    raise UserError(
        f"No network that is known here is in {file.name}. {unwrap.inventory(sets)}.",
        "The README says which networks can be imported.",
    )


def recognised(candidate: Candidate) -> Generator[Event, None, Found | None]:
    """The first recogniser's answer that is one. Names that fit may have shapes that do not."""
    for recogniser in RECOGNISERS:
        try:
            found = yield from recogniser(candidate)
        except UserError:
            raise
        except Exception as why:  # noqa: BLE001 - strange weights are no reason to fall over
            log.info("%s: %s: %s", recogniser.__module__, type(why).__name__, why)
            continue
        if found is not None:
            return found
    return None


def own(file: Path) -> Arrival | None:
    """A model file of Safelight; UserError where it is damaged, or installed already."""
    if not file.is_file() or not files.is_safetensors(file):
        return None
    stat = file.stat()
    try:
        entry = catalogue.describe(file, stat.st_size, stat.st_mtime_ns)
    except UserError as why:
        if "no card" in why.what:
            return None
        raise
    for each in catalogue.entries():
        if each.bytes == entry.bytes and each.path.read_bytes() == file.read_bytes():
            raise UserError(
                f"{file.name} is here already: it is the model {each.id}.",
                "Choose it in the list of models.",
            )
    words = entry.card.description or entry.card.title
    weights = catalogue.read(entry)
    return entry.card, weights, summary(entry.card, weights, entry.card.architecture, words)


def summary(card: Card, weights: State, network: str, words: str) -> Recognised:
    """What people are told, apart from the name it gets here."""
    return Recognised(
        network=network,
        task=card.task,
        words=words,
        title=card.title,
        id="",
        scale=card.scale,
        channels=card.channels,
        parameters=sum(value.numel() for value in weights.values()),
    )


def id_for(name: str | None, file: Path) -> str:
    """The id a model gets: the name asked for, or a free one made of the file's."""
    taken = {entry.id for entry in catalogue.entries()}
    taken |= {
        path.stem for folder in places.model_folders() for path in folder.glob("*.safetensors")
    }
    wanted = slug(name if name is not None else told_by(file))
    if name is None:
        wanted = wanted or "imported"
    elif not wanted:
        raise UserError(f"{name!r} cannot be a model's name.", "Use letters and digits.")
    if wanted not in taken:
        return wanted
    free = next(each for n in range(2, len(taken) + 3) if (each := f"{wanted}-{n}") not in taken)
    if name is not None:
        raise UserError(f"There is a model called {wanted} already.", f"{free} would be free.")
    return free


def told_by(file: Path) -> str:
    """What a file is called; by its folder where every network of its authors has the same name."""
    folder = file.parent.name.removesuffix(PUBLISHED)
    told = folder != file.parent.name or transfer_nets.PAIR.search(folder.lower())
    if not (told and GENERIC.fullmatch(file.stem)):
        return file.stem
    return f"{folder} back" if file.stem.endswith("G_B") else folder


def slug(text: str) -> str:
    """`4x_UltraSharp v2` -> `4x-ultrasharp-v2`."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9.]+", "-", plain).strip("-.")[:LONGEST].strip("-.")


def title_of(text: str) -> str:
    """`4x_UltraSharp` -> `4x UltraSharp`."""
    return re.sub(r"[_\s]+", " ", text).strip()[:LONGEST] or "Imported"
