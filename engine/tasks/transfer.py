"""Turn pictures from one domain into another, or lay a painting's style on them.

These networks look at the whole picture at once. So they see it at a working size, and what they
did is carried to the original's size (`engine.carry`): no tiles, no seams, and no lost detail.
"""

from collections.abc import Generator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from engine import batch, carry, catalogue, image, tiles
from engine.carry import Change
from engine.domains import Domain, domain_of, usual_first
from engine.errors import UserError
from engine.image import Picture
from engine.job import Event, Job, Note, Pixels, Step
from engine.runtime import Network, Runtime
from engine.specs import Transfer
from engine.tasks import sketch
from engine.tasks.denoise import matched
from engine.tasks.within import Within

LONGEST = 4  # times the short side: what of a panorama the network sees is squeezed beyond
MARGIN = 16  # px, mirrored around what style networks see, whose borders are weak
TINY_STYLE = 64  # px; a style picture below this has little more than colours
PURE = 0.25  # strength from which a style shows nothing of the original's own pixels
STRAIGHT = (0.299, 0.587, 0.114)  # luma of BT.601


@dataclass(frozen=True, slots=True)
class Way:
    """The model that goes the asked way, and the style picture (3, h, w) where it needs one."""

    entry: catalogue.Entry
    domain: Domain
    style: Pixels | None


def run(spec: Transfer, runtime: Runtime) -> Job:
    """Every source picture, transferred, to its target. Returns a `Report`."""
    way = way_for(spec)
    yield from runtime.check(spec.device)
    if spec.style is not None and way.style is None:
        yield Note(f"{way.entry.id} needs no style picture; it was left aside.")
    if way.style is not None and min(way.style.shape[1:]) < TINY_STYLE:
        yield Note("The style picture is tiny: little more than its colours can be taken.")

    def work(picture: Picture, _: Path) -> Generator[Event, None, Picture]:
        return (yield from transferred(spec, way, picture, runtime))

    return (yield from batch.run(spec, {"op": spec.op, "model": way.entry.id}, work))


def transferred(
    spec: Transfer, way: Way, picture: Picture, runtime: Runtime, within: Within | None = None
) -> Generator[Event, None, Picture]:
    """The whole picture, or a part, transferred, its transparency kept; a drawing's is paper."""
    original = sketch.solid(picture, way.domain)
    if picture.alpha is not None and way.domain.drawable:
        yield Note("What can be seen through counts as paper.")
        picture = replace(picture, alpha=None)
    seen = sketch.solid(within.small, way.domain) if within else original
    work = worked_out(spec, way, seen, runtime, precise=picture.depth > 8)
    change = (yield from within.once(work)) if within else (yield from work)
    place, size = (within.place[:2], within.size) if within else ((0, 0), None)
    pixels = yield from carry.carried(change, original, share(spec, way), place=place, size=size)
    return finished(picture, pixels, way)


def way_for(spec: Transfer) -> Way:
    """Model and style picture that were asked for. UserError where they do not go together."""
    entry = model_for(spec)
    domain = domain_of(entry.card)
    if spec.direction is not None and spec.direction != domain.direction:
        if not domain.partner:
            raise UserError(
                f"{entry.id} goes one way only.",
                "Leave the direction out, or choose another model.",
            )
        entry = catalogue.find(domain.partner, "transfer")
        domain = domain_of(entry.card)
    if domain.kind != "style":
        return Way(entry, domain, None)
    if spec.style is None:
        raise UserError(
            f"{entry.id} needs a picture to take the style from.", "Name one (--style)."
        )
    return Way(entry, domain, image.shown(image.read(spec.style)))


def model_for(spec: Transfer) -> catalogue.Entry:
    """The model asked for, or the first that fits: for photos, or for styles where one is given."""
    if spec.model is not None:
        return catalogue.find(spec.model, "transfer")
    models = usual_first(catalogue.entries("transfer"))
    if not models:
        raise UserError("No model for transfer is installed.", "Train one, or import one.")
    wanted = spec.style is not None
    fitting = [each for each in models if (domain_of(each.card).kind == "style") == wanted]
    return (fitting or models)[0]


def worked_out(
    spec: Transfer, way: Way, original: Pixels, runtime: Runtime, *, precise: bool = True
) -> Generator[Event, None, Change]:
    """What the network does to a picture (3, H, W), seen at the working size."""
    network = yield from runtime.network(way.entry, spec.device, precise=precise)
    size = working_size(original.shape, spec.size or way.domain.edge)
    seen = yield from sketch.prepared(original, way.domain, size)
    result = yield from answered(network, way, seen, spec.strength / 100)
    if way.domain.carry == "guided" and original.shape[1] > size[0]:
        yield Step(1, 2)
        return carry.guided(seen, result)
    if original.shape[1] < size[0]:
        result = yield from carry.shrunk(result, *original.shape[1:])
    return carry.unguided(result)


def working_size(shape: tuple[int, ...], edge: int) -> tuple[int, int]:
    """(height, width) with a short side of `edge`, of nearly the same shape as (C, H, W)."""
    height, width = shape[-2:]
    ratio = edge / min(height, width)
    return min(LONGEST * edge, round(height * ratio)), min(LONGEST * edge, round(width * ratio))


def answered(
    network: Network, way: Way, seen: Pixels, strength: float
) -> Generator[Event, None, Pixels]:
    """(3, h, w) -> (3, h, w), style and strength told where the network listens."""
    if way.style is None:
        wanted = matched(seen, network.entry.card.channels)
        return matched((yield from tiles.tiled(network, wanted)), 3)
    style = yield from covering(way.style, *seen.shape[1:])
    told = np.full_like(seen[:1], strength)
    whole = np.pad(
        np.concatenate([seen, style, told]), ((0, 0), *2 * [(MARGIN, MARGIN)]), "reflect"
    )
    drawn = yield from tiles.tiled(network, whole)
    return np.ascontiguousarray(drawn[:, MARGIN:-MARGIN, MARGIN:-MARGIN])


def covering(style: Pixels, height: int, width: int) -> Generator[Event, None, Pixels]:
    """The middle of a style picture, so large that it covers (height, width)."""
    ratio = max(height / style.shape[1], width / style.shape[2])
    sides = [max(1, round(length / ratio)) for length in (height, width)]
    top, left = ((whole - side) // 2 for whole, side in zip(style.shape[1:], sides, strict=True))
    middle = style[:, top : top + sides[0], left : left + sides[1]]
    return (yield from carry.shrunk(middle, height, width))


def share(spec: Transfer, way: Way) -> float:
    """How much of the result goes into the mix: a style's strength is mostly told its network."""
    asked = spec.strength / 100
    return min(1.0, asked / PURE) if way.style is not None else asked


def finished(picture: Picture, pixels: Pixels, way: Way) -> Picture:
    """As the original was: grey stays grey, unless colour is what the model adds."""
    if not picture.grey:
        return replace(picture, pixels=pixels)
    if way.domain.kind == "paired":
        return replace(picture, pixels=pixels, meta=replace(picture.meta, icc=None))
    luma = sum(part * plane for part, plane in zip(STRAIGHT, pixels, strict=True))
    return replace(picture, pixels=np.asarray(luma, np.float32)[None])
