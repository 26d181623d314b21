"""How noisy is a picture? Estimates without knowing the clean one."""

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.job import Pixels

PATCH = 8  # px, edge of a patch
SAMPLES = 20_000  # patches drawn, enough for +-0.2 on the 8-bit scale
CHUNK = 1000  # patches at a time
QUIET = 0.15  # the share of places that counts as quiet
BLOCK = 16  # px, edge of the blocks among which flat ones are sought


def level(image: Pixels) -> float:
    """The noise level to tell a denoiser about (C, H, W) in [0, 1], 8-bit units, 0 to 75.

    White noise is measured first. A camera's own processing leaves blotchy grain instead, which is
    looked for in the flattest parts; it looks weaker to a network than it is, hence the factor.
    Too much of it in the flattest parts is texture, and left alone.
    """
    white = white_grey(image) if len(image) == 1 else white_colour(image)
    if white >= 1:
        return white
    rough = grain(image)
    return min(12.0, 4 * max(0.0, rough - 0.8)) if rough < 4.5 else 0.0


def white_colour(image: Pixels) -> float:
    """White noise in (3, H, W), 8-bit units; 0 where there is none to speak of.

    JPEG thins out the colours and takes their fine noise away, and the estimate with it. What is
    left at half the size tells noise from texture then, and the luma how strong it is.
    """
    white = estimate(image)
    if white >= 1:
        return white
    height, width = (side // 2 * 2 for side in image.shape[1:])
    rows = image[:, :height:2, :width] + image[:, 1:height:2, :width]
    half: Pixels = np.float32(0.25) * (rows[:, :, ::2] + rows[:, :, 1::2])
    if 2 * estimate(half) < 3:
        return 0.0
    weights = np.array([0.299, 0.587, 0.114], np.float32)  # BT.601, as JPEG has it
    luma: Pixels = np.tensordot(weights, image, 1)[None]
    return white_grey(luma) / float(np.linalg.norm(weights))


def white_grey(image: Pixels) -> float:
    """White noise in (1, H, W), 8-bit units, from quiet places unless it drowns all texture."""
    every = estimate(image)
    return every if every >= 20 else estimate(image, quiet=True)


def grain(image: Pixels) -> float:
    """Standard deviation (8-bit units) of the luma's flattest twentieth, slow part taken out."""
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


def estimate(image: Pixels, *, quiet: bool = False) -> float:
    """White noise in (C, H, W) in [0, 1] as a standard deviation in 8-bit units, 0 to 75.

    Chen, Zhu and Heng, "An Efficient Statistical Method for Image Noise Level Estimation" (ICCV
    2015): the small eigenvalues of the patch covariance are all noise; the largest group of them
    whose mean equals its median gives the variance (algorithm 1). `quiet` looks at places without
    texture only, since a textured grey picture may have no eigenvalue that is noise alone.
    """
    if min(image.shape[1:]) < 2 * PATCH:
        return 0.0  # too small to tell
    eigenvalues = np.linalg.eigvalsh(covariance(image, quiet))
    for count in range(len(eigenvalues), 0, -1):
        tau = float(eigenvalues[:count].mean())
        if (eigenvalues[:count] > tau).sum() >= (eigenvalues[:count] < tau).sum():
            return float(np.clip(255 * np.sqrt(max(tau, 0.0)), 0, 75))
    return 0.0


def covariance(image: Pixels, quiet: bool) -> NDArray[np.float64]:
    """(C * 8 * 8, the same) of patches drawn at random, those with much clipping left out.

    In chunks, because picking patches holds Python's lock, and a window waits for it.
    """
    view = np.lib.stride_tricks.sliding_window_view(image, (PATCH, PATCH), axis=(1, 2))
    y, x = places(image, quiet)
    edge = len(image) * PATCH * PATCH
    total, products, count = np.zeros(edge), np.zeros((edge, edge)), 0
    for start in range(0, len(y), CHUNK):
        part = slice(start, start + CHUNK)
        drawn = np.moveaxis(view[:, y[part], x[part]], 0, 1).reshape(-1, edge).astype(np.float64)
        drawn = drawn[((drawn <= 0) | (drawn >= 1)).mean(1) < 0.1] - 0.5
        total += drawn.sum(0)
        products += drawn.T @ drawn
        count += len(drawn)
    mean = total / max(1, count)
    return products / max(1, count) - np.outer(mean, mean)


def places(image: Pixels, quiet: bool) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows and columns of patches drawn at random."""
    rows, columns = (side - PATCH + 1 for side in image.shape[1:])
    dice = np.random.default_rng(0)
    y, x = dice.integers(rows, size=SAMPLES), dice.integers(columns, size=SAMPLES)
    if not quiet:
        return y, x
    unrest = activity(image.mean(axis=0))[y + PATCH // 2, x + PATCH // 2]
    calm = unrest <= np.quantile(unrest, QUIET)
    return y[calm], x[calm]


def activity(luma: Pixels) -> Pixels:
    """How much goes on around each pixel of (H, W), seen through a blur that hides the noise."""
    slow = cv2.GaussianBlur(luma, (0, 0), 2.5)
    across, down = cv2.Sobel(slow, cv2.CV_32F, 1, 0), cv2.Sobel(slow, cv2.CV_32F, 0, 1)
    return cv2.blur(across**2 + down**2, (2 * PATCH, 2 * PATCH)).astype(np.float32)
