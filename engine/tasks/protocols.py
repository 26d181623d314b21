"""The field's protocols: what is done to one good picture, and how the answer is measured.

Each is a job on one file that returns its figures by name.
"""

from collections.abc import Generator
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engine import image, metrics, tiles
from engine.job import Event, Pixels, Step, steps_only
from engine.jpeg import told_quality
from engine.perceptual import Lpips
from engine.runtime import Network, Runtime
from engine.specs import Denoise
from engine.tasks.denoise import conditions, denoised, matched
from engine.training import degradation

Figures = dict[str, float]
Measuring = Generator[Event, None, Figures]


def noise(network: Network, path: Path, index: int, *, level: int) -> Measuring:
    """Gaussian noise in float, not clipped, the same in every run; PSNR over all channels."""
    clean = matched(image.read(path).pixels, network.entry.card.channels)
    dice = np.random.default_rng((level, index))
    grain = dice.standard_normal(clean.shape, np.float32) * np.float32(level / 255)
    result = yield from tiles.tiled(network, clean + grain, conditions(network, level / 255))
    return {"PSNR": metrics.psnr(result, clean)}


def camera(
    network: Network, path: Path, _index: int, *, runtime: Runtime, device: str
) -> Measuring:
    """A camera's own noise, its level estimated as in the app, against the mean of many shots."""
    noisy, clean = image.read(path).pixels, image.read(clean_of(path)).pixels
    yield Step(0, 1)
    spec = Denoise(model=network.entry.id, device=device)
    # A hundred notes about noise levels are nobody's reading.
    result, _ = yield from steps_only(denoised(spec, noisy, runtime))
    return {"input PSNR": metrics.psnr(noisy, clean), "automatic PSNR": metrics.psnr(result, clean)}


def jpeg(network: Network, path: Path, _index: int, *, quality: int) -> Measuring:
    """Luma compressed as a grey picture; the network is told the quality."""
    clean = np.round(metrics.luma(image.read(path).pixels)).astype(np.uint8)[None]
    spoilt = degradation.jpeg(clean, quality)
    truth, bad = (plane.astype(np.float32) / np.float32(255) for plane in (clean, spoilt))
    source = matched(bad, network.entry.card.channels)
    told = conditions(network, told_quality(quality))
    result = yield from tiles.tiled(network, source, told)
    result = matched(result, 1)
    yield Step(1, 1)
    psnr, before = metrics.psnr(result, truth), metrics.psnr(bad, truth)
    return {
        "PSNR": psnr,
        "gain": psnr - before,
        "PSNR-B": metrics.psnr_b(result, truth),
        "SSIM": metrics.ssim(result, truth),
        "input PSNR": before,
        "input PSNR-B": metrics.psnr_b(bad, truth),
    }


def enlarging(network: Network, path: Path, _index: int, *, lpips: Lpips | None) -> Measuring:
    """Reduced as MATLAB's imresize does it, rounded to 8 bits, enlarged, measured on luma."""
    scale = network.scale
    whole = matched(image.read(path).pixels, 3)
    height, width = (side // scale * scale for side in whole.shape[1:])
    truth = np.ascontiguousarray(whole[:, :height, :width])
    small = rounded(degradation.bicubic(torch.from_numpy(truth)[None], 1 / scale))
    yield Step(0, 1)
    source = matched(small[0].numpy(), network.entry.card.channels)
    result = matched((yield from tiles.tiled(network, source)), 3)
    plain = rounded(degradation.bicubic(small, scale))[0].numpy()
    figures = {}
    for words, picture in (("", result), ("bicubic ", plain)):
        yield Step(1, 1)
        figures[f"{words}PSNR-Y"] = metrics.psnr_y(picture, truth, border=scale)
        figures[f"{words}SSIM-Y"] = metrics.ssim_y(picture, truth, border=scale)
    if lpips is not None:
        figures["LPIPS-squeeze"] = yield from distance(lpips, result, truth)
    return figures


def distance(lpips: Lpips, result: Pixels, truth: Pixels) -> Generator[Event, None, float]:
    """LPIPS between two pictures (3, H, W) in [0, 1], with a rest between the two looks."""
    looks = []
    for picture in (result, truth):
        yield Step(1, 1)
        looks.append(seen(lpips, picture))
    with torch.no_grad():
        return float(lpips.distance(*looks))


@torch.no_grad()
def seen(lpips: Lpips, picture: Pixels) -> list[Tensor]:
    """What the network sees in (3, H, W), rounded to 8 bits as a file would have it."""
    features: list[Tensor] = lpips.net(rounded(torch.from_numpy(picture)[None]))
    return features


def rounded(picture: Tensor) -> Tensor:
    """To the nearest of 256 values in [0, 1]."""
    return (picture * 255).round().clamp(0, 255) / 255


def clean_of(noisy: Path) -> Path:
    """`a_real.JPG` -> `a_mean.JPG`."""
    return noisy.with_name(noisy.name.replace("_real", "_mean"))
