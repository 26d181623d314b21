"""The w whose picture comes nearest to a photo: found by an encoder or by guessing, then refined.

As the projector of StyleGAN2 (Karras et al. 2020, appendix D), but in a w of its own for each layer
(w+, Abdal et al. 2019), and held near what the generator knows.
"""

from collections.abc import Iterator
from math import cos, pi

import cv2
import numpy as np
import torch
from torch import Tensor

from engine.errors import UserError
from engine.job import Pixels
from engine.latent.generator import Encoder
from engine.latent.likeness import likeness
from engine.latent.points import truncated
from engine.latent.warm import Loaded

GUESSES, AT_ONCE = 192, 8
SAFE = 0.7  # truncation of the guesses
RATE = 0.12  # of the steps, in standard deviations of w
HOLD = 0.003  # how strongly w is held near its mean, as a part of the likeness
SMALLEST = 32  # px; a smaller square says too little of a face


class Projection:
    """One search: guess, then `step` as often as there is time; `best` is always there.

    `target`: (1, C, size, size) in [0, 1].
    """

    def __init__(self, loaded: Loaded, target: Tensor, seed: int = 0) -> None:
        self._loaded, self._seed = loaded, seed
        self._far = likeness(target)
        self._target = target
        self._sigma = max(1e-6, loaded.spread() / loaded.net.w_dim**0.5)
        self.best = loaded.mean.expand(loaded.net.layers, -1).clone()
        self.distance = float(self.distances(self.best[None])[0])
        self.near = True  # whether the photo shows the kind of thing that the generator draws
        self._w = self.best.clone()
        self._steps: torch.optim.Adam | None = None

    def guess(self) -> Iterator[float]:
        """Try places at random, or ask the encoder; yields how far it is, up to 1."""
        net = self._loaded.net
        for start in range(0, GUESSES, AT_ONCE):
            w = self._loaded.sampled(AT_ONCE, seed=(self._seed + start) % 2**32)
            w = truncated(w, self._loaded.mean, SAFE)
            distances = self.distances(w)
            nearest = int(distances.argmin())
            self._note(w[nearest], float(distances[nearest]))
            yield (start + AT_ONCE) / GUESSES
        if isinstance(net, Encoder):
            with torch.no_grad():
                w = net.encode(self._target)
            self._note(w[0], float(self.distances(w)[0]))
        self.near = self.distance <= self._far.strange
        self._w = self.best.clone()

    @torch.no_grad()
    def distances(self, w: Tensor) -> Tensor:
        """(N, layers, w_dim) -> (N,) distances to the photo."""
        return self._far(self._loaded.net.draw(w).clamp(0, 1))

    def step(self, progress: float) -> None:
        """One step downhill; they get shorter as `progress` nears 1."""
        self._w.requires_grad_()
        if self._steps is None:
            self._steps = torch.optim.Adam([self._w], lr=0.0, betas=(0.9, 0.99))
        self._steps.param_groups[0]["lr"] = rate(progress) * self._sigma
        # not clamped: where the picture is too bright it must still know the way back
        distance = self._far(self._loaded.net.draw(self._w[None]))[0]
        away = ((self._w - self._loaded.mean) / self._sigma).square().mean()
        self._note(self._w.detach(), float(distance.detach()))
        self._steps.zero_grad()
        (distance + HOLD * away).backward()
        self._steps.step()

    def settle(self) -> None:
        """Look where the last step led."""
        w = self._w.detach()
        self._note(w, float(self.distances(w[None])[0]))

    def _note(self, w: Tensor, distance: float) -> None:
        if distance < self.distance:
            self.best, self.distance = w.clone(), distance


def rate(progress: float) -> float:
    """The length of a step: a short warm-up, then down along a cosine."""
    return RATE * min(1.0, 0.1 + progress / 0.05) * (0.5 + 0.5 * cos(pi * min(1.0, progress)))


def cut(pixels: Pixels, box: tuple[float, float, float] | None, angle: float, size: int) -> Pixels:
    """The square (centre x, centre y, side) in px, turned clockwise -> (C, size, size).

    None is the largest square in the middle. Beyond the edge the outermost pixels go on.
    UserError where it is too small, or lies outside the picture.
    """
    _, height, width = pixels.shape
    x, y, side = box or (width / 2, height / 2, float(min(width, height)))
    if side < SMALLEST:
        raise UserError(
            f"{side:.0f} x {side:.0f} px are too few to find a face in.",
            f"Choose a photo, or a part of it, of {SMALLEST} px or more; 256 are better.",
        )
    if not (0 <= x <= width and 0 <= y <= height):
        raise UserError("The square lies outside the photo.", "Move it onto the face.")
    scale = size / side
    image = np.ascontiguousarray(pixels.transpose(1, 2, 0))
    if scale < 0.5:  # what a warp would skip must be averaged first
        image = np.atleast_3d(cv2.GaussianBlur(image, (0, 0), sigmaX=0.4 / scale))
    turn = cv2.getRotationMatrix2D((x - 0.5, y - 0.5), angle, scale)
    turn = turn + np.array([[0, 0, size / 2 - x], [0, 0, size / 2 - y]])
    flags, border = cv2.INTER_LINEAR if scale < 1 else cv2.INTER_CUBIC, cv2.BORDER_REPLICATE
    warped = cv2.warpAffine(image, turn, (size, size), flags=flags, borderMode=border)
    return np.atleast_3d(warped).transpose(2, 0, 1).clip(0, 1).astype(np.float32)
