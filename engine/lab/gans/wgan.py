"""A critic that measures how far apart the clouds are, its weights clipped to keep it honest.

Arjovsky, Chintala and Bottou, "Wasserstein GAN", 2017: equation 3 and algorithm 1, n_critic 5,
RMSProp. Clipping keeps the critic Lipschitz, if crudely.
"""

import torch
from torch import Tensor

from engine.lab.gans import Gan

CLIP = 0.1  # the paper's 0.01 starves networks as small as these


class Wgan(Gan):
    """W(real, made) = max E[f(x)] - E[f(G(z))] over f that are 1-Lipschitz, up to a factor."""

    rate = 5e-4
    turns = 5
    bounded = False

    def optimizer(self, part: str, rate: float) -> torch.optim.Optimizer:
        """RMSProp: with momentum the critic's loss became unstable, the paper says."""
        return torch.optim.RMSprop(self.weights(part), lr=self.rates.get(part, rate))

    def discriminator_loss(self, on_real: Tensor, on_made: Tensor) -> Tensor:
        """L_D = E[f(G(z))] - E[f(x)]."""
        return on_made.mean() - on_real.mean()

    def generator_loss(self, on_made: Tensor) -> Tensor:
        """L_G = -E[f(G(z))]."""
        return -on_made.mean()

    def stepped(self, part: str) -> dict[str, float]:
        """The critic's weights go back into [-c, c]."""
        if part == "discriminator":
            with torch.no_grad():
                for weight in self.critic.parameters():
                    weight.clamp_(-CLIP, CLIP)
        return super().stepped(part)
