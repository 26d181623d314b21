"""Learn to mend old prints: fading, spots, blur, grain; good pictures made old, or real pairs."""

from functools import partial
from typing import Any

import torch
from torch import Tensor

from engine import metrics
from engine.job import Pixels
from engine.models.restorer import PERCENTILES
from engine.specs import Train, TrainOldPhoto
from engine.training import damage
from engine.training.damaged import Damage, Damaged
from engine.training.data import Crops, Drawn, Pair, Rules
from engine.training.degradation import Bytes
from engine.training.dice import dice
from engine.training.lesson import Batch, Loss, floats, pixels
from engine.training.networks import base_of, planned
from engine.training.restoration import Question, Restoration

FEW = 4  # every so manieth pixel is enough to know the tones


class OldPhoto(Restoration):
    """Old crops in, good ones out; L1, of the tones and of the rest."""

    learner = "old-photo"
    batch = 8
    edge = 128
    rates = (1e-3, 3e-4)

    def __init__(self, spec: Train) -> None:
        assert isinstance(spec, TrainOldPhoto)
        self.asked = spec
        self.plan = planned(spec.network, "restorer", base_of(spec.base, "old-photo"))
        self.damage = Damage(partial(damage.aged, fading=spec.fading / 100), as_it_is)
        super().__init__(spec)

    @property
    def rules(self) -> Rules:
        """Good pictures, and pairs side by side."""
        longest = max(self.spec.longest, self.piece)
        return Rules(self.channels, longest, self.piece, paired=self.asked.pairs)

    def crops(self, number: int) -> Crops:
        """Made old as they are drawn."""
        return Damaged(number, self.piece, damage=self.damage)

    def batch_of(self, drawn: Drawn, dice: torch.Generator) -> Batch:
        """The old crop and its tones."""
        del dice
        return Batch(with_tones(floats(drawn.small)), floats(drawn.large))

    def loss(self, part: str, batch: Batch) -> Loss:
        """The curves are to meet the tones, and the rest the picture in the tones they gave it.

        Nobody can know the tones for sure. Judged together, that error would drown all others.
        """
        toned, mended = self.modules[part](batch.inputs).float().chunk(2, 1)
        tones = (toned - batch.target).abs().mean()
        rest = (mended - in_tones_of(toned.detach(), batch.target)).abs().mean()
        figures = {"loss": tones + rest, "loss tones": tones, "loss rest": rest}
        return Loss(tones + rest, {name: value.detach() for name, value in figures.items()})

    def question(self, pair: Pair, number: int) -> Question:
        """Made old in the same way each time."""
        old = pixels(self.damage(pair, dice(0, number)))
        return Question(with_tones(torch.from_numpy(old)[None]), old, pixels(pair.large))

    def marks(self, answer: Pixels, question: Question) -> dict[str, float]:
        """PSNR, and how much of it was won over the old picture."""
        score = metrics.psnr(answer, question.answer)
        return {"psnr": score, "gain": score - metrics.psnr(question.shown, question.answer)}

    def card(self) -> dict[str, Any]:
        """Task, words and meaning of the conditions."""
        return {
            "task": "old-photo",
            "values": "sRGB in [0, 1]; told: percentiles 1, 50 and 99 of each colour",
            "description": "Mends fading, colour casts, spots and blur of old prints.",
        }


def in_tones_of(toned: Tensor, good: Tensor) -> Tensor:
    """`good` (N, C, H, W) with the brightness and contrast that `toned` has, colour by colour.

    The slope is that of a regression on `good`: grain does not make it steeper.
    """
    middle, mean = toned.mean((2, 3), keepdim=True), good.mean((2, 3), keepdim=True)
    away = good - mean
    variance = away.square().mean((2, 3), keepdim=True)
    slope = ((toned - middle) * away).mean((2, 3), keepdim=True) / variance.clamp_min(1e-4)
    return middle + slope * away


def as_it_is(damaged: Bytes, mended: Bytes) -> Bytes:
    """A real one needs nothing done to it."""
    del mended
    return damaged


def with_tones(images: Tensor) -> Tensor:
    """(N, 3, H, W) -> (N, 12, H, W): with the percentiles of each colour as constant planes."""
    values = images[:, :, ::FEW, ::FEW].flatten(2).float()
    shares = torch.tensor(PERCENTILES, device=images.device, dtype=torch.float32) / 100
    tones = torch.quantile(values, shares, dim=2)  # (3 percentiles, N, 3 colours)
    planes = tones.permute(1, 2, 0).reshape(len(images), -1, 1, 1).expand(-1, -1, *images.shape[2:])
    told = torch.cat([images, planes.to(images)], 1)
    return told.contiguous(memory_format=torch.channels_last)


LESSON = OldPhoto
