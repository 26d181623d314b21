"""Models that stay warm while one looks, to be asked for pictures of places in their code."""

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import Tensor

from engine.errors import UserError
from engine.job import Preview
from engine.lab import draw
from engine.specs_lab_live import Decode

Draw = Callable[[Tensor, int | None], Tensor]  # places (N, D), a class -> (N, C, H, W) in [0, 1]


@dataclass(slots=True)
class Warm:
    """What draws a picture of a place, by the model's name; `dims` numbers are a place."""

    draws: dict[str, tuple[int, Draw]] = field(default_factory=dict)

    @torch.no_grad()
    def decoded(self, spec: Decode) -> Preview:
        """One row of pictures. UserError where the places are none of this model's."""
        dims, make = self._of(spec.model)
        if not spec.places or {len(place) for place in spec.places} != {dims}:
            raise UserError(f"A place has {dims} numbers here.", "Run the experiment again.")
        images = make(torch.tensor(spec.places, dtype=torch.float32), spec.label)
        facts = {"places": spec.places, "model": spec.model, "label": spec.label}
        return Preview("decoded", draw.sheet(images, len(images)), facts=facts)

    def _of(self, model: str) -> tuple[int, Draw]:
        if model in self.draws:
            return self.draws[model]
        if len(self.draws) == 1:  # whoever made the pictures
            return next(iter(self.draws.values()))
        raise UserError(f"There is no {model} on this map.", "Run the experiment again.")
