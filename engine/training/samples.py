"""The exam of a generator: the same seeds each time, a sheet, and a Fréchet distance."""

from collections.abc import Generator as Yields

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine import perceptual
from engine.job import Pixels
from engine.latent.generator import Generator
from engine.perceptual import Gaussian, SqueezeNet
from engine.training.data import Pair, Pictures
from engine.training.dice import torch_dice
from engine.training.lesson import Exam, Lesson, Marked, floats

SHOWN = 32  # samples on a sheet
ACROSS = 8
SEED = 2021
SAMPLED = 1000  # for the distance
FEWEST = 256  # held-back pictures: with less the distance is noise
AT_ONCE = 16


class Samples(Exam):
    """Samples of fixed z; `eyes` and enough held-back pictures add a distance to these."""

    def __init__(self, lesson: Lesson, held_back: Pictures, eyes: SqueezeNet | None) -> None:
        self.lesson, self.eyes = lesson, eyes
        self.pairs = held_back.pairs()
        self.truth: Gaussian | None = None

    def take(self, net: nn.Module, device: torch.device) -> Yields[None, None, Marked]:
        """A batch of samples between two yields."""
        shown: list[Tensor] = []
        seen: list[NDArray[np.float32]] = []
        measured = self.eyes is not None and len(self.pairs) >= FEWEST
        if measured and self.truth is None:
            yield from self.look_at_truth(device)
        dice = torch_dice(SEED)
        while len(shown) * AT_ONCE < (SAMPLED if measured else SHOWN):
            pictures = drawn(net, dice, AT_ONCE, device)
            shown.append(pictures.cpu())
            if self.eyes is not None and measured:
                seen.append(features(self.eyes, pictures))
            yield
        scores: dict[str, float] = {}
        if self.truth is not None:
            gaussian = Gaussian.of(np.concatenate(seen))
            scores["frechet"] = perceptual.frechet(gaussian, self.truth)
        return Marked(scores, grid(torch.cat(shown)[:SHOWN]), ("samples",))

    def look_at_truth(self, device: torch.device) -> Yields[None, None, None]:
        """What the eyes see in the held-back pictures, once."""
        assert self.eyes is not None
        self.eyes.to(device)
        seen = []
        for at in range(0, len(self.pairs), 2 * AT_ONCE):
            pictures = stacked(self.pairs[at : at + 2 * AT_ONCE]).to(device)
            seen.append(features(self.eyes, pictures))
            yield
        self.truth = Gaussian.of(np.concatenate(seen))


@torch.inference_mode()
def drawn(net: nn.Module, dice: torch.Generator, number: int, device: torch.device) -> Tensor:
    """(N, C, size, size) in [0, 1]; z by `dice`, classes in turn."""
    assert isinstance(net, Generator)
    z = torch.randn(number, net.z_dim, generator=dice).to(device)
    labels = torch.arange(number, device=device) % net.labels if net.labels else None
    pictures = net.draw(net.map(z, labels))
    return pictures.float().clamp(0, 1)


@torch.inference_mode()
def features(eyes: SqueezeNet, pictures: Tensor) -> NDArray[np.float32]:
    """(N, C, H, W) in [0, 1] -> (N, 512)."""
    return perceptual.pooled(eyes, pictures.expand(-1, 3, -1, -1)).float().cpu().numpy()


def stacked(pairs: list[Pair]) -> Tensor:
    """Pictures as (N, C, H, W) in [0, 1]."""
    return floats(torch.from_numpy(np.stack([pair.large for pair in pairs])))


def grid(pictures: Tensor, across: int = ACROSS) -> Pixels:
    """(N, C, H, W) in [0, 1] -> (3, H', W'), rows of `across` with a gap of 2 px."""
    rows = []
    for row in torch.split(pictures.expand(-1, 3, -1, -1), across):
        line = torch.cat([nn.functional.pad(each, (0, 2, 0, 2)) for each in row], 2)
        rows.append(nn.functional.pad(line, (0, across * (pictures.shape[-1] + 2) - line.shape[2])))
    return np.ascontiguousarray(torch.cat(rows, 1).numpy(), np.float32)
