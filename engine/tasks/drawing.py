"""What a model makes of a drawing while it is drawn, and a sample of what each model does."""

import base64
import time
from collections.abc import Generator
from pathlib import Path

import cv2
import numpy as np

from engine import carry, catalogue, image, places
from engine.domains import Domain, domain_of, rgb
from engine.errors import UserError
from engine.job import Event, Job, Pixels, Preview, Step
from engine.runtime import Runtime
from engine.specs import DeriveDrawing, DrawTransfer, SampleTransfer
from engine.tasks import sketch, transfer
from engine.tasks.transfer import Way

DRAWINGS, PAINTING = "drawings", "painting.webp"  # among the assets


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
    seen = yield from asked(flattened(spec, domain), domain)
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


def asked(drawing: Pixels, domain: Domain) -> Generator[Event, None, Pixels]:
    """At the working size; what is on the canvas is a drawing, however it looks."""
    size = transfer.working_size(drawing.shape, domain.edge)
    if domain.palette:
        return sketch.labelled(drawing, domain.palette, size)
    return (yield from carry.shrunk(drawing, *size))


# --- a picture as a template ---


def template(spec: DeriveDrawing) -> Job:
    """One `Preview` "drawing"; see `specs.DeriveDrawing`."""
    domain = domain_of(catalogue.find(spec.model, "transfer").card)
    picture = sketch.solid(image.read(spec.picture), domain)
    yield Step(1, 3)
    size = transfer.working_size(picture.shape, domain.edge)
    yield Preview("drawing", (yield from sketch.prepared(picture, domain, size)))
    return None


# --- a sample of what a model does ---


def sample(spec: SampleTransfer, runtime: Runtime) -> Job:
    """`Preview`s "before" and "after"; see `specs.SampleTransfer`."""
    entry = catalogue.find(spec.model, "transfer")
    domain = domain_of(entry.card)
    before, after = kept(domain) or (yield from made(entry, domain, runtime))
    drawing = own(domain)
    if domain.drawable and drawing.parent.name == DRAWINGS:  # sharper than on the card
        before = image.shown(image.read(drawing))
    size = fitting(before.shape, spec.edge)
    if domain.palette:
        yield Preview("before", sketch.labelled(before, domain.palette, size))
    else:
        yield Preview("before", (yield from carry.shrunk(before, *size)))
    yield Preview("after", (yield from carry.shrunk(after, *fitting(after.shape, spec.edge))))
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
    pixels: Pixels = np.asarray(flat, np.float32).transpose(2, 0, 1) / np.float32(255)
    half = pixels.shape[2] // 2
    return pixels[:, :, :half], pixels[:, :, half : 2 * half]


def made(
    entry: catalogue.Entry, domain: Domain, runtime: Runtime
) -> Generator[Event, None, tuple[Pixels, Pixels]]:
    """The model tried on a picture of this project, a style model with a painting of it."""
    picture = image.shown(image.read(own(domain)))
    size = transfer.working_size(picture.shape, domain.edge)
    before = yield from sketch.prepared(picture, domain, size)
    styled = domain.kind == "style"
    style = image.shown(image.read(places.shipped("assets") / PAINTING)) if styled else None
    network = yield from runtime.network(entry, precise=False)
    after = yield from transfer.answered(network, Way(entry, domain, style), before, 1.0)
    return before, after


def own(domain: Domain) -> Path:
    """The picture of this project that suits a model best: a drawing of what it draws."""
    assets = places.shipped("assets")
    drawing = assets / DRAWINGS / f"{domain.target}.png"
    if domain.drawable and drawing.is_file():
        return drawing
    return assets / (PAINTING if domain.source == "painting" else "sample.jpg")


def fitting(shape: tuple[int, ...], longest: int) -> tuple[int, int]:
    """(height, width) with a long side of `longest`, of the shape of (C, H, W)."""
    height, width = shape[-2:]
    ratio = longest / max(height, width)
    return max(1, round(height * ratio)), max(1, round(width * ratio))
