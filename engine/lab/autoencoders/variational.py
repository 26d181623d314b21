"""A code that is a distribution: what lies between codes means something, and can be drawn from.

Kingma and Welling, "Auto-encoding variational Bayes", 2014: the ELBO of equation 3, the
reparameterization of equation 4, the KL divergence of appendix B. Beta as in Higgins and others,
"beta-VAE", 2017, equation 4. p(x | z) is Gaussian, with a sigma for each pixel
that is learned too and the same for all pictures: so the ELBO is in nats, to be set beside other
densities.
"""

import math

import torch
from torch import Tensor, nn

from engine.lab.autoencoders import Autoencoder, Plan
from engine.lab.learner import Batch, Losses, mlp, normal

LEAST_SIGMA = 0.05  # of 1: pixels that never change would have an endless density


class Variational(Autoencoder):
    """x -> q(z | x) = N(mu, sigma^2) in (N, latent); z -> p(x | z) = N(r, sigma_x^2)."""

    name = "variational"

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        self.encoder = mlp(plan.values, plan.hidden, 2 * plan.latent)
        self.decoder = mlp(plan.latent, plan.hidden, plan.values)
        self.log_sigma = nn.Parameter(torch.full((plan.values,), -1.0))

    def posterior(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Mu and log sigma^2 of q(z | x), each (N, latent)."""
        mu, log_variance = self.encoder(x.flatten(1)).chunk(2, dim=1)
        return mu, log_variance.clamp(-10, 10)

    def encode(self, x: Tensor) -> Tensor:
        """The middle of q(z | x)."""
        return self.posterior(x)[0]

    def decode(self, code: Tensor) -> Tensor:
        """The middle of p(x | z)."""
        return self.picture(self.decoder(code).sigmoid())

    def terms(self, x: Tensor, dice: torch.Generator) -> tuple[Tensor, Tensor]:
        """Log p(x | z) at one z ~ q(z | x), and KL(q || p), in nats, each (N,)."""
        mu, log_variance = self.posterior(x)
        z = mu + (log_variance / 2).exp() * normal(mu, dice)
        likelihood = gaussian(x.flatten(1), self.decode(z).flatten(1), self.sigma).sum(1)
        divergence = 0.5 * (mu.square() + log_variance.exp() - 1 - log_variance).sum(1)
        return likelihood, divergence

    @property
    def sigma(self) -> Tensor:
        """sigma_x of each pixel (values,)."""
        return self.log_sigma.exp().clamp(min=LEAST_SIGMA)

    def loss(self, part: str, batch: Batch, dice: torch.Generator) -> Losses:
        """L = -E[log p(x | z)] + beta KL(q(z | x) || N(0, 1)), in nats a picture; beta 1: -ELBO."""
        del part
        likelihood, divergence = (each.mean() for each in self.terms(batch.x, dice))
        return {
            "loss": -likelihood + self.plan.beta * divergence,
            "loss reconstruction": -likelihood,
            "kl": divergence,
        }


def gaussian(x: Tensor, mean: Tensor, sigma: Tensor) -> Tensor:
    """Log N(x; mean, sigma^2), in nats, number by number."""
    return -0.5 * ((x - mean) / sigma).square() - sigma.log() - 0.5 * math.log(2 * math.pi)


def factorized(learned: Tensor, test: Tensor) -> float:
    """Mean log density of `test` (N, C, H, W), nats a picture, where pixels know nothing of others.

    A Gaussian for each pixel, fitted to `learned` by maximum likelihood above the same least sigma:
    the baseline that an ELBO has to beat.
    """
    flat = learned.flatten(1)
    sigma = flat.std(0, correction=0).clamp(min=LEAST_SIGMA)
    return float(gaussian(test.flatten(1), flat.mean(0), sigma).sum(1).mean())


AUTOENCODER = Variational
