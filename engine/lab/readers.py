"""Small classifiers that say what a code, or a made picture, is worth."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from engine.errors import UserError

Features = NDArray[np.float32]  # (N, D)
Labels = NDArray[np.int64]  # (N,)


def linear(features: Features, labels: Labels, weights: Features | None = None) -> Pipeline:
    """Logistic regression on numbers of one size: what a code is worth without further thought.

    `weights` (N,): how much each example counts.
    """
    reader = make_pipeline(StandardScaler(), LogisticRegression(max_iter=3000))
    return reader.fit(features, labels, logisticregression__sample_weight=weights)


def curved(features: Features, labels: Labels) -> Pipeline:
    """A support vector machine with Gaussian kernels: reads digits about as well as people do."""
    return make_pipeline(StandardScaler(), SVC(C=10)).fit(features, labels)


def accuracy(reader: Pipeline, features: Features, labels: Labels) -> float:
    """In %."""
    return 100 * float(reader.score(features, labels))


def few(labels: Labels, count: int, thrown: np.random.Generator) -> NDArray[np.int64]:
    """Indices of `count` examples at random, of every class at least one where that can be."""
    order = thrown.permutation(len(labels))
    _, first = np.unique(labels[order], return_index=True)
    rest = np.delete(np.arange(len(order)), first)
    return order[np.concatenate([np.sort(first), rest])[: max(count, 2)]]


def counts(text: str, most: int) -> list[int]:
    """Read "10,30,100": those that there are examples for. UserError where it is no such list."""
    try:
        numbers = sorted({int(part) for part in text.split(",")})
    except ValueError as why:
        raise UserError(f"{text} is no list of numbers.", "Write them as in: 10,30,100.") from why
    fitting = [number for number in numbers if 2 <= number <= most]
    if not fitting:
        raise UserError(f"None of {text} lies between 2 and {most}.", "Choose other numbers.")
    return fitting


def spread(values: Sequence[float]) -> str:
    """Mean and standard deviation."""
    return f"{np.mean(values):.1f} +- {np.std(values):.1f}"
