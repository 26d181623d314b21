"""Small changes of the picture shall not change the code: the encoder's Jacobian is held small.

Rifai, Vincent, Muller, Glorot and Bengio, "Contractive auto-encoders: explicit invariance during
feature extraction", 2011, equations 4 and 6: L(x, g(f(x))) + lambda |J_f(x)|_F^2.
"""

import torch
from torch import Tensor, nn

from engine.lab.autoencoders import Autoencoder, Plan
from engine.lab.learner import Batch, Losses

LAMBDA = 1e-3


class Contractive(Autoencoder):
    """x -> h = sigmoid(W x + b) (N, latent) -> r; one layer, so that J has a closed form."""

    name = "contractive"
    rate = 1e-2

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        self.encoder = nn.Linear(plan.values, plan.latent)
        self.decoder = nn.Linear(plan.latent, plan.values)

    def encode(self, x: Tensor) -> Tensor:
        """In (0, 1)."""
        return self.encoder(x.flatten(1)).sigmoid()

    def decode(self, code: Tensor) -> Tensor:
        """A sigmoid keeps pixels in [0, 1]."""
        return self.picture(self.decoder(code).sigmoid())

    def jacobian(self, code: Tensor) -> Tensor:
        """|J|_F^2 of each code (N,): sum_j (h_j (1 - h_j))^2 sum_i W_ji^2, equation 6."""
        slope = (code * (1 - code)).square()
        return slope @ self.encoder.weight.square().sum(1)

    def loss(self, part: str, batch: Batch, dice: torch.Generator) -> Losses:
        """L = |x - r|^2 + lambda |J|_F^2."""
        del part, dice
        code = self.encode(batch.x)
        reconstruction = (self.decode(code) - batch.x).square().mean()
        contraction = self.jacobian(code).mean()
        weight = LAMBDA if self.plan.weight is None else self.plan.weight
        return {
            "loss": reconstruction + weight * contraction,
            "loss reconstruction": reconstruction,
            "jacobian": contraction,
        }


AUTOENCODER = Contractive
