"""Learn to take out noise of any level, noise as cameras leave it, or JPEG artefacts.

The network is told the noise level beside the picture, as FFDNet is (Zhang et al., 2018); for JPEG
it is told (100 - quality) / 100, or 0 where nobody knows the quality.
"""

from functools import partial
from typing import Any

import torch

from engine import metrics
from engine.errors import UserError
from engine.job import Pixels
from engine.jpeg import told_quality
from engine.specs import Train, TrainDenoise
from engine.training import degradation
from engine.training.data import Drawn, Pair
from engine.training.degradation import with_condition
from engine.training.dice import dice, torch_dice
from engine.training.lesson import Batch, Loss, floats, l1, pixels
from engine.training.networks import base_of, must_have, planned
from engine.training.restoration import Faithful, Question

EXAM_SIGMA = 25  # 8-bit units, where the field compares
EXAM_QUALITIES = (10, 40)
COMMON = 55  # seven batches in ten have noise up to this, the others up to the strongest
USUAL = {3: "unet widths=48,96,192 blocks=2", 1: "unet widths=32,64,128 blocks=2"}
WORDS = {
    "noise": "For noise of every level, from 0 to {:g}.",
    "camera": "For noise as cameras leave it, compressed or not.",
    "jpeg": "For JPEG artefacts of every strength.",
}


class Denoise(Faithful):
    """Noisy crops in, clean ones out; L1, by noise level."""

    learner = "denoise"
    edge = 96

    def __init__(self, spec: Train) -> None:
        assert isinstance(spec, TrainDenoise)
        self.asked = spec
        self.task = "jpeg" if spec.degradation == "jpeg" else "denoise"
        base = base_of(spec.base, "denoise", also=("jpeg",))
        wanted = {"colour": 3, "grey": 1, "auto": None}[spec.colour]
        if base is not None:
            must_have(base, channels=wanted)
            wanted = base.card.channels
        self.channels = wanted or 3
        usual = USUAL[self.channels]
        self.plan = planned(spec.network, usual, base, channels=self.channels)
        if len(self.plan.architecture.conditions) != 1:
            name = self.plan.architecture.name
            raise UserError(f"{name} cannot be told the noise level.", "Choose unet.")
        if spec.degradation == "noise":
            self.rates = (1e-3, 1e-4)  # a base model that knows its noise is only polished
            self.choice = 2
        elif spec.degradation == "camera":
            self.spoil = partial(degradation.camera, strongest=spec.strongest)
        else:
            self.spoil = degradation.compressed
        super().__init__(spec)

    def batch_of(self, drawn: Drawn, dice: torch.Generator) -> Batch:
        """Add the noise, or take what was spoilt already, and tell how bad it is."""
        target = floats(drawn.large)
        if self.spoil is not None:
            inputs = with_condition(floats(drawn.small), drawn.told)
        else:
            often = torch.rand((), generator=dice, device=dice.device) < 0.7
            strongest = self.asked.strongest
            high = torch.where(often, min(COMMON, strongest), strongest)
            inputs = degradation.gaussian_noise(target, high, dice)
        return Batch(inputs.contiguous(memory_format=torch.channels_last), target)

    def loss(self, part: str, batch: Batch) -> Loss:
        """The mean absolute difference to the clean crop; of every noise level alike."""
        output = self.modules[part](batch.inputs)
        if self.asked.degradation != "noise":
            return l1(output, batch)
        sigma = 255 * batch.inputs[:, -1:, :1, :1]
        # What is left of noise grows with the square root of its level: PSNR falls by 5 dB from 15
        # to 50. Without this, levels beyond what people meet would teach the most.
        alike = (EXAM_SIGMA / (sigma + 1)).sqrt()
        loss = (alike * (output.float() - batch.target).abs()).mean()
        return Loss(loss, {"loss": loss.detach()})

    def question(self, pair: Pair, number: int) -> Question:
        """The same noise each time: sigma 25, a camera's, or JPEG of quality 10 and 40 in turn."""
        clean = torch.from_numpy(pixels(pair.large))[None]
        if self.asked.degradation == "noise":
            sigma = min(EXAM_SIGMA, self.asked.strongest) / 255
            noise = torch.randn(clean.shape, generator=torch_dice(0, number))
            inputs = with_condition(clean + sigma * noise, torch.tensor([sigma]))
        else:
            if self.asked.degradation == "jpeg":
                quality = EXAM_QUALITIES[number % 2]
                bad, told = degradation.jpeg(pair.large, quality), told_quality(quality)
            else:
                bad, told = degradation.camera(pair.large, dice(0, number), self.asked.strongest)
            inputs = with_condition(torch.from_numpy(pixels(bad))[None], torch.tensor([told]))
        shown = inputs[0, : self.channels].numpy()
        return Question(inputs, shown, clean[0].numpy())

    def marks(self, answer: Pixels, question: Question) -> dict[str, float]:
        """PSNR, and how much of it was won over the spoilt picture."""
        score = metrics.psnr(answer, question.answer)
        return {"psnr": score, "gain": score - metrics.psnr(question.shown, question.answer)}

    def card(self) -> dict[str, Any]:
        """Task, words and meaning of the condition."""
        values = "sRGB in [0, 1]; told: noise level / 255"
        if self.task == "jpeg":
            values = "sRGB in [0, 1]; told: (100 - JPEG quality) / 100, 0 where unknown"
        about = WORDS[self.asked.degradation].format(self.asked.strongest)
        return {"task": self.task, "values": values, "description": about}


LESSON = Denoise
