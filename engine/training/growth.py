"""Progressive growing (Karras et al., 2018): how far a run is, and pictures as small as that."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

SHARE = 0.6  # of the budget until it is grown; the rest is for the full size


def grown(progress: float, levels: int) -> float:
    """Doublings at `progress` of the budget; a part is one being faded in.

    Every size gets the same share of the budget, the first half of it for the fade.
    """
    stage = min(1.0, progress / SHARE) * (levels + 1)
    whole = min(levels, math.floor(stage))
    return 0.0 if whole == 0 else whole - 1 + min(1.0, 2 * (stage - whole))


def shrunk(image: Tensor, size: float) -> Tensor:
    """Real pictures (N, C, H, W) as large as `size` doublings of 4 px, faded alike."""
    side = 4 << math.ceil(size)
    image = F.adaptive_avg_pool2d(image, side)
    fade = size - math.floor(size)
    if not fade:
        return image
    before = F.interpolate(F.avg_pool2d(image, 2), scale_factor=2.0)
    return torch.lerp(before, image, fade)
