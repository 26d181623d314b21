"""Generate pictures from seeds, or from the places given, and save each with its place."""

import time
from collections.abc import Generator as Steps
from math import ceil, sqrt
from pathlib import Path

import numpy as np

from engine import image
from engine.errors import UserError
from engine.formats import by_ending
from engine.image import Picture
from engine.job import Event, Finished, Job, Pixels, Planned, Preview, Report, Step
from engine.latent import pad, tags
from engine.latent.warm import Loaded
from engine.sources import is_folder
from engine.specs import Faces, Place
from engine.tasks.room import Ready, Room

GAP = 4  # px between the pictures of a sheet
SHEET_PX = 8000  # the longest side of a contact sheet


def run(spec: Faces, room: Room) -> Job:
    """Every picture, then the contact sheet. Returns a `Report`."""
    began = time.monotonic()
    places = wanted(spec)
    loaded = yield from room.generator(places[0].model, spec.device)
    targets, sheet_at = plan(spec, places, loaded)
    files = [path for path in (*targets, sheet_at) if path is not None]
    yield Planned(tuple((path, path) for path in files))
    kept: list[Pixels] = []
    for number, (place, target) in enumerate(zip(places, targets, strict=True)):
        ready = yield from room.ready(place, spec.device)
        pixels = yield from drawn(ready, number, target)
        kept += [pixels] if sheet_at else []
        yield Step(number + 1, len(places), target.name if target else "Contact sheet")
    if sheet_at:
        start = time.monotonic()
        image.write(sheet_at, Picture(sheet(kept)), format="png")
        yield Finished(sheet_at, sheet_at, time.monotonic() - start)
    done = tuple((path, path) for path in files)
    return Report(done=done, seconds=time.monotonic() - began)


def wanted(spec: Faces) -> tuple[Place, ...]:
    """The places given, else those of the seeds."""
    start = Place(model=spec.model, truncation=spec.truncation, label=spec.label)
    seeds = range(spec.seed, spec.seed + spec.count)
    return spec.places or tuple(pad.of_seed(seed % pad.SEEDS, start) for seed in seeds)


def plan(
    spec: Faces, places: tuple[Place, ...], loaded: Loaded
) -> tuple[list[Path | None], Path | None]:
    """A file for each place, and one for the sheet; None where there is to be none. UserError."""
    folder, file = spec.target, None
    if not is_folder(folder) and folder.suffix:
        folder, file = folder.parent, spec.target
    if file is not None and by_ending(file) != "png":
        raise UserError(
            f"{file.name} cannot keep the picture's place.", "Name a .png file, or a folder."
        )
    if file is not None and len(places) > 1 and not spec.grid:
        raise UserError(
            f"{file.name} is the name of one file, but there are {len(places)} pictures.",
            "Name a folder, or ask for the contact sheet (--grid).",
        )
    columns = ceil(sqrt(len(places)))
    if spec.grid and columns * (loaded.net.size + GAP) > SHEET_PX:
        raise UserError(
            f"A contact sheet of {len(places)} pictures would be too large.", "Ask for fewer."
        )
    if file is not None:
        return ([None] * len(places), file) if spec.grid else ([file], None)
    taken: set[Path] = set()
    targets = [free(folder / f"{stem(place, loaded)}.png", taken) for place in places]
    sheet_at = free(folder / f"{loaded.id}-sheet.png", taken) if spec.grid else None
    return list(targets), sheet_at


def stem(place: Place, loaded: Loaded) -> str:
    """What a picture is called: its model and, where it has one, its seed."""
    seed = pad.seed_of(place)
    return f"{loaded.id}-place" if seed is None or place.edits else f"{loaded.id}-{seed:04}"


def free(path: Path, taken: set[Path]) -> Path:
    """The name itself, or with a number where it is taken."""
    name, number = path, 2
    while name in taken or name.exists():
        name, number = path.with_stem(f"{path.stem} ({number})"), number + 1
    taken.add(name)
    return name


def drawn(ready: Ready, number: int, target: Path | None) -> Steps[Event, None, Pixels]:
    """Draw one, save it where it has a target, show it."""
    start = time.perf_counter()
    if target is None:
        pixels = ready.loaded.picture(ready.w(), ready.place.noise)
    else:
        pixels = tags.write(target, ready.loaded, ready.place, ready.arrows)
    seconds = time.perf_counter() - start
    facts = {"place": ready.place, "index": number, "model": ready.loaded.id, "ms": seconds * 1000}
    yield Preview("place", pixels, facts=facts)
    if target is not None:
        yield Finished(target, target, seconds)
    return pixels


def sheet(pictures: list[Pixels]) -> Pixels:
    """(3, H, W) each, all of one size -> (3, rows, columns) on near-black, row by row."""
    columns = ceil(sqrt(len(pictures)))
    rows = ceil(len(pictures) / columns)
    height, width = pictures[0].shape[1:]
    size = (3, rows * (height + GAP) + GAP, columns * (width + GAP) + GAP)
    whole = np.full(size, 0.07, np.float32)
    for number, picture in enumerate(pictures):
        top = GAP + number // columns * (height + GAP)
        left = GAP + number % columns * (width + GAP)
        whole[:, top : top + height, left : left + width] = picture
    return whole
