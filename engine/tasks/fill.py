"""Fill holes: work around them at a size the network likes, carry the result back into them.

Outside the mask every pixel stays bit for bit. Thin holes are filled at full size; of a thick one
the surroundings are made smaller until its thickness suits the network, and what is enlarged again
is bent to meet the border without a step and gets the grain of its surroundings.
"""

from collections.abc import Generator, Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine import catalogue, noise, resize
from engine.job import Event, Note, Pixels, Step
from engine.runtime import Network, Runtime
from engine.tasks.denoise import matched

Hole = NDArray[np.bool_]  # (H, W)
THICK = 80  # px; the thickest hole that is filled as it is
CORE, AROUND = 256, 96  # px, filled at once, and seen around it
JOINED = 9  # px; holes nearer than that are one
ROWS = 512  # of a picture, between two steps
COARSE, FINE_PX = 4, 2_000_000  # px of a block in pictures beyond so many pixels
TELEA = 5  # px, radius of Telea's method
LEVELS = 6  # of the pyramid that spreads a border's values into a hole
FAINT = 1.0  # 8-bit units; grain below this is not worth drawing
SAMPLE = 768  # px, edge of the part that grain is measured on


@dataclass(frozen=True, slots=True)
class Part:
    """Holes filled together: where they lie (top, left, bottom, right), and how much smaller."""

    box: tuple[int, int, int, int]
    hole: Hole  # of the box
    ratio: float


def filler(
    model: str | None, device: str, runtime: Runtime, *, precise: bool
) -> Generator[Event, None, Network | None]:
    """The network that fills; None, and a word about it, where none is installed."""
    models = catalogue.entries("inpaint")
    if model is None and not models:
        yield Note("No model to fill in is installed: Telea's method is used.")
        return None
    entry = catalogue.find(model, "inpaint") if model is not None else models[0]
    return (yield from runtime.network(entry, device, precise=precise))


def filled(pixels: Pixels, mask: Pixels, network: Network | None) -> Generator[Event, None, Pixels]:
    """(C, H, W) and a mask (1, H, W) in [0, 1] -> (C, H, W).

    A grey mask blends: so feathered masks have soft edges. Where it is 0 nothing changes.
    """
    hole = mask[0] > 0
    yield Step(0, 1)
    result = np.empty_like(pixels)
    for top in range(0, hole.shape[0], ROWS):  # a copy takes a while, too
        result[:, top : top + ROWS] = pixels[:, top : top + ROWS]
        yield Step(0, 1)
    todo, missing = list(parts(hole)), hole.copy()
    yield Step(0, 1)
    for number, part in enumerate(todo):
        for event in fill_part(result, missing, part, network):
            if isinstance(event, Step):
                event = Step(number + min(0.99, event.done / event.total), len(todo))
            yield event
    drawn = result[:, hole] + grain(hole, len(pixels), grain_level(pixels))
    result[:, hole] = drawn.clip(0, 1)
    yield Step(1, 1)
    soft = hole & (mask[0] < 1)
    if soft.any():
        share = mask[0][soft]
        result[:, soft] = share * result[:, soft] + (1 - share) * pixels[:, soft]
    yield Step(1, 1)
    return result


def parts(hole: Hole) -> Iterator[Part]:
    """All thin holes as one part, then every thick one with its surroundings.

    Which holes belong together, and how thick they are, is seen coarsely in large pictures.
    """
    if not hole.any():
        return
    step = COARSE if hole.size > FINE_PX else 1
    seen = coarser(hole, step)
    edge = max(3, JOINED // step)
    near = cv2.dilate(seen, np.ones((edge, edge), np.uint8))
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(near)
    depth = cv2.distanceTransform(np.pad(seen, 1, "edge"), cv2.DIST_L2, 3)[1:-1, 1:-1]
    thick = np.zeros(count, np.float32)
    inside = seen > 0
    np.maximum.at(thick, labels[inside].astype(np.intp), 2 * step * depth[inside])
    thin, large = hole.copy(), []
    for label in np.flatnonzero(thick > THICK):
        box = tuple(step * int(each) for each in boxes[label, :4])
        part = surrounded(hole, labels == label, box, float(thick[label]) / THICK)
        top, left, bottom, right = part.box
        thin[top:bottom, left:right] &= ~part.hole
        large.append(part)
    if thin.any():
        yield Part((0, 0, *hole.shape), thin, 1.0)
    yield from large


def coarser(hole: Hole, step: int) -> NDArray[np.uint8]:
    """1 for every block of `step` x `step` px that a hole touches."""
    if step == 1:
        return hole.astype(np.uint8)
    height, width = (-(-side // step) for side in hole.shape)
    missing = (height * step - hole.shape[0], width * step - hole.shape[1])
    padded = np.pad(hole.view(np.uint8) * np.uint8(255), ((0, missing[0]), (0, missing[1])))
    share = cv2.resize(padded, (width, height), interpolation=cv2.INTER_AREA)
    return (share > 0).astype(np.uint8)


def surrounded(hole: Hole, member: Hole, box: tuple[int, ...], ratio: float) -> Part:
    """One thick hole with what the network sees around it; `box`: left, top, width, height."""
    left, top, width, height = box
    margin = round(AROUND * ratio)
    y, x = max(0, top - margin), max(0, left - margin)
    bottom = min(hole.shape[0], top + height + margin)
    right = min(hole.shape[1], left + width + margin)
    step = -(-hole.shape[0] // member.shape[0])
    rows, columns = np.arange(y, bottom) // step, np.arange(x, right) // step
    return Part(
        (y, x, bottom, right), hole[y:bottom, x:right] & member[np.ix_(rows, columns)], ratio
    )


def fill_part(
    picture: Pixels, missing: Hole, part: Part, network: Network | None
) -> Generator[Event, None, None]:
    """Fill one part of what is missing, in place."""
    top, left, bottom, right = part.box
    region, unknown = picture[:, top:bottom, left:right], missing[top:bottom, left:right]
    if part.ratio <= 1:
        yield from painted(region, part.hole, unknown, network)
        return
    size = tuple(max(1, round(side / part.ratio)) for side in unknown.shape)
    small, hole = shrunk(region, unknown, size)
    yield from painted(small, hole.copy(), hole, network)
    large = resize.planes(small, unknown.shape, cv2.INTER_CUBIC)
    yield Step(1, 2)
    large += spread(region - large, unknown)  # what is known shows how far off the border is
    yield Step(1, 1)
    region[:, part.hole] = large[:, part.hole].clip(0, 1)
    unknown[part.hole] = False


def painted(
    picture: Pixels, todo: Hole, unknown: Hole, network: Network | None
) -> Generator[Event, None, None]:
    """Fill `todo` in place, core by core; what one core filled is not unknown to the next."""
    cores = [
        (top, left)
        for top in range(0, todo.shape[0], CORE)
        for left in range(0, todo.shape[1], CORE)
        if todo[top : top + CORE, left : left + CORE].any()
    ]
    for number, (top, left) in enumerate(cores):
        rows, columns = window(top, todo.shape[0]), window(left, todo.shape[1])
        seen, missing = picture[:, rows, columns], unknown[rows, columns]
        drawn = seen_through(seen, missing, network) if network else telea(seen, missing)
        now = np.zeros_like(missing)
        y, x = top - rows.start, left - columns.start
        now[y : y + CORE, x : x + CORE] = todo[top : top + CORE, left : left + CORE]
        seen[:, now] = drawn[:, now].clip(0, 1)
        missing[now] = False
        yield Step(number + 1, len(cores))


def window(start: int, length: int) -> slice:
    """A core with its surroundings, inside the picture, always as long where there is room."""
    whole = CORE + 2 * AROUND
    begin = max(0, min(start - AROUND, length - whole))
    return slice(begin, min(length, begin + whole))


def seen_through(picture: Pixels, hole: Hole, network: Network) -> Pixels:
    """(C, h, w) as the network fills it, mirrored to a size that it takes."""
    multiple = network.traits.multiple
    height, width = (-(-side // multiple) * multiple for side in hole.shape)
    known = matched(picture, network.entry.card.channels) * ~hole
    planes = np.concatenate([known, hole[None].astype(np.float32)])
    pad = (height - hole.shape[0], width - hole.shape[1])
    planes = np.pad(planes, ((0, 0), (0, pad[0]), (0, pad[1])), "symmetric")
    drawn = network.run(np.ascontiguousarray(planes[None], np.float32))[0]
    return matched(drawn[:, : hole.shape[0], : hole.shape[1]], len(picture))


def telea(picture: Pixels, hole: Hole) -> Pixels:
    """Telea, "An Image Inpainting Technique Based on the Fast Marching Method" (2004)."""
    mask = hole.astype(np.uint8)
    planes = [  # in 8-bit units: OpenCV's gradients have that scale, also in floats
        cv2.inpaint(plane * np.float32(255), mask, TELEA, cv2.INPAINT_TELEA) for plane in picture
    ]
    return np.stack(planes).astype(np.float32, copy=False) / np.float32(255)


def shrunk(region: Pixels, hole: Hole, size: tuple[int, ...]) -> tuple[Pixels, Hole]:
    """Region and hole made smaller; what lies in the hole does not bleed out of it."""
    known = (~hole).astype(np.float32)
    weight = resize.plane(known, size)
    seen = resize.planes(region * known, size) / np.maximum(weight, 1e-3)
    return seen.astype(np.float32), weight < 0.5


def spread(values: Pixels, hole: Hole) -> Pixels:
    """(C, H, W), true outside the hole -> smooth planes that meet them at its border.

    Pull and push on a pyramid (Gortler et al., "The Lumigraph", 1996), fed from the rim alone.
    """
    rim = cv2.dilate(hole.astype(np.uint8), np.ones((7, 7), np.uint8)).astype(bool) & ~hole
    weight = rim.astype(np.float32)
    pyramid = [(values * weight, weight)]
    for _ in range(LEVELS):
        size = tuple(max(1, side // 2) for side in weight.shape)
        weight = resize.plane(weight, size)
        pyramid.append((resize.planes(pyramid[-1][0], size), weight))
    total = pyramid[-1][0].mean((1, 2), keepdims=True) / max(1e-6, float(weight.mean()))
    result = np.broadcast_to(total, pyramid[-1][0].shape)
    for planes, known in reversed(pyramid):
        coarse = resize.planes(result, known.shape, cv2.INTER_LINEAR)
        sure = np.minimum(1, 4 * known)
        result = sure * (planes / np.maximum(known, 1e-6)) + (1 - sure) * coarse
    return result.astype(np.float32)


def grain_level(pixels: Pixels) -> float:
    """How strong the grain of a picture is, by its middle; 8-bit units."""
    top, left = (max(0, (side - SAMPLE) // 2) for side in pixels.shape[1:])
    middle = pixels[:, top : top + SAMPLE, left : left + SAMPLE]
    if min(middle.shape[1:]) < 2 * noise.PATCH:
        return 0.0
    return noise.white_grey(middle) if len(middle) == 1 else noise.white_colour(middle)


def grain(hole: Hole, channels: int, level: float) -> Pixels:
    """(channels, number of pixels in the hole), to be added to them."""
    shape = (channels, int(hole.sum()))
    if level < FAINT:
        return np.zeros(shape, np.float32)
    return np.random.default_rng(shape).standard_normal(shape, np.float32) * np.float32(level / 255)
