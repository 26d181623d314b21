"""Weights in 8 bits, for parts of a model that do not learn: half the room of 16 bits.

Each output feature of a convolution has its own scale (Krishnamoorthi, "Quantizing deep
convolutional networks", 2018, section 3); rounded are the weights, never what is computed.
"""

import torch
from torch import Tensor

from engine.catalogue import SCALE

LARGEST, SMALLEST = 127, 1e-30


def packed(weights: dict[str, Tensor], prefix: str = "") -> dict[str, Tensor]:
    """The same; int8 and float32 scales (O,) for what begins so and has two dimensions or more."""
    result = {}
    for name, value in weights.items():
        if not (name.startswith(prefix) and value.is_floating_point() and value.dim() > 1):
            result[name] = value
            continue
        scale = value.float().abs().flatten(1).amax(1) / LARGEST
        steps = value.float() / along(scale.clamp_min(SMALLEST), value)
        result[name] = steps.round().to(torch.int8)
        result[name + SCALE] = scale
    return result


def unpacked(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """As a network takes them; what was never packed stays as it is."""
    result = {}
    for name, value in weights.items():
        if name.endswith(SCALE):
            continue
        scale = weights.get(name + SCALE)
        if scale is not None:
            value = value.float() * along(scale, value)
        result[name] = value
    return result


def along(scale: Tensor, weight: Tensor) -> Tensor:
    """(O,) shaped so that it multiplies a weight (O, ...)."""
    return scale.reshape(-1, *[1] * (weight.dim() - 1))
