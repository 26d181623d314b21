"""Find scratches, dust and stains: a mask to look at and change, and to be filled in."""

from collections.abc import Generator

import cv2
import numpy as np

from engine import catalogue, resize, tiles
from engine.errors import UserError
from engine.job import Event, Note, Pixels, Step
from engine.runtime import Network, Runtime
from engine.tasks.denoise import matched
from engine.tasks.within import Within

LONGEST = 1200  # px; broad scratches of large scans look there as they did in training
GROWN = 3  # px, edge of the square by which found damage is made larger
# A sensitivity of 50 % takes what is damaged with a probability of 0.8: below that, filling in what
# is none costs more than it wins. 100 % goes down to 0.3.
MOST, BENT, LEAST = 0.7, 1.8, 0.1
BROAD = 0.35  # share of a picture from which on a mask is no use


def finder(
    model: str | None, device: str, runtime: Runtime, *, precise: bool
) -> Generator[Event, None, Network]:
    """The network that finds. UserError where none is installed."""
    return (yield from runtime.network(entry_for(model), device, precise=precise))


def entry_for(model: str | None) -> catalogue.Entry:
    """The model asked for, or the first; UserError where there is none."""
    if model is not None:
        return catalogue.find(model, "scratches")
    models = catalogue.entries("scratches")
    if not models:
        raise UserError(
            "No model that finds scratches is installed.", "Train one, or give a mask instead."
        )
    return models[0]


def found(
    pixels: Pixels, network: Network, sensitivity: float, within: Within | None = None
) -> Generator[Event, None, Pixels]:
    """(C, H, W) -> a mask (1, H, W) of 0 and 1; `sensitivity` in %.

    A large picture is looked at twice, as it is for fine damage and made smaller for broad.
    """
    likely = yield from probability(pixels, network)
    height, width = within.size if within else pixels.shape[1:]
    if max(height, width) > 1.5 * LONGEST:
        whole = within.small.pixels if within else pixels
        look = probability(resize.planes(whole, resize.fitted(height, width, LONGEST)), network)
        broad = (yield from within.once(look)) if within else (yield from look)
        large = resize.plane(broad[0], (height, width), cv2.INTER_LINEAR)
        top, left, bottom, right = within.place if within else (0, 0, height, width)
        np.maximum(likely[0], large[top:bottom, left:right], out=likely[0])
    mask = (likely[0] > 1 - MOST * max(LEAST, sensitivity / 100) ** BENT).astype(np.uint8)
    ratio = max(1.0, max(height, width) / LONGEST)
    edge = max(GROWN, 2 * round(GROWN * ratio / 2) + 1) if ratio > 1 else GROWN
    mask = cv2.dilate(mask, np.ones((edge, edge), np.uint8))
    yield Step(1, 1)
    share = float(mask.mean())
    if share > BROAD:
        yield Note(f"{share:.0%} of the picture was taken for damage: less sensitivity may help.")
    return mask.astype(np.float32)[None]


def probability(pixels: Pixels, network: Network) -> Generator[Event, None, Pixels]:
    """(C, H, W) -> (1, H, W): how likely each pixel is damaged."""
    return (yield from tiles.tiled(network, matched(pixels, network.entry.card.channels)))
