"""The exam of paired lessons: how near the drawn side comes to the right one."""

from collections.abc import Generator

import numpy as np
import torch
from torch import nn

from engine import perceptual
from engine.errors import UserError
from engine.job import Pixels
from engine.training import sheets, sides
from engine.training.data import Pair
from engine.training.lesson import Exam, Marked, pixels
from engine.training.translation import tensor

PICTURES = 48


class Pairs(Exam):
    """The middles of held-back pairs; mean absolute difference, and LPIPS where it is installed."""

    def __init__(self, pairs: list[Pair], edge: int) -> None:
        every = max(1, len(pairs) // PICTURES)
        chosen = pairs[::every][:PICTURES]
        self.pairs = [tuple(sides.middle(side, edge) for side in pair[:2]) for pair in chosen]
        self.lpips = lpips()

    def take(self, net: nn.Module, device: torch.device) -> Generator[None, None, Marked]:
        """One pair between two yields."""
        apart: list[float] = []
        looks: list[float] = []
        rows: list[tuple[Pixels, Pixels, Pixels]] = []
        for a, b in self.pairs:
            with torch.inference_mode():
                drawn = net(tensor([a], device)).float().clamp(0, 1)
                right = tensor([b], device)
                apart.append(float((drawn - right).abs().mean()))
                if self.lpips is not None:
                    looks.append(float(self.lpips.to(device)(drawn, right)))
            if len(rows) < sheets.SAMPLES:
                rows.append((pixels(a), drawn[0].cpu().numpy(), pixels(b)))
            yield
        scores = {"l1": float(np.mean(apart))}
        if looks:
            scores["lpips"] = float(np.mean(looks))
        return Marked(scores, sheets.sheet(rows), sheets.COLUMNS)


def lpips() -> perceptual.Lpips | None:
    """The distance as people see it, where its weights are on this computer."""
    try:
        return perceptual.lpips()
    except UserError:
        return None
