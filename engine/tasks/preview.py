"""A region of a picture through its task, newest settings, nothing written."""

from collections.abc import Generator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from engine import carry, image, jpeg, noise
from engine.carry import Change
from engine.image import Picture
from engine.job import Event, Job, Pixels, Preview
from engine.resize import fitted
from engine.runtime import Runtime
from engine.specs import Denoise, PreviewCrop, Transfer, Upscale
from engine.tasks import denoise, sketch, transfer, upscale

MARGIN = 48  # px of real surroundings, so that a preview equals that part of the result
GRID = 16  # px; the region computed starts on this grid, as tiles of the whole picture do


@dataclass(frozen=True, slots=True)
class Opened:
    """The picture looked at last, so that a moved slider does not read the file again."""

    path: Path
    changed: int
    picture: Picture
    quality: int | None


class Previews:
    """Runs `PreviewCrop`s on one runtime and remembers one opened picture."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._opened: Opened | None = None
        self._sigma: tuple[Any, float] | None = None
        self._worked: tuple[Any, Change] | None = None
        self._seen: tuple[Any, tuple[Pixels, Pixels]] | None = None

    def run(self, spec: PreviewCrop) -> Job:
        """`Preview`s "before" and "after" of the box; facts: `scale`, `box`, perhaps `sigma`."""
        opened = self._open(spec.picture)
        pixels = opened.picture.pixels
        left, top, right, bottom = clipped(spec.box, pixels.shape[1], pixels.shape[2])
        if isinstance(spec.task, Transfer):
            window = (left, top, right, bottom)
            return (yield from self._transferred(spec.task, opened, window, spec.longest))
        x, y = (max(0, side - MARGIN) // GRID * GRID for side in (left, top))
        around = pixels[:, y : bottom + MARGIN, x : right + MARGIN]
        icc, precise = opened.picture.meta.icc, opened.picture.depth > 8
        box = {"box": (left, top, right - left, bottom - top)}
        before = pixels[:, top:bottom, left:right]
        yield Preview("before", colour(before), icc, box)
        match spec.task:
            case Denoise() as task:
                scale, sigma = 1, self._level(opened)
                after, _level = yield from denoise.denoised(
                    task,
                    around,
                    self._runtime,
                    sigma=sigma,
                    quality=opened.quality,
                    precise=precise,
                )
                facts = box | {"sigma": sigma, "scale": 1.0}
            case Upscale() as task:
                whole = upscale.target_size(task, *pixels.shape[1:])
                ratio = whole[0] / pixels.shape[1]
                size = tuple(max(1, round(side * ratio)) for side in around.shape[1:])
                after = yield from upscale.upscaled(
                    task, around, (size[0], size[1]), self._runtime, precise=precise
                )
                scale, facts = ratio, box | {"scale": ratio}
        y0, x0 = round((top - y) * scale), round((left - x) * scale)
        y1, x1 = round((bottom - y) * scale), round((right - x) * scale)
        yield Preview("after", colour(after[:, y0:y1, x0:x1]), icc, facts)
        return facts

    def _transferred(
        self, task: Transfer, opened: Opened, box: tuple[int, int, int, int], longest: int
    ) -> Job:
        """A region of the result; the network's look at the picture and the region are kept."""
        way = transfer.way_for(task)
        original = sketch.solid(opened.picture, way.domain)
        asked = replace(
            task, sources=(), target=None, strength=100 if way.style is None else task.strength
        )
        key = (asked, way.entry.id, opened.path, opened.changed)
        if self._worked is None or self._worked[0] != key:
            precise = opened.picture.depth > 8
            worked = yield from transfer.worked_out(
                asked, way, original, self._runtime, precise=precise
            )
            self._worked, self._seen = (key, worked), None
        if self._seen is None or self._seen[0] != (box, longest):
            pair = yield from seen(original, self._worked[1], box, longest)
            self._seen = ((box, longest), pair)
        before, after = self._seen[1]
        left, top, right, bottom = box
        facts = {"box": (left, top, right - left, bottom - top)}
        facts |= {"scale": before.shape[2] / (right - left)}
        icc, part = opened.picture.meta.icc, np.float32(transfer.share(task, way))
        yield Preview("before", before, icc, facts)
        mixed = after if part >= 1 else before + part * (after - before)
        yield Preview("after", mixed, icc, facts)
        return facts

    def _level(self, opened: Opened) -> float:
        """Its noise, estimated once."""
        key = (opened.path, opened.changed)
        if self._sigma is None or self._sigma[0] != key:
            self._sigma = (key, noise.level(opened.picture.pixels))
        return self._sigma[1]

    def _open(self, path: Path) -> Opened:
        changed = path.stat().st_mtime_ns
        if self._opened is None or (self._opened.path, self._opened.changed) != (path, changed):
            picture = image.read(path)
            self._opened = Opened(path, changed, picture, jpeg.quality(path))
        return self._opened


def seen(
    original: Pixels, change: Change, box: tuple[int, int, int, int], longest: int
) -> Generator[Event, None, tuple[Pixels, Pixels]]:
    """A region (left, top, right, bottom) before and after, at most `longest` px long."""
    left, top, right, bottom = box
    before = original[:, top:bottom, left:right]
    size, place = (original.shape[1], original.shape[2]), (top, left)
    height, width = fitted(bottom - top, right - left, longest)
    if (height, width) != before.shape[1:]:
        ratio = height / (bottom - top)
        before = yield from carry.shrunk(before, height, width)
        size = round(size[0] * ratio), round(size[1] * ratio)
        place = round(top * ratio), round(left * ratio)
    after = yield from carry.carried(change, before, place=place, size=size)
    return before, after


def clipped(box: tuple[int, int, int, int], height: int, width: int) -> tuple[int, int, int, int]:
    """(left, top, width, height) as (left, top, right, bottom) inside the picture, never empty."""
    left, top = min(max(0, box[0]), width - 1), min(max(0, box[1]), height - 1)
    right, bottom = (
        min(width, max(left + 1, box[0] + box[2])),
        min(height, max(top + 1, box[1] + box[3])),
    )
    return left, top, right, bottom


def colour(pixels: Pixels) -> Pixels:
    """(3, H, W) whatever the picture is."""
    return denoise.matched(pixels, 3)
