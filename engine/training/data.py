"""Pictures for training: read once, kept as bytes, cropped at random."""

from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

Pixels = NDArray[np.uint8]
ENDINGS = {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"}


def load(folder: Path, *, longest: int, channels: int) -> list[Pixels]:
    """Every picture below `folder` as (C, H, W) uint8, long side at most `longest` px."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in ENDINGS)
    return [shrink(decode(path, channels), longest) for path in paths]


def decode(path: Path, channels: int) -> Pixels:
    """One file as (C, H, W) uint8, C = 1 (luma) or 3 (RGB)."""
    mode = cv2.IMREAD_GRAYSCALE if channels == 1 else cv2.IMREAD_COLOR_RGB
    picture = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), mode)
    if picture is None:
        raise ValueError(f"{path} cannot be read as a picture")
    return np.ascontiguousarray(np.atleast_3d(picture).transpose(2, 0, 1))


def shrink(picture: Pixels, longest: int) -> Pixels:
    """Antialiased reduction: hides the traces of lossy compression in large photographs."""
    height, width = picture.shape[1:]
    if max(height, width) <= longest:
        return picture
    scale = longest / max(height, width)
    size = (round(width * scale), round(height * scale))
    small = cv2.resize(picture.transpose(1, 2, 0), size, interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(np.atleast_3d(small).transpose(2, 0, 1))


def crop_pairs(
    pairs: list[tuple[Pixels, Pixels]], dice: np.random.Generator, *, count: int, edge: int
) -> tuple[Tensor, Tensor]:
    """`count` aligned crops, (N, C, edge, edge) and (N, C, s edge, s edge), in [0, 1].

    Pictures are drawn by area, and every crop is flipped and turned one of eight ways.
    """
    area = np.array([small.shape[1] * small.shape[2] for small, _ in pairs], float)
    left: list[Pixels] = []
    right: list[Pixels] = []
    for index in dice.choice(len(pairs), size=count, p=area / area.sum()):
        small, large = pairs[index]
        scale = large.shape[1] // small.shape[1]
        top = int(dice.integers(small.shape[1] - edge + 1))
        start = int(dice.integers(small.shape[2] - edge + 1))
        turns, flip = int(dice.integers(4)), bool(dice.integers(2))
        for kept, whole, s in ((left, small, 1), (right, large, scale)):
            patch = whole[:, s * top : s * (top + edge), s * start : s * (start + edge)]
            patch = np.rot90(patch, turns, axes=(1, 2))
            kept.append(patch[:, :, ::-1] if flip else patch)
    return tensor(left), tensor(right)


def tensor(patches: list[Pixels]) -> Tensor:
    """(C, H, W) bytes -> (N, C, H, W) in [0, 1]."""
    return torch.from_numpy(np.stack(patches)).float() / 255
