"""Changes that a gradient goes through, so that a critic cannot learn few pictures by heart.

Real and drawn pictures are changed alike before the critic sees them: brightness, saturation,
contrast, place, and a hole (DiffAugment, Zhao et al., 2020). Where each change happens with a
chance below 1 only, it does not leak into what is drawn (ADA, Karras et al., 2020).
"""

import torch
import torch.nn.functional as F
from torch import Tensor

MOVED = 1 / 8  # of the side, the farthest a picture is moved
HOLE = 1 / 2  # of the side
TARGET = 0.6  # of the mean sign of D(real): above it the critic knows the pictures by heart
KIMG = 100.0  # thousand pictures in which the chance may go from 0 to 1


class Dice:
    """One throw for each picture of a batch; what is not chosen with `chance` stays as it is."""

    def __init__(self, number: int, chance: Tensor | float, dice: torch.Generator) -> None:
        self.number, self.chance, self.dice = number, chance, dice

    def uniform(self, low: float, high: float) -> Tensor:
        """(N, 1, 1, 1), 0 where the change does not happen."""
        thrown = torch.rand((2, self.number, 1, 1, 1), generator=self.dice, device=self.dice.device)
        chosen = thrown[1] < self.chance
        return torch.where(chosen, low + (high - low) * thrown[0], 0.0)


def augmented(image: Tensor, chance: Tensor | float, dice: torch.Generator) -> Tensor:
    """(N, C, H, W) in [0, 1] -> the same size, changed; `chance` from 0 to 1 for each change."""
    throw = Dice(len(image), chance, dice)
    image = image + throw.uniform(-0.25, 0.25)  # brightness
    grey = image.mean(1, keepdim=True)
    image = grey + (image - grey) * (1 + throw.uniform(-1, 1))  # saturation
    mean = image.mean((1, 2, 3), keepdim=True)
    image = mean + (image - mean) * (1 + throw.uniform(-0.5, 0.5))  # contrast
    return holed(moved(image, throw), throw)


def moved(image: Tensor, throw: Dice) -> Tensor:
    """Each picture moved by whole pixels; what comes in is black."""
    number, _, height, width = image.shape
    down = (throw.uniform(-MOVED, MOVED) * height).round().long().view(-1)
    right = (throw.uniform(-MOVED, MOVED) * width).round().long().view(-1)
    far = int(max(height, width) * MOVED) + 1
    padded = F.pad(image, (far, far, far, far))
    where = image.device
    rows = torch.arange(height, device=where)[None] + far - down[:, None]
    columns = torch.arange(width, device=where)[None] + far - right[:, None]
    at = torch.arange(number, device=where)
    # indexed dimensions come first: (N, H, W, C), which is channels last already
    picked = padded.permute(0, 2, 3, 1)[at[:, None, None], rows[:, :, None], columns[:, None]]
    return picked.permute(0, 3, 1, 2)


def holed(image: Tensor, throw: Dice) -> Tensor:
    """A grey square of half the side somewhere, partly outside perhaps."""
    _, _, height, width = image.shape
    down, right = (throw.uniform(0, 1) for _ in range(2))
    chosen = throw.uniform(1, 1) > 0
    rows = torch.linspace(0, 1, height, device=image.device).view(1, 1, -1, 1)
    columns = torch.linspace(0, 1, width, device=image.device).view(1, 1, 1, -1)
    inside = ((rows - down).abs() < HOLE / 2) & ((columns - right).abs() < HOLE / 2)
    return torch.where(inside & chosen, 0.5, image)


def adapted(chance: Tensor, verdict: Tensor, shown: int) -> Tensor:
    """The chance after a batch of `shown` real pictures with these logits (ADA, section 3)."""
    step = shown / (KIMG * 1000)
    direction = torch.sign(torch.sign(verdict.detach()).mean() - TARGET)
    return (chance + direction * step).clamp(0, 1)
