"""How noisy is a picture? Estimates without knowing the clean one."""

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.job import Pixels

PATCH = 8  # px, edge of a patch
SAMPLES = 20_000  # patches looked at, enough for +-0.2 on the 8-bit scale
BLOCK = 16  # px, edge of the blocks among which flat ones are sought


def level(image: Pixels) -> float:
    """The noise level to tell a denoiser about (C, H, W) in [0, 1], 8-bit units, 0 to 75.

    White noise is measured; where there is none, the grain that a camera's own processing and JPEG
    leave is looked for in the flattest parts. Grain is blotchy and looks weaker to a network than
    it is, hence the factor; too much of it in the flattest parts is texture, and left alone.
    """
    white = estimate(image)
    if white >= 1:
        return white
    rough = grain(image)
    return min(12.0, 4 * max(0.0, rough - 0.8)) if rough < 4.5 else 0.0


def grain(image: Pixels) -> float:
    """Standard deviation (8-bit units) of the flattest twentieth of the luma's fine part."""
    luma = image.mean(axis=0)
    height, width = (side // BLOCK * BLOCK for side in luma.shape)
    if height * width < 20 * BLOCK**2:
        return 0.0
    detail = luma - cv2.GaussianBlur(luma, (0, 0), 4)
    blocks, means = (
        plane[:height, :width].reshape(height // BLOCK, BLOCK, width // BLOCK, BLOCK)
        for plane in (detail, luma)
    )
    bright = means.mean(axis=(1, 3))
    lit = blocks.std(axis=(1, 3))[(bright > 0.05) & (bright < 0.95)]  # clipping hides grain
    if lit.size < 20:
        return 0.0
    return float(255 * np.sqrt(len(image)) * np.percentile(lit, 5))


def estimate(image: Pixels) -> float:
    """Noise level of (C, H, W) in [0, 1] as a standard deviation in 8-bit units, 0 to 75.

    Chen, Zhu and Heng, "An Efficient Statistical Method for Image Noise Level Estimation" (ICCV
    2015): the small eigenvalues of the patch covariance are all noise; the largest group of them
    whose mean equals its median gives the variance (algorithm 1).
    """
    if min(image.shape[1:]) < PATCH or image[0].size < 2 * PATCH**2:
        return 0.0  # too small to tell
    eigenvalues = np.linalg.eigvalsh(np.cov(patches(image), rowvar=False))
    for count in range(len(eigenvalues), 0, -1):
        tau = float(eigenvalues[:count].mean())
        if (eigenvalues[:count] > tau).sum() >= (eigenvalues[:count] < tau).sum():
            return float(np.clip(255 * np.sqrt(max(tau, 0.0)), 0, 75))
    return 0.0


def patches(image: Pixels) -> NDArray[np.float64]:
    """(N, C * 8 * 8) patches, evenly drawn; clipped areas are left out, they hide their noise."""
    view = np.lib.stride_tricks.sliding_window_view(image, (PATCH, PATCH), axis=(1, 2))
    rows, columns = view.shape[1:3]
    dice = np.random.default_rng(0)
    count = min(SAMPLES, rows * columns)
    y, x = dice.integers(rows, size=count), dice.integers(columns, size=count)
    drawn = np.moveaxis(view[:, y, x], 0, 1).reshape(count, -1).astype(np.float64)
    clean = ((drawn <= 0) | (drawn >= 1)).mean(1) < 0.1
    return drawn[clean] if clean.sum() > 2 * drawn.shape[1] else drawn
