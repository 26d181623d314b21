"""What a code is worth to a classifier with few labels, against raw pixels and PCA.

The code is learned from all pictures, none of their labels; the classifier sees a few of both.
"""

from collections.abc import Generator

import numpy as np
from sklearn.decomposition import PCA

from engine.job import Event, Job, Note, Step, Table
from engine.lab import data, draw, readers, trained
from engine.lab.autoencoders import Autoencoder, Plan
from engine.lab.data import Split
from engine.lab.loop import budget
from engine.lab.readers import Features
from engine.lab.warm import Warm
from engine.specs_lab import LabFeatures
from engine.specs_lab_live import LabResult
from engine.training.dice import dice

Scores = dict[str, dict[int, list[float]]]  # accuracies in % by features and number of labels


def run(spec: LabFeatures, warm: Warm) -> Job:
    """Train an autoencoder, then many small classifiers."""
    del warm
    pictures = yield from data.load(spec)
    pictures.with_labels("This experiment")
    parts = data.split(pictures, spec.seed)
    known = readers.counts(spec.labels, len(parts.learned))
    left_out = [part for part in spec.labels.split(",") if int(part) not in known]
    if left_out:
        yield Note(
            f"{len(parts.learned)} pictures can be labelled: {', '.join(left_out)} left out."
        )
    plan = Plan(parts.learned.shape, spec.latent)
    done = yield from trained.autoencoder(spec, spec.model, plan, parts, budget(spec))
    scores = yield from compared(spec, parts, views(done.model, parts), known)
    means = {
        name: (known, [float(np.mean(each[count])) for count in known])
        for name, each in scores.items()
    }
    figures = {
        f"{name}, {count} labels, %": float(np.mean(each[count]))
        for name, each in scores.items()
        for count in known
    }
    rows = tuple(
        (str(count), *(readers.spread(each[count]) for each in scores.values())) for count in known
    )
    table = Table(("Labels", *(f"{name}, %" for name in scores)), rows)
    diagrams = {"accuracy": draw.diagram(means, "labels", "accuracy, %")}
    best = max(scores, key=lambda name: np.mean(scores[name][known[0]]))
    words = f"With {known[0]} labels {best} is worth most."
    tables = {"Accuracy on test pictures": table}
    return LabResult(spec.experiment, words, figures, tables, diagrams=diagrams)


def views(model: Autoencoder, parts: Split) -> dict[str, tuple[Features, Features]]:
    """(learned, test) features by name."""
    flat = parts.learned.images.flatten(1).numpy(), parts.test.images.flatten(1).numpy()
    size = min(model.plan.latent, *flat[0].shape)
    pca = PCA(size, random_state=0).fit(flat[0])
    code = trained.codes(model, parts.learned.images), trained.codes(model, parts.test.images)
    return {
        "code": code,
        "PCA": (pca.transform(flat[0]), pca.transform(flat[1])),
        "pixels": flat,
    }


def compared(
    spec: LabFeatures, parts: Split, seen: dict[str, tuple[Features, Features]], known: list[int]
) -> Generator[Event, None, Scores]:
    """Every number of labels, several draws each, the same ones for all features."""
    labels, truth = (
        part.with_labels("This experiment").numpy() for part in (parts.learned, parts.test)
    )
    scores: Scores = {name: {count: [] for count in known} for name in seen}
    total, done = len(known) * spec.repeats, 0
    for count in known:
        for repeat in range(spec.repeats):
            chosen = readers.few(labels, count, dice(spec.seed, count, repeat))
            for name, (learned, test) in seen.items():
                reader = readers.linear(learned[chosen], labels[chosen])
                scores[name][count].append(readers.accuracy(reader, test, truth))
                yield Step(done, total, f"{count} labels")
            done += 1
    return scores
