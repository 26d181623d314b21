"""What is done to good pictures so that a network learns to undo it."""

import torch
import torch.nn.functional as F
from torch import Tensor


def bicubic(image: Tensor, scale: float) -> Tensor:
    """(N, C, H, W) resized like MATLAB's imresize: antialiased cubic, a = -1/2, mirrored border.

    Values are not clamped; `scale` below 1 makes smaller. The border is mirrored before and cut
    after, because torch leaves samples outside the picture out where MATLAB mirrors them.
    """
    height, width = image.shape[-2:]
    size = (round(height * scale), round(width * scale))
    step = round(1 / scale) if scale < 1 else 1
    margin = 4 * step
    if min(height, width) <= margin:
        return F.interpolate(image, size, mode="bicubic", antialias=True)
    grown = F.pad(image, (margin,) * 4, "reflect")
    full = (size[0] + 2 * round(margin * scale), size[1] + 2 * round(margin * scale))
    large = F.interpolate(grown, full, mode="bicubic", antialias=True)
    cut = round(margin * scale)
    return large[..., cut : cut + size[0], cut : cut + size[1]]


def gaussian_noise(clean: Tensor, low: float, high: float) -> Tensor:
    """(N, C, H, W) -> (N, C + 1, H, W): noise of a random level and, last, that level / 255.

    One sigma in [low, high] (8-bit units) a picture; float and not clipped, as the field measures.
    """
    sigma = torch.empty(len(clean), 1, 1, 1).uniform_(low, high) / 255
    noisy = clean + sigma * torch.randn_like(clean)
    return torch.cat([noisy, sigma.expand(-1, 1, *clean.shape[-2:])], 1)
