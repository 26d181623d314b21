"""Muon: momentum, made orthogonal before each step, so that every direction moves alike.

Jordan et al. (2024), https://kellerjordan.github.io/posts/muon; steps are as long as Adam's, after
Liu et al. (2025), "Muon is scalable for LLM training", eq. 4. torch has one for matrices alone;
here a convolution is the matrix from what it sees at one place to what it says there.
"""

import math
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor, nn

from engine.training.lesson import parameters

MOMENTUM = 0.95
ITERATIONS = 5
QUINTIC = (3.4445, -4.7750, 2.0315)
LENGTH = 0.2  # root mean square of a step at rate 1, about that of Adam's
LEAST = 16  # rows and columns of what counts as a matrix


class Muon(torch.optim.Optimizer):
    """For weights of two or more dimensions, the first of which is what comes out."""

    def __init__(self, weights: Iterable[nn.Parameter], *, lr: float, weight_decay: float) -> None:
        super().__init__(weights, {"lr": lr, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> None:  # type: ignore[override]
        """One step on the gradients there are; with Nesterov's momentum and decoupled decay."""
        assert closure is None
        for group in self.param_groups:
            for weight in group["params"]:
                if weight.grad is None:
                    continue
                kept = self.state[weight]
                if not kept:
                    kept["momentum"] = torch.zeros_like(weight)
                momentum = kept["momentum"].mul_(MOMENTUM).add_(weight.grad)
                way = orthogonal((weight.grad + MOMENTUM * momentum).flatten(1))
                rate = group["lr"] * LENGTH * math.sqrt(max(way.shape))
                weight.mul_(1 - group["lr"] * group["weight_decay"])
                weight.sub_(way.reshape(weight.shape), alpha=rate)


def orthogonal(matrix: Tensor) -> Tensor:
    """About U V^T of a matrix U S V^T: singular values between 0.7 and 1.2, by Newton-Schulz."""
    a, b, c = QUINTIC
    high = matrix.shape[0] > matrix.shape[1]
    x = matrix.T if high else matrix
    x = x / x.norm().clamp_min(1e-12)
    for _ in range(ITERATIONS):
        gram = x @ x.T
        x = torch.addmm(x, torch.addmm(gram, gram, gram, beta=b, alpha=c), x, beta=a)
    return x.T if high else x


def parted(module: nn.Module) -> tuple[list[nn.Parameter], list[nn.Parameter]]:
    """(matrices between the first and the last, all else): Muon's share and Adam's."""
    learning = list(parameters(module))
    wide = [each for each in learning if each.dim() > 1]
    inner = {id(each) for each in wide[1:-1] if min(each.shape[:2]) >= LEAST}
    matrices = [each for each in learning if id(each) in inner]
    return matrices, [each for each in learning if id(each) not in inner]
