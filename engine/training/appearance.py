"""How different colours look, as a network can learn it: CIE94, its errors falling smoothly.

CIE Publication 116 (1995), for graphic arts (k_L = 1, K1 = 0.045, K2 = 0.015). It is close to
CIEDE2000, by which colours are measured (`engine.ciede2000`), without that one's jumps of hue.
"""

import torch
import torch.nn.functional as F
from torch import Tensor

from engine import chroma
from engine.ciede2000 import TO_XYZ

K1, K2 = 0.045, 0.015
DARKEST = 1e-4  # sRGB below it, or above 1, cannot be shown
SMALLEST = 1e-2  # squares below it count as no difference: a root has no slope at 0


def difference(y: Tensor, said: Tensor, true: Tensor) -> Tensor:
    """Luma (N, 1, H, W) and two chromas (N, 2, H, W) -> (N, H, W), in units of Delta E."""
    (l_1, a_1, b_1), (l_2, a_2, b_2) = lab(y, true).unbind(1), lab(y, said).unbind(1)
    c_1, c_2 = length(a_1, b_1), length(a_2, b_2)
    delta_c = c_1 - c_2
    delta_h_squared = ((a_1 - a_2) ** 2 + (b_1 - b_2) ** 2 - delta_c**2).clamp_min(0)
    chroma_part = (delta_c / (1 + K1 * c_1)) ** 2
    hue_part = delta_h_squared / (1 + K2 * c_1) ** 2
    return ((l_1 - l_2) ** 2 + chroma_part + hue_part + SMALLEST).sqrt()


def lab(y: Tensor, colours: Tensor) -> Tensor:
    """Luma (N, 1, H, W) and chroma (N, 2, H, W) -> CIELAB (N, 3, H, W) under D65."""
    blue = y + chroma.CB_RANGE * colours[:, :1]
    red = y + chroma.CR_RANGE * colours[:, 1:]
    green = (y - chroma.RED * red - chroma.BLUE * blue) / chroma.GREEN
    srgb = torch.cat([red, green, blue], 1).clamp(DARKEST, 1)
    linear = torch.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    to_xyz = torch.from_numpy(TO_XYZ).to(linear)
    xyz = F.conv2d(linear, to_xyz[:, :, None, None])
    f = torch.where(xyz > (6 / 29) ** 3, xyz ** (1 / 3), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    f_x, f_y, f_z = f.unbind(1)
    return torch.stack([116 * f_y - 16, 500 * (f_x - f_y), 200 * (f_y - f_z)], 1)


def length(a: Tensor, b: Tensor) -> Tensor:
    """Chroma; never quite 0, where it has no slope."""
    return (a * a + b * b + DARKEST).sqrt()
