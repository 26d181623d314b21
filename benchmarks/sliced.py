"""Sliced Wasserstein distance of two sets of pictures: of their patches, at three sizes.

Karras et al., "Progressive Growing of GANs" (2018), section 5: patches of a Laplacian pyramid,
every channel normalized over the set, compared along random directions. No network has a say in it,
so it serves where a model has learned with the network that measures the Fréchet distance.
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

LEVELS = 3
PATCH = 7  # px
PATCHES = 64  # of a picture, at each level
DIRECTIONS = 512
SCALE = 1000  # as the paper prints it


def distance(ours: Sequence[Tensor], theirs: Sequence[Tensor]) -> float:
    """The mean over levels of two sets of (3, H, W) pictures in [0, 1], all of one size; 0: alike.

    Both sets are cut to the size of the smaller one.
    """
    number = min(len(ours), len(theirs))
    dice = torch.Generator().manual_seed(0)
    levels = zip(
        *(pyramid(torch.stack(list(each[:number]))) for each in (ours, theirs)), strict=True
    )
    return float(torch.stack([apart(a, b, dice) for a, b in levels]).mean())


def pyramid(pictures: Tensor) -> list[Tensor]:
    """What each size adds to the next smaller one; last the smallest as it is."""
    levels = []
    for _ in range(LEVELS - 1):
        smaller = F.avg_pool2d(pictures, 2)
        again = F.interpolate(smaller, pictures.shape[2:], mode="bilinear", align_corners=False)
        levels.append(pictures - again)
        pictures = smaller
    return [*levels, pictures]


def apart(ours: Tensor, theirs: Tensor, dice: torch.Generator) -> Tensor:
    """Of one level: how far the sorted patches are apart along random directions."""
    directions = torch.randn(3 * PATCH**2, DIRECTIONS, generator=dice)
    directions = directions / directions.norm(dim=0)
    sorted_ones = [(patches(each, dice) @ directions).sort(0).values for each in (ours, theirs)]
    return SCALE * (sorted_ones[0] - sorted_ones[1]).abs().mean()


def patches(level: Tensor, dice: torch.Generator) -> Tensor:
    """(N PATCHES, 3 PATCH^2), of each picture from random places."""
    number, _, height, width = level.shape
    tops = torch.randint(height - PATCH + 1, (number, PATCHES), generator=dice)
    lefts = torch.randint(width - PATCH + 1, (number, PATCHES), generator=dice)
    step = torch.arange(PATCH)
    rows = (tops[..., None] + step)[:, :, None, :, None]
    columns = (lefts[..., None] + step)[:, :, None, None, :]
    which = torch.arange(number)[:, None, None, None, None]
    channels = torch.arange(3)[None, None, :, None, None]
    cut = level[which, channels, rows, columns]
    cut = cut - cut.mean((0, 1, 3, 4), keepdim=True)
    cut = cut / cut.std((0, 1, 3, 4), keepdim=True).clamp_min(1e-8)
    return cut.flatten(0, 1).flatten(1)
