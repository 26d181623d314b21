"""Dice that depend on where one is, not on what was thrown before: any step can be thrown again."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch


def dice(seed: int, *place: int) -> np.random.Generator:
    """The dice of one place, such as (step, rank); the same place throws the same."""
    return np.random.default_rng([seed, *place])


def torch_dice(seed: int, *place: int, device: torch.device | str = "cpu") -> torch.Generator:
    """The same for torch, on a device."""
    number = int(dice(seed, *place, 1).integers(2**62))
    return torch.Generator(device).manual_seed(number)


@contextmanager
def thrown_by(dice: torch.Generator | None) -> Iterator[None]:
    """Within, torch's own dice, which dropout throws, are told by these; outside they go on."""
    if dice is None:
        yield
        return
    seed = int(torch.randint(2**31, (1,), generator=dice, device=dice.device))
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        yield
