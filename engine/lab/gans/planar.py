"""The two small networks of a duel on points, and the GAN that they make."""

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from engine.lab.gans import Gan, Remedies
from engine.lab.gans.vanilla import Minimax, NonSaturating
from engine.lab.gans.wgan import Wgan
from engine.lab.gans.wgan_gp import WganGp
from engine.lab.learner import mlp
from engine.specs_lab import LabDuel

KERNELS, KERNEL_SIZE = 8, 4


class PlanarWganGp(WganGp):
    """Lambda 0.1: the paper's 10 holds a critic of the plane so tight that it learns slowly."""

    betas = (0.5, 0.9)
    weight = 0.1


KINDS: dict[str, type[Gan]] = {
    "minimax": Minimax,
    "non-saturating": NonSaturating,
    "wgan": Wgan,
    "wgan-gp": PlanarWganGp,
}


class Critic(nn.Module):
    """(N, dims) -> logits (N, 1); what it needs besides is built in.

    `spectral`: each layer's largest singular value is 1 (Miyato and others, "Spectral normalization
    for generative adversarial networks", 2018, equation 8).
    """

    def __init__(
        self, dims: int, hidden: int, layers: int, *, minibatch: bool, spectral: bool
    ) -> None:
        super().__init__()
        self.body = nn.Sequential(mlp(dims, *[hidden] * layers, between=leaky), leaky())
        width = hidden if layers else dims
        if not layers:
            self.body = nn.Sequential()
        self.crowd = Crowd(width) if minibatch else None
        self.tail = nn.Linear(width + (KERNELS if minibatch else 0), 1)
        if spectral:
            for layer in [each for each in self.modules() if isinstance(each, nn.Linear)]:
                spectral_norm(layer)

    def forward(self, x: Tensor) -> Tensor:
        """How real each place looks."""
        features = self.body(x)
        if self.crowd is not None:
            features = torch.cat([features, self.crowd(features)], 1)
        return self.tail(features)


class Crowd(nn.Module):
    """Minibatch discrimination: (N, A) -> how near each one is to all others, (N, kernels).

    Salimans, Goodfellow, Zaremba, Cheung, Radford and Chen, "Improved techniques for training
    GANs", 2016, section 3.2: o(x_i)_b = sum_j exp(-|M_ib - M_jb|_1). A collapsed batch gives itself
    away. The sum is divided by N here, so that the size of a batch changes nothing.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.tensor = nn.Parameter(0.1 * torch.randn(width, KERNELS * KERNEL_SIZE))

    def forward(self, features: Tensor) -> Tensor:
        """M = f(x) T, its rows compared with each other."""
        rows = (features @ self.tensor).reshape(len(features), KERNELS, KERNEL_SIZE)
        apart = (rows[:, None] - rows[None]).abs().sum(3)
        return (-apart).exp().mean(1)


def leaky() -> nn.LeakyReLU:
    """As DCGAN's discriminators have it."""
    return nn.LeakyReLU(0.2)


def gan(spec: LabDuel, dims: int) -> Gan:
    """Both sides with their first weights, as the spec wants them."""
    cure = Remedies(spec.instance_noise, spec.penalty)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(spec.seed)
        generator = mlp(spec.latent, *[spec.hidden] * spec.layers, dims)
        critic = Critic(
            dims, spec.hidden, spec.layers, minibatch=spec.minibatch, spectral=spec.spectral
        )
        made = KINDS[spec.loss](generator, critic, spec.latent, cure)
    if spec.turns is not None:
        made.turns = spec.turns
    if spec.discriminator_rate is not None:
        made.rates["discriminator"] = spec.discriminator_rate
    return made
