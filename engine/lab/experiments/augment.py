"""A classifier with few labels, with and without pictures of a conditional GAN.

The GAN learns from the same few labelled pictures, nothing else: what is gained is honest. All made
pictures together count as much as the real ones do.
"""

from collections.abc import Generator
from dataclasses import replace

import numpy as np

from engine.job import Event, Job, Note, Pixels, Step, Table
from engine.lab import data, draw, readers
from engine.lab.data import Pictures, Split
from engine.lab.gans import conditional, pictures
from engine.lab.loop import Budget, budget
from engine.lab.quality import flat
from engine.lab.warm import Warm
from engine.specs_lab import LabAugment
from engine.specs_lab_live import Cut, LabResult
from engine.training.dice import dice

LATENT = 16


def run(spec: LabAugment, warm: Warm) -> Job:
    """A GAN and two classifiers for each number of labels and each draw of them."""
    del warm
    found = yield from data.load(spec)
    found.with_labels("This experiment")
    parts = data.split(found, spec.seed)
    classes = len(found.names)
    known = readers.counts(spec.labels, len(parts.learned))
    if known[0] < 2 * classes:
        yield Note(f"{known[0]} labels are fewer than two a class: little can be learned.")
    share = budget(spec, 1 / (len(known) * spec.repeats))
    plain: dict[int, list[float]] = {count: [] for count in known}
    more: dict[int, list[float]] = {count: [] for count in known}
    page: dict[str, Pixels] = {}
    for count in known:
        for repeat in range(spec.repeats):
            some = labelled(parts, count, dice(spec.seed, count, repeat))
            without, with_more, sheet = yield from both(spec, some, parts.test, share.part(1))
            plain[count].append(without)
            more[count].append(with_more)
            page["made"] = sheet
    return found_out(spec, plain, more, page, Cut(classes))


def labelled(parts: Split, count: int, thrown: np.random.Generator) -> Pictures:
    """So many of the pictures, each class at least once where that can be."""
    labels = parts.learned.with_labels("This experiment").numpy()
    return parts.learned.at(readers.few(labels, count, thrown))


def both(
    spec: LabAugment, some: Pictures, test: Pictures, left: Budget
) -> Generator[Event, None, tuple[float, float, Pixels]]:
    """Accuracy in % without and with made pictures, and a sheet of those."""
    classes = len(some.names)
    gan = conditional.gan(LATENT, some.shape, classes, spec.seed)
    averaged = pictures.Averaged(gan, classes)
    title = f"{len(some)} labels"
    yield from pictures.taught(spec, averaged, some, left, title=title)
    images, labels = averaged.many(spec.added, spec.seed)
    assert labels is not None
    truth, own = (part.with_labels("This experiment").numpy() for part in (test, some))
    seen, judged = flat(some.images), flat(test.images)
    yield Step(0, 1, title)
    without = readers.accuracy(readers.linear(seen, own), judged, truth)
    grown = np.concatenate([seen, flat(images)])
    all_labels = np.concatenate([own, labels.numpy()])
    weights = np.ones(len(grown), np.float32)
    weights[len(seen) :] = len(seen) / len(images)
    yield Step(1, 1, title)
    with_more = readers.accuracy(readers.linear(grown, all_labels, weights), judged, truth)
    return without, with_more, draw.sheet(images[: 4 * classes], classes)


def found_out(
    spec: LabAugment,
    plain: dict[int, list[float]],
    more: dict[int, list[float]],
    page: dict[str, Pixels],
    cut: Cut,
) -> LabResult:
    """The table with its spread."""
    known = sorted(plain)
    gains = {count: np.subtract(more[count], plain[count]) for count in known}
    rows = tuple(
        (
            str(count),
            readers.spread(plain[count]),
            readers.spread(more[count]),
            readers.spread(gains[count].tolist()),
        )
        for count in known
    )
    heads = ("Labels", "Real alone, %", "With made ones, %", "Gain")
    lines = {
        name: (known, [float(np.mean(each[count])) for count in known])
        for name, each in (("real alone", plain), ("with made ones", more))
    }
    figures = {f"gain, {count} labels, points": float(gains[count].mean()) for count in known}
    diagrams = {"accuracy": draw.diagram(lines, "labels", "accuracy, %")}
    mean = float(np.mean(list(figures.values())))
    words = f"Made pictures change the accuracy by {mean:+.1f} points on average."
    tables = {"Accuracy": Table(heads, rows)}
    found = LabResult(spec.experiment, words, figures, tables, page)
    return replace(found, cuts={"made": cut}, diagrams=diagrams)
