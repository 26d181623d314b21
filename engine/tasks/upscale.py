"""Make pictures larger: passes through x2 and x4 networks, then resampling to the size."""

from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import psutil

from engine import batch, catalogue, tiles
from engine.errors import UserError
from engine.image import Picture
from engine.job import Event, Job, Note, Pixels, Step
from engine.resize import resized
from engine.runtime import Network, Runtime
from engine.specs import Upscale
from engine.tasks.denoise import matched


def run(spec: Upscale, runtime: Runtime) -> Job:
    """Every source picture, enlarged, to its target. Returns a `Report`."""
    if spec.model is not None:
        catalogue.find(spec.model, *spec.tasks)
    yield from runtime.check(spec.device)

    def work(picture: Picture, _: Path) -> Generator[Event, None, Picture]:
        return (yield from larger(spec, picture, runtime))

    fields = {"op": spec.op, "model": spec.model or "auto", "scale": f"{spec.scale:g}"}
    return (yield from batch.run(spec, fields, work))


def larger(spec: Upscale, picture: Picture, runtime: Runtime) -> Generator[Event, None, Picture]:
    """The whole picture with its transparency, enlarged as `spec` says."""
    size = target_size(spec, *picture.pixels.shape[1:])
    check_memory(picture.pixels, size)
    alpha = picture.alpha
    solid = picture.pixels if alpha is None else bled(picture.pixels, alpha)
    pixels = yield from upscaled(spec, solid, size, runtime, precise=picture.depth > 8)
    if alpha is not None:
        alpha = (yield from upscaled(spec, alpha, size, runtime)) if alpha.min() < 1 else None
        alpha = np.ones((1, *size), np.float32) if alpha is None else alpha
    return replace(picture, pixels=pixels, alpha=alpha)


def target_size(spec: Upscale, height: int, width: int) -> tuple[int, int]:
    """(height, width) of the result; the shape is kept, a side is at least 1 px."""
    if spec.width is not None:
        ratio = spec.width / width
    elif spec.height is not None:
        ratio = spec.height / height
    elif spec.megapixels is not None:
        ratio = (spec.megapixels * 1e6 / (height * width)) ** 0.5
    else:
        ratio = spec.scale
    if ratio > 8 * 1.001:
        raise UserError(
            f"This would be {ratio:.1f} times larger; 8 is the most.", "Ask for a smaller size."
        )
    return max(1, round(height * ratio)), max(1, round(width * ratio))


def upscaled(
    spec: Upscale, pixels: Pixels, size: tuple[int, int], runtime: Runtime, *, precise: bool = True
) -> Generator[Event, None, Pixels]:
    """(C, H, W) -> (C, *size) in [0, 1]: networks until large enough, then down to it."""
    channels, ratio = len(pixels), size[0] / pixels.shape[1]
    ratio = max(ratio, size[1] / pixels.shape[2])
    if ratio <= 1:
        yield Note("The result is not larger than the original; it was only resampled.")
    while ratio > 1.0001:
        entry = model_for(spec, ratio)
        network = yield from runtime.network(entry, spec.device, precise=precise)
        network = eight_looks(network) if spec.tta else network
        pixels = yield from tiles.tiled(network, matched(pixels, entry.card.channels))
        ratio /= entry.card.scale
    pixels = matched(pixels, channels)
    if pixels.shape[1:] != size:
        pixels = yield from resized(pixels, *size)
        np.clip(pixels, 0, 1, out=pixels)
    yield Step(1, 1)
    return pixels


def model_for(spec: Upscale, ratio: float) -> catalogue.Entry:
    """The model asked for, or the smallest scale that reaches `ratio`, else the largest."""
    if spec.model is not None:
        return catalogue.find(spec.model, *spec.tasks)
    models = sorted(catalogue.usual("upscale"), key=lambda entry: entry.card.scale)
    models = [entry for entry in models if entry.card.scale > 1]
    if not models:
        raise UserError("No model for enlarging is installed.", "Install Safelight again.")
    return next((entry for entry in models if entry.card.scale >= ratio - 1e-3), models[-1])


def eight_looks(network: Network) -> Network:
    """The network averaged over the eight turns and mirrors of each tile."""

    def run(batch: Pixels) -> Pixels:
        total: Pixels | None = None
        for turns in range(4):
            for flip in (False, True):
                seen = np.rot90(batch, turns, axes=(2, 3))
                seen = seen[..., ::-1] if flip else seen
                drawn = network.run(np.ascontiguousarray(seen))
                drawn = drawn[..., ::-1] if flip else drawn
                drawn = np.rot90(drawn, -turns, axes=(2, 3))
                total = drawn.copy() if total is None else total + drawn
        assert total is not None
        return total / np.float32(8)

    slower = replace(network.traits, speed=network.traits.speed / 8)
    return replace(network, run=run, traits=slower)


def bled(pixels: Pixels, alpha: Pixels) -> Pixels:
    """Visible colours spread under fully transparent parts, so that edges get no fringe."""
    hidden = alpha[0] <= 0
    if not hidden.any() or hidden.all():
        return pixels
    reach = (0, 0)
    weight = cv2.GaussianBlur(alpha[0], reach, sigmaX=4) + 1e-6
    result = pixels.copy()
    for plane in result:
        spread = cv2.GaussianBlur(plane * alpha[0], reach, sigmaX=4) / weight
        plane[hidden] = spread[hidden]
    return result


def check_memory(pixels: Pixels, size: tuple[int, int]) -> None:
    """UserError naming the need where the result cannot fit into memory."""
    need = 4 * len(pixels) * size[0] * size[1] * 1.5  # the result and what is held while packing it
    free = psutil.virtual_memory().available
    if need > free:
        raise UserError(
            f"A picture of {size[1]} x {size[0]} px needs about {need / 1e9:.1f} GB of memory; "
            f"{free / 1e9:.1f} GB is free.",
            "Choose a smaller scale, or close other programs.",
        )
