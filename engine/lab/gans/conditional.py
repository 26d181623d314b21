"""Both sides are told the class: one may ask for a seven and get one.

Mirza and Osindero, "Conditional generative adversarial nets", 2014, equation 2: D(x | y), G(z | y).
y is a one-hot vector beside z; D has it by projection (Miyato and Koyama, 2018), which obeys better
than their planes beside the picture. The networks are DCGAN's, the loss is the non-saturating one.
"""

import torch

from engine.lab.gans.dcgan import Critic, Dcgan, Generator


class Conditional(Dcgan):
    """(z, y) -> x, and (x, y) -> logits."""


def gan(latent: int, shape: tuple[int, int, int], classes: int, seed: int) -> Conditional:
    """A pair with its first weights, for labels below `classes`."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        generator, critic = Generator(latent, shape, classes), Critic(shape, classes)
        return Conditional(generator, critic, latent)
