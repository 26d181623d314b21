"""How good made pictures are: how far from real ones, and whether they can be read."""

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from torch import Tensor

from engine.lab import readers
from engine.lab.data import Pictures, Split
from engine.lab.readers import Labels

AXES = 24


def flat(images: Tensor) -> NDArray[np.float32]:
    """(N, C, H, W) -> (N, values)."""
    return images.flatten(1).numpy()


class Frechet:
    """The Frechet distance of two clouds of pictures along the real ones' principal components.

    Of Gaussians fitted to both (Dowson and Landau, 1982), as the FID has it on features of a
    network that has seen a million photographs; here the features are the first 24 components. 0 is
    best; numbers of different data cannot be compared.
    """

    def __init__(self, real: Pictures) -> None:
        pixels = flat(real.images)
        self.pca = PCA(min(AXES, *pixels.shape), random_state=0).fit(pixels)

    def distance(self, real: Tensor, made: Tensor) -> float:
        """|m_1 - m_2|^2 + tr(C_1 + C_2 - 2 (C_1 C_2)^(1/2))."""
        a, b = (self.pca.transform(flat(each)).astype(np.float64) for each in (real, made))
        c_a, c_b = np.cov(a.T), np.cov(b.T)
        roots = np.linalg.eigvals(c_a @ c_b)
        mixed = np.sqrt(np.maximum(roots.real, 0)).sum()
        apart = np.square(a.mean(0) - b.mean(0)).sum()
        return float(max(0.0, apart + np.trace(c_a) + np.trace(c_b) - 2 * mixed))


def read(parts: Split, made: Tensor, labels: Labels) -> tuple[float, float]:
    """How often a classifier that learned from real pictures reads real and made ones, in %."""
    what = "Reading"
    known, truth = (part.with_labels(what).numpy() for part in (parts.learned, parts.test))
    reader = readers.curved(flat(parts.learned.images), known)
    real = readers.accuracy(reader, flat(parts.test.images), truth)
    return real, readers.accuracy(reader, flat(made), labels)
