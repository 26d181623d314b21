"""Learn to draw new pictures: a generator against a critic (Goodfellow et al., 2014).

The critic may look with the borrowed eyes of a network that knows pictures (Projected GAN, Sauer et
al., 2021), and a VAE may give a head start: its encoder says which z stands for a picture, and the
generator first learns to draw that. Supervised gradients find the shape of a face in minutes, where
two players who begin with nothing take hours on a CPU.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from engine import catalogue, executors
from engine.errors import UserError
from engine.models.vae import Vae
from engine.specs import Train, TrainFaces
from engine.training import adversarial, growth
from engine.training.augment import adapted, augmented
from engine.training.critics import Critics, Options, look, thrown_shift
from engine.training.generating import Generating, subfolders
from engine.training.lesson import MODEL, Batch, Loss
from engine.training.likeness import Weights, redrawn
from engine.training.networks import base_of, planned

CRITIC = "critic"
PLAIN, SCALED = 3e-4, 2e-3  # learning rates of plain weights, and of those scaled when used
HURRY = 5.0  # times the rate, in the head start: there is nobody to run away from
ADVICE = 4  # in every so manieth step of the game the guide is followed, too: it keeps faces varied
ALONE = 0.02  # share of the budget in which the critic learns alone, so that its first word is one
WIDE = (160, 160, 112, 64, 32, 16, 16)  # features from 4 px to the picture's size
DEEP = (2048, 1024, 512, 256, 128, 64)  # and to half of it
PRO = (192, 192, 128, 64, 32, 16, 16)
USUAL: dict[str, Callable[[int], str]] = {
    "stylegan2": lambda levels: f"stylegan2 widths={text(WIDE[:levels])} dense=1",
    "dcgan": lambda levels: f"dcgan widths={text(DEEP[7 - levels :])}",
    "progan": lambda levels: f"progan widths={text(PRO[:levels])}",
}
HEAD_START = Weights(pixel=4.0, perceptual=0.5, prior=0.0)


class Faces(Generating):
    """A generator and its critic."""

    learner = "faces"

    def __init__(self, spec: Train) -> None:
        assert isinstance(spec, TrainFaces)
        self.asked = spec
        self.needs_eyes = spec.critic in ("both", "projected")
        self.classes = subfolders(spec.data) if spec.conditional else ()
        base = base_of(spec.base, "faces")
        levels = int(spec.size).bit_length() - 2
        fixed: dict[str, Any] = {"labels": len(self.classes)} if self.classes else {}
        self.plan = planned(spec.network, USUAL[spec.architecture](levels), base, **fixed)
        rate = PLAIN if self.plan.architecture.name == "dcgan" else SCALED
        self.rates = (rate, rate)
        super().__init__(spec)
        self.game = adversarial.GAMES[spec.loss]
        self.guide_entry = guiding(spec, self.plan.config.z_dim)
        self.head_start = spec.head_start / 100 if self.guide_entry else 0.0
        self.alone = ALONE if self.guide_entry or base else 0.0
        self.phase = "game"
        blind = spec.critic == "pixels" or self.eyes is None
        self.critics = "pixels" if blind else {"auto": "both"}.get(spec.critic, spec.critic)
        self.growing = self.plan.architecture.name == "progan" and base is None
        self.grown: float | None = None

    def set_up(self, device: torch.device) -> None:
        """Generator, critic, guide."""
        super().set_up(device)
        asked = self.asked
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.spec.seed + 1)
            options = Options(
                self.piece,
                self.channels,
                labels=len(self.classes),
                spectral=asked.spectral,
                minibatch=asked.minibatch,
                growing=self.growing,
            )
            self.critic = Critics(self.critics, options)
        # as they are, without what several processes wrap them in
        self.generator, self.modules[CRITIC] = self.modules[MODEL], self.critic
        if self.guide_entry is not None:
            guide = executors.build(self.guide_entry).requires_grad_(requires_grad=False)
            assert isinstance(guide, Vae)
            self.guide = guide.to(device).to(memory_format=torch.channels_last)

    def pace(self, part: str) -> float:
        """The critic's weights are plain ones, the generator's may be scaled when used."""
        if part == CRITIC:
            return PLAIN / self.rates[0]
        return HURRY if self.phase == "head start" else 1.0

    def parts(self, progress: float) -> tuple[str, ...]:
        """The generator alone for the head start, the critic alone for a moment, then both."""
        self.progress = progress
        self.phase = "head start" if progress < self.head_start else "game"
        if self.phase == "head start":
            return (MODEL,)
        if self.growing:
            levels = len(self.plan.config.widths) - 1
            self.grown = growth.grown(progress, levels)
            self.generator.get_buffer("grown").fill_(self.grown)
        if progress < self.head_start + self.alone or self.step % self.asked.critic_steps:
            return (CRITIC,)
        return (MODEL, CRITIC)

    def loss(self, part: str, batch: Batch) -> Loss:
        """Of the part, in the phase at hand."""
        if self.asked.loss == "wasserstein" and self.critic.pixels is not None:
            adversarial.clip_weights(self.critic.pixels)
        if part == CRITIC:
            return self.critic_loss(batch)
        return self.follow(batch) if self.phase == "head start" else self.play(batch)

    def follow(self, batch: Batch) -> Loss:
        """Draw the picture from the z that the guide finds for it."""
        with torch.no_grad():
            mean, spread = (each.float() for each in self.guide.encoder(batch.target))
            z = mean + batch.inputs * (spread / 2).exp()
        picture = self.modules[MODEL](z, batch.told).float()
        shift = thrown_shift(batch.dice)
        return redrawn((picture, mean, spread), batch.target, self.eyes, HEAD_START, shift)

    def draw(self, batch: Batch) -> Tensor:
        """What the generator makes of the batch's z."""
        z, dice = batch.inputs, batch.dice
        mixed = None
        if float(torch.rand((), generator=dice, device=z.device)) < self.asked.mixing / 100:
            mixed = torch.randn(z.shape, generator=dice, device=z.device)
        drawn: Tensor = self.modules[MODEL](z, batch.told, mixed, dice)
        return drawn.float()

    def veiled(self, image: Tensor, dice: torch.Generator) -> Tensor:
        """As the critic gets to see a picture: augmented, and under noise that fades."""
        asked = self.asked
        if asked.augmentation == "differentiable":
            image = augmented(image, 1.0, dice)
        elif asked.augmentation == "adaptive":
            image = augmented(image, self.critic.get_buffer("chance"), dice)
        if asked.instance_noise:
            noise = torch.randn(image.shape, generator=dice, device=image.device)
            image = image + asked.instance_noise / 255 * (1 - self.progress) * noise
        return image.contiguous(memory_format=torch.channels_last)

    def play(self, batch: Batch) -> Loss:
        """The generator's side."""
        assert batch.dice is not None
        drawn = self.draw(batch)
        batch.drawn = drawn.detach()
        self.critic.requires_grad_(requires_grad=False)
        shown = self.veiled(drawn, batch.dice)
        seen = look(self.eyes, shown, thrown_shift(batch.dice))
        verdicts = self.modules[CRITIC](shown, seen, batch.told, self.grown)
        self.critic.requires_grad_(requires_grad=True)
        total = torch.stack([self.game.generator(each) for each in verdicts]).sum()
        played = Loss(total, {"loss generator": total.detach()})
        if self.guide_entry is None or self.step % ADVICE:
            return played
        advice = self.follow(batch)
        return Loss(total + advice.total, advice.figures | played.figures)

    def critic_loss(self, batch: Batch) -> Loss:
        """The critic's side, and now and then its penalty."""
        assert batch.dice is not None
        if batch.drawn is None:
            with torch.no_grad():
                batch.drawn = self.draw(batch)
        asked = self.asked
        real = batch.target if self.grown is None else growth.shrunk(batch.target, self.grown)
        shown = self.veiled(torch.cat([real, batch.drawn]), batch.dice)
        with torch.no_grad():
            seen = look(self.eyes, shown, thrown_shift(batch.dice))
        real, drawn = shown.chunk(2)
        penalized = self.critic.pixels is not None and self.game.smooth and asked.r1 > 0
        penalized = penalized and not self.step % asked.r1_every
        if penalized:
            real = real.detach().requires_grad_()
        told = None if batch.told is None else batch.told.repeat(2)
        verdicts = self.modules[CRITIC](torch.cat([real, drawn]), seen, told, self.grown)
        halves = [each.chunk(2) for each in verdicts]
        total = torch.stack([self.game.critic(*each) for each in halves]).sum()
        first = halves[0]
        figures = {"loss critic": total.detach()}
        figures |= {"real": first[0].mean().detach(), "drawn": first[1].mean().detach()}
        if asked.augmentation == "adaptive":
            chance = self.critic.get_buffer("chance")
            chance.copy_(adapted(chance, first[0], len(real)))
        if penalized:
            penalty = adversarial.r1(first[0], real)
            total = total + asked.r1 / 2 * asked.r1_every * penalty
            figures["r1"] = penalty.detach()
        if asked.loss == "wgan-gp" and self.critic.pixels is not None:
            point = adversarial.between(real.detach(), drawn, batch.dice)
            verdict = self.critic.pixels(point, batch.told, self.grown)
            penalty = adversarial.gradient_penalty(verdict, point)
            total = total + adversarial.PENALTY * penalty
            figures["penalty"] = penalty.detach()
        return Loss(total, figures)

    def card(self) -> dict[str, Any]:
        """Task and words."""
        return {"task": "faces", "description": "Draws new faces. They are nobody's."}


def text(widths: tuple[int, ...]) -> str:
    """Sizes as a network's description has them."""
    return ",".join(map(str, widths))


def guiding(spec: TrainFaces, z_dim: int) -> catalogue.Entry | None:
    """The VAE that gives the head start; UserError where it does not fit."""
    if spec.guide is None:
        return None
    entry = catalogue.find(spec.guide, "faces")
    side = 4 * 2 ** len(entry.card.config.get("widths", ()))
    if entry.card.architecture != "vae":
        raise UserError(f"{entry.id} is no VAE: it cannot guide.", "Train one with faces-vae.")
    if (side, entry.card.config.get("z_dim")) != (int(spec.size), z_dim):
        raise UserError(
            f"{entry.id} is of another size ({side} px, {entry.card.config.get('z_dim')} numbers).",
            "Choose one that fits, or none.",
        )
    return entry


LESSON = Faces
