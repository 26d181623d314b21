"""Learn to draw new pictures: a generator against a critic (Goodfellow et al., 2014).

First a head start: with an encoder beside it, the generator learns to redraw given pictures, as a
VAE does. Supervised gradients find the shape of a face in minutes, where two players who begin
with nothing take an hour. Then the encoder goes and the critic comes. The critic may look with the
borrowed eyes of a network that knows pictures (Projected GAN, Sauer et al., 2021).
"""

from typing import Any

import torch
from torch import Tensor

from engine.models.vae import Config as VaeConfig
from engine.models.vae import Encoder
from engine.specs import Train, TrainFaces
from engine.training import adversarial
from engine.training.critics import Critics, Options, look, thrown_shift
from engine.training.generating import Generating
from engine.training.learners.vae import redrawn
from engine.training.lesson import MODEL, Batch, Loss, Tuning
from engine.training.networks import base_of, planned

CRITIC, ENCODER = "critic", "encoder"
ALONE = 0.01  # share of the budget in which the critic learns alone, so that its first word is one
USUAL = {
    "32": "stylegan2 widths=160,160,112,64 dense=1",
    "64": "stylegan2 widths=160,160,112,64,32 dense=1",
    "128": "stylegan2 widths=160,160,112,64,32,16 dense=1",
    "256": "stylegan2 widths=160,160,112,64,32,16,16 dense=1",
}
ENCODER_WIDTHS = (256, 192, 128, 64, 32, 16)
HEAD_WEIGHTS = (4.0, 0.3, 0.002)  # pixels, likeness, prior: as the learner of VAEs


class Faces(Generating):
    """A generator, its critic, and for a while an encoder."""

    learner = "faces"
    rates = (2e-3, 1e-3)

    def __init__(self, spec: Train) -> None:
        assert isinstance(spec, TrainFaces)
        self.asked = spec
        self.needs_eyes = spec.critic != "pixels"
        base = base_of(spec.base, "faces")
        self.plan = planned(spec.network, USUAL[spec.size], base)
        super().__init__(spec)
        self.game = adversarial.GAMES[spec.loss]
        self.head_start = 0.0 if base else spec.head_start / 100
        self.phase = "game"

    def set_up(self, device: torch.device) -> None:
        """Generator, critic, encoder."""
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
            )
            self.modules[CRITIC] = Critics(asked.critic, options)
            if self.head_start:
                z_dim = self.plan.config.z_dim
                levels = self.piece.bit_length() - 3
                config = VaeConfig(ENCODER_WIDTHS[:levels], z_dim, self.channels)
                self.modules[ENCODER] = Encoder(config)
        self.critic = self.modules[CRITIC]  # as it is, without what several processes wrap it in

    def tuning(self, part: str) -> Tuning:
        """The critic's weights are plain ones, the generator's scaled: they want other rates."""
        if part == ENCODER:
            return Tuning(rate=0.5, decay=0.0)
        return Tuning(rate=0.2 if part == CRITIC else 1.0, betas=(0.0, 0.99), decay=0.0)

    def parts(self, progress: float) -> tuple[str, ...]:
        """Generator and encoder for the head start, the critic alone for a moment, then both."""
        if progress < self.head_start:
            self.phase = "head start"
            return (MODEL, ENCODER)
        self.phase = "game"
        if progress < self.head_start + ALONE:
            return (CRITIC,)
        return (MODEL, CRITIC)

    def loss(self, part: str, batch: Batch) -> Loss | None:
        """Of the part, in the phase at hand; the encoder's is the generator's."""
        if part == ENCODER:
            return None
        if part == CRITIC:
            return self.critic_loss(batch)
        return self.head_start_loss(batch) if self.phase == "head start" else self.play(batch)

    def head_start_loss(self, batch: Batch) -> Loss:
        """As a VAE, with this generator as its decoder."""
        mean, spread = (each.float() for each in self.modules[ENCODER](batch.target))
        shift = thrown_shift(batch.dice)
        z = mean + batch.inputs * (spread / 2).exp()
        picture = self.modules[MODEL](z, batch.told)
        return redrawn((picture, mean, spread), batch.target, self.eyes, HEAD_WEIGHTS, shift)

    def draw(self, batch: Batch) -> Tensor:
        """What the generator makes of the batch's z."""
        mixed = None
        chance = torch.rand((), generator=batch.dice, device=batch.inputs.device)
        if float(chance) < self.asked.mixing / 100:
            mixed = torch.randn(
                batch.inputs.shape, generator=batch.dice, device=batch.inputs.device
            )
        drawn: Tensor = self.modules[MODEL](batch.inputs, batch.told, mixed, batch.dice)
        return drawn.float()

    def play(self, batch: Batch) -> Loss:
        """The generator's side."""
        drawn = self.draw(batch)
        batch.drawn = drawn.detach()
        self.critic.requires_grad_(False)
        seen = look(self.eyes, drawn, thrown_shift(batch.dice))
        verdicts = self.modules[CRITIC](drawn, seen, batch.told)
        self.critic.requires_grad_(True)
        total = torch.stack([self.game.generator(each) for each in verdicts]).sum()
        return Loss(total, {"loss generator": total.detach()})

    def critic_loss(self, batch: Batch) -> Loss:
        """The critic's side, and now and then its penalty."""
        if batch.drawn is None:
            with torch.no_grad():
                batch.drawn = self.draw(batch)
        real, asked = batch.target, self.asked
        with torch.no_grad():
            seen = look(self.eyes, torch.cat([real, batch.drawn]), thrown_shift(batch.dice))
        penalized = asked.critic != "projected" and asked.r1 > 0 and self.step % asked.r1_every == 0
        if penalized:
            real = real.detach().requires_grad_()
        told = None if batch.told is None else batch.told.repeat(2)
        verdicts = self.modules[CRITIC](torch.cat([real, batch.drawn]), seen, told)
        halves = [each.chunk(2) for each in verdicts]
        total = torch.stack([self.game.critic(*each) for each in halves]).sum()
        figures = {"loss critic": total.detach(), "real": halves[0][0].mean().detach()}
        figures["drawn"] = halves[0][1].mean().detach()
        if penalized:
            penalty = adversarial.r1(halves[0][0], real)
            total = total + asked.r1 / 2 * asked.r1_every * penalty
            figures["r1"] = penalty.detach()
        return Loss(total, figures)

    def card(self) -> dict[str, Any]:
        """Task and words."""
        return {"task": "faces", "description": "Draws new faces. They are nobody's."}


LESSON = Faces
