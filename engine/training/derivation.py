"""A made of B: what a person would draw, or what is left of a picture when something is taken away.

Pictures are (3, H, W) bytes in and out; the same dice give the same A.
"""

from collections.abc import Callable

import cv2
import numpy as np

from engine.domains import rgb
from engine.training.degradation import Bytes

FEWEST_PX = 10  # of a line; shorter ones are specks
SMALL = 4  # times smaller
SIGMA = 25  # 8-bit units
PALETTE = (
    ("white", "#f0f0f0"),
    ("grey", "#8c8c8c"),
    ("black", "#1e1e1e"),
    ("red", "#b43c32"),
    ("skin", "#dcaf91"),
    ("brown", "#825a3c"),
    ("yellow", "#e1c350"),
    ("green", "#5a8c46"),
    ("cyan", "#82bec8"),
    ("blue", "#4664aa"),
    ("purple", "#785082"),
)  # of "labels"
Make = Callable[[Bytes, np.random.Generator], Bytes]


def edges(image: Bytes, _: np.random.Generator) -> Bytes:
    """Dark lines of about a pen's width on white, as a quick sketch has them.

    Canny (1986) on smoothed luma, its thresholds by how contrasty the picture is; specks are left
    out, lines are widened and softened as a brush would draw them.
    """
    luma = cv2.cvtColor(rows(image), cv2.COLOR_RGB2GRAY)
    smooth = cv2.bilateralFilter(luma, 5, 40, 3)
    slopes = np.hypot(*(cv2.Sobel(smooth, cv2.CV_32F, *d) for d in ((1, 0), (0, 1))))
    high = float(np.clip(np.percentile(slopes, 88), 60, 300))
    lines = cv2.Canny(smooth, 0.4 * high, high)
    count, labels, stats, _centres = cv2.connectedComponentsWithStats(lines, connectivity=8)
    kept = np.flatnonzero(stats[:, cv2.CC_STAT_AREA] >= FEWEST_PX)
    kept = kept[(kept > 0) & (kept < count)]
    drawn = np.isin(labels, kept).astype(np.float32)
    soft = np.clip(1.6 * cv2.GaussianBlur(drawn, (0, 0), 0.7), 0, 1)
    return np.repeat(np.round(255 * (1 - soft)).astype(np.uint8)[None], 3, 0)


def grey(image: Bytes, _: np.random.Generator) -> Bytes:
    """Luma of BT.601 in all three channels."""
    luma = cv2.cvtColor(rows(image), cv2.COLOR_RGB2GRAY)
    return np.repeat(luma[None], 3, 0)


def labels(image: Bytes, _: np.random.Generator) -> Bytes:
    """The nearest of `PALETTE` for every region, as flat as if painted with a broad brush."""
    flat = cv2.medianBlur(cv2.bilateralFilter(rows(image), 9, 60, 7), 7)
    colours = np.array([rgb(colour) for _name, colour in PALETTE], np.float32)
    wide = cv2.cvtColor(colours[None] / 255, cv2.COLOR_RGB2Lab)[0]
    lab = cv2.cvtColor(flat.astype(np.float32) / 255, cv2.COLOR_RGB2Lab)
    nearest = np.stack([np.square(lab - each).sum(2) for each in wide]).argmin(0)
    painted = cv2.medianBlur(nearest.astype(np.uint8), 5)
    return np.ascontiguousarray(colours[painted].astype(np.uint8).transpose(2, 0, 1))


def small(image: Bytes, _: np.random.Generator) -> Bytes:
    """Four times smaller, and enlarged again without its detail."""
    height, width = image.shape[1:]
    less = (max(1, width // SMALL), max(1, height // SMALL))
    reduced = cv2.resize(rows(image), less, interpolation=cv2.INTER_AREA)
    large = cv2.resize(reduced, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.ascontiguousarray(large.transpose(2, 0, 1))


def noisy(image: Bytes, thrown: np.random.Generator) -> Bytes:
    """Gaussian noise of sigma 25."""
    grain = thrown.normal(0, SIGMA, image.shape)
    return np.round(image + grain).clip(0, 255).astype(np.uint8)


DERIVED: dict[str, Make] = {
    "edges": edges,
    "grey": grey,
    "labels": labels,
    "small": small,
    "noisy": noisy,
}


def rows(image: Bytes) -> np.ndarray:
    """(3, H, W) -> (H, W, 3)."""
    return np.ascontiguousarray(image.transpose(1, 2, 0))
