"""A code larger than the picture, kept from copying by a penalty on the weights.

Goodfellow, Bengio and Courville, "Deep Learning", 2016, section 14.2: L(x, g(f(x))) + Omega. Omega
is weight decay here, lambda |W|^2 / 2 (their equation 7.1), on both sides: it holds the Jacobian
small, so that the code cannot simply hand each pixel through.
"""

import torch
from torch import Tensor, nn

from engine.lab.autoencoders import Autoencoder, Plan
from engine.lab.learner import Batch, Losses

LAMBDA = 1e-4


class Overcomplete(Autoencoder):
    """x -> h (N, larger than x) -> r; one layer on each side."""

    name = "overcomplete"

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        self.width = max(plan.latent, 2 * plan.values)
        self.encoder = nn.Linear(plan.values, self.width)
        self.decoder = nn.Linear(self.width, plan.values)

    def encode(self, x: Tensor) -> Tensor:
        """At least twice as many numbers as the picture has."""
        return self.encoder(x.flatten(1)).relu()

    def decode(self, code: Tensor) -> Tensor:
        """A sigmoid keeps pixels in [0, 1]."""
        return self.picture(self.decoder(code).sigmoid())

    def loss(self, part: str, batch: Batch, dice: torch.Generator) -> Losses:
        """L = |x - r|^2 + lambda / 2 (|W_f|^2 + |W_g|^2)."""
        del part, dice
        weight = LAMBDA if self.plan.weight is None else self.plan.weight
        reconstruction = (self(batch.x) - batch.x).square().mean()
        decay = (self.encoder.weight.square().sum() + self.decoder.weight.square().sum()) / 2
        return {
            "loss": reconstruction + weight * decay,
            "loss reconstruction": reconstruction,
            "weights": decay,
        }


AUTOENCODER = Overcomplete
