"""Measure every shipped model on the field's own sets and write the figures into cards and table.

    python -m benchmarks.quality --sets DIR [--real DIR] [--write]

`DIR` holds CBSD68, BSD68, Set12, Set5 and Set14 as folders of lossless pictures. Noise is drawn
with a fixed seed, added in float and not clipped. `--real` names a folder of camera pictures,
`*_real*` noisy and `*_mean*` clean, on which the noise level is estimated as in the app.
"""

import argparse
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from engine import catalogue, image, metrics, tiles
from engine.catalogue import Entry
from engine.job import Job, Pixels
from engine.runtime import Network, Runtime
from engine.specs import Denoise
from engine.tasks.denoise import denoised, matched
from engine.training.degradation import bicubic

LEVELS = (15, 25, 50)


def main() -> None:
    """Print a line per figure; with --write also put them into the cards."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=Path, required=True)
    parser.add_argument("--real", type=Path)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--model", action="append")
    asked = parser.parse_args()
    for entry in catalogue.entries():
        if asked.model and entry.id not in asked.model:
            continue
        scores = dict(measured(entry, asked.sets))
        if asked.real and entry.card.task == "denoise" and entry.card.channels == 3:
            scores |= dict(camera(entry, asked.real))
        if asked.write:
            card = replace(entry.card, scores=scores)
            catalogue.write(entry.path, catalogue.read(entry), card)


def measured(entry: Entry, sets: Path) -> Iterator[tuple[str, float]]:
    """(name, figure) of one model on the sets that suit it."""
    network = drain(Runtime().network(entry, "cpu"))
    measure: Callable[[Network, Path], Iterator[tuple[str, float]]]
    match entry.card.task:
        case "denoise":
            names, measure = ("CBSD68",) if entry.card.channels == 3 else ("BSD68", "Set12"), noisy
        case "upscale":
            names, measure = ("Set5", "Set14"), small
        case _:
            return
    for name in names:
        for words, figure in measure(network, sets / name):
            print(f"{entry.id}  {name} {words}  {figure:.4f}", flush=True)
            yield f"{name} {words}", round(figure, 4)


def noisy(network: Network, folder: Path) -> Iterator[tuple[str, float]]:
    """PSNR over all channels at the three usual noise levels."""
    pictures = read(folder, network.entry.card.channels)
    for level in LEVELS:
        dice = np.random.default_rng(level)
        figures = []
        for clean in pictures:
            grain = dice.standard_normal(clean.shape, np.float32) * np.float32(level / 255)
            result = drain(tiles.tiled(network, clean + grain, (level / 255,)))
            figures.append(metrics.psnr(result, clean))
        yield f"sigma {level} PSNR", float(np.mean(figures))


def camera(entry: Entry, folder: Path) -> Iterator[tuple[str, float]]:
    """PSNR of camera pictures before and after, with the app's own estimate of the noise."""
    runtime, before, after = Runtime(), [], []
    for path in sorted(folder.glob("*_real*")):
        noisy = image.read(path).pixels
        clean = image.read(path.with_name(path.name.replace("_real", "_mean"))).pixels
        result, _ = drain(denoised(Denoise(model=entry.id, device="cpu"), noisy, runtime))
        before.append(metrics.psnr(noisy, clean))
        after.append(metrics.psnr(result, clean))
    for words, figures in (("input", before), ("automatic", after)):
        figure = float(np.mean(figures))
        print(f"{entry.id}  camera noise {words} PSNR  {figure:.4f}", flush=True)
        yield f"camera noise {words} PSNR", round(figure, 4)


def small(network: Network, folder: Path) -> Iterator[tuple[str, float]]:
    """PSNR and SSIM on luma after MATLAB-style bicubic reduction to 8 bits."""
    scale = network.scale
    ratios, likeness, plain = [], [], []
    for whole in read(folder, 3):
        height, width = (side // scale * scale for side in whole.shape[1:])
        truth = np.ascontiguousarray(whole[:, :height, :width])
        reduced = bicubic(torch.from_numpy(truth)[None], 1 / scale)
        reduced = (reduced * 255).round().clamp(0, 255) / 255
        result = drain(tiles.tiled(network, matched(reduced[0].numpy(), 3)))
        ratios.append(metrics.psnr_y(result, truth, border=scale))
        likeness.append(metrics.ssim_y(result, truth, border=scale))
        enlarged = bicubic(reduced, scale)[0].clamp(0, 1).numpy()
        plain.append(metrics.psnr_y(enlarged, truth, border=scale))
    yield f"x{scale} PSNR-Y", float(np.mean(ratios))
    yield f"x{scale} SSIM-Y", float(np.mean(likeness))
    yield f"x{scale} bicubic PSNR-Y", float(np.mean(plain))


def read(folder: Path, channels: int) -> list[Pixels]:
    """Every picture of a set as (channels, H, W)."""
    return [matched(image.read(path).pixels, channels) for path in sorted(folder.iterdir())]


def drain(job: Job) -> Any:
    """Run a job to its end, silently."""
    while True:
        try:
            next(job)
        except StopIteration as end:
            return end.value


if __name__ == "__main__":
    main()
