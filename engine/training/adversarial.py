"""What generator and critic play for. D is a critic's logit, above 0 for real."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor


@dataclass(frozen=True, slots=True)
class Game:
    """Two losses: `critic(D(real), D(drawn))` and `generator(D(drawn))`, both made smaller.

    `smooth`: whether R1 goes with it; Wasserstein's critics are kept in bounds otherwise.
    """

    critic: Callable[[Tensor, Tensor], Tensor]
    generator: Callable[[Tensor], Tensor]
    smooth: bool = True


def minus(verdict: Tensor) -> Tensor:
    """-E[D(drawn)]."""
    return -verdict.mean()


def logistic_critic(real: Tensor, drawn: Tensor) -> Tensor:
    """-E[log D(x)] - E[log(1 - D(G(z)))], Goodfellow et al. (2014), equation 1."""
    return F.softplus(-real).mean() + F.softplus(drawn).mean()


def logistic_generator(drawn: Tensor) -> Tensor:
    """-E[log D(G(z))], which does not saturate where the critic is sure."""
    return F.softplus(-drawn).mean()


def hinge_critic(real: Tensor, drawn: Tensor) -> Tensor:
    """E[max(0, 1 - D(x))] + E[max(0, 1 + D(G(z)))], Lim and Ye (2017)."""
    return F.relu(1 - real).mean() + F.relu(1 + drawn).mean()


def wasserstein_critic(real: Tensor, drawn: Tensor) -> Tensor:
    """E[D(G(z))] - E[D(x)], Arjovsky et al. (2017)."""
    return drawn.mean() - real.mean()


GAMES = {
    "non-saturating": Game(logistic_critic, logistic_generator),
    "hinge": Game(hinge_critic, minus),
    "wasserstein": Game(wasserstein_critic, minus, smooth=False),
    "wgan-gp": Game(wasserstein_critic, minus, smooth=False),
}
BIAS = 0.02
PENALTY = 10.0  # of WGAN-GP, as in the paper


def r1(verdict: Tensor, real: Tensor) -> Tensor:
    """E[|grad D(x)|^2] at real pictures, Mescheder et al. (2018), equation 9 without gamma / 2."""
    (slope,) = torch.autograd.grad(verdict.sum(), real, create_graph=True)
    return slope.float().square().flatten(1).sum(1).mean()


def between(real: Tensor, drawn: Tensor, dice: torch.Generator) -> Tensor:
    """A point on the way from each real picture to a drawn one, for the gradient penalty."""
    share = torch.rand((len(real), 1, 1, 1), generator=dice, device=real.device)
    return (share * real + (1 - share) * drawn).detach().requires_grad_()


def gradient_penalty(verdict: Tensor, point: Tensor) -> Tensor:
    """E[(|grad D| - 1)^2], Gulrajani et al. (2017), equation 3 without lambda."""
    (slope,) = torch.autograd.grad(verdict.sum(), point, create_graph=True)
    return (slope.float().flatten(1).norm(dim=1) - 1).square().mean()


@torch.no_grad()
def clip_weights(module: torch.nn.Module) -> None:
    """Every layer's weights into bounds: 2 / fan-in, and BIAS for biases.

    The paper's 0.01 for all is meant for a critic that normalizes its batches. Without that, it
    would let gradients fade to nothing in narrow layers and verdicts explode in wide ones.
    """
    for each in module.parameters():
        limit = 2 * len(each) / each.numel() if each.dim() > 1 else BIAS
        each.clamp_(-limit, limit)
