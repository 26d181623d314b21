"""Every picture a point in two dimensions: PCA beside an autoencoder beside a VAE."""

from collections.abc import Callable, Generator, Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.neighbors import NearestNeighbors
from torch import Tensor

from engine.job import Event, Job, Pixels, Points, Preview, Step
from engine.lab import data, draw, trained
from engine.lab.autoencoders import Autoencoder, Plan
from engine.lab.data import Pictures
from engine.lab.loop import Drawer, Training, budget, fit, rate_of
from engine.lab.warm import Warm
from engine.specs_lab import LabMap
from engine.specs_lab_live import Cut, LabResult

Maps = dict[str, NDArray[np.float32]]  # places (N, 2) by the model's name
MODELS = (("autoencoder", "undercomplete"), ("vae", "variational"))
NEIGHBOURS = 5
PLANE = 12  # pictures of the VAE's plane, a side
COLUMNS = 30  # of the sheet that hovering shows the pictures of


def run(spec: LabMap, warm: Warm) -> Job:
    """Yields `Points` "pca", "autoencoder" and "vae", and a `Preview` "pictures" first.

    That is a sheet of the points' pictures, in the points' order; its facts say how it is cut:
    `columns`, and `tile` (width, height) in px.
    """
    pictures = yield from data.load(spec)
    shown = data.split(pictures, spec.seed).test
    shown = shown.at(np.arange(min(spec.shown, len(shown))))
    yield sheet(shown)
    maps: Maps = {}
    yield Step(0, 1, "PCA")
    maps["pca"] = principal(pictures, shown, warm)
    yield points("pca", maps["pca"], shown)
    for name, kind in MODELS:
        model = trained.fresh(kind, Plan(pictures.shape, 2, spec.hidden, beta=spec.beta), spec.seed)
        warm.draws[name] = 2, drawing(model)
        yield from taught(spec, name, model, pictures, shown)
        maps[name] = trained.codes(model, shown.images)
    figures = {}
    if shown.labels is not None:
        alike = {name: agreement(places, shown) for name, places in maps.items()}
        figures = {f"neighbours alike, {name}, %": share for name, share in alike.items()}
    words = f"{len(shown)} pictures as points in two dimensions."
    pages, cuts = drawn(maps, shown, warm), {"plane": Cut(PLANE)}
    return LabResult(spec.experiment, words, figures, {}, pages, cuts=cuts)


def taught(
    spec: LabMap, name: str, model: Autoencoder, pictures: Pictures, shown: Pictures
) -> Generator[Event, None, None]:
    """Train one on every picture: a map is of what one has."""

    def look() -> Iterator[Event]:
        yield points(name, trained.codes(model, shown.images), shown)

    rate = rate_of(spec, model)
    training = Training(model, Drawer(pictures), spec.batch, rate, spec.seed, show=look, name=name)
    yield from fit(training, budget(spec, 1 / len(MODELS)))
    model.eval()


def points(name: str, places: NDArray[np.float32], shown: Pictures) -> Points:
    """The cloud of one model."""
    classes = None if shown.labels is None else shown.labels.numpy()
    return Points(name, places, classes, facts={"names": shown.names})


def sheet(shown: Pictures) -> Preview:
    """What hovering shows."""
    columns = min(COLUMNS, len(shown))
    page = draw.sheet(shown.images, columns)
    rows = -(-len(shown) // columns)
    tile = (page.shape[2] - draw.GAP) // columns, (page.shape[1] - draw.GAP) // rows
    return Preview("pictures", page, facts={"columns": columns, "tile": tile, "gap": draw.GAP})


def principal(pictures: Pictures, shown: Pictures, warm: Warm) -> NDArray[np.float32]:
    """The two directions in which pictures vary most (Pearson, 1901)."""
    pca = PCA(2, random_state=0).fit(pictures.images.flatten(1).numpy())

    def make(places: Tensor, label: int | None) -> Tensor:
        del label
        flat = torch.from_numpy(pca.inverse_transform(places.numpy()).astype(np.float32))
        return flat.reshape(-1, *pictures.shape).clamp(0, 1)

    warm.draws["pca"] = 2, make
    return np.asarray(pca.transform(shown.images.flatten(1).numpy()), np.float32)


def drawing(model: Autoencoder) -> Callable[[Tensor, int | None], Tensor]:
    """A place of the map -> its picture."""

    def make(places: Tensor, label: int | None) -> Tensor:
        del label
        return model.decode(places).clamp(0, 1)

    return make


def agreement(places: NDArray[np.float32], shown: Pictures) -> float:
    """The share of the nearest neighbours on the map that are of a point's own class, in %."""
    assert shown.labels is not None
    labels, some = shown.labels.numpy(), min(NEIGHBOURS, len(shown) - 1)
    _, near = NearestNeighbors(n_neighbors=some + 1).fit(places).kneighbors(places)
    return 100 * float((labels[near[:, 1:]] == labels[:, None]).mean())


def drawn(maps: Maps, shown: Pictures, warm: Warm) -> dict[str, Pixels]:
    """The maps side by side, and the VAE's plane as pictures."""
    classes = np.zeros(len(shown), np.int64) if shown.labels is None else shown.labels.numpy()
    pages = [draw.scatter([(places, classes)], title=name) for name, places in maps.items()]
    side = torch.linspace(-2, 2, PLANE)
    plane = torch.cartesian_prod(-side, side).flip(1)
    _, make = warm.draws["vae"]
    with torch.no_grad():
        images = make(plane, None)
    return {"map": draw.beside(*pages), "plane": draw.sheet(images, len(side))}
