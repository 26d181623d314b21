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
    """(N, C + classes, H, W) -> (wide, H/2, W/2) -> (deep, H/4, W/4) -> logits (N, 1)."""

    def __init__(self, shape: tuple[int, int, int], classes: int = 0) -> None:
        super().__init__()
        channels, height, width = shape
        self.classes = classes
        small = -(-height // 4) * -(-width // 4)
        self.body = nn.Sequential(
            *(nn.Conv2d(channels + classes, WIDE, 3, stride=2, padding=1), leaky()),
            *(nn.Conv2d(WIDE, DEEP, 3, stride=2, padding=1), leaky()),
            *(nn.Flatten(), nn.Linear(DEEP * small, 1)),
        )

    def forward(self, x: Tensor, labels: Tensor | None = None) -> Tensor:
        """Classes come as constant planes beside the picture."""
        if labels is not None:
            planes = one_hot(labels, self.classes)[:, :, None, None]
            x = torch.cat([x, planes.expand(-1, -1, *x.shape[2:])], 1)
        return self.body(2 * x - 1)


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
