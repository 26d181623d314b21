"""Learn to turn A into B from pairs: Pix2Pix (Isola et al., 2017).

The generator is to draw B so that a PatchGAN, which sees A beside it, takes it for real, and so
that it is near the right one (equations 1, 3 and 4).
"""

from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine import perceptual
from engine.domains import Domain
from engine.errors import UserError
from engine.specs import Train, TrainPix2Pix
from engine.training import derivation, sides
from engine.training.critics import shifted, thrown_shift
from engine.training.data import Found, Pair, Pictures
from engine.training.lesson import MODEL, Batch, Loss, Tuning
from engine.training.networks import base_of, planned
from engine.training.pairexam import Pairs
from engine.training.patchgan import PatchGan, started
from engine.training.translation import Translation, halved

CRITIC = "discriminator"
WORDS = {
    "none": ("A", "B"),
    "edges": ("drawing", "photo"),
    "grey": ("grey photo", "colour photo"),
    "labels": ("colour map", "photo"),
    "small": ("small photo", "large photo"),
    "noisy": ("noisy photo", "clean photo"),
}


class Pix2Pix(Translation):
    """A generator and an adversary."""

    learner = "pix2pix"
    batch = 8
    edge = 128
    yardstick = "l1"
    rates = (2e-4, 1e-4)

    def __init__(self, spec: Train) -> None:
        assert isinstance(spec, TrainPix2Pix)
        self.asked = spec
        usual = "unet_generator width=32 halvings=7 deepest=4 batch_norm=0"
        self.plan = planned(spec.network, usual, base_of(spec.base, "transfer"))
        if self.plan.architecture.conditions:
            name = self.plan.architecture.name
            raise UserError(f"{name} is for the style of one picture.", "Choose unet_generator.")
        super().__init__(spec)
        self.partners: dict[Path, Path] = {}
        self.critic: nn.Module
        self.judge: perceptual.SqueezeNet | None = None

    # --- pictures ---

    def found(self) -> Found:
        """Pairs in two folders, side by side in one, or B alone where A is derived."""
        asked = self.asked
        if asked.perceptual_weight:
            perceptual.features_file(asked.perceptual_file)
        sides.given(asked.data, "pictures", "--data")
        if not asked.data_b:
            return sides.fit(asked.data, self.rules)
        if asked.derive != "none":
            raise UserError("A is either derived or given in a folder of its own, not both.")
        found, self.partners = sides.matched(asked.data, asked.data_b, self.rules)
        return found

    def read(self, path: Path) -> Pair:
        """A and B of one file, as the network gets and gives them."""
        if path in self.partners:
            a, b = self.reader(path), self.reader(self.partners[path])
        elif self.asked.derive != "none":
            b = self.reader(path)
            thrown = np.random.default_rng(path.stat().st_size)
            a = derivation.DERIVED[self.asked.derive](b, thrown)
        else:
            a, b = self.reader.halves(path)
        return sides.alike(b, a) if self.asked.direction == "b2a" else sides.alike(a, b)

    def crops(self, number: int) -> sides.Paired:
        """Both sides from the same place."""
        return sides.Paired(number, self.piece)

    def split(self, pictures: Pictures) -> tuple[Pictures, Pictures]:
        """The last ones by name are held back where that was asked."""
        last = self.asked.held_back
        return super().split(pictures) if last is None else pictures.but_the_last(last)

    # --- learning ---

    def set_up(self, device: torch.device) -> None:
        """Generator and discriminator; the judge where it has a say."""
        super().set_up(device)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.spec.seed + 1)
            if self.plan.base is None:
                started(self.modules[MODEL])
            config = self.plan.config
            width, known = getattr(config, "width", 64), getattr(config, "batch_norm", False)
            self.modules[CRITIC] = started(PatchGan(6, width, batch_norm=known))
        self.critic = self.modules[CRITIC]  # as it is, without what several processes wrap it in
        if self.asked.perceptual_weight:
            self.judge = perceptual.squeezenet(self.asked.perceptual_file).to(device)

    def parts(self, progress: float) -> tuple[str, ...]:
        """Both, always."""
        del progress
        return (MODEL, CRITIC)

    def tuning(self, part: str) -> Tuning:
        """Adam as published."""
        del part
        return Tuning(betas=(0.5, 0.999), decay=0.0)

    def falling(self, used: float) -> float:
        """The full rate for half of the budget, then down to nothing."""
        return halved(used)

    def loss(self, part: str, batch: Batch) -> Loss:
        """The generator's loss, or the discriminator's on what the generator has just drawn."""
        if part == CRITIC:
            return self._critic_loss(batch)
        drawn = self.modules[MODEL](batch.inputs).float()
        batch.drawn = drawn.detach()
        self.critic.requires_grad_(False)
        verdict = self.critic(torch.cat([batch.inputs, drawn], 1))
        self.critic.requires_grad_(True)
        adversarial = convincing(verdict)
        pixel = 2 * (drawn - batch.target).abs().mean()  # as published, of values in [-1, 1]
        total = adversarial + self.asked.l1_weight * pixel
        figures = {"loss adversarial": adversarial, "loss pixel": pixel}
        if self.judge is not None:
            shift = thrown_shift(batch.dice)
            pair = (shifted(each, shift) for each in (drawn, batch.target))
            figures["loss perceptual"] = likeness(self.judge, *pair)
            total = total + self.asked.perceptual_weight * figures["loss perceptual"]
        figures["loss"] = total
        return Loss(total, {name: value.detach() for name, value in figures.items()})

    def _critic_loss(self, batch: Batch) -> Loss:
        """Half of -log D(a, b) - log(1 - D(a, G(a))); each side is normalized by itself."""
        assert batch.drawn is not None
        real = torch.cat([batch.inputs, batch.target], 1)
        fake = torch.cat([batch.inputs, batch.drawn], 1)
        critic = self.modules[CRITIC]
        loss = judging(critic(real).float(), critic(fake).float())
        return Loss(loss, {"loss discriminator": loss.detach()})

    # --- measuring, and the card ---

    def exam(self, held_back: Pictures) -> Pairs:
        """Held-back pairs."""
        return Pairs(held_back.pairs(), self.piece)

    def domain(self) -> Domain:
        """From one side to the other; flat colours of A become a palette to draw with."""
        asked = self.asked
        source, target = WORDS[asked.derive]
        derived = "" if asked.derive == "none" else asked.derive
        palette = derivation.PALETTE if asked.derive == "labels" else palette_of(asked.labels)
        detailed = derived in ("grey", "noisy")
        return Domain(
            "paired",
            asked.source or source,
            asked.target or target,
            edge=self.piece,
            derived=derived,
            palette=palette,
            carry="guided" if detailed else "plain",
        )

    def card(self) -> dict[str, Any]:
        """As every translation, with words."""
        domain = self.domain()
        return super().card() | {"description": f"From a {domain.source} to a {domain.target}."}


def convincing(verdict: Tensor) -> Tensor:
    """-log D(fake): what the generator makes smaller."""
    return F.softplus(-verdict.float()).mean()


def judging(real: Tensor, fake: Tensor) -> Tensor:
    """Half of -log D(real) - log(1 - D(fake)): what the discriminator makes smaller."""
    return (F.softplus(-real).mean() + F.softplus(fake).mean()) / 2


def likeness(judge: perceptual.SqueezeNet, drawn: Tensor, target: Tensor) -> Tensor:
    """How different two pictures look to the judge, every depth alike."""
    with torch.no_grad():
        wanted = judge(target)
    pairs = zip(judge(drawn), wanted, strict=True)
    apart = [(perceptual.unit(a) - perceptual.unit(b)).square().sum(1).mean() for a, b in pairs]
    return torch.stack(apart).mean()


def palette_of(words: str) -> tuple[tuple[str, str], ...]:
    """Read "road=#804080 sky=#4682b4" as a palette."""
    pairs = [word.partition("=")[::2] for word in words.split()]
    for name, colour in pairs:
        if not name or len(colour) != 7 or not colour.startswith("#"):
            raise UserError(
                f"{name}={colour} is no label.", "Write them as in: road=#804080 sky=#4682b4."
            )
    return tuple(pairs)


LESSON = Pix2Pix
