"""Points of a picture dragged to where they should be: DragGAN (Pan et al. 2023).

Motion supervision pulls the features around every handle a step towards its target by changing w
(equation 1 of the paper); then each handle is found again by its features (equation 2). The paper's
lengths are px of 512; here they are cells of the features, which are a quarter as fine. Every step
is of one length along the gradient: Adam, which the paper takes, also moves what hardly matters for
the handles, and leaves the faces sooner.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.errors import UserError
from engine.latent.warm import Loaded
from engine.specs import Mask, Pull

LEAST_SIDE = 32  # cells across the features; else a quarter of the picture's px
AROUND, REACH = 1.5, 3.0  # cells: what is pulled along, and how far a handle may have moved
FINE = 0.5  # cells between the spots where a handle is looked for
STRIDE = 1.0  # cells: how far the features are asked to move at once
RATE = 0.03  # the length of a step, as a part of how far w spreads
MOMENTUM = 0.5  # how much of the last step's direction goes on
STAY = 20.0  # weight of what the mask holds, the paper's lambda
SAME_SPOT = 0.02  # of the width: nearer handles are one
ARRIVED_PX = 1.0  # or half a cell, where that is more


@dataclass(slots=True)
class Handle:
    """Where it is and shall be, (2,) each: x and y in [-1, 1]; what it looked like at first."""

    at: Tensor
    target: Tensor
    look: Tensor


class Drag:
    """One picture on its way; `step` until `distance` is small enough or patience ends.

    `w`: (layers, w_dim) to begin with; only `layers` change.
    """

    def __init__(
        self, loaded: Loaded, w: Tensor, pulls: tuple[Pull, ...], layers: range, noise: int | None
    ) -> None:
        self._loaded, self._noise = loaded, noise
        self._side = max(LEAST_SIDE, loaded.net.size // 4)
        self._layers = layers
        self._start = w.detach().clone()
        self._free = self._start[layers.start : layers.stop].clone().requires_grad_()
        self._pace = torch.zeros_like(self._start[layers.start : layers.stop])
        self._picture, self._features = self._look()
        self._first = self._features.detach()
        self.cell = 2 / self._first.shape[-1]  # in the units of handles
        self.handles = [self._handle(pull) for pull in pulls]
        self._held: Tensor | None = None

    def hold(self, mask: Mask) -> None:
        """Keep what may not move as it is."""
        if len(mask.may_move) != mask.width * mask.height or not mask.may_move:
            raise UserError("The mask is not as large as it says.", "Draw it again.")
        plane = torch.frombuffer(bytearray(mask.may_move), dtype=torch.uint8)
        may_move = (plane.view(1, 1, mask.height, mask.width) > 0).float()
        side = self._first.shape[-1]
        fitted = F.interpolate(may_move, size=(side, side), mode="area").to(self._loaded.device)
        if float(fitted.max()) == 0:
            raise UserError("The mask holds everything.", "Leave free what shall move.")
        self._held = 1 - fitted

    @property
    def w(self) -> Tensor:
        """(layers, w_dim) as it is now."""
        w = self._start.clone()
        w[self._layers.start : self._layers.stop] = self._free.detach()
        return w

    @property
    def picture(self) -> Tensor:
        """(C, size, size) in [0, 1], of the w as it is now."""
        return self._picture.detach()[0].clamp(0, 1)

    @property
    def distance(self) -> float:
        """Px of the picture that the farthest handle still has to go."""
        away = torch.stack([(each.target - each.at).norm() for each in self.handles])
        return float(away.max()) / 2 * self._loaded.net.size

    @property
    def arrived(self) -> bool:
        """Whether every handle is where it should be."""
        half_cell = FINE * self._loaded.net.size / self._first.shape[-1]
        return self.distance <= max(ARRIVED_PX, half_cell)

    def spots(self) -> tuple[tuple[float, float], ...]:
        """Where the handles are, as parts of width and height."""
        return tuple(
            (float(each.at[0] + 1) / 2, float(each.at[1] + 1) / 2) for each in self.handles
        )

    def step(self) -> None:
        """Pull, draw anew, and find the handles again."""
        loss = torch.stack([self._pull(each) for each in self.handles]).sum()
        if self._held is not None:
            strayed = ((self._features - self._first).abs() * self._held).mean((1, 2, 3))
            loss = loss + STAY * strayed.sum()
        (downhill,) = torch.autograd.grad(loss, self._free)
        self._pace.mul_(MOMENTUM).add_(unit(downhill), alpha=1 - MOMENTUM)
        with torch.no_grad():
            self._free -= RATE * self._loaded.spread() * self._pace
        self._picture, self._features = self._look()
        for each in self.handles:
            each.at = self._found(each)

    def _look(self) -> tuple[Tensor, Tensor]:
        w = torch.cat(
            [
                self._start[: self._layers.start],
                self._free,
                self._start[self._layers.stop :],
            ]
        )
        return self._loaded.net.look(w[None], self._side, self._noise)

    def _handle(self, pull: Pull) -> Handle:
        at, target = (
            torch.tensor(spot, device=self._loaded.device) * 2 - 1
            for spot in (pull.handle, pull.target)
        )
        return Handle(at, target, sampled(self._first, at[None])[0])

    def _pull(self, handle: Handle) -> Tensor:
        """How unlike the features a stride ahead are to those that shall move there."""
        way = handle.target - handle.at
        length = way.norm()
        if float(length) == 0:
            return self._features.sum() * 0
        stride = way / length * torch.clamp(length, max=STRIDE * self.cell)
        around = handle.at + disc(AROUND).to(way.device) * self.cell
        now = sampled(self._features.detach(), around)
        ahead = sampled(self._features, around + stride)
        return (ahead - now).abs().mean()

    def _found(self, handle: Handle) -> Tensor:
        """The spot near where it was that looks most as it did at first."""
        near = (handle.at + disc(REACH).to(handle.at.device) * self.cell).clamp(-1, 1)
        seen = sampled(self._features.detach(), near)
        return near[int((seen - handle.look).abs().sum(1).argmin())]


def unit(gradient: Tensor) -> Tensor:
    """The same direction, of length 1; nothing where there is none."""
    length = gradient.norm()
    return gradient / length if float(length) > 0 else gradient


def sampled(features: Tensor, spots: Tensor) -> Tensor:
    """(1, C, H, W) at (P, 2) spots, x and y in [-1, 1] -> (P, C), bilinear."""
    grid = spots.view(1, 1, -1, 2)
    mode = {"mode": "bilinear", "padding_mode": "border", "align_corners": False}
    return F.grid_sample(features.float(), grid, **mode)[0, :, 0].T  # type: ignore[arg-type]


def disc(radius: float) -> Tensor:
    """(P, 2) offsets within a radius, `FINE` apart, the middle first."""
    steps = int(radius / FINE)
    line = torch.arange(-steps, steps + 1) * FINE
    offsets = torch.cartesian_prod(line, line)
    lengths = offsets.norm(dim=1)
    inside = lengths <= radius + 1e-6
    return offsets[inside][lengths[inside].argsort(stable=True)]


def check(pulls: tuple[Pull, ...]) -> None:
    """UserError where there is nothing to pull, outside the picture, or two ways at once."""
    if not pulls:
        raise UserError("There is no handle.", "Put one on the picture, and then its target.")
    for pull in pulls:
        if not all(0 <= number <= 1 for spot in (pull.handle, pull.target) for number in spot):
            raise UserError("A handle or its target lies outside the picture.", "Move it inside.")
    for number, one in enumerate(pulls):
        for other in pulls[:number]:
            if apart(one.handle, other.handle) < SAME_SPOT < apart(one.target, other.target):
                raise UserError(
                    "Two handles at one spot pull to different places.", "Take one of them away."
                )


def apart(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The distance of two spots."""
    return float(((one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2) ** 0.5)
