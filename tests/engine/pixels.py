"""What tests of picture files share: samples with the extremes in them, pictures of samples."""

import numpy as np

from engine.image import Picture

LOSSLESS = [("png", 8), ("png", 16), ("tiff", 8), ("tiff", 16), ("bmp", 8), ("webp", 8)]


def dots(depth: int, channels: int, height: int = 23, width: int = 31) -> np.ndarray:
    """(H, W, C) random samples with the extremes and a ramp in them."""
    full = 255 if depth == 8 else 65535
    kind = np.uint8 if depth == 8 else np.uint16
    values = np.random.default_rng(3).integers(0, full + 1, (height, width, channels)).astype(kind)
    values[0, :2, :] = [[0], [full]]
    values[1, :, :] = np.linspace(0, full, width).astype(kind)[:, None]
    return values


def whole(pixels: np.ndarray, depth: int) -> np.ndarray:
    """(C, H, W) in [0, 1] -> (H, W, C) as samples, exact or not at all."""
    scaled = pixels.astype(np.float64) * (255 if depth == 8 else 65535)
    assert np.abs(scaled - np.rint(scaled)).max() < 0.02
    return np.rint(scaled).astype(int).transpose(1, 2, 0)


def samples(picture: Picture) -> np.ndarray:
    planes = [picture.pixels] if picture.alpha is None else [picture.pixels, picture.alpha]
    return whole(np.concatenate(planes), picture.depth)


def make(values: np.ndarray, **more: object) -> Picture:
    """A picture of (H, W, C) samples, alpha last where C is 2 or 4."""
    depth = values.itemsize * 8
    planes = (values / np.iinfo(values.dtype).max).astype(np.float32).transpose(2, 0, 1)
    colours = len(planes) - 1 if len(planes) in (2, 4) else len(planes)
    alpha = planes[colours:] if len(planes) > colours else None
    return Picture(planes[:colours], alpha, depth, **more)  # type: ignore[arg-type]
