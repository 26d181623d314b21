"""How near a transfer model comes to the domain it goes to.

    python -m benchmarks.transfer MODEL --recipe FILE --data DIR --weights DIR [--write]
    python -m benchmarks.transfer MODEL --photos DIR --like DIR [--styles DIR] --weights DIR
    python -m benchmarks.transfer MODEL --pairs DIR --learned DIR --weights DIR [--write]

The first two are for models without pairs: Fréchet distances (SqueezeNet features; not FID) between
the translated photos and the pictures of the other domain, beside that of the untouched photos, and
the same by sliced Wasserstein distances, for which no network is asked. With a recipe of a pair of
models, the pictures are those that it holds back. Style models lay the pictures of --styles on the
photos, in turn. The last is for paired models: L1 and LPIPS (SqueezeNet) on pairs side by side,
beside those of the learned picture whose A is nearest; B alone where A is derived of it. DIRs hold
pictures that the model never learned from, but for --learned; where both lie in one folder, --last
says how many were held back. `--write` puts the figures on the model's card.
"""

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from torch import Tensor

from benchmarks import sliced
from engine import catalogue, perceptual
from engine.domains import domain_of
from engine.job import result_of
from engine.perceptual import Gaussian
from engine.runtime import Runtime
from engine.sources import gather
from engine.specs import TrainCycleGan
from engine.tasks import transfer
from engine.tasks.transfer import Way
from engine.training import derivation, recipes
from engine.training.data import packed
from engine.training.learners import lesson_of
from engine.training.sides import Reader, middle
from engine.training.translation import UnpairedTranslation

SMALL = 16  # px, at which the nearest learned picture is looked for


def main() -> None:
    """Print the figures, and write them where that was asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model")
    for name in ("recipe", "data", "photos", "like", "styles", "pairs", "learned", "weights"):
        parser.add_argument(f"--{name}", type=Path)
    parser.add_argument("--pictures", type=int, default=200)
    parser.add_argument("--last", type=int, default=0)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    entry = catalogue.find(asked.model, "transfer")
    way = Way(entry, domain_of(entry.card), None)
    figures = {}
    for name, value in paired(asked, way) if asked.pairs else unpaired(asked, way):
        print(f"{name:32} {value:10.4f}", flush=True)
        figures[name] = round(value, 4 if value < 1 else 1)
    if asked.write:
        catalogue.recarded(entry, replace(entry.card, scores=figures))


def unpaired(asked: argparse.Namespace, way: Way) -> Iterator[tuple[str, float]]:
    """Distances to the other domain, of the translated and of the untouched."""
    net, reader = perceptual.squeezenet(asked.weights), Reader(way.domain.edge)
    if asked.recipe:
        photos, like = held_back(asked, back=way.domain.direction == "b2a")
    else:
        photos, like = (
            list(cropped(each, reader, asked.pictures)) for each in (asked.photos, asked.like)
        )
    wanted = Gaussian.of(features(net, like))
    styles = list(cropped(asked.styles, reader, asked.pictures)) if asked.styles else [None]
    drawn = [
        translated(way, photo, styles[number % len(styles)]) for number, photo in enumerate(photos)
    ]
    before = perceptual.frechet(Gaussian.of(features(net, photos)), wanted)
    after = perceptual.frechet(Gaussian.of(features(net, drawn)), wanted)
    yield "Fréchet, untouched", before
    yield "Fréchet, translated", after
    yield "share of untouched, %", 100 * after / before
    yield "sliced Wasserstein, untouched", sliced.distance(photos, like)
    yield "sliced Wasserstein, translated", sliced.distance(drawn, like)


def held_back(asked: argparse.Namespace, *, back: bool) -> tuple[list[Tensor], list[Tensor]]:
    """What a training by the recipe holds back of A and of B; the other way round for `back`."""
    spec = recipes.read(asked.recipe)
    assert isinstance(spec, TrainCycleGan)
    of_a, of_b = (tuple(asked.data / each for each in side) for side in (spec.data, spec.data_b))
    # no critic looks here, so none of its eyes are needed
    lesson = lesson_of(replace(spec, data=of_a, data_b=of_b, critic="pixels"))
    assert isinstance(lesson, UnpairedTranslation)
    with TemporaryDirectory() as folder:
        job = packed(lesson.found(), Path(folder), lesson.rules, lesson.read)
        _, held = lesson.split(result_of(job))
        a, b = ([floats(each) for each in side] for side in lesson.held(held))
    return (b, a) if back else (a, b)


def paired(asked: argparse.Namespace, way: Way) -> Iterator[tuple[str, float]]:
    """L1 and LPIPS of the drawn pictures, and of the nearest learned ones."""
    judge, reader = perceptual.lpips(asked.weights), Reader(way.domain.edge)
    unseen, rest = files(asked.pairs), files(asked.learned)
    if asked.last:
        unseen, rest = unseen[-asked.last :], rest[: -asked.last]
    derived = way.domain.derived
    learned = list(halves(rest, reader, derived))
    known = np.stack([tiny(a) for a, _ in learned])
    rows = []
    for a, b in halves(some(unseen, asked.pictures), reader, derived):
        nearest = learned[int(np.square(known - tiny(a)).sum(1).argmin())][1]
        with torch.inference_mode():
            answers = (drawn(way, a), nearest)
            looks = [float(judge(picture[None], b[None])) for picture in answers]
        apart = [float((picture - b).abs().mean()) for picture in answers]
        rows.append(apart + looks)
    names = ("L1", "L1, nearest learned", "LPIPS", "LPIPS, nearest learned")
    yield from zip(names, map(float, np.mean(rows, 0)), strict=True)


def translated(way: Way, photo: Tensor, style: Tensor | None) -> Tensor:
    """A photo (3, H, W) through the model, with a style where it wants one."""
    return drawn(Way(way.entry, way.domain, None if style is None else style.numpy()), photo)


def drawn(way: Way, picture: Tensor, runtime: Runtime = Runtime()) -> Tensor:  # noqa: B008
    """What the network answers to (3, H, W)."""
    network = result_of(runtime.network(way.entry, precise=False))
    return torch.from_numpy(result_of(transfer.answered(network, way, picture.numpy(), 1.0)))


def features(net: perceptual.SqueezeNet, pictures: Iterator[Tensor] | list[Tensor]) -> np.ndarray:
    """(N, 512)."""
    with torch.inference_mode():
        return np.concatenate([perceptual.pooled(net, each[None]).numpy() for each in pictures])


def cropped(folder: Path, reader: Reader, most: int) -> Iterator[Tensor]:
    """The middles of evenly chosen pictures."""
    for path in some(files(folder), most):
        yield floats(middle(reader(path), reader.edge))


def halves(paths: list[Path], reader: Reader, derived: str = "") -> Iterator[tuple[Tensor, Tensor]]:
    """The middles of both sides of pictures, of which the first may be derived."""
    for path in paths:
        if derived:
            b = reader(path)
            a = derivation.DERIVED[derived](b, np.random.default_rng(path.stat().st_size))
        else:
            a, b = reader.halves(path)
        yield floats(middle(a, reader.edge)), floats(middle(b, reader.edge))


def files(folder: Path) -> list[Path]:
    """The pictures of a folder, by name."""
    return [path for path, _ in gather((folder,)).files]


def some(paths: list[Path], most: int) -> list[Path]:
    """At most so many, from all over."""
    return paths[:: max(1, len(paths) // most)][:most]


def floats(picture: np.ndarray) -> Tensor:
    """Bytes -> [0, 1]."""
    return torch.from_numpy(picture).float() / 255


def tiny(picture: Tensor) -> np.ndarray:
    """(3 * 16 * 16,) of a picture."""
    return torch.nn.functional.adaptive_avg_pool2d(picture, SMALL).flatten().numpy()


if __name__ == "__main__":
    main()
