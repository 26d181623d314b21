"""A critic whose slope is held at 1 between the clouds, instead of clipped weights.

Gulrajani, Ahmed, Arjovsky, Dumoulin and Courville, "Improved training of Wasserstein GANs", 2017,
equation 3 and algorithm 1: lambda 10, n_critic 5, Adam with betas (0, 0.9).
"""

import torch
from torch import Tensor

from engine.lab.gans.wgan import Wgan
from engine.lab.learner import Batch, Learner, Losses

LAMBDA = 10.0


class WganGp(Wgan):
    """L_D = E[f(G(z))] - E[f(x)] + lambda E[(|grad f(x^)| - 1)^2]."""

    rate = 1e-3
    betas = (0.0, 0.9)
    weight = LAMBDA

    def optimizer(self, part: str, rate: float) -> torch.optim.Optimizer:
        """Adam again."""
        return Learner.optimizer(self, part, self.rates.get(part, rate))

    def loss(self, part: str, batch: Batch, dice: torch.Generator) -> Losses:
        """The WGAN's, and the penalty for the critic."""
        losses = super().loss(part, batch, dice)
        if part == "discriminator":
            penalty = self.slope(batch, dice)
            distance = -losses["loss"]
            losses |= {"loss": losses["loss"] + self.weight * penalty, "distance": distance}
        return losses

    def slope(self, batch: Batch, dice: torch.Generator) -> Tensor:
        """E[(|grad f(x^)| - 1)^2], x^ = e x + (1 - e) G(z), e ~ U(0, 1)."""
        x, labels = batch.x, batch.labels
        with torch.no_grad():
            made = self.generate(self.noise(len(x), dice), labels)
        e = torch.rand(len(x), *[1] * (x.ndim - 1), generator=dice)
        between = (e * x + (1 - e) * made).requires_grad_()
        (gradient,) = torch.autograd.grad(
            self.judge(between, labels).sum(), between, create_graph=True
        )
        return (gradient.flatten(1).norm(dim=1) - 1).square().mean()

    def stepped(self, part: str) -> dict[str, float]:
        """Nothing is clipped."""
        return super(Wgan, self).stepped(part)
