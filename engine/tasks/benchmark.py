"""Measure models on the field's own test sets, and write down what they score."""

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from statistics import fmean

from engine import catalogue, cost, formats, image, perceptual, places, results
from engine.catalogue import Entry
from engine.errors import UserError
from engine.files import whole
from engine.job import Event, Job, Note, Step
from engine.perceptual import Lpips
from engine.runtime import Network, Runtime
from engine.specs import Benchmark
from engine.tasks import protocols, protocols_restore
from engine.tasks.protocols import Figures, Measuring

SIZES = {"Set5": 5, "Set14": 14, "BSD68": 68, "CBSD68": 68, "Set12": 12}  # pictures
LEVELS = (15, 25, 50)  # noise, in 8-bit units
QUALITIES = (10, 40)  # of JPEG
SMALLEST = 64  # px; the windows of the measures must fit into a picture's quarter
Scores = dict[str, float]
Measure = Callable[[Network, Path, int], Measuring]


@dataclass(frozen=True, slots=True)
class Trial:
    """One protocol on one set. `complete`: whether the set is all that its name says."""

    name: str
    pictures: tuple[Path, ...]
    measure: Measure
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Bench:
    """What there is to measure on: pictures of every set, camera pairs, LPIPS."""

    sets: dict[str, tuple[Path, ...]]
    pairs: tuple[Path, ...]
    old: tuple[Path, ...]
    lpips: Lpips | None
    runtime: Runtime
    device: str

    def trials(self, entry: Entry) -> Iterator[Trial]:
        """Everything that suits a model."""
        for name in filter(self.sets.__contains__, suiting(entry)):
            pictures = self.sets[name]
            complete = len(pictures) == SIZES[name]
            if entry.card.task == "inpaint":
                pictures = pictures[: protocols_restore.CROPS]
            for condition, measure in self._conditions(entry):
                yield Trial(f"{name} {condition}", pictures, measure, complete)
        if self.pairs and entry.card.task == "denoise" and entry.card.channels == 3:
            eye = partial(protocols.camera, runtime=self.runtime, device=self.device)
            yield Trial("camera noise", self.pairs, eye)
        if self.old and entry.card.task == "scratches":
            eye = partial(protocols_restore.scratched, runtime=self.runtime, device=self.device)
            yield Trial("old photos", self.old, eye)
        if self.old and entry.card.task == "old-photo":
            yield Trial("old photos", self.old, protocols_restore.aged)
        if self.old and entry.card.task == "colourize":
            yield Trial("old photos made grey", self.old, protocols_restore.mended_greyed)

    def _conditions(self, entry: Entry) -> Iterator[tuple[str, Measure]]:
        match entry.card.task:
            case "denoise":
                for level in LEVELS:
                    yield f"sigma {level}", partial(protocols.noise, level=level)
            case "jpeg":
                for quality in QUALITIES:
                    yield f"JPEG {quality}", partial(protocols.jpeg, quality=quality)
            case "inpaint":
                yield "holes", partial(protocols_restore.holes, lpips=self.lpips)
            case "colourize":
                yield "made grey", protocols_restore.greyed
            case _:
                enlarging = partial(protocols.enlarging, lpips=self.lpips)
                yield f"x{entry.card.scale}", enlarging


def run(spec: Benchmark, runtime: Runtime) -> Job:
    """Every model on every set that suits it; a card is written as soon as its model is done."""
    yield from runtime.check(spec.device)
    entries = catalogue.entries() if spec.model is None else [catalogue.find(spec.model)]
    bench = yield from prepared(spec, entries, runtime)
    plan = [(entry, trials) for entry in entries if (trials := list(bench.trials(entry)))]
    if not plan:
        raise UserError(
            "There is nothing to measure: no model fits the sets in this folder.",
            f"Name the folder that holds {', '.join(SIZES)}.",
        )
    total = sum(len(trial.pictures) for _, trials in plan for trial in trials)
    measured: list[tuple[Entry, Scores]] = []
    done = 0
    for entry, trials in plan:
        network = yield from runtime.network(entry, spec.device)
        scores = {catalogue.COST: round(cost.multiply_adds(entry), 1)}
        true = dict(scores)  # what bears the name of a set that is complete
        for trial in trials:
            found = yield from score(trial, network, done, total)
            scores |= found
            true |= found if trial.complete else {}
            done += len(trial.pictures)
        measured.append((entry, scores))
        if spec.write:
            yield from keep(entry, true)
    if spec.write:
        yield from write_page(entries)
    return results.table(measured)


def suiting(entry: Entry) -> tuple[str, ...]:
    """The sets on which the field measures such a model."""
    if entry.card.task == "denoise":
        return ("CBSD68",) if entry.card.channels == 3 else ("BSD68", "Set12")
    sets = {"upscale": ("Set5", "Set14"), "jpeg": ("Set14",)}
    sets |= {"inpaint": ("CBSD68",), "colourize": ("CBSD68",)}
    return sets.get(entry.card.task, ())


def prepared(
    spec: Benchmark, entries: list[Entry], runtime: Runtime
) -> Generator[Event, None, Bench]:
    """Look at every picture that will be needed, so that nothing stops a long measurement."""
    lpips = None if spec.lpips is None else perceptual.lpips(spec.lpips)
    for folder in (spec.sets, spec.real, spec.old_photos):
        if folder is not None and not folder.is_dir():
            raise UserError(f"There is no folder {folder}.", "Check its name.")
    names = sorted({name for entry in entries for name in suiting(entry)})
    sets: dict[str, tuple[Path, ...]] = {}
    for name in names:
        pictures = files_in(spec.sets / name)
        if not pictures:
            yield Note(f"{name} is left out: there are no pictures in {spec.sets / name}.")
            continue
        yield from look_at(pictures, name)
        sets[name] = pictures
        if len(pictures) != SIZES[name]:
            words = f"{name} holds {len(pictures)} pictures instead of {SIZES[name]}: its figures"
            yield Note(f"{words} cannot stand beside published ones and are not written down.")
    pairs = () if spec.real is None else noisy_of_pairs(spec.real)
    yield from look_at(pairs, "camera noise")
    yield from look_at(tuple(map(protocols.clean_of, pairs)), "camera noise")
    old = () if spec.old_photos is None else files_in(spec.old_photos)
    yield from look_at(old, "old photos")
    return Bench(sets, pairs, old, lpips, runtime, spec.device)


def files_in(folder: Path) -> tuple[Path, ...]:
    """The pictures of a set, by name; none where there is no such folder."""
    if not folder.is_dir():
        return ()
    return tuple(path for path in sorted(folder.iterdir()) if formats.by_ending(path))


def noisy_of_pairs(folder: Path) -> tuple[Path, ...]:
    """Noisy pictures below a folder; UserError where there are none, or one has no partner."""
    found = [path for path in sorted(folder.rglob("*_real*")) if formats.by_ending(path)]
    for path in found:
        clean = protocols.clean_of(path)
        if not clean.is_file():
            raise UserError(f"{path.name} has no {clean.name} beside it.", "Copy the pair again.")
        if image.size(path) != image.size(clean):
            raise UserError(f"{path.name} and {clean.name} differ in size.", "Copy the pair again.")
    if not found:
        raise UserError(
            f"There are no pairs of camera pictures in {folder}.",
            "They are called NAME_real and NAME_mean.",
        )
    return tuple(found)


def look_at(pictures: tuple[Path, ...], name: str) -> Job:
    """UserError about the first picture that cannot be read or measured."""
    for number, path in enumerate(pictures):
        yield Step(number, len(pictures), f"Looking at {name}")
        shape = image.read(path).pixels.shape
        if min(shape[1:]) < SMALLEST:
            raise UserError(
                f"{path.name} in {name} is {shape[2]} x {shape[1]} px, too small to measure on.",
                f"Both sides must have {SMALLEST} px; copy the set again.",
            )


def score(
    trial: Trial, network: Network, before: int, total: int
) -> Generator[Event, None, Scores]:
    """The mean of every figure over the pictures, by full name; steps count all pictures."""
    figures: list[Figures] = []
    words = f"{network.entry.id}: {trial.name}"
    for index, path in enumerate(trial.pictures):
        yield Step(before + index, total, words)
        measuring = trial.measure(network, path, index)
        figures.append((yield from within(measuring, before + index, total, words)))
    return {
        f"{trial.name} {name}": round(fmean(each[name] for each in figures), 4)
        for name in figures[0]
    }


def within(measuring: Measuring, done: int, total: int, words: str) -> Measuring:
    """One picture's steps as a part of all pictures."""
    while True:
        try:
            event = next(measuring)
        except StopIteration as end:
            return end.value
        if isinstance(event, Step):
            part = event.done / event.total if event.total else 0
            event = Step(round(done + min(0.9, part), 1), total, words)
        yield event


def keep(entry: Entry, scores: Scores) -> Job:
    """Put scores into the card of a model; what was measured otherwise stays."""
    if catalogue.find(entry.id) != entry:
        yield Note(f"{entry.id} was changed while it was measured; its card is left as it is.")
        return
    card = replace(entry.card, scores=entry.card.scores | scores)
    try:
        catalogue.recarded(entry, card)
    except OSError as why:
        raise unwritable(entry.path) from why
    yield Note(f"The scores of {entry.id} are in its card.")


def write_page(entries: list[Entry]) -> Job:
    """`RESULTS.md` anew from all cards of the models that ship, if one of them was measured."""
    folder = places.model_folders()[0]
    if all(entry.path.parent != folder for entry in entries):
        return
    path = folder / "RESULTS.md"
    text = results.page(catalogue.entries(folders=[folder]))
    try:
        with whole(path) as part:
            part.write_text(text, encoding="utf-8")
    except OSError as why:
        raise unwritable(path) from why
    yield Note(f"{path} is written.")


def unwritable(path: Path) -> UserError:
    """What to say where scores cannot be kept."""
    return UserError(f"{path} cannot be written.", "Check the folder's rights and the disk.")
