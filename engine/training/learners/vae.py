"""Learn to turn pictures into points of a plain latent space and back.

The loss is the negative lower bound of Kingma and Welling (2014), equation 10, with likeness to
borrowed eyes beside the pixels: those alone make blurred faces (Hou et al., 2017).
"""

from collections.abc import Generator
from typing import Any

import torch
from torch import Tensor, nn

from engine.errors import UserError
from engine.models.vae import Vae
from engine.specs import Train, TrainVae
from engine.training.critics import thrown_shift
from engine.training.data import Drawn, Pictures
from engine.training.generating import Generating
from engine.training.lesson import Batch, Loss, Marked, Tuning, floats
from engine.training.likeness import Weights, redrawn
from engine.training.networks import base_of, planned
from engine.training.samples import ACROSS, Samples, grid, stacked

WIDTHS = {
    "32": "104,80,56",
    "64": "104,80,56,40",
    "128": "104,80,56,40,32",
    "256": "104,80,56,40,32,16",
}
LIKENESS = 0.5  # weight of what the eyes see
ORDERLY = 0.4  # share of the budget until order has its full weight: at once, all z mean the same


class LearnVae(Generating):
    """Pictures in, the same pictures out, through a narrow place."""

    learner = "faces-vae"
    lowest = 0.05
    rates = (1e-3, 3e-4)

    def __init__(self, spec: Train) -> None:
        assert isinstance(spec, TrainVae)
        self.asked = spec
        self.needs_eyes = bool(spec.perceptual_weight)
        base = base_of(spec.base, "faces")
        usual = f"vae widths={WIDTHS[spec.size]}"
        self.plan = planned(spec.network, usual, base)
        if self.plan.architecture.name != "vae":
            raise UserError(f"{self.plan.architecture.name} does not encode.", "Choose a VAE.")
        super().__init__(spec)
        self.order = 0.0
        given = spec.perceptual_weight
        self.likeness = given if given is not None else LIKENESS if self.eyes else 0.0

    def tuning(self, part: str) -> Tuning:
        """There is no adversary: Adam as usual."""
        del part
        return Tuning(decay=1e-4)

    def parts(self, progress: float) -> tuple[str, ...]:
        """The one network; order is asked for little by little."""
        self.order = min(1.0, progress / ORDERLY)
        return super().parts(progress)

    def batch_of(self, drawn: Drawn, dice: torch.Generator) -> Batch:
        """Pictures twice."""
        pictures = floats(drawn.large)
        return Batch(pictures, pictures, None, dice)

    def example(self, number: int) -> tuple[Tensor, ...]:
        """Pictures and chance."""
        pictures = torch.rand(number, self.channels, self.piece, self.piece)
        return pictures, torch.randn(number, self.plan.config.z_dim)

    def loss(self, part: str, batch: Batch) -> Loss:
        """Pixels + likeness + divergence from the prior."""
        where, z_dim = batch.target.device, self.plan.config.z_dim
        chance = torch.randn(len(batch), z_dim, generator=batch.dice, device=where)
        drawn, mean, spread = self.modules[part](batch.inputs, chance)
        asked = self.asked
        return redrawn(
            (drawn, mean.float(), spread.float()),
            batch.target,
            self.eyes if self.likeness else None,
            Weights(asked.pixel_weight, self.likeness, self.order * asked.prior_weight),
            thrown_shift(batch.dice),
        )

    def exam(self, held_back: Pictures) -> "Redrawn":
        """Samples, and held-back pictures redrawn."""
        return Redrawn(self, held_back, self.eyes)

    def card(self) -> dict[str, Any]:
        """Task and words."""
        about = "Turns a picture into a point and back; also draws new ones."
        return {"task": "faces", "description": about}


class Redrawn(Samples):
    """As the exam of every generator; the sheet also shows pictures and what becomes of them."""

    def take(self, net: nn.Module, device: torch.device) -> Generator[None, None, Marked]:
        """Samples first."""
        marked = yield from super().take(net, device)
        given = stacked(self.pairs[:ACROSS])
        assert isinstance(net, Vae)
        with torch.inference_mode():
            back = net.draw(net.encode(given.to(device))).float().clamp(0, 1).cpu()
        sheet = torch.from_numpy(marked.sheet)
        rows = torch.from_numpy(grid(torch.cat([given, back])))
        return Marked(marked.scores, torch.cat([rows, sheet], 1).numpy(), marked.columns)


LESSON = LearnVae
