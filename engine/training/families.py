"""Which pictures show the same: copies of each other, taken at one moment, or mirrored.

A score on a picture whose copy was learned from says little, so they are held back together.
"""

from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.training.degradation import Bytes

EDGE = 16  # px, at which they are compared
ALIKE = 0.9  # correlation of luma, from which on two show the same
ROWS = 1024  # pictures compared with all others at once
FAINT = 1.0  # 8-bit units added to the contrast, so that even pictures do not all look alike


def families(pictures: Iterable[Bytes]) -> list[int]:
    """A number for each (3, H, W) picture; the same for all that show the same, 0 comes first."""
    seen = np.stack([thumbnail(each) for each in pictures])
    plain = seen.reshape(len(seen), -1)
    mirrored = seen[:, :, ::-1].reshape(len(seen), -1)
    root = np.arange(len(seen))
    for at in range(0, len(seen), ROWS):
        rows = plain[at : at + ROWS]
        alike = np.maximum(rows @ plain.T, rows @ mirrored.T) / EDGE**2 > ALIKE
        for one, other in np.argwhere(alike):
            root[top(root, one + at)] = top(root, other)
    numbers: dict[int, int] = {}
    return [numbers.setdefault(top(root, n), len(numbers)) for n in range(len(seen))]


def top(root: NDArray[np.int_], number: int) -> int:
    """Who stands for a picture's family."""
    while root[number] != number:
        number = root[number] = root[root[number]]
    return int(number)


def thumbnail(picture: Bytes) -> NDArray[np.float32]:
    """Luma at `EDGE` px, of mean 0 and deviation 1."""
    luma = cv2.cvtColor(np.ascontiguousarray(picture.transpose(1, 2, 0)), cv2.COLOR_RGB2GRAY)
    small = cv2.resize(luma, (EDGE, EDGE), interpolation=cv2.INTER_AREA).astype(np.float32)
    return (small - small.mean()) / (small.std() + np.float32(FAINT))
