"""Generator against discriminator: what all of them share. A file for each kind of GAN.

x (N, ...) are real examples, z (N, latent) ~ N(0, 1), G(z) is like x. D gives logits (N,): D(x) of
the papers is their sigmoid, and a critic of the WGANs is the logits themselves.
"""

from abc import abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from engine.lab.learner import Batch, Learner, Losses, normal


@dataclass(frozen=True, slots=True)
class Remedies:
    """Against instability: `instance_noise` is a sigma, `penalty` the weight of R1."""

    instance_noise: float = 0.0
    penalty: float = 0.0


NO_REMEDIES = Remedies()


class Gan(Learner):
    """A generator (z, labels) -> x and a critic (x, labels) -> logits, in a duel.

    `turns`: steps of the discriminator for each of the generator. `rates`: a part's own rate.
    """

    rate = 1e-3
    betas = (0.5, 0.9)
    turns = 1
    bounded = True  # whether the sigmoid of the logits means something

    def __init__(
        self, generator: nn.Module, critic: nn.Module, latent: int, cure: Remedies = NO_REMEDIES
    ) -> None:
        super().__init__()
        self.generator, self.critic, self.latent, self.cure = generator, critic, latent, cure
        self.rates: dict[str, float] = {}

    def parts(self, share: float) -> tuple[str, ...]:
        """The discriminator has its turns first, as in algorithm 1 of Goodfellow and others."""
        del share
        return ("discriminator",) * self.turns + ("generator",)

    def weights(self, part: str) -> Iterable[nn.Parameter]:
        """Each side its own."""
        return (self.critic if part == "discriminator" else self.generator).parameters()

    def optimizer(self, part: str, rate: float) -> torch.optim.Optimizer:
        """Adam, at a part's own rate where it has one."""
        return super().optimizer(part, self.rates.get(part, rate))

    def noise(self, size: int, dice: torch.Generator) -> Tensor:
        """Z (size, latent)."""
        return torch.randn(size, self.latent, generator=dice)

    def generate(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """G(z), where it was told of classes with them."""
        return self.generator(z) if labels is None else self.generator(z, labels)

    def judge(self, x: Tensor, labels: Tensor | None = None) -> Tensor:
        """Logits (N,)."""
        return (self.critic(x) if labels is None else self.critic(x, labels)).flatten()

    def loss(self, part: str, batch: Batch, dice: torch.Generator) -> Losses:
        """The part's own, with the remedies asked for."""
        x, labels = batch.x, batch.labels
        made = self.generate(self.noise(len(x), dice), labels)
        if part == "generator":
            return {"loss": self.generator_loss(self.judge(self._blurred(made, dice), labels))}
        made = made.detach()
        x, made = self._blurred(x, dice), self._blurred(made, dice)
        on_real, on_made = self.judge(x, labels), self.judge(made, labels)
        loss = self.discriminator_loss(on_real, on_made)
        if self.cure.penalty:
            loss = loss + self.cure.penalty / 2 * self._slope(x, labels)
        return {"loss": loss, **self._opinions(on_real, on_made)}

    @abstractmethod
    def discriminator_loss(self, on_real: Tensor, on_made: Tensor) -> Tensor:
        """What D makes smaller, from its logits."""

    @abstractmethod
    def generator_loss(self, on_made: Tensor) -> Tensor:
        """What G makes smaller, from D's logits."""

    def stepped(self, part: str) -> dict[str, float]:
        """How long the gradient was that the generator got: nothing to learn from where it is 0."""
        if part != "generator":
            return {}
        gradients = [each.grad for each in self.generator.parameters() if each.grad is not None]
        return {"gradient generator": float(torch.stack(torch._foreach_norm(gradients)).norm())}

    def _blurred(self, x: Tensor, dice: torch.Generator) -> Tensor:
        """Instance noise (Arjovsky and Bottou, 2017, section 3): both clouds come to overlap."""
        return x + self.cure.instance_noise * normal(x, dice) if self.cure.instance_noise else x

    def _slope(self, x: Tensor, labels: Tensor | None) -> Tensor:
        """R1 = E |grad D(x)|^2 at real x (Mescheder, Geiger and Nowozin, 2018, equation 9)."""
        x = x.detach().requires_grad_()
        (gradient,) = torch.autograd.grad(self.judge(x, labels).sum(), x, create_graph=True)
        return gradient.square().flatten(1).sum(1).mean()

    def _opinions(self, on_real: Tensor, on_made: Tensor) -> Losses:
        if self.bounded:
            on_real, on_made = on_real.sigmoid(), on_made.sigmoid()
        return {"D real": on_real.mean(), "D made": on_made.mean()}
