"""Few units may be awake at a time: each learns to stand for something of its own.

Two penalties: the L1 norm of the code, Omega = lambda sum |h_i| (Goodfellow, Bengio and Courville,
"Deep Learning", 2016, section 14.2.1), and the KL divergence of each unit's mean activation from a
target rho, sum_j KL(rho || rho_j) (Ng, "Sparse autoencoder", CS294A lecture notes, 2011, page 14).
"""

import torch
from torch import Tensor, nn

from engine.lab.autoencoders import Autoencoder, Plan
from engine.lab.learner import Batch, Losses

L1, KL = 3e-3, 1e-3


class Sparse(Autoencoder):
    """x -> h (N, latent), rectified for L1 and sigmoid for KL -> r; one layer on each side."""

    name = "sparse"
    rate = 5e-3

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        self.encoder = nn.Linear(plan.values, plan.latent)
        self.decoder = nn.Linear(plan.latent, plan.values)

    def encode(self, x: Tensor) -> Tensor:
        """At least 0; with KL at most 1."""
        raised = self.encoder(x.flatten(1))
        return raised.sigmoid() if self.plan.sparsity == "kl" else raised.relu()

    def decode(self, code: Tensor) -> Tensor:
        """A column of W a unit, of length 1 for L1: else tiny codes and large columns would do."""
        weight = self.decoder.weight
        if self.plan.sparsity == "l1":
            weight = nn.functional.normalize(weight, dim=0)
        return self.picture(nn.functional.linear(code, weight, self.decoder.bias).clamp(0, 1))

    def loss(self, part: str, batch: Batch, dice: torch.Generator) -> Losses:
        """L = |x - r|^2 + lambda Omega(h), the clamp left out so that gradients pass."""
        del part, dice
        code = self.encode(batch.x)
        weight = self.decoder.weight
        if self.plan.sparsity == "l1":
            weight = nn.functional.normalize(weight, dim=0)
        flat = nn.functional.linear(code, weight, self.decoder.bias)
        reconstruction = (flat - batch.x.flatten(1)).square().mean()
        penalty, usual = (
            (divergence(code.mean(0), self.plan.target), KL)
            if self.plan.sparsity == "kl"
            else (code.abs().sum(1).mean(), L1)
        )
        factor = usual if self.plan.weight is None else self.plan.weight
        return {
            "loss": reconstruction + factor * penalty,
            "loss reconstruction": reconstruction,
            "sparsity": penalty,
        }


def divergence(mean: Tensor, target: float) -> Tensor:
    """sum_j KL(rho || rho_j) of coins, in nats; `mean` (D,) in (0, 1) is rho_j."""
    mean = mean.clamp(1e-6, 1 - 1e-6)
    awake = target * (target / mean).log()
    asleep = (1 - target) * ((1 - target) / (1 - mean)).log()
    return (awake + asleep).sum()


AUTOENCODER = Sparse
