"""GANs of pictures at work: train one, draw from it."""

from collections.abc import Generator, Iterable
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from engine.job import Event, Preview
from engine.lab import draw
from engine.lab.data import Pictures
from engine.lab.gans import Gan
from engine.lab.learner import Batch
from engine.lab.loop import Budget, Training, fit, rate_of
from engine.specs_lab import Lab
from engine.training.dice import torch_dice
from engine.training.gear import average, copied

KEEP = 0.99  # of the mean weights, that a step keeps
COLUMNS = 10
PIECE = 256  # pictures drawn at once


class Told:
    """Batches of pictures, with their labels where the network is told of them."""

    def __init__(self, pictures: Pictures, *, labels: bool) -> None:
        self.pictures = pictures if labels else replace(pictures, labels=None)

    def batch(self, size: int, thrown: np.random.Generator) -> Batch:
        """Drawn with replacement."""
        chosen = self.pictures.at(thrown.integers(len(self.pictures), size=size))
        return Batch(chosen.images, chosen.labels)


class Averaged:
    """A GAN, and the mean of its generator's weights over the last steps, which draws better."""

    def __init__(self, gan: Gan, classes: int) -> None:
        self.gan, self.classes = gan, classes
        self.weights = copied(gan.generator)

    def stepped(self) -> None:
        """After each step of the generator."""
        average(self.weights, self.gan.generator, KEEP)

    @torch.no_grad()
    def drawn(self, z: Tensor, labels: Tensor | None) -> Tensor:
        """(N, latent), (N,) -> (N, C, H, W) in [0, 1]."""
        generator = self.gan.generator.eval()
        given = () if labels is None else (labels,)
        images = torch.func.functional_call(generator, self.weights, (z, *given))
        generator.train()
        return images

    def settled(self) -> torch.nn.Module:
        """The generator, with the mean weights as its own."""
        self.gan.generator.load_state_dict(self.weights)
        return self.gan.generator

    def many(self, count: int, seed: int) -> tuple[Tensor, Tensor | None]:
        """So many pictures, with their labels, every class in turn."""
        z = self.gan.noise(count, torch_dice(seed, 7))
        labels = torch.arange(count) % self.classes if self.classes else None
        pieces = [
            self.drawn(z[i : i + PIECE], None if labels is None else labels[i : i + PIECE])
            for i in range(0, count, PIECE)
        ]
        return torch.cat(pieces), labels


def taught(
    spec: Lab, averaged: Averaged, pictures: Pictures, left: Budget, *, title: str = ""
) -> Generator[Event, None, Training]:
    """Train a GAN; yields sheets "sheet", a column a class where there are classes."""
    gan, classes = averaged.gan, averaged.classes
    columns = classes or COLUMNS

    def look() -> Iterable[Event]:
        images, _ = averaged.many(4 * columns, 0)
        facts = {"columns": columns, "names": pictures.names if classes else ()}
        yield Preview("sheet", draw.sheet(images, columns), facts=facts)

    training = Training(
        gan,
        Told(pictures, labels=bool(classes)),
        spec.batch,
        rate_of(spec, gan),
        spec.seed,
        show=look,
        after=averaged.stepped,
        name=title or "GAN",
    )
    yield from fit(training, left)
    return training
