"""Autoencoders at work: train one as a spec wants it, look at it, measure it."""

from collections.abc import Generator, Iterator
from dataclasses import asdict, dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine import metrics
from engine.errors import UserError
from engine.job import Event, Pixels, Preview
from engine.lab import draw
from engine.lab.autoencoders import Autoencoder, Plan, autoencoders
from engine.lab.autoencoders.variational import Variational
from engine.lab.data import Pictures, Split
from engine.lab.learner import Batch
from engine.lab.loop import Budget, Drawer, Training, fit, rate_of
from engine.specs_lab import Lab
from engine.specs_lab_live import Cut, Diagram
from engine.training.dice import torch_dice

SHOWN = 10  # pictures on a sheet
ROWS = ("original", "reconstruction")
LOSSES = ("loss", "loss validation", "loss test")
EXAMINED = 256  # pictures that a point of the curves is measured on


@dataclass(frozen=True, slots=True)
class Trained:
    """A model and the curves of its training."""

    model: Autoencoder
    training: Training


def autoencoder(
    spec: Lab, kind: str, plan: Plan, parts: Split, left: Budget, *, title: str = ""
) -> Generator[Event, None, Trained]:
    """Train one; yields sheets "sheet" and the losses of training, validation and test."""
    model = fresh(kind, plan, spec.seed)
    return (yield from going_on(spec, model, parts, left, title=title or kind))


def going_on(
    spec: Lab, model: Autoencoder, parts: Split, left: Budget, *, title: str = ""
) -> Generator[Event, None, Trained]:
    """Train one that is there already."""
    training = Training(
        model,
        Drawer(parts.learned),
        spec.batch,
        rate_of(spec, model),
        spec.seed,
        show=lambda: shown(model, parts.test),
        exam=lambda: examined(model, parts),
        name=title or model.name,
    )
    yield from fit(training, left)
    return Trained(model.eval(), training)


def fresh(kind: str, plan: Plan, seed: int) -> Autoencoder:
    """A model with its first weights. UserError where the kind cannot be as planned."""
    if kind == "undercomplete" and plan.latent >= plan.values:
        raise UserError(
            f"A code of {plan.latent} is no bottleneck for {plan.values} pixels.",
            "Choose a smaller code, or the overcomplete autoencoder.",
        )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return autoencoders()[kind](plan)


def shown(model: Autoencoder, pictures: Pictures) -> Iterator[Event]:
    """Originals over reconstructions."""
    yield Preview("sheet", sheet(model, pictures), facts=asdict(cut(pictures)))


def sheet(model: Autoencoder, pictures: Pictures) -> Pixels:
    """The first few, as they are and as they come back."""
    images = pictures.images[:SHOWN]
    return draw.sheet(torch.cat([images, reconstructed(model, images)]), len(images))


def cut(pictures: Pictures) -> Cut:
    """How that sheet is cut."""
    return Cut(min(SHOWN, len(pictures)), ROWS)


@torch.inference_mode()
def reconstructed(model: Autoencoder, images: Tensor) -> Tensor:
    """(N, C, H, W) -> the same from the codes, in [0, 1]."""
    return torch.cat([model(piece).clamp(0, 1) for piece in torch.split(images, EXAMINED)])


@torch.inference_mode()
def codes(model: Autoencoder, images: Tensor) -> NDArray[np.float32]:
    """(N, C, H, W) -> (N, D)."""
    return torch.cat([model.encode(piece) for piece in torch.split(images, EXAMINED)]).numpy()


@torch.inference_mode()
def examined(model: Autoencoder, parts: Split) -> dict[str, float]:
    """The loss on pictures that it does not learn from, always with the same dice."""
    found: dict[str, float] = {}
    for name, pictures in (("loss validation", parts.check), ("loss test", parts.test)):
        batch = Batch(pictures.images[:EXAMINED])
        part = model.parts(1.0)[0]
        found[name] = float(model.loss(part, batch, torch_dice(0, 0))["loss"])
    return found


def psnr(model: Autoencoder, images: Tensor) -> float:
    """Of all pictures together, in dB: from the mean squared error of a pixel, as in 8 bits."""
    before, after = (each.flatten(0, 1).numpy() for each in (images, reconstructed(model, images)))
    return metrics.psnr(after, before)


@torch.inference_mode()
def bound(model: Variational, images: Tensor) -> tuple[float, float]:
    """E[log p(x | z)] and KL of a VAE, means over the pictures, in nats; always the same dice."""
    likelihood, divergence = model.terms(images, torch_dice(0, 0))
    return float(likelihood.mean()), float(divergence.mean())


def losses(training: Training) -> Diagram:
    """The curves of the loss in one diagram."""
    kept = {name: points for name, points in training.history.items() if name in LOSSES}
    return draw.history(kept, "loss")
