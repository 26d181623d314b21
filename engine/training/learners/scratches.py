"""Learn to find scratches, dust and stains: drawn over good pictures, or in real pairs."""

from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from engine.job import Pixels
from engine.specs import Train, TrainScratches
from engine.training import damage
from engine.training.damaged import Damage, Damaged
from engine.training.data import Crops, Drawn, Pair, Rules
from engine.training.degradation import Bytes
from engine.training.dice import dice
from engine.training.lesson import Batch, Loss, floats, pixels
from engine.training.networks import base_of, planned
from engine.training.restoration import Question, Restoration


class Scratches(Restoration):
    """Damaged crops in, masks out; cross-entropy and Dice."""

    learner = "scratches"
    batch = 8
    edge = 128
    yardstick = "f1"
    rates = (1e-3, 3e-4)

    def __init__(self, spec: Train) -> None:
        assert isinstance(spec, TrainScratches)
        self.asked = spec
        self.plan = planned(spec.network, "segmenter", base_of(spec.base, "scratches"))
        self.damage = Damage(scratched, revealed)
        super().__init__(spec)

    @property
    def rules(self) -> Rules:
        """Good pictures, and pairs side by side."""
        longest = max(self.spec.longest, self.piece)
        return Rules(self.channels, longest, self.piece, paired=self.asked.pairs)

    def crops(self, number: int) -> Crops:
        """Damaged as they are drawn."""
        return Damaged(number, self.piece, damage=self.damage)

    def batch_of(self, drawn: Drawn, dice: torch.Generator) -> Batch:
        """Picture and mask part."""
        del dice
        planes = floats(drawn.small)
        return Batch(planes[:, : self.channels], planes[:, self.channels :])

    def loss(self, part: str, batch: Batch) -> Loss:
        """Cross-entropy for every pixel, and the Dice loss, which does not mind rarity."""
        likely = self.modules[part](batch.inputs).float()
        entropy = F.binary_cross_entropy(likely, batch.target)
        overlap = dice_loss(likely, batch.target)
        total = entropy + overlap
        figures = {"loss": total, "loss entropy": entropy, "loss overlap": overlap}
        return Loss(total, {name: value.detach() for name, value in figures.items()})

    def question(self, pair: Pair, number: int) -> Question:
        """The same damage each time."""
        planes = pixels(self.damage(pair, dice(0, number)))
        shown = planes[: self.channels]
        return Question(torch.from_numpy(shown)[None], shown, planes[self.channels :])

    def marks(self, answer: Pixels, question: Question) -> dict[str, float]:
        """Of the pixels likelier damaged than not: recall, precision and their harmonic mean."""
        said, true = answer > 0.5, question.answer > 0.5
        hit = float((said & true).sum())
        recall, precision = hit / max(1, true.sum()), hit / max(1, said.sum())
        return {
            "f1": 2 * hit / max(1, true.sum() + said.sum()),
            "recall": recall,
            "precision": precision,
        }

    def card(self) -> dict[str, Any]:
        """Task and words."""
        return {
            "task": "scratches",
            "values": "sRGB in [0, 1]; out: how likely a pixel is damaged",
            "description": "Finds scratches, hairs, dust and stains.",
        }


def scratched(clean: Bytes, thrown: np.random.Generator) -> Bytes:
    """(3, H, W) -> (4, H, W): scratched, and the mask; some pictures are grey or faded before."""
    tone = thrown.random()
    if tone < 0.3:
        clean = np.repeat(clean.mean(0, keepdims=True).astype(np.uint8), len(clean), 0)
    elif tone < 0.55:
        pale = damage.faded(pixels(clean), thrown, 1.0)
        clean = np.round(pale.clip(0, 1) * 255).astype(np.uint8)
    picture, mask = damage.scratched(clean, thrown)
    return np.concatenate([picture, mask[None]])


def revealed(damaged: Bytes, mended: Bytes) -> Bytes:
    """(3, H, W) twice -> (4, H, W): the damaged one, and where the two differ."""
    return np.concatenate([damaged, damage.differing(damaged, mended)[None]])


def dice_loss(likely: Tensor, target: Tensor) -> Tensor:
    """1 - 2 |A B| / (|A| + |B|) over the whole batch (Milletari et al., 2016)."""
    return 1 - (2 * (likely * target).sum() + 1) / (likely.sum() + target.sum() + 1)


LESSON = Scratches
