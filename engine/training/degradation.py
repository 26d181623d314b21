"""What is done to good pictures so that a network learns to undo it."""

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from engine.jpeg import told_quality

Bytes = NDArray[np.uint8]  # (C, H, W)
GAMMA = 2.2  # between light and what files hold, near enough
# Photosites of a Bayer pattern, RGGB, and how each colour's gaps are filled from its neighbours.
CROSS = np.array([[0, 1, 0], [1, 4, 1], [0, 1, 0]], np.float32) / 4
SQUARE = np.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]], np.float32) / 4
SAMPLINGS = (
    cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420,
    cv2.IMWRITE_JPEG_SAMPLING_FACTOR_422,
    cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444,
)


def bicubic(image: Tensor, scale: float) -> Tensor:
    """(N, C, H, W) resized like MATLAB's imresize: antialiased cubic, a = -1/2, mirrored border.

    Values are not clamped; `scale` below 1 makes smaller. The border is mirrored before and cut
    after, because torch leaves samples outside the picture out where MATLAB mirrors them.
    """
    height, width = image.shape[-2:]
    size = (round(height * scale), round(width * scale))
    margin = 4 * (round(1 / scale) if scale < 1 else 1)
    cut = round(margin * scale)
    grown = mirrored(mirrored(image, margin, -2), margin, -1)
    full = (size[0] + 2 * cut, size[1] + 2 * cut)
    large = F.interpolate(grown, full, mode="bicubic", antialias=True)
    return large[..., cut : cut + size[0], cut : cut + size[1]]


def mirrored(image: Tensor, margin: int, axis: int) -> Tensor:
    """`image` with `margin` px more on both ends of an axis; the outermost pixel is repeated."""
    length = image.shape[axis]
    index = torch.arange(-margin, length + margin, device=image.device) % (2 * length)
    return image.index_select(axis, torch.minimum(index, 2 * length - 1 - index))


def smaller(picture: Bytes, scale: int) -> Bytes:
    """(C, H, W) -> (C, H / scale, W / scale) by antialiased bicubic, rounded to 8 bits."""
    if scale == 1:
        return picture
    small = bicubic(torch.from_numpy(picture)[None].float(), 1 / scale)
    return small[0].round().clamp(0, 255).byte().numpy()


def gaussian_noise(clean: Tensor, high: Tensor | float, dice: torch.Generator) -> Tensor:
    """(N, C, H, W) -> (N, C + 1, H, W): noise of a random level and, last, that level / 255.

    One sigma in [0, high] (8-bit units) a picture; float and not clipped, as the field measures.
    """
    sigma = torch.rand((len(clean), 1, 1, 1), generator=dice, device=clean.device) * high / 255
    noise = torch.randn(clean.shape, generator=dice, device=clean.device)
    return with_condition(clean + sigma * noise, sigma)


def with_condition(image: Tensor, told: Tensor) -> Tensor:
    """(N, C, H, W) and one value a picture -> (N, C + 1, H, W)."""
    plane = told.reshape(-1, 1, 1, 1).expand(-1, 1, *image.shape[-2:])
    return torch.cat([image, plane.to(image)], 1)


def camera(clean: Bytes, dice: np.random.Generator, strongest: float) -> tuple[Bytes, float]:
    """Noise as cameras leave it, and its level / 255 as roughly as an estimate would tell it.

    Photons come in lumps, so noise grows with the light (Poisson), over the sensor's own (Gauss);
    each photosite sees one colour, and filling the gaps makes noise blotchy; the result is clipped
    and, two times in three, compressed as JPEG.
    """
    light = (clean.astype(np.float32) / 255) ** GAMMA
    wanted = dice.uniform(0, strongest) / 255
    lumps = dice.uniform(0.2, 1)  # share of the noise that grows with the light
    spread = np.sqrt(lumps * light / 0.25 + (1 - lumps))
    grain = demosaiced(spread * dice.standard_normal(light.shape, np.float32))
    noisy = (light + 0.4 * wanted * grain).clip(0, 1) ** (1 / GAMMA)
    result = np.round(noisy * 255).astype(np.uint8)
    if dice.random() < 2 / 3:
        result = jpeg(result, int(dice.integers(75, 99)), int(dice.integers(3)))
    level = float(np.std(result.astype(np.float32) - clean)) / 255
    return result, min(75 / 255, level * float(dice.uniform(0.7, 1.3)))


def demosaiced(noise: NDArray[np.float32]) -> NDArray[np.float32]:
    """(C, H, W) of noise as bilinear demosaicing of a Bayer pattern would spread it."""
    if len(noise) == 1:
        return noise
    sites = np.zeros_like(noise)
    sites[0, ::2, ::2] = noise[0, ::2, ::2]
    sites[1, ::2, 1::2] = noise[1, ::2, 1::2]
    sites[1, 1::2, ::2] = noise[1, 1::2, ::2]
    sites[2, 1::2, 1::2] = noise[2, 1::2, 1::2]
    kernels = (SQUARE, CROSS, SQUARE)
    planes = [
        cv2.filter2D(p, -1, k, borderType=cv2.BORDER_REFLECT_101)
        for p, k in zip(sites, kernels, strict=True)
    ]
    return np.stack(planes)


def jpeg(picture: Bytes, quality: int, sampling: int = 0) -> Bytes:
    """(C, H, W) compressed and opened again; `sampling` of the colours 4:2:0, 4:2:2 or 4:4:4."""
    options = [cv2.IMWRITE_JPEG_QUALITY, quality]
    options += [cv2.IMWRITE_JPEG_SAMPLING_FACTOR, SAMPLINGS[sampling]]
    grey = len(picture) == 1
    pixels = picture[0] if grey else picture.transpose(1, 2, 0)[:, :, ::-1]
    done, data = cv2.imencode(".jpg", np.ascontiguousarray(pixels), options)
    assert done
    back = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE if grey else cv2.IMREAD_COLOR_RGB)
    assert back is not None
    return np.ascontiguousarray(np.atleast_3d(back).transpose(2, 0, 1)).astype(np.uint8, copy=False)


def compressed(clean: Bytes, dice: np.random.Generator) -> tuple[Bytes, float]:
    """JPEG of quality 5 to 95, and what is told of it: half of the time nothing."""
    quality = int(dice.integers(5, 96))
    result = jpeg(clean, quality, int(dice.choice(3, p=(0.6, 0.1, 0.3))))
    return result, told_quality(quality) if dice.random() < 0.5 else 0.0
