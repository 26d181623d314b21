"""What a model makes of a drawing while it is drawn, and a sample of what each model does."""

import base64
import time
from collections.abc import Generator
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from engine import carry, catalogue, image, places
from engine.domains import Domain, Palette, domain_of, rgb
from engine.errors import UserError
from engine.job import Event, Job, Pixels, Preview, Step
from engine.runtime import Runtime
from engine.specs import DeriveDrawing, DrawTransfer, SampleTransfer
from engine.tasks import transfer
from engine.tasks.transfer import Way
from engine.training import derivation

Bytes = NDArray[np.uint8]
PAPER = 0.9  # lightness from which a pixel counts as paper


def run(spec: DrawTransfer | DeriveDrawing | SampleTransfer, runtime: Runtime) -> Job:
    """The job of a spec that has to do with drawings."""
    match spec:
        case DrawTransfer():
            return answer(spec, runtime)
        case DeriveDrawing():
            return template(spec)
        case SampleTransfer():
            return sample(spec, runtime)


def answer(spec: DrawTransfer, runtime: Runtime) -> Job:
    """One `Preview` "after"; see `specs.DrawTransfer`."""
    began = time.perf_counter()
    entry = catalogue.find(spec.model, "transfer")
    domain = domain_of(entry.card)
    if domain.kind == "style":
        raise UserError(f"{entry.id} is for photos.", "Choose a model that is drawn for.")
    network = yield from runtime.network(entry, spec.device, precise=False)
    seen = yield from prepared(flattened(spec, domain), domain)
    result = yield from transfer.answered(network, Way(entry, domain, None), seen, 1.0)
    facts = {"seconds": time.perf_counter() - began, "size": result.shape[:0:-1]}
    yield Preview("after", result, facts=facts)
    return facts


def flattened(spec: DrawTransfer, domain: Domain) -> Pixels:
    """RGBA bytes -> (3, H, W) in [0, 1] on the model's background."""
    if len(spec.drawing) != 4 * spec.width * spec.height or not spec.drawing:
        raise UserError("The drawing is not of the size it is said to be.", "Draw it again.")
    values = np.frombuffer(spec.drawing, np.uint8).reshape(spec.height, spec.width, 4)
    alpha = values[..., 3:].astype(np.float32) / 255
    ground = np.array(rgb(domain.background), np.float32) / 255
    flat = values[..., :3].astype(np.float32) / 255 * alpha + ground * (1 - alpha)
    return np.ascontiguousarray(flat.transpose(2, 0, 1))


def prepared(drawing: Pixels, domain: Domain) -> Generator[Event, None, Pixels]:
    """At the working size; labels stay pure, without the mixed colours of soft edges."""
    size = transfer.working_size(drawing.shape, domain.edge)
    if domain.palette:
        values = np.round(drawing * 255).astype(np.uint8).transpose(1, 2, 0)
        reduced: Any = cv2.resize(values, size[::-1], interpolation=cv2.INTER_NEAREST)
        return labelled(reduced, domain.palette)
    return (yield from carry.shrunk(drawing, *size))


def labelled(values: Bytes, palette: Palette) -> Pixels:
    """(H, W, 3) -> (3, H, W) in [0, 1]: the nearest colour of the palette at every place."""
    colours = np.array([rgb(colour) for _, colour in palette], np.int32)
    apart = [np.square(values.astype(np.int32) - colour).sum(2) for colour in colours]
    nearest = colours[np.stack(apart).argmin(0)]
    return np.ascontiguousarray(nearest.transpose(2, 0, 1).astype(np.float32) / 255)


# --- a picture as a template ---


def template(spec: DeriveDrawing) -> Job:
    """One `Preview` "drawing"; see `specs.DeriveDrawing`."""
    domain = domain_of(catalogue.find(spec.model, "transfer").card)
    picture = image.shown(image.read(spec.picture))
    yield Step(1, 3)
    drawing = yield from prepared(picture, domain)
    if domain.derived in derivation.DERIVED and not (domain.palette or drawn(drawing)):
        drawing = derived(drawing, domain.derived)
    yield Preview("drawing", drawing)
    return None


def drawn(picture: Pixels) -> bool:
    """Whether (3, H, W) is a drawing already: mostly paper, hardly any colour."""
    paper = float((picture.min(axis=0) > PAPER).mean())
    colour = float((picture.max(axis=0) - picture.min(axis=0)).mean())
    return paper > 0.4 and colour < 0.03


# --- a sample of what a model does ---


def sample(spec: SampleTransfer, runtime: Runtime) -> Job:
    """`Preview`s "before" and "after"; see `specs.SampleTransfer`."""
    entry = catalogue.find(spec.model, "transfer")
    domain = domain_of(entry.card)
    pair = kept(domain)
    if pair is None:
        pair = yield from made(entry, domain, runtime)
    for name, picture in zip(("before", "after"), pair, strict=True):
        size = fitting(picture.shape, spec.edge)
        yield Preview(name, (yield from carry.shrunk(picture, *size)))
    return None


def kept(domain: Domain) -> tuple[Pixels, Pixels] | None:
    """The pair on the card, where there is one that can be read."""
    try:
        data = np.frombuffer(base64.b64decode(domain.sample, validate=True), np.uint8)
        flat = cv2.imdecode(data, cv2.IMREAD_COLOR_RGB) if data.size else None
    except (ValueError, cv2.error):
        return None
    if flat is None:
        return None
    pixels: Pixels = np.ascontiguousarray(flat.transpose(2, 0, 1)).astype(np.float32) / np.float32(
        255
    )
    half = pixels.shape[2] // 2
    return pixels[:, :, :half], pixels[:, :, half : 2 * half]


def made(
    entry: catalogue.Entry, domain: Domain, runtime: Runtime
) -> Generator[Event, None, tuple[Pixels, Pixels]]:
    """The model tried on this project's own picture, or on what is derived from it."""
    own = image.shown(image.read(places.shipped("assets") / "sample.jpg"))
    before = yield from carry.shrunk(own, *transfer.working_size(own.shape, domain.edge))
    if domain.derived in derivation.DERIVED:
        before = derived(before, domain.derived)
    style = derived(before, "labels") if domain.kind == "style" else None
    way = Way(entry, domain, style)
    network = yield from runtime.network(entry, precise=False)
    return before, (yield from transfer.answered(network, way, before, 1.0))


def derived(picture: Pixels, kind: str) -> Pixels:
    """As pictures of A are made of B while such a model learns."""
    values = np.round(picture * 255).astype(np.uint8)
    drawn: Pixels = derivation.DERIVED[kind](values, np.random.default_rng(0)).astype(np.float32)
    return drawn / np.float32(255)


def fitting(shape: tuple[int, ...], longest: int) -> tuple[int, int]:
    """(height, width) with a long side of `longest`, of the shape of (C, H, W)."""
    height, width = shape[-2:]
    ratio = longest / max(height, width)
    return max(1, round(height * ratio)), max(1, round(width * ratio))
