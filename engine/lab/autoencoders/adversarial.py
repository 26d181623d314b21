"""A discriminator, in place of a KL divergence, makes the codes look like a normal distribution.

Makhzani, Shlens, Jaitly, Goodfellow and Frey, "Adversarial autoencoders", 2016, section 2 and
figure 1: a reconstruction phase, then a regularization phase between D and the encoder.
"""

from collections.abc import Iterable

import torch
from torch import nn
from torch.nn.functional import softplus

from engine.lab.autoencoders import Plan
from engine.lab.autoencoders.undercomplete import Undercomplete
from engine.lab.learner import Batch, Losses, mlp, normal

REALNESS = 0.01  # weight of fooling D beside the reconstruction


class Adversarial(Undercomplete):
    """The undercomplete network, and D (N, latent) -> (N, 1), logits of "drawn from N(0, 1)"."""

    name = "adversarial"

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        self.critic = mlp(plan.latent, plan.hidden, plan.hidden, 1)

    def parts(self, share: float) -> tuple[str, ...]:
        """Reconstruction, D, and the encoder that deceives it."""
        del share
        return ("model", "discriminator", "deceiver")

    def weights(self, part: str) -> Iterable[nn.Parameter]:
        """The decoder learns from reconstructions alone."""
        if part == "discriminator":
            return self.critic.parameters()
        if part == "deceiver":
            return self.encoder.parameters()
        return (*self.encoder.parameters(), *self.decoder.parameters())

    def loss(self, part: str, batch: Batch, dice: torch.Generator) -> Losses:
        """|x - r|^2; -log D(z) - log(1 - D(f(x))); -lambda log D(f(x))."""
        if part == "model":
            return super().loss(part, batch, dice)
        code = self.encode(batch.x)
        if part == "deceiver":
            return {"loss": REALNESS * softplus(-self.critic(code)).mean()}
        real, made = self.critic(normal(code, dice)), self.critic(code.detach())
        return {"loss": softplus(-real).mean() + softplus(made).mean()}


AUTOENCODER = Adversarial
