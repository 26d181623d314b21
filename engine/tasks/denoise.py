"""Take the noise out: estimate how strong it is, run the network, blend."""

from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import numpy as np

from engine import batch, catalogue, noise, tiles
from engine.errors import UserError
from engine.image import Picture
from engine.job import Event, Job, Note, Pixels, Step
from engine.runtime import Runtime
from engine.specs import Denoise

CLEAN = 1.0  # 8-bit units; below this a picture has no noise worth a network


def run(spec: Denoise, runtime: Runtime) -> Job:
    """Every source picture, denoised, to its target. Returns a `Report`."""
    if spec.model is not None:
        catalogue.find(spec.model, "denoise")
    yield from runtime.check(spec.device)

    def work(picture: Picture, _: Path) -> Generator[Event, None, Picture]:
        precise = picture.depth > 8
        pixels, _sigma = yield from denoised(spec, picture.pixels, runtime, precise=precise)
        return replace(picture, pixels=pixels)

    return (yield from batch.run(spec, {"op": spec.op, "model": spec.model or "auto"}, work))


def denoised(
    spec: Denoise,
    pixels: Pixels,
    runtime: Runtime,
    *,
    sigma: float | None = None,
    precise: bool = True,
) -> Generator[Event, None, tuple[Pixels, float]]:
    """(C, H, W) -> (C, H, W) and the noise level used; the level is estimated where `spec` says so.

    `sigma`: an estimate made earlier on more of the same picture. `precise`: in full float32.
    """
    level = spec.strength if spec.strength is not None else sigma
    if level is None:
        level = noise.level(pixels)
        found = f"Noise level about {level:.0f}." if level >= CLEAN else "No noise found."
        yield Note(found)
    if level < CLEAN or spec.blend == 0:
        return pixels, level
    entry = model_for(spec, channels=1 if is_grey(pixels) else 3)
    network = yield from runtime.network(entry, spec.device, precise=precise)
    source = matched(pixels, entry.card.channels)
    result = yield from tiles.tiled(network, source, (level / 255,))
    result = matched(result, len(pixels))
    if spec.blend < 100:
        yield Step(1, 1)
        mix(result, pixels, spec.blend / 100)
    return result, level


def model_for(spec: Denoise, channels: int) -> catalogue.Entry:
    """The model asked for, or the one made for grey or colour pictures."""
    if spec.model is not None:
        return catalogue.find(spec.model, "denoise")
    models = catalogue.entries("denoise")
    if not models:
        raise UserError("No denoising model is installed.", "Install Safelight again.")
    fitting = [entry for entry in models if entry.card.channels == channels]
    return (fitting or models)[0]


def is_grey(pixels: Pixels) -> bool:
    """Whether there is no colour in the picture, however it is stored."""
    return len(pixels) == 1 or (
        np.array_equal(pixels[0], pixels[1]) and np.array_equal(pixels[0], pixels[2])
    )


def matched(pixels: Pixels, channels: int) -> Pixels:
    """Grey as three equal channels, or three channels as their mean, where a network wants it."""
    if len(pixels) == channels:
        return pixels
    if len(pixels) == 1:
        return np.repeat(pixels, channels, axis=0)
    return pixels.mean(axis=0, keepdims=True, dtype=np.float32)


def mix(result: Pixels, original: Pixels, share: float) -> None:
    """`share` of the result, the rest of the original, in place and by rows to spare memory."""
    for row in range(0, result.shape[1], 256):
        rows = slice(row, row + 256)
        result[:, rows] = share * result[:, rows] + (1 - share) * original[:, rows]
