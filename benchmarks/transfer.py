"""How near a transfer model comes to the domain it goes to.

    python -m benchmarks.transfer MODEL --photos DIR --like DIR [--styles DIR] --weights DIR
    python -m benchmarks.transfer MODEL --pairs DIR --learned DIR --weights DIR

The first way is for models without pairs: Fréchet distances (SqueezeNet features; not FID) between
the translated photos and the pictures of the other domain, beside that of the untouched photos, and
the same by sliced Wasserstein distances, for which no network is asked.
Style models lay the pictures of --styles on the photos, in turn. The second is for paired models:
L1 and LPIPS (SqueezeNet) on pairs side by side, beside those of the learned picture whose A is
nearest. DIRs hold pictures that the model never learned from, but for --learned.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from benchmarks import sliced
from engine import catalogue, perceptual
from engine.job import result_of
from engine.perceptual import Gaussian
from engine.runtime import Runtime
from engine.sources import gather
from engine.tasks import transfer
from engine.tasks.transfer import Way
from engine.training.sides import Reader, middle

SMALL = 16  # px, at which the nearest learned picture is looked for


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model")
    for name in ("photos", "like", "styles", "pairs", "learned", "weights"):
        parser.add_argument(f"--{name}", type=Path)
    parser.add_argument("--pictures", type=int, default=200)
    asked = parser.parse_args()
    entry = catalogue.find(asked.model, "transfer")
    way = Way(entry, transfer.domain_of(entry.card), None)
    figures = paired(asked, way) if asked.pairs else unpaired(asked, way)
    for name, value in figures:
        print(f"{name:32} {value:10.4f}", flush=True)


def unpaired(asked: argparse.Namespace, way: Way) -> Iterator[tuple[str, float]]:
    """Fréchet distances to the other domain, of the translated and of the untouched."""
    net, reader = perceptual.squeezenet(asked.weights), Reader(way.domain.edge)
    like = list(cropped(asked.like, reader, asked.pictures))
    wanted = Gaussian.of(features(net, like))
    photos = list(cropped(asked.photos, reader, asked.pictures))
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


def paired(asked: argparse.Namespace, way: Way) -> Iterator[tuple[str, float]]:
    """L1 and LPIPS of the drawn pictures, and of the nearest learned ones."""
    judge, reader = perceptual.lpips(asked.weights), Reader(way.domain.edge)
    learned = list(halves(asked.learned, reader, None))
    known = np.stack([tiny(a) for a, _ in learned])
    rows = []
    for a, b in halves(asked.pairs, reader, asked.pictures):
        nearest = learned[int(np.square(known - tiny(a)).sum(1).argmin())][1]
        with torch.inference_mode():
            looks = [float(judge(picture[None], b[None])) for picture in (drawn(way, a), nearest)]
        apart = [float((picture - b).abs().mean()) for picture in (drawn(way, a), nearest)]
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
    for path in chosen(folder, most):
        yield floats(middle(reader(path), reader.edge))


def halves(folder: Path, reader: Reader, most: int | None) -> Iterator[tuple[Tensor, Tensor]]:
    """The middles of both sides of evenly chosen pictures."""
    for path in chosen(folder, most):
        a, b = (floats(middle(side, reader.edge)) for side in reader.halves(path))
        yield a, b


def chosen(folder: Path, most: int | None) -> list[Path]:
    """At most so many pictures of a folder, from all over it."""
    paths = [path for path, _ in gather((folder,)).files]
    return paths[:: max(1, len(paths) // (most or len(paths)))][:most]


def floats(picture: np.ndarray) -> Tensor:
    """Bytes -> [0, 1]."""
    return torch.from_numpy(picture).float() / 255


def tiny(picture: Tensor) -> np.ndarray:
    """(3 * 16 * 16,) of a picture."""
    return torch.nn.functional.adaptive_avg_pool2d(picture, SMALL).flatten().numpy()


if __name__ == "__main__":
    main()
