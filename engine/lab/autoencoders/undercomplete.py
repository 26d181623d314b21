"""The plain autoencoder: a code smaller than the picture, so that it has to choose what to keep.

Rumelhart, Hinton and Williams, "Learning internal representations by error propagation", 1986;
Goodfellow, Bengio and Courville, "Deep Learning", 2016, section 14.1, L(x, g(f(x))). With linear
layers its best code spans the same plane as PCA (Baldi and Hornik, 1989).
"""

from torch import Tensor

from engine.lab.autoencoders import Autoencoder, Plan
from engine.lab.learner import mlp


class Undercomplete(Autoencoder):
    """x -> hidden -> h (N, latent) -> hidden -> r."""

    name = "undercomplete"

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        self.encoder = mlp(plan.values, plan.hidden, plan.latent)
        self.decoder = mlp(plan.latent, plan.hidden, plan.values)

    def encode(self, x: Tensor) -> Tensor:
        """Not bounded: any number is a code."""
        return self.encoder(x.flatten(1))

    def decode(self, code: Tensor) -> Tensor:
        """A sigmoid keeps pixels in [0, 1]."""
        return self.picture(self.decoder(code).sigmoid())


AUTOENCODER = Undercomplete
