"""Convolutions on both sides: the first GANs whose pictures people liked.

Radford, Metz and Chintala, "Unsupervised representation learning with deep convolutional generative
adversarial networks", 2016, section 3: strides for pooling, batch normalization, ReLU in G and
leaky ReLU in D, no hidden layers that see everything. The loss is the non-saturating one, Adam with
beta1 0.5. D has no batch normalization here: on batches of tiny pictures it tells real from made by
their means alone.
"""

import torch
from torch import Tensor, nn

from engine.lab.gans import Gan
from engine.lab.gans.planar import leaky
from engine.lab.gans.vanilla import NonSaturating
from engine.lab.gans.wgan_gp import WganGp

DEEP, WIDE = 96, 48


class Generator(nn.Module):
    """z (N, latent + classes) -> (deep, H/4, W/4) -> (wide, H/2, W/2) -> (C, H, W) in [0, 1]."""

    def __init__(self, latent: int, shape: tuple[int, int, int], classes: int = 0) -> None:
        super().__init__()
        channels, height, width = shape
        self.shape, self.classes = shape, classes
        small = -(-height // 4), -(-width // 4)
        self.body = nn.Sequential(
            nn.Linear(latent + classes, DEEP * small[0] * small[1]),
            nn.Unflatten(1, (DEEP, *small)),
            *(nn.BatchNorm2d(DEEP), nn.ReLU()),
            nn.ConvTranspose2d(DEEP, WIDE, 4, stride=2, padding=1),
            *(nn.BatchNorm2d(WIDE), nn.ReLU()),
            nn.ConvTranspose2d(WIDE, channels, 4, stride=2, padding=1),
        )

    def forward(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """(tanh + 1) / 2, as the paper's range moved to ours."""
        if labels is not None:
            z = torch.cat([z, one_hot(labels, self.classes)], 1)
        _, height, width = self.shape
        return (self.body(z)[:, :, :height, :width].tanh() + 1) / 2


class Critic(nn.Module):
    """(N, C, H, W) -> (wide, H/2, W/2) -> (deep, H/4, W/4) -> logits (N, 1).

    Told of a class it adds how well the features fit that class, y^T V phi(x) (Miyato and Koyama,
    "cGANs with projection discriminator", 2018, equation 3).
    """

    def __init__(self, shape: tuple[int, int, int], classes: int = 0) -> None:
        super().__init__()
        channels, height, width = shape
        features = DEEP * -(-height // 4) * -(-width // 4)
        self.body = nn.Sequential(
            *(nn.Conv2d(channels, WIDE, 3, stride=2, padding=1), leaky()),
            *(nn.Conv2d(WIDE, DEEP, 3, stride=2, padding=1), leaky()),
            nn.Flatten(),
        )
        self.tail = nn.Linear(features, 1)
        self.fit = nn.Linear(features, classes, bias=False) if classes else None

    def forward(self, x: Tensor, labels: Tensor | None = None) -> Tensor:
        """How real, and how much of its class."""
        features = self.body(2 * x - 1)
        logits: Tensor = self.tail(features)
        if self.fit is not None and labels is not None:
            logits = logits + self.fit(features).gather(1, labels[:, None])
        return logits


def one_hot(labels: Tensor, classes: int) -> Tensor:
    """(N,) -> (N, classes) of 0 and 1."""
    return nn.functional.one_hot(labels, classes).float()


class Dcgan(NonSaturating):
    """The paper's pair; batches come without their labels."""

    rate = 1e-3


KINDS: dict[str, type[Gan]] = {"dcgan": Dcgan, "wgan-gp": WganGp}


def gan(kind: str, latent: int, shape: tuple[int, int, int], seed: int) -> Gan:
    """A pair for pictures with its first weights; `kind` "dcgan" or "wgan-gp"."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return KINDS[kind](Generator(latent, shape), Critic(shape), latent)
