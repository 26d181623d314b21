"""Take noise or JPEG artefacts out: see how strong they are, run the network, blend."""

from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import numpy as np

from engine import batch, catalogue, jpeg, noise, tiles
from engine.errors import UserError
from engine.image import Picture
from engine.job import Event, Job, Note, Pixels, Step
from engine.runtime import Network, Runtime
from engine.specs import Denoise

CLEAN = 1.0  # 8-bit units; below this a picture has no noise worth a network


def run(spec: Denoise, runtime: Runtime) -> Job:
    """Every source picture, denoised, to its target. Returns a `Report`."""
    if spec.model is not None:
        catalogue.find(spec.model, *spec.tasks)
    yield from runtime.check(spec.device)

    def work(picture: Picture, source: Path) -> Generator[Event, None, Picture]:
        quality, precise = jpeg.quality(source), picture.depth > 8
        pixels, _level = yield from denoised(
            spec, picture.pixels, runtime, quality=quality, precise=precise
        )
        return replace(picture, pixels=pixels)

    return (yield from batch.run(spec, {"op": spec.op, "model": spec.model or "auto"}, work))


def denoised(
    spec: Denoise,
    pixels: Pixels,
    runtime: Runtime,
    *,
    sigma: float | None = None,
    quality: int | None = None,
    precise: bool = True,
) -> Generator[Event, None, tuple[Pixels, float]]:
    """(C, H, W) -> (C, H, W) and the level used; the level is estimated where `spec` says so.

    The level is the noise's in 8-bit units; for a model of JPEG artefacts it is 100 - quality, 0
    where nobody knows, and for one that cannot be told. `sigma`: an estimate made earlier on more
    of the same picture. `quality`: of the JPEG file it comes from. `precise`: in full float32.
    """
    entry = model_for(spec, channels=1 if is_grey(pixels) else 3)
    if entry.card.extras.get("blind"):
        yield Note(f"{entry.card.title} sees for itself how much there is to mend.")
        level, told, nothing = 0.0, 0.0, False
    elif entry.card.task == "jpeg":
        level = yield from compression(spec, quality)
        told, nothing = jpeg.told_quality(100 - level), spec.strength == 0
    else:
        level = yield from noise_level(spec, pixels, sigma)
        told, nothing = level / 255, level < CLEAN
    if nothing or spec.blend == 0:
        return pixels, level
    network = yield from runtime.network(entry, spec.device, precise=precise)
    source = matched(pixels, entry.card.channels)
    result = yield from tiles.tiled(network, source, conditions(network, told))
    result = matched(result, len(pixels))
    if spec.blend < 100:
        yield Step(1, 1)
        mix(result, pixels, spec.blend / 100)
    return result, level


def noise_level(
    spec: Denoise, pixels: Pixels, sigma: float | None
) -> Generator[Event, None, float]:
    """What was asked for, what was known already, or an estimate; 8-bit units."""
    level = spec.strength if spec.strength is not None else sigma
    if level is None:
        level = noise.level(pixels)
        yield Note(f"Noise level about {level:.0f}." if level >= CLEAN else "No noise found.")
    return level


def compression(spec: Denoise, quality: int | None) -> Generator[Event, None, float]:
    """100 - quality, as asked for or as the file says; 0 leaves it to the network."""
    if spec.strength is not None:
        return spec.strength
    if quality is None:
        yield Note("Not a JPEG file: the model sees for itself how strongly it was compressed.")
        return 0.0
    yield Note(f"JPEG quality {quality}.")
    return float(100 - min(jpeg.MOST, max(jpeg.LEAST, quality)))


def conditions(network: Network, told: float) -> tuple[float, ...]:
    """What the network is told beside the picture, if it listens."""
    return (told,) if network.traits.conditions else ()


def model_for(spec: Denoise, channels: int) -> catalogue.Entry:
    """The model asked for, or the one made for grey or colour pictures."""
    if spec.model is not None:
        return catalogue.find(spec.model, *spec.tasks)
    models = catalogue.usual("denoise")
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
