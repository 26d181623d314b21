"""Depth one layer at a time: each learns to reconstruct the one below, then all learn together.

Bengio, Lamblin, Popovici and Larochelle, "Greedy layer-wise training of deep networks", 2007,
section 3; fine-tuning of the unrolled stack as in Hinton and Salakhutdinov, "Reducing the
dimensionality of data with neural networks", 2006.
"""

from collections.abc import Iterable
from itertools import pairwise

import torch
from torch import Tensor, nn

from engine.lab.autoencoders import Autoencoder, Plan
from engine.lab.learner import Batch, Losses

GREEDY = 0.6  # share of the budget for the layers by themselves; the rest is fine-tuning
TUNING = "fine-tuning"


class Stacked(Autoencoder):
    """x -> hidden -> hidden/2 -> h (N, latent) and back; a sigmoid follows each but the code."""

    name = "stacked"
    rate = 1e-2

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        sizes = (plan.values, plan.hidden, max(plan.latent, plan.hidden // 2), plan.latent)
        pairs = list(pairwise(sizes))
        self.up = nn.ModuleList(nn.Linear(wide, narrow) for wide, narrow in pairs)
        self.down = nn.ModuleList(nn.Linear(narrow, wide) for wide, narrow in pairs)

    def parts(self, share: float) -> tuple[str, ...]:
        """Each layer has its turn, the lowest first; then the whole."""
        if share >= GREEDY:
            return (TUNING,)
        return (f"layer {1 + int(share / GREEDY * len(self.up))}",)

    def weights(self, part: str) -> Iterable[nn.Parameter]:
        """A layer's own, up and down."""
        if part == TUNING:
            return self.parameters()
        level = int(part.split()[1]) - 1
        return (*self.up[level].parameters(), *self.down[level].parameters())

    def encode(self, x: Tensor) -> Tensor:
        """Through every layer."""
        return self._climb(x.flatten(1), len(self.up))

    def decode(self, code: Tensor) -> Tensor:
        """And back."""
        for layer in reversed(self.down):
            code = layer(code).sigmoid()
        return self.picture(code)

    def _climb(self, x: Tensor, levels: int) -> Tensor:
        for number, layer in enumerate(self.up[:levels], start=1):
            x = layer(x) if number == len(self.up) else layer(x).sigmoid()
        return x

    def loss(self, part: str, batch: Batch, dice: torch.Generator) -> Losses:
        """Greedy: L_k = |h_(k-1) - g_k(f_k(h_(k-1)))|^2, h_(k-1) held still. At last |x - r|^2."""
        if part == TUNING:
            return super().loss(part, batch, dice)
        level = int(part.split()[1]) - 1
        with torch.no_grad():
            below = self._climb(batch.x.flatten(1), level)
        code = self.up[level](below)
        if level + 1 < len(self.up):
            code = code.sigmoid()
        return {"loss": (self.down[level](code).sigmoid() - below).square().mean()}


AUTOENCODER = Stacked
