"""How good a picture is, by the field's protocols, so that figures can stand beside published ones.

Peak signal-to-noise ratio is computed after rounding to 8 bits. Super-resolution is measured on the
luma of ITU-R BT.601 (16 to 235) with a border of `scale` pixels cut; never mixed with RGB figures.
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torchmetrics.functional.image import structural_similarity_index_measure

from engine.job import Pixels


def psnr(result: Pixels, truth: Pixels, *, border: int = 0) -> float:
    """Decibels between (C, H, W) in [0, 1] over all channels, `border` px cut on every side."""
    error = eight_bit(cut(result, border)) - eight_bit(cut(truth, border))
    mse = float(np.mean(error**2))
    return float("inf") if mse == 0 else 10 * float(np.log10(255**2 / mse))


def psnr_y(result: Pixels, truth: Pixels, *, border: int) -> float:
    """Decibels on the luma of (3, H, W) in [0, 1], as super-resolution papers print it."""
    error = luma(cut(result, border)) - luma(cut(truth, border))
    mse = float(np.mean(error**2))
    return float("inf") if mse == 0 else 10 * float(np.log10(255**2 / mse))


def ssim_y(result: Pixels, truth: Pixels, *, border: int) -> float:
    """Structural similarity on the luma: 11 px Gaussian window of 1.5, K = 0.01 and 0.03."""
    left, right = (
        torch.from_numpy(luma(cut(image, border)))[None, None] for image in (result, truth)
    )
    value = structural_similarity_index_measure(left, right, sigma=1.5, data_range=255.0)
    assert isinstance(value, torch.Tensor)
    return float(value)


def eight_bit(image: Pixels) -> NDArray[np.float64]:
    """[0, 1] -> whole numbers from 0 to 255."""
    return np.clip(np.round(image.astype(np.float64) * 255), 0, 255)


def luma(image: Pixels) -> NDArray[np.float64]:
    """(3, H, W) in [0, 1] -> (H, W), BT.601 studio range as MATLAB's rgb2ycbcr, of 8-bit values.

    A grey picture (1, H, W) counts as three equal channels.
    """
    red, green, blue = np.broadcast_to(eight_bit(image), (3, *image.shape[1:]))
    return 16 + (65.481 * red + 128.553 * green + 24.966 * blue) / 255


def cut(image: Pixels, border: int) -> Pixels:
    """Without `border` px on every side."""
    return image[:, border : image.shape[1] - border, border : image.shape[2] - border]
