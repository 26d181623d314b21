"""Learn to enlarge with convincing detail: SRGAN (Ledig et al., 2017).

A generator draws, a discriminator tells drawings from photographs, and a network trained to
recognise things says how alike two pictures look. The generator's loss is
pixel + perceptual + adversarial (eq. 3 of the paper, with the pixel loss kept as in ESRGAN).
"""

from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from engine import metrics
from engine.job import Pixels
from engine.specs import Train, TrainUpscalePerceptual
from engine.training.discriminator import Discriminator
from engine.training.judge import Judge, judge, located
from engine.training.learners.upscale import Upscale
from engine.training.lesson import MODEL, Batch, Loss, l1
from engine.training.restoration import Question

CRITIC = "discriminator"


class UpscalePerceptual(Upscale):
    """First faithful, then bold: with a base model bold at once."""

    learner = "upscale-perceptual"
    edge = 32
    usual = "srresnet width=64 blocks=16"
    yardstick = "distance"
    higher_is_better = False
    rates = (3e-4, 1e-4)

    def __init__(self, spec: Train) -> None:
        assert isinstance(spec, TrainUpscalePerceptual)
        self.asked = spec
        super().__init__(spec)
        located(spec.perceptual, spec.perceptual_file, download=spec.download)  # or says why not
        self.judge: Judge
        self.critic: nn.Module
        self.bold = True

    def set_up(self, device: torch.device) -> None:
        """Generator, discriminator and judge."""
        super().set_up(device)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.spec.seed + 1)
            self.modules[CRITIC] = Discriminator(self.channels)
        self.critic = self.modules[CRITIC]  # as it is, without what several processes wrap it in
        self.judge = judge(self.asked.perceptual, self.asked.perceptual_file)
        self.judge.to(device)

    def parts(self, progress: float) -> tuple[str, ...]:
        """The generator alone for the faithful share of the budget, then both."""
        share = 0.0 if self.plan.ready else self.asked.faithful_share / 100
        self.bold = progress >= share
        return (MODEL, CRITIC) if self.bold else (MODEL,)

    def loss(self, part: str, batch: Batch) -> Loss:
        """The generator's loss, or the discriminator's on what the generator has just drawn."""
        if part == CRITIC:
            return self._critic_loss(batch)
        drawn = self.modules[MODEL](batch.inputs).float()
        batch.drawn = drawn.detach()
        pixel = l1(drawn, batch)
        if not self.bold:
            return pixel
        self.critic.requires_grad_(False)
        verdict = self.critic(drawn)
        self.critic.requires_grad_(True)
        adversarial = F.softplus(-verdict).mean()  # -log D(G(x))
        perceptual = self.judge(drawn, batch.target).mean()
        asked = self.asked
        total = (
            asked.pixel_weight * pixel.total
            + asked.perceptual_weight * perceptual
            + asked.adversarial_weight * adversarial
        )
        figures = {"loss perceptual": perceptual, "loss adversarial": adversarial, "loss": total}
        detached = {name: value.detach() for name, value in figures.items()}
        return Loss(total, detached | {"loss pixel": pixel.total.detach()})

    def _critic_loss(self, batch: Batch) -> Loss:
        """-log D(y) - log(1 - D(G(x))), both halves in one forward."""
        assert batch.drawn is not None
        verdicts = self.modules[CRITIC](torch.cat([batch.target, batch.drawn.clamp(0, 1)])).float()
        real, drawn = verdicts.chunk(2)
        loss = (F.softplus(-real).mean() + F.softplus(drawn).mean()) / 2
        return Loss(loss, {"loss discriminator": loss.detach()})

    def marks(self, answer: Pixels, question: Question) -> dict[str, float]:
        """How different it looks to the judge, and PSNR on the luma."""
        device = next(self.judge.buffers()).device
        pair = [torch.from_numpy(p)[None].to(device) for p in (answer, question.answer)]
        with torch.inference_mode():
            distance = float(self.judge(*pair))
        psnr = metrics.psnr_y(answer, question.answer, border=self.scale)
        return {"distance": distance, "psnr": psnr}

    def card(self) -> dict[str, Any]:
        """As upscale, with other words."""
        about = "Crisp detail, partly invented. For pictures to look at, not to measure in."
        return super().card() | {"description": about}


LESSON = UpscalePerceptual
