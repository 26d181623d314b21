"""What a paired network wants to see of a picture: lines, labels, or less than there is.

A drawing is taken as it is. Of a photo is drawn what was drawn of photos while the model learned.
"""

from collections.abc import Generator
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from engine import carry
from engine.domains import Domain, Palette, rgb
from engine.image import Picture
from engine.job import Event, Pixels
from engine.tasks.denoise import matched
from engine.tasks.upscale import bled
from engine.training import derivation

PAPER = 0.9  # lightness from which a pixel counts as paper
PURE = 0.8  # share of pixels with a label's own colour from which a picture is a map of labels
NEAR = 4 / 255  # how far from it such a pixel may be
LOOKED_AT = 256  # px of either side, that tell whether a picture is a map
Bytes = NDArray[np.uint8]


def solid(picture: Picture, domain: Domain) -> Pixels:
    """(3, H, W) without see-through parts: under a drawing lies the model's paper."""
    if picture.alpha is None:
        return matched(picture.pixels, 3)
    if not domain.drawable:
        return matched(bled(picture.pixels, picture.alpha), 3)
    paper = np.array(rgb(domain.background), np.float32)[:, None, None] / np.float32(255)
    flat: Pixels = matched(picture.pixels, 3) * picture.alpha
    flat += paper * (np.float32(1) - picture.alpha)
    return flat


def prepared(
    picture: Pixels, domain: Domain, size: tuple[int, int]
) -> Generator[Event, None, Pixels]:
    """(3, H, W) -> (3, height, width) as the model learned to see A."""
    if domain.palette and (domain.derived != "labels" or painted(picture, domain.palette)):
        return labelled(picture, domain.palette, size)
    seen = yield from carry.shrunk(picture, *size)
    drawing = not domain.drawable or (domain.derived == "edges" and drawn(seen))
    return seen if drawing else derived(seen, domain.derived)


def labelled(picture: Pixels, palette: Palette, size: tuple[int, int]) -> Pixels:
    """At another size, the nearest colour of the palette at every place: labels stay pure."""
    values = np.round(picture * 255).astype(np.uint8).transpose(1, 2, 0)
    reduced: Any = cv2.resize(values, size[::-1], interpolation=cv2.INTER_NEAREST)
    colours = np.array([rgb(colour) for _, colour in palette], np.int32)
    apart = [np.square(reduced.astype(np.int32) - colour).sum(2) for colour in colours]
    nearest = colours[np.stack(apart).argmin(0)]
    return np.ascontiguousarray(nearest.transpose(2, 0, 1).astype(np.float32) / 255)


def drawn(picture: Pixels) -> bool:
    """Whether (3, H, W) is a drawing already: mostly paper, hardly any colour."""
    paper = float((picture.min(axis=0) > PAPER).mean())
    colour = float((picture.max(axis=0) - picture.min(axis=0)).mean())
    return paper > 0.4 and colour < 0.03


def painted(picture: Pixels, palette: Palette) -> bool:
    """Whether (3, H, W) is a map of these labels already."""
    rows, columns = (max(1, side // LOOKED_AT) for side in picture.shape[1:])
    few = picture[:, ::rows, ::columns]
    colours = [np.array(rgb(colour), np.float32)[:, None, None] / 255 for _, colour in palette]
    nearest = np.min([np.abs(few - colour).max(axis=0) for colour in colours], axis=0)
    return float((nearest < NEAR).mean()) > PURE


def derived(picture: Pixels, kind: str) -> Pixels:
    """As pictures of A are made of B while such a model learns."""
    values: Bytes = np.round(picture * 255).astype(np.uint8)
    made: Pixels = derivation.DERIVED[kind](values, np.random.default_rng(0)).astype(np.float32)
    return made / np.float32(255)
