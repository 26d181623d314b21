"""Luma and chroma, and colours laid on a picture without touching its luma.

Luma is Y' of ITU-R BT.601 (0.299 R + 0.587 G + 0.114 B) of the values as they lie in the file, full
range: what nearly every program makes of a colour picture when it makes it grey. It is linear in
the values, so colours can be added that change it by nothing but rounding.
"""

import numpy as np

from engine.job import Pixels

RED, GREEN, BLUE = 0.299, 0.587, 0.114
CB_RANGE, CR_RANGE = 2 * (1 - BLUE), 2 * (1 - RED)  # so that chroma lies in [-1/2, 1/2]


def luma(pixels: Pixels) -> Pixels:
    """(C, H, W) -> (1, H, W)."""
    if len(pixels) == 1:
        return pixels
    weights = np.array((RED, GREEN, BLUE), np.float32)
    return np.einsum("c,chw->hw", weights, pixels)[None]


def chroma(pixels: Pixels) -> Pixels:
    """(3, H, W) -> (2, H, W): (B - Y') / 1.772 and (R - Y') / 1.402, in [-1/2, 1/2]."""
    y = luma(pixels)[0]
    blue, red = (pixels[2] - y) / np.float32(CB_RANGE), (pixels[0] - y) / np.float32(CR_RANGE)
    return np.stack([blue, red])


def coloured(y: Pixels, colours: Pixels) -> Pixels:
    """(1, H, W) and (2, H, W) -> (3, H, W) in [0, 1] with exactly that luma.

    Where a colour does not fit between black and white at its luma it is made paler, not darker.
    """
    blue = colours[0] * np.float32(CB_RANGE)
    red = colours[1] * np.float32(CR_RANGE)
    green = -(np.float32(RED) * red + np.float32(BLUE) * blue) / np.float32(GREEN)
    away = np.stack([red, green, blue])  # from grey; its luma is 0
    room = np.where(away > 0, 1 - y, y)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(np.abs(away) > room, room / np.abs(away), np.float32(1)).min(0)
    result: Pixels = y + away * share.astype(np.float32)
    return np.clip(result, 0, 1, out=result)


def strength(pixels: Pixels) -> float:
    """Mean length of the chroma of (3, H, W): 0 for a grey picture, 0.05 to 0.1 for photos."""
    return float(np.hypot(*chroma(pixels)).mean())
