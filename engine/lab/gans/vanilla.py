"""The first GAN, with either of its two losses for the generator.

Goodfellow, Pouget-Abadie, Mirza, Xu, Warde-Farley, Ozair, Courville and Bengio, "Generative
adversarial nets", 2014: the value of equation 1, min over G and max over D of
E[log D(x)] + E[log(1 - D(G(z)))]. Against a D that is sure of itself log(1 - D) is flat and G
learns nothing: vanishing gradients. Their remedy, at the end of section 3, is to make -log D(G(z))
smaller.
"""

from torch import Tensor
from torch.nn.functional import softplus

from engine.lab.gans import Gan


class Minimax(Gan):
    """Both play for the same value. -log D = softplus(-logit), -log(1 - D) = softplus(logit)."""

    def discriminator_loss(self, on_real: Tensor, on_made: Tensor) -> Tensor:
        """L_D = -E[log D(x)] - E[log(1 - D(G(z)))]."""
        return softplus(-on_real).mean() + softplus(on_made).mean()

    def generator_loss(self, on_made: Tensor) -> Tensor:
        """L_G = E[log(1 - D(G(z)))]."""
        return -softplus(on_made).mean()


class NonSaturating(Minimax):
    """The same discriminator; a generator with gradients even when it loses."""

    def generator_loss(self, on_made: Tensor) -> Tensor:
        """L_G = -E[log D(G(z))]."""
        return softplus(-on_made).mean()
