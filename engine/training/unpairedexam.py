"""The exam of unpaired lessons: how far the drawn pictures are from those of the other domain."""

from collections.abc import Generator
from typing import Any

import numpy as np
import torch
from torch import nn

from engine import perceptual
from engine.job import Pixels
from engine.perceptual import Gaussian
from engine.training import sheets
from engine.training.degradation import Bytes
from engine.training.lesson import Exam, Marked, pixels
from engine.training.translation import eyes, seen, tensor

COLUMNS = ("before", "model", "and back")
AT_ONCE = 4  # pictures between two yields
MOST = 400  # pictures of a domain


class Unpaired(Exam):
    """All held-back pictures of both domains; a Fréchet distance where its eyes are installed."""

    def __init__(self, a: list[Bytes], b: list[Bytes]) -> None:
        self.a, self.b = a[:MOST], b[:MOST]
        self.eyes = eyes()
        self.known: dict[str, Gaussian] = {}

    def take(self, net: nn.Module, device: torch.device) -> Generator[None, None, Marked]:
        """A few pictures between two yields."""
        if self.eyes is None:
            rows = yield from self._rows(net, device)
            return Marked({}, sheets.sheet(rows), COLUMNS)
        self.eyes.to(device)
        if not self.known:
            self.known["a"] = yield from self._features(None, self.a, device)
            self.known["b"] = yield from self._features(None, self.b, device)
        there = yield from self._features(net.get_submodule("there"), self.a, device)
        back = yield from self._features(net.get_submodule("back"), self.b, device)
        scores = {
            "there": perceptual.frechet(there, self.known["b"]),
            "back": perceptual.frechet(back, self.known["a"]),
            "untouched": perceptual.frechet(self.known["a"], self.known["b"]),
        }
        scores["frechet"] = (scores["there"] + scores["back"]) / 2
        rows = yield from self._rows(net, device)
        return Marked(scores, sheets.sheet(rows), COLUMNS)

    def _features(
        self, net: nn.Module | None, pictures: list[Bytes], device: torch.device
    ) -> Generator[None, None, Gaussian]:
        """Of the pictures, drawn by a network or as they are."""
        assert self.eyes is not None
        found = []
        for at in range(0, len(pictures), AT_ONCE):
            batch = tensor(pictures[at : at + AT_ONCE], device)
            with torch.inference_mode():
                found.append(seen(self.eyes, batch if net is None else net(batch).float()))
            yield
        return Gaussian.of(np.concatenate(found))

    def _rows(
        self, net: nn.Module, device: torch.device
    ) -> Generator[None, None, list[tuple[Pixels, Pixels, Pixels]]]:
        """Two of A there and back, two of B back and there."""
        rows = []
        ways: Any = (net.get_submodule("there"), net.get_submodule("back"))
        half = sheets.SAMPLES // 2
        for pictures, (first, second) in ((self.a, ways), (self.b, ways[::-1])):
            for picture in pictures[:half]:
                with torch.inference_mode():
                    drawn = first(tensor([picture], device))
                    again = second(drawn)
                cells = (each[0].float().clamp(0, 1).cpu().numpy() for each in (drawn, again))
                rows.append((pixels(picture), *cells))
                yield
        return rows
