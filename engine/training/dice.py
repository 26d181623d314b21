"""Dice that depend on where one is, not on what was thrown before: any step can be thrown again."""

import numpy as np
import torch


def dice(seed: int, *place: int) -> np.random.Generator:
    """The dice of one place, such as (step, rank); the same place throws the same."""
    return np.random.default_rng([seed, *place])


def torch_dice(seed: int, *place: int, device: torch.device | str = "cpu") -> torch.Generator:
    """The same for torch, on a device."""
    number = int(dice(seed, *place, 1).integers(2**62))
    return torch.Generator(device).manual_seed(number)
