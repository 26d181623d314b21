"""Learn to fill holes: first smooth and true, then with a judge of likeness and an adversary.

The loss is L1 inside the hole, a perceptual loss on the whole and, for the last part of the
budget, that of a patch adversary, as in Yu et al. (2019).
"""

from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine import metrics
from engine.job import Pixels
from engine.specs import Train, TrainInpaint
from engine.training import damage
from engine.training.damaged import Damage, Damaged
from engine.training.data import Crops, Drawn, Pair, Rules
from engine.training.degradation import Bytes
from engine.training.dice import dice
from engine.training.discriminator import Discriminator
from engine.training.judge import Judge, judge, located
from engine.training.lesson import MODEL, Batch, Loss, floats, pixels
from engine.training.networks import base_of, planned
from engine.training.restoration import Question, Restoration

CRITIC, EYES = "discriminator", "squeezenet"


class Inpaint(Restoration):
    """Crops with holes in, whole ones out."""

    learner = "inpaint"
    batch = 8
    edge = 192
    rates = (5e-4, 2e-4)

    def __init__(self, spec: Train) -> None:
        assert isinstance(spec, TrainInpaint)
        self.asked = spec
        self.plan = planned(spec.network, "gated", base_of(spec.base, "inpaint"))
        self.damage = Damage(torn, whole)
        super().__init__(spec)
        if spec.perceptual_weight:
            located(EYES, spec.perceptual_file, download=spec.download)  # or says why not
        self.judge: Judge | None = None
        self.critic: nn.Module | None = None
        self.bold = False

    @property
    def rules(self) -> Rules:
        """Good pictures that are large enough for a crop."""
        return Rules(self.channels, max(self.spec.longest, self.piece), self.piece)

    def crops(self, number: int) -> Crops:
        """With holes torn into them."""
        return Damaged(number, self.piece, damage=self.damage)

    def set_up(self, device: torch.device) -> None:
        """The generator, and judge and adversary where they are asked."""
        super().set_up(device)
        asked = self.asked
        if asked.perceptual_weight:
            self.judge = judge(EYES, asked.perceptual_file).to(device)
        if asked.adversarial_weight:
            with torch.random.fork_rng(devices=[]):
                torch.manual_seed(self.spec.seed + 1)
                self.critic = self.modules[CRITIC] = Discriminator(self.channels)

    def parts(self, progress: float) -> tuple[str, ...]:
        """The generator alone for the faithful share of the budget, then both."""
        self.bold = self.critic is not None and progress >= self.asked.faithful_share / 100
        return (MODEL, CRITIC) if self.bold else (MODEL,)

    def batch_of(self, drawn: Drawn, dice: torch.Generator) -> Batch:
        """The crop, its hole as a further plane; the network does not look into the hole."""
        del dice
        return Batch(floats(drawn.small), floats(drawn.large))

    def loss(self, part: str, batch: Batch) -> Loss:
        """The generator's loss, or the adversary's on what the generator has just drawn."""
        if part == CRITIC:
            return self._critic_loss(batch)
        drawn = self.modules[MODEL](batch.inputs).float()
        batch.drawn = drawn.detach()
        total = pixel = hole_l1(drawn, batch)
        figures = {"loss pixel": pixel}
        if self.judge is not None:
            figures["loss perceptual"] = self.judge(drawn, batch.target).mean()
            total = total + self.asked.perceptual_weight * figures["loss perceptual"]
        if self.bold:
            assert self.critic is not None
            self.critic.requires_grad_(False)
            figures["loss adversarial"] = F.softplus(-self.critic(drawn)).mean()
            self.critic.requires_grad_(True)
            total = total + self.asked.adversarial_weight * figures["loss adversarial"]
        figures["loss"] = total
        return Loss(total, {name: value.detach() for name, value in figures.items()})

    def _critic_loss(self, batch: Batch) -> Loss:
        """-log D(y) - log(1 - D(G(x))), both halves in one forward."""
        assert batch.drawn is not None
        verdicts = self.modules[CRITIC](torch.cat([batch.target, batch.drawn.clamp(0, 1)])).float()
        real, drawn = verdicts.chunk(2)
        loss = (F.softplus(-real).mean() + F.softplus(drawn).mean()) / 2
        return Loss(loss, {"loss discriminator": loss.detach()})

    def question(self, pair: Pair, number: int) -> Question:
        """The same hole each time; it is shown grey."""
        planes = pixels(self.damage(pair, dice(0, number)))
        shown = planes[: self.channels].copy()
        shown[:, planes[-1] > 0] = 0.5
        return Question(torch.from_numpy(planes)[None], shown, pixels(pair.large))

    def marks(self, answer: Pixels, question: Question) -> dict[str, float]:
        """PSNR inside the hole alone; and how different the whole looks to the judge."""
        hole = question.inputs[0, -1].numpy() > 0
        inside = metrics.psnr(answer[:, hole][:, None], question.answer[:, hole][:, None])
        if self.judge is None:
            return {"psnr": inside}
        device = next(self.judge.buffers()).device
        pair = [torch.from_numpy(p)[None].to(device) for p in (answer, question.answer)]
        with torch.inference_mode():
            distance = float(self.judge(*pair))
        return {"psnr": inside, "distance": distance}

    def better(self, scores: dict[str, float], than: dict[str, float]) -> bool:
        """By the judge where there is one, else by PSNR."""
        if "distance" in scores and "distance" in than:
            return scores["distance"] < than["distance"]
        return super().better(scores, than)

    def card(self) -> dict[str, Any]:
        """Task, words and meaning of the condition."""
        return {
            "task": "inpaint",
            "values": "sRGB in [0, 1]; told: 1 where there is a hole",
            "description": "Fills holes from what is around them.",
        }


def torn(clean: Bytes, thrown: np.random.Generator) -> Bytes:
    """(3, H, W) -> (4, H, W): the picture, and where holes are."""
    _, height, width = clean.shape
    return np.concatenate([clean, damage.holes(height, width, thrown)[None]])


def whole(damaged: Bytes, mended: Bytes) -> Bytes:
    """Holes are always torn; a pair is of no use."""
    del mended
    return damaged


def hole_l1(drawn: Tensor, batch: Batch) -> Tensor:
    """The mean absolute difference inside the holes."""
    hole = batch.inputs[:, -1:]
    return ((drawn - batch.target).abs() * hole).sum() / (hole.sum() * drawn.shape[1]).clamp_min(1)


LESSON = Inpaint
