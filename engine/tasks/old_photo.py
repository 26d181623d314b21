"""Mend old prints: one network, told the tones of the whole picture, tile by tile."""

from collections.abc import Generator

import numpy as np

from engine import catalogue, tiles
from engine.errors import UserError
from engine.job import Event, Pixels, Step
from engine.models.restorer import PERCENTILES
from engine.runtime import Network
from engine.tasks.denoise import matched, mix
from engine.tasks.within import Within

SAMPLED = 512  # rows and columns that are enough to know the tones


def entry_for(model: str | None) -> catalogue.Entry:
    """The model asked for, or the first; UserError where there is none."""
    if model is not None:
        return catalogue.find(model, "old-photo")
    models = catalogue.entries("old-photo")
    if not models:
        raise UserError("No model for old photos is installed.", "Train one, or leave it out.")
    return models[0]


def mended(
    pixels: Pixels, strength: float, network: Network, within: Within | None = None
) -> Generator[Event, None, Pixels]:
    """(C, H, W) -> (C, H, W); `strength` in %, grey stays grey."""
    source = matched(pixels, network.entry.card.channels)
    whole = matched(within.small.pixels, len(source)) if within else source
    result = yield from tiles.tiled(network, source, tones(whole))
    result = matched(result, len(pixels))
    if strength < 100:
        yield Step(1, 1)
        mix(result, pixels, strength / 100)
    return result


def tones(pixels: Pixels) -> tuple[float, ...]:
    """What the network is told: the percentiles of each colour in turn."""
    rows, columns = (max(1, side // SAMPLED) for side in pixels.shape[1:])
    few = pixels[:, ::rows, ::columns].reshape(len(pixels), -1)
    return tuple(float(value) for plane in few for value in np.percentile(plane, PERCENTILES))
