"""Learn to turn A into B and back without pairs: CycleGAN (Zhu et al., 2017).

Two generators and two PatchGANs. A picture that goes there and back should come out as it was
(equation 2), one that is of the other domain already should stay as it is (section 5.2), and the
adversaries, which remember earlier fakes, judge by least squares (section 4). Where minutes count,
the adversaries may borrow eyes that know pictures already (Sauer et al., 2021).
"""

from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn

from engine import catalogue, executors
from engine.domains import Domain, domain_of
from engine.errors import UserError
from engine.specs import Train, TrainCycleGan
from engine.training.critics import Eyes, look, thrown_shift
from engine.training.data import Found, Pictures
from engine.training.dice import dice
from engine.training.eyes import borrowed
from engine.training.lesson import MODEL, Batch, Loss, Tuning
from engine.training.networks import base_of, built, planned
from engine.training.patchgan import Adversary, started
from engine.training.translation import UnpairedTranslation, halved
from engine.training.unpairedexam import Unpaired

CRITICS = ("discriminator of A", "discriminator of B")


class Both(nn.Module):
    """Both generators. (N, 3, H, W) of A -> of B; with B beside it, all that a step needs."""

    def __init__(self, there: nn.Module, back: nn.Module) -> None:
        super().__init__()
        self.there, self.back = there, back

    def forward(self, a: Tensor, b: Tensor | None = None, *, same: bool = False) -> Any:
        """B of A; or fakes of A and B, what they become again, and what does not need to change."""
        if b is None:
            return self.there(a)
        fake_a, fake_b = self.back(b), self.there(a)
        again = (self.back(fake_b), self.there(fake_a))
        kept = (self.back(a), self.there(b)) if same else (a, b)
        return (fake_a, fake_b), again, kept


class Pool:
    """Up to `size` earlier fakes: half of the new ones are exchanged for old ones (Shrivastava)."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.kept: list[Tensor] = []

    def exchanged(self, fakes: Tensor, *place: int) -> Tensor:
        """The same number of fakes, some of them from earlier; `place` seeds the dice."""
        thrown = dice(*place)
        shown = []
        for fake in fakes.detach():
            if len(self.kept) < self.size:
                self.kept.append(fake.clone())
                shown.append(fake)
            elif self.size and thrown.random() < 0.5:
                index = int(thrown.integers(self.size))
                shown.append(self.kept[index])
                self.kept[index] = fake.clone()
            else:
                shown.append(fake)
        return torch.stack(shown)


class CycleGan(UnpairedTranslation):
    """Two generators in one module, an adversary each."""

    learner = "cyclegan"
    batch = 1
    edge = 128
    yardstick = "frechet"
    rates = (2e-4, 1e-4)

    def __init__(self, spec: Train) -> None:
        assert isinstance(spec, TrainCycleGan)
        self.asked = spec
        usual = "resnet_generator width=32 blocks=6"
        self.plan = planned(spec.network, usual, base_of(spec.base, "transfer"))
        if self.plan.architecture.conditions:
            name = self.plan.architecture.name
            raise UserError(f"{name} is for the style of one picture.", "Choose resnet_generator.")
        super().__init__(spec)
        self.partner = spec.partner or f"{spec.name}-back"
        self.critics: dict[str, nn.Module] = {}
        self.pools = {name: Pool(spec.pool) for name in CRITICS}
        self.eyes: Eyes | None = None

    def found(self) -> Found:
        """Both domains' files; the eyes' weights where the critic needs them."""
        if self.asked.critic != "pixels":
            self.eyes = borrowed(self.asked.eyes, self.asked.perceptual_file)
        return super().found()

    def budget(self, learned: Pictures) -> Train:
        """So many epochs of A, twice: at the full rate, and while it falls."""
        if self.asked.epochs is None or self.asked.steps is not None:
            return self.spec
        of_a = sum(each.small.size > 0 for each in learned.pairs())
        return replace(self.spec, steps=2 * self.asked.epochs * -(-of_a // self.size))

    def set_up(self, device: torch.device) -> None:
        """Generators as the base and its partner have them, or new; new adversaries."""
        super().set_up(device)
        there, back = self.modules[MODEL], self._way_back()
        if self.asked.critic != "pixels":
            eyes = self.eyes or borrowed(self.asked.eyes, self.asked.perceptual_file)
            self.eyes = eyes.to(device)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.spec.seed + 1)
            if self.plan.base is None:
                started(there)
                started(back)
            width = getattr(self.plan.config, "width", 64)
            for name in CRITICS:
                critic = Adversary(self.asked.critic, width, self.eyes)
                self.critics[name] = self.modules[name] = critic
        self.modules[MODEL] = Both(there, back)

    def _way_back(self) -> nn.Module:
        base = self.plan.base
        partner = domain_of(base.card).partner if base is not None else ""
        if partner:
            return executors.build(catalogue.find(partner, "transfer")).train()
        return built(replace(self.plan, base=None), self.spec.seed + 2)

    def parts(self, progress: float) -> tuple[str, ...]:
        """The generators, then both adversaries."""
        del progress
        return (MODEL, *CRITICS)

    def tuning(self, part: str) -> Tuning:
        """Adam as published."""
        del part
        return Tuning(betas=(0.5, 0.999), decay=0.0)

    def falling(self, used: float) -> float:
        """The full rate for half of the budget, then down to nothing."""
        return halved(used)

    def loss(self, part: str, batch: Batch) -> Loss:
        """The generators' loss, or an adversary's on what they have just drawn."""
        if part != MODEL:
            return self._critic_loss(part, batch)
        asked, a, b = self.asked, batch.inputs, batch.target
        fakes, again, kept = self.modules[MODEL](a, b, same=asked.identity_weight > 0)
        batch.drawn = torch.cat(fakes).detach()
        adversarial = sum(
            self._convincing(name, fake, batch) for name, fake in zip(CRITICS, fakes, strict=True)
        )
        # differences as published, of values in [-1, 1]
        cycle = 2 * ((again[0].float() - a).abs().mean() + (again[1].float() - b).abs().mean())
        same = 2 * ((kept[0].float() - a).abs().mean() + (kept[1].float() - b).abs().mean())
        total = adversarial + asked.cycle_weight * (cycle + asked.identity_weight * same)
        figures = {"loss adversarial": adversarial, "loss cycle": cycle, "loss identity": same}
        figures["loss"] = total
        return Loss(total, {name: value.detach() for name, value in figures.items()})

    def _convincing(self, name: str, fake: Tensor, batch: Batch) -> Tensor:
        critic = self.critics[name]  # as it is, without what several processes wrap it in
        critic.requires_grad_(False)
        seen = look(self.eyes, fake.float(), thrown_shift(batch.dice))
        verdicts = critic(fake.float(), seen)
        critic.requires_grad_(True)
        return apart(verdicts, 1.0)

    def _critic_loss(self, part: str, batch: Batch) -> Loss:
        """Half of (D(real) - 1)^2 + D(fake)^2; the fakes may be earlier ones."""
        assert batch.drawn is not None
        which = CRITICS.index(part)
        real = (batch.inputs, batch.target)[which]
        fake = self.pools[part].exchanged(
            batch.drawn.chunk(2)[which], self.spec.seed, self.step, which
        )
        critic, shift = self.modules[part], thrown_shift(batch.dice)
        with torch.no_grad():
            seen = [look(self.eyes, image, shift) for image in (real, fake)]
        loss = (apart(critic(real, seen[0]), 1.0) + apart(critic(fake, seen[1]), 0.0)) / 2
        return Loss(loss, {f"loss {part}": loss.detach()})

    def exam(self, held_back: Pictures) -> Unpaired:
        """Held-back pictures of both domains, there and back."""
        return Unpaired(*self.held(held_back))

    # --- two models ---

    def outputs(self, weights: dict[str, Tensor]) -> dict[str, dict[str, Tensor]]:
        """A model for each way."""
        return {
            model: {
                name.removeprefix(prefix): value
                for name, value in weights.items()
                if name.startswith(prefix)
            }
            for model, prefix in ((self.spec.name, "there."), (self.partner, "back."))
        }

    def domain(self) -> Domain:
        """The way there."""
        source, target = self.asked.source or "A", self.asked.target or "B"
        return Domain("unpaired", source, target, partner=self.partner, edge=self.piece)

    def about(self, model: str) -> dict[str, Any]:
        """The way there, or the way back."""
        domain = self.domain()
        if model == self.partner:
            domain = replace(
                domain,
                source=domain.target,
                target=domain.source,
                direction="b2a",
                partner=self.spec.name,
            )
        title = f"{domain.source.capitalize()} to {domain.target}" if self.asked.source else ""
        words = f"Turns {a(domain.source)} into {a(domain.target)}, learned without pairs."
        facts = {"title": title, "description": words, "extras": domain.extras()}
        return self.card() | facts


def a(thing: str) -> str:
    """With its article."""
    return f"{'an' if thing[:1].lower() in 'aeiou' else 'a'} {thing}"


def apart(verdicts: list[Tensor], wanted: float) -> Tensor:
    """Least squares: how far the verdicts are from what they should be, each judge's alike."""
    squares = [(verdict.float() - wanted).square().mean() for verdict in verdicts]
    return torch.stack(squares).mean()


LESSON = CycleGan
