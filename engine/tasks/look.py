"""Pictures to be shown: opened at a size that fits a screen, and thumbnails of many."""

from engine import image, jpeg, noise
from engine.errors import UserError
from engine.job import Failed, Job, Preview, Step
from engine.resize import fitted, resized
from engine.specs import Look, Thumbnails


def run(spec: Look) -> Job:
    """One `Preview` named "picture"; see `specs.Look` for its facts."""
    picture = image.read(spec.picture)
    yield Step(1, 2)
    height, width = picture.pixels.shape[1:]
    shown = image.shown(picture)
    size = fitted(height, width, spec.longest)
    if size != (height, width):
        shown = yield from resized(shown, *size)
    facts = {
        "width": width,
        "height": height,
        "depth": picture.depth,
        "grey": len(picture.pixels) == 1,
        "alpha": picture.alpha is not None,
        "quality": jpeg.quality(spec.picture),
        "bytes": spec.picture.stat().st_size,
        "note": " ".join(picture.notes),
    }
    yield Preview("picture", shown.clip(0, 1), picture.meta.icc, facts)
    facts["sigma"] = noise.level(picture.pixels)
    yield Preview("facts", shown[:, :1, :1], picture.meta.icc, facts)
    return facts


def thumbnails(spec: Thumbnails) -> Job:
    """A `Preview` named by its path for every picture, `Failed` where one cannot be read."""
    for index, path in enumerate(spec.pictures, start=1):
        try:
            yield Preview(str(path), image.thumbnail(path, spec.edge))
        except (UserError, OSError) as why:
            yield Failed(path, getattr(why, "what", str(why)))
        yield Step(index, len(spec.pictures))
    return len(spec.pictures)
