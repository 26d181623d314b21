"""Noise goes in, the clean picture is asked for: the code must know what pictures look like.

Vincent, Larochelle, Bengio and Manzagol, "Extracting and composing robust features with denoising
autoencoders", 2008, equation 5: L(x, g(f(x~))), x~ drawn from q(x~ | x). q is Gaussian here.
"""

import torch
from torch import Tensor

from engine.lab.autoencoders import Plan
from engine.lab.autoencoders.undercomplete import Undercomplete
from engine.lab.learner import Batch, Losses, normal


class Denoising(Undercomplete):
    """The undercomplete network; what differs is what it is given. `plan.noise`: sigma, of 1."""

    name = "denoising"

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)

    def corrupt(self, x: Tensor, dice: torch.Generator) -> Tensor:
        """x~ = x + sigma n, n ~ N(0, 1); not clipped."""
        return x + self.plan.noise * normal(x, dice)

    def loss(self, part: str, batch: Batch, dice: torch.Generator) -> Losses:
        """L = |x - g(f(x~))|^2."""
        del part
        reconstruction = (self(self.corrupt(batch.x, dice)) - batch.x).square().mean()
        return {"loss": reconstruction}


AUTOENCODER = Denoising
