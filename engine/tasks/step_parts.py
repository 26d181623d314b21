"""What is looked at closely: a part of the result of steps at full size, newest settings win."""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field, replace

from engine import noise
from engine.image import Picture
from engine.job import Event, Note, Step
from engine.specs import (
    ColourStep,
    DenoiseStep,
    FillStep,
    OldPhotoStep,
    PictureStep,
    ScratchesStep,
    StyleStep,
    TransferStep,
    UpscaleStep,
)
from engine.tasks import apply, fill
from engine.tasks import step_regions as regions
from engine.tasks.apply import Bench
from engine.tasks.step_regions import Part
from engine.tasks.within import Place, Within

KEPT_PX = 24_000_000  # px of parts that are kept
LOOKS = 24  # of networks at the whole picture, that are kept
MUCH_PX = 4_000_000  # px that a part needs beyond its own, from which on one is told so
KNOWING = (ScratchesStep, OldPhotoStep, ColourStep, TransferStep, StyleStep)  # look at all of it
Steps = tuple[PictureStep, ...]


@dataclass(frozen=True, slots=True)
class Whole:
    """All of a picture after the first steps; `looked`: made smaller, after any of them."""

    steps: Steps
    picture: Picture
    looked: Callable[[Steps], Generator[Event, None, Picture]]

    def is_before(self, done: Steps) -> bool:
        """Whether it is what the last of these begins with."""
        return done[:-1] == self.steps

    def before(self, done: Steps) -> Generator[Event, None, Picture]:
        """The picture that the last of these begins with, perhaps made smaller."""
        if self.is_before(done):
            return self.picture
        return (yield from self.looked(done[:-1]))


@dataclass(slots=True)
class Parts:
    """Of one picture: the newest part after each step, and what was found out for all parts."""

    done: dict[Steps, Part] = field(default_factory=dict)
    looks: dict[Steps, list[object]] = field(default_factory=dict)
    holes: dict[PictureStep, list[Place]] = field(default_factory=dict)

    def work(
        self, active: Steps, place: Place, whole: Whole, bench: Bench
    ) -> Generator[Event, None, Part]:
        """`place` of what all steps make; the first of them are done already."""
        known, size = len(whole.steps), (whole.picture.height, whole.picture.width)
        sizes, places = regions.sizes(active[known:], size), [place]
        for at in range(len(active) - 1, known - 1, -1):
            holes = yield from self._holes_of(active[at], whole, bench)
            places.insert(0, regions.seen(active[at], places[0], sizes[at - known], holes))
        yield from warned(places)
        part, start = Part(whole.picture, (0, 0, *size), size), known
        for number in range(len(active), known, -1):
            kept = self.done.get(active[:number])
            if kept is not None and kept.covers(places[number - known]):
                part, start = kept, number
                break
        for number in range(start, len(active)):
            done, given = active[: number + 1], part.cut(places[number - known])
            job = self._through(done, given, places[number + 1 - known], bench, whole)
            part = yield from apply.counted(job, active[number], number, len(active))
            self._keep(done, part)
        yield Step(len(active), len(active))
        return part.cut(place)

    def _through(
        self, done: Steps, given: Part, place: Place, bench: Bench, whole: Whole
    ) -> Generator[Event, None, Part]:
        """One more step, the last of `done`."""
        step = done[-1]
        if isinstance(step, UpscaleStep):
            picture = yield from apply.done(step, given.picture, bench)
            return regions.enlarged(step, given, picture, place)
        if isinstance(step, regions.RESHAPING):
            yield Step(0, 1)
            return regions.reshaped(step, given, place)
        kept = self.looks.setdefault(done, [])
        while len(self.looks) > LOOKS:
            del self.looks[next(iter(self.looks))]
        within = Within(given.place, given.size, given.picture, kept=kept)
        if isinstance(step, KNOWING):
            within = replace(within, small=(yield from whole.before(done)))
        elif isinstance(step, DenoiseStep) and step.strength is None and whole.is_before(done):
            within = replace(within, noise=(yield from within.once(level(whole.picture))))
        picture = yield from apply.done(step, given.picture, replace(bench, within=within))
        return Part(picture, given.place, given.size).cut(place)

    def _holes_of(
        self, step: PictureStep, whole: Whole, bench: Bench
    ) -> Generator[Event, None, list[Place]]:
        """What must be seen for each thick hole of a mask."""
        if not isinstance(step, FillStep):
            return []
        if step not in self.holes:
            mask = yield from apply.mask_of(step, whole.picture, bench)
            size = (whole.picture.height, whole.picture.width)
            boxes = [part.box for part in fill.parts(mask[0] > 0)]
            self.holes = {step: [box for box in boxes if box != (0, 0, *size)]}  # thin ones: near
            yield Step(0, 1)
        return self.holes[step]

    def _keep(self, done: Steps, part: Part) -> None:
        self.done.pop(done, None)
        self.done[done] = part
        room = KEPT_PX
        for steps in reversed(list(self.done)):
            picture = self.done[steps].picture
            room -= picture.width * picture.height
            if room < 0 and steps != done:
                del self.done[steps]


def level(picture: Picture) -> Generator[Event, None, float]:
    """How strong its noise is."""
    yield Step(0, 1)
    return noise.level(picture.pixels)


def warned(places: Sequence[Place]) -> Generator[Event, None, None]:
    """A word where much more is needed than is looked at."""
    first, last = (regions.area(place) for place in (places[0], places[-1]))
    if first > last + MUCH_PX:
        yield Note("What is filled in here is large: a closer look takes a while.")
