"""Learn to enlarge, true to the original: crops made smaller by bicubic in, the originals out."""

from typing import Any

import torch

from engine import metrics
from engine.errors import UserError
from engine.job import Pixels
from engine.specs import Train, TrainUpscale, TrainUpscalePerceptual
from engine.training.data import Drawn, Pair
from engine.training.lesson import Batch, Loss, floats, l1, pixels
from engine.training.networks import base_of, planned, rescaled
from engine.training.restoration import Faithful, Question


class Upscale(Faithful):
    """Small crops in, large ones out; L1."""

    learner = "upscale"
    edge = 48
    usual = "span width=48 blocks=6"
    choice = 3

    def __init__(self, spec: Train) -> None:
        assert isinstance(spec, TrainUpscale | TrainUpscalePerceptual)
        self.scale = spec.scale
        base = base_of(spec.base, "upscale")
        if base is not None:
            self.channels = base.card.channels
        scale = spec.scale if base is None else base.card.scale
        self.plan = planned(spec.network, self.usual, base, channels=self.channels, scale=scale)
        if scale != spec.scale:
            self.plan = rescaled(self.plan, spec.scale)
        if self.plan.architecture.conditions:
            raise UserError(
                f"{self.plan.architecture.name} does not enlarge.", "Choose span or srresnet."
            )
        super().__init__(spec)

    def batch_of(self, drawn: Drawn, dice: torch.Generator) -> Batch:
        """As it was drawn."""
        del dice
        return Batch(floats(drawn.small), floats(drawn.large))

    def loss(self, part: str, batch: Batch) -> Loss:
        """The mean absolute difference to the large crop."""
        return l1(self.modules[part](batch.inputs), batch)

    def question(self, pair: Pair, number: int) -> Question:
        """The small piece, as it is."""
        del number
        small = pixels(pair.small)
        return Question(torch.from_numpy(small)[None], small, pixels(pair.large))

    def marks(self, answer: Pixels, question: Question) -> dict[str, float]:
        """PSNR on the luma, `scale` px of border cut, as papers print it."""
        return {"psnr": metrics.psnr_y(answer, question.answer, border=self.scale)}

    def card(self) -> dict[str, Any]:
        """Task and words."""
        about = "True to the original. Best on clean pictures."
        return {"task": "upscale", "scale": self.scale, "description": about}


LESSON = Upscale
