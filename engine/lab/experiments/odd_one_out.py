"""Learn what is usual; what is badly reconstructed is odd.

An undercomplete autoencoder of small pieces (Sakurada and Yairi, "Anomaly detection using
autoencoders with nonlinear dimensionality reduction", 2014). How badly pieces at a place are
usually reconstructed differs, so errors count in standard deviations of the usual ones.
"""

from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score, roc_curve
from torch import Tensor
from torch.nn.functional import fold, unfold

from engine.errors import UserError
from engine.job import Event, Job, Note, Pixels, Step, Table
from engine.lab import data, draw, trained
from engine.lab.autoencoders import Autoencoder, Plan
from engine.lab.data import Pictures, Split
from engine.lab.learner import Batch
from engine.lab.loop import Training, budget, fit, rate_of
from engine.lab.warm import Warm
from engine.specs_lab import LabOddOneOut
from engine.specs_lab_live import Cut, LabResult

PIECE = 16  # px; smaller pictures are one piece
STRIDE = 4  # px between pieces where errors are mapped
SHOWN = 10  # of the oddest and of the most usual
RANKED = ("oddest", "where", "most usual", "where")  # rows of the sheet
WORST = 0.002  # share of a picture's places that make its score: defects may be small
AT_ONCE = 64  # pictures whose errors are mapped between two yields


@dataclass(frozen=True, slots=True)
class Pieces:
    """Batches of pieces cut from pictures at random."""

    pictures: Pictures
    edge: int

    def batch(self, size: int, thrown: np.random.Generator) -> Batch:
        """(size, C, edge, edge)."""
        images = self.pictures.images
        which = thrown.integers(len(images), size=size)
        room = images.shape[2] - self.edge + 1
        corners = thrown.integers(room, size=(size, 2))
        cut = [
            images[i, :, y : y + self.edge, x : x + self.edge]
            for i, (y, x) in zip(which, corners, strict=True)
        ]
        return Batch(torch.stack(cut))


def run(spec: LabOddOneOut, warm: Warm) -> Job:
    """Train on the usual class, then rank everything else and what was held back of it."""
    del warm
    found = yield from data.load(spec)
    usual, odd = sorted_out(spec, found)
    parts = data.split(usual, spec.seed)
    edge = min(PIECE, found.shape[1])
    model = yield from taught(spec, parts, edge)
    known = yield from errors(model, parts.learned, edge)
    middle, width = known.mean(0), known.std(0) + 1e-4
    judged = parts.test if odd is None else joined(parts.test, odd)
    maps = ((yield from errors(model, judged, edge)) - middle) / width
    scores = worst(maps)
    figures = {"pictures learned from": float(len(parts.learned)), "judged": float(len(judged))}
    pages = ranked(judged, maps, scores)
    kept: dict[str, Any] = {"cuts": {"ranking": Cut(min(SHOWN, len(judged)), RANKED)}}
    words = f"{len(judged)} pictures ranked; the first rows are the oddest."
    if odd is None:
        yield Note("Without classes nobody can say how often the ranking is right.")
        return LabResult(spec.experiment, words, figures, {}, pages, **kept)
    truth = np.concatenate([np.zeros(len(parts.test), bool), np.ones(len(odd), bool)])
    figures["ROC-AUC"] = float(roc_auc_score(truth, scores))
    false, right, _ = roc_curve(truth, scores)
    lines = {"ROC": (false.tolist(), right.tolist()), "chance": ([0, 1], [0, 1])}
    kept["diagrams"] = {"roc": draw.diagram(lines, "false alarms", "odd ones found")}
    words = (
        f"ROC-AUC {figures['ROC-AUC']:.3f} over {len(parts.test)} usual and {len(odd)} odd ones."
    )
    tables = {"By class": by_class(parts.test, odd, scores)}
    return LabResult(spec.experiment, words, figures, tables, pages, **kept)


def sorted_out(spec: LabOddOneOut, found: Pictures) -> tuple[Pictures, Pictures | None]:
    """The usual pictures and the odd ones; None where there are no classes."""
    if found.labels is None:
        if spec.normal is not None:
            found.with_labels("A usual class")
        return found, None
    found.with_labels("Finding the odd one out")
    counts = torch.bincount(found.labels, minlength=len(found.names))
    number = int(counts.argmax())
    if spec.normal is not None:
        if spec.normal not in found.names:
            names = ", ".join(found.names)
            raise UserError(f"There is no class {spec.normal}.", f"Choose one of: {names}.")
        number = found.names.index(spec.normal)
    same = found.labels == number
    if int(same.sum()) < data.LEAST:
        raise UserError(
            f"Only {int(same.sum())} pictures are of the class {found.names[number]}.",
            f"Name a class with {data.LEAST} or more.",
        )
    return found.at(same.nonzero().flatten()), found.at((~same).nonzero().flatten())


def joined(first: Pictures, second: Pictures) -> Pictures:
    """One after the other."""
    assert first.labels is not None
    assert second.labels is not None
    images = torch.cat([first.images, second.images])
    return replace(first, images=images, labels=torch.cat([first.labels, second.labels]))


def taught(spec: LabOddOneOut, parts: Split, edge: int) -> Generator[Event, None, Autoencoder]:
    """The autoencoder of pieces; `Preview` "sheet" shows some."""
    plan = Plan((parts.learned.shape[0], edge, edge), spec.latent, 128)
    model = trained.fresh("undercomplete", plan, spec.seed)
    pieces = Pieces(parts.learned, edge)
    some = replace(parts.test, images=pieces.batch(SHOWN, np.random.default_rng(0)).x)

    def look() -> Iterator[Event]:
        yield from trained.shown(model, some)

    rate = rate_of(spec, model)
    training = Training(model, pieces, spec.batch, rate, spec.seed, show=look, name="usual pieces")
    yield from fit(training, budget(spec))
    return model.eval()


def errors(
    model: Autoencoder, pictures: Pictures, edge: int
) -> Generator[Event, None, NDArray[np.float32]]:
    """Error maps (N, H, W): the root of the mean squared error of the pieces over each place."""
    maps = []
    for begin in range(0, len(pictures), AT_ONCE):
        yield Step(begin, len(pictures), "looking for what is odd")
        maps.append(mapped(model, pictures.images[begin : begin + AT_ONCE], edge))
    return torch.cat(maps).sqrt().numpy()


@torch.inference_mode()
def mapped(model: Autoencoder, images: Tensor, edge: int) -> Tensor:
    """(N, C, H, W) -> mean squared error at each place (N, H, W), over all pieces that hold it."""
    size = images.shape[2:]
    cut = {"kernel_size": edge, "stride": min(STRIDE, max(1, (size[0] - edge) or 1))}
    columns = unfold(images, **cut)
    count = columns.shape[2]
    pieces = columns.transpose(1, 2).reshape(-1, images.shape[1], edge, edge)
    wrong = (model(pieces) - pieces).square().mean(1).reshape(len(images), count, -1)
    wrong = wrong.transpose(1, 2)
    total = fold(wrong, size, **cut)
    times = fold(torch.ones_like(wrong), size, **cut)
    return (total / times.clamp(min=1))[:, 0]


def worst(maps: NDArray[np.float32]) -> NDArray[np.float32]:
    """The mean of the oddest places of each map (N, H, W), one at least."""
    flat = np.sort(maps.reshape(len(maps), -1), axis=1)
    return np.asarray(flat[:, -max(1, round(WORST * flat.shape[1])) :].mean(1))


def ranked(
    judged: Pictures, maps: NDArray[np.float32], scores: NDArray[np.float32]
) -> dict[str, Pixels]:
    """The oddest over their maps, and the most usual over theirs."""
    order = np.argsort(-scores)
    top, bottom = order[:SHOWN], order[::-1][:SHOWN]
    scale = float(np.quantile(maps, 0.999)) or 1.0
    rows = []
    for some in (top, bottom):
        heats = np.stack([draw.heat(maps[i] / scale) for i in some])
        pictures = judged.images[torch.from_numpy(some.copy())].numpy()
        rows += [np.broadcast_to(pictures, heats.shape), heats]
    return {"ranking": draw.sheet(np.concatenate(rows), len(top))}


def by_class(usual: Pictures, odd: Pictures, scores: NDArray[np.float32]) -> Table:
    """ROC-AUC of each odd class against the usual one."""
    assert odd.labels is not None
    rows = []
    for number, name in enumerate(odd.names):
        same = np.flatnonzero(odd.labels.numpy() == number)
        if len(same):
            of_both = np.concatenate([scores[: len(usual)], scores[len(usual) :][same]])
            truth = np.arange(len(of_both)) >= len(usual)
            rows.append((name, str(len(same)), float(roc_auc_score(truth, of_both))))
    return Table(("Class", "Pictures", "ROC-AUC"), tuple(rows))
