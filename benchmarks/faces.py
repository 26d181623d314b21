"""How near what a generator draws comes to faces that it never learned from.

    python -m benchmarks.faces MODEL... --like DIR --weights FILE [--last 5000] [--write]

Prints the Fréchet distance (features of SqueezeNet 1.1; not FID) between `--last` samples of seeds
0, 1, 2 ... and the last so many pictures of DIR by name, and the same of as many other pictures of
DIR, which no generator can be expected to beat. `--write` puts the figure on the models' cards. A
model whose critic looked with these very eyes does better here than it looks.
"""

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engine import catalogue, executors, perceptual
from engine.latent.generator import Encoder, Generator
from engine.perceptual import Gaussian, SqueezeNet
from engine.sources import gather
from engine.training.data import Rules, pair_of
from engine.training.lesson import floats

AT_ONCE = 25


def main() -> None:
    """Print the figures, and write them where that was asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="+")
    parser.add_argument("--like", type=Path, required=True)
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--last", type=int, default=5000)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    paths = [path for path, _ in gather((asked.like,)).files]
    held_back, others = paths[-asked.last :], paths[: -asked.last][: asked.last]
    eyes = perceptual.squeezenet(asked.weights)
    for model in asked.models:
        entry = catalogue.find(model, "faces")
        net = executors.build(entry)
        assert isinstance(net, Generator)
        wanted = gaussian(eyes, pictures(held_back, net.size))
        scores = {
            f"Fréchet, {asked.last:,} samples": distance(eyes, drawn(net, asked.last), wanted)
        }
        floor = distance(eyes, pictures(others, net.size), wanted)
        if isinstance(net, Encoder):
            scores["PSNR of faces redrawn"] = redrawn(net, held_back[:500])
        for name, value in scores.items():
            print(f"{model:24} {name:28} {value:10.2f}", flush=True)
        print(f"{'':24} {'other faces':28} {floor:10.2f}", flush=True)
        if asked.write:
            kept = {name: round(value, 2) for name, value in scores.items()}
            catalogue.recarded(entry, replace(entry.card, scores=kept))


def gaussian(eyes: SqueezeNet, batches: Iterator[Tensor]) -> Gaussian:
    """Of what the eyes see."""
    with torch.inference_mode():
        return Gaussian.of(np.concatenate([perceptual.pooled(eyes, b).numpy() for b in batches]))


def distance(eyes: SqueezeNet, batches: Iterator[Tensor], wanted: Gaussian) -> float:
    """Fréchet's."""
    return perceptual.frechet(gaussian(eyes, batches), wanted)


def drawn(net: Generator, number: int) -> Iterator[Tensor]:
    """Samples of the seeds from 0, in 8 bits as a file would have them."""
    for at in range(0, number, AT_ONCE):
        seeds = range(at, min(at + AT_ONCE, number))
        z = torch.cat(
            [torch.randn(1, net.z_dim, generator=torch.Generator().manual_seed(s)) for s in seeds]
        )
        with torch.inference_mode():
            yield net.draw(net.map(z)).clamp(0, 1).mul(255).round() / 255


def pictures(paths: list[Path], size: int) -> Iterator[Tensor]:
    """The middle squares of pictures at a generator's size."""
    rules = Rules(3, size, size, square=True)
    for at in range(0, len(paths), AT_ONCE):
        batch = [pair_of(path, rules).large for path in paths[at : at + AT_ONCE]]
        yield floats(torch.from_numpy(np.stack(batch)))


def redrawn(net: Encoder, paths: list[Path]) -> float:
    """Mean PSNR in dB of faces that went through the latent space and back."""
    assert isinstance(net, Generator)
    found = []
    for batch in pictures(paths, net.size):
        with torch.inference_mode():
            back = net.draw(net.encode(batch)).clamp(0, 1)
        found += [-10 * float(e.square().mean().log10()) for e in back - batch]
    return float(np.mean(found))


if __name__ == "__main__":
    main()
