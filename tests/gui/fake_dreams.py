"""A studio whose generator draws a coloured ramp: x, y, truncation and edits decide the colours."""

import json
import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtGui import QImage

from engine import places
from engine.errors import UserError
from engine.job import Finished, Job, Pixels, Preview, Report, Step
from engine.latent import plain
from engine.specs import (
    Direction,
    Directions,
    Dragged,
    DragPoints,
    DrawPlaces,
    Faces,
    FoundPlace,
    GeneratorFacts,
    KeepDirection,
    OpenGenerator,
    OwnDirection,
    Place,
    Project,
    Projected,
    ReadPlace,
    Walk,
)
from tests.gui.fake_studio import FakeStudio

MODEL = "faces"


def write_generator(name: str = MODEL) -> None:
    """A model file without weights; its header is all that a window reads."""
    card = {"architecture": "vae", "config": {}, "task": "faces", "title": name.capitalize()}
    header = json.dumps({"__metadata__": {"card": json.dumps(card)}}).encode()
    places.models().mkdir(parents=True, exist_ok=True)
    path = places.models() / f"{name}.safetensors"
    path.write_bytes(struct.pack("<Q", len(header)) + header)


def ramp(place: Place, edge: int) -> Pixels:
    """(3, edge, edge)"""
    across = np.linspace(0, 1, edge, dtype=np.float32)
    moved = sum(edit.amount for edit in place.edits) / 6
    levels = (np.sin(place.x * 2.1) / 2 + 0.5, np.cos(place.y * 1.3) / 2 + 0.5, 0.5 + moved)
    tint = np.array(levels, np.float32)[:, None, None] * (0.4 + 0.6 * place.truncation)
    return np.clip(tint * (0.4 + 0.6 * across[None, :, None] * across[None, None, :]), 0, 1)


@dataclass
class FakeDreams(FakeStudio):
    """Answers what the latent tabs ask; `facts` says what the generator can do."""

    layers: int = 10
    drawn: list[Place] = field(default_factory=list)
    found: list[Direction] = field(default_factory=lambda: list(FOUND))
    pulls: int = 5  # steps of a drag
    looks: int = 3  # of a search

    def of(self, kind: type) -> list[Any]:
        """What was asked of that kind."""
        return [spec for spec in self.asked if isinstance(spec, kind)]

    def run(self, spec: Any) -> Job:
        match spec:
            case DrawPlaces():
                self.asked.append(spec)
                return (yield from self.draw_places(spec))
            case OpenGenerator() | Directions() | OwnDirection() | KeepDirection() | ReadPlace():
                self.asked.append(spec)
                yield Step(1, 1)
                return self.answer(spec)
            case Faces():
                self.asked.append(spec)
                return (yield from self.save_faces(spec))
            case DragPoints():
                self.asked.append(spec)
                return (yield from self.drag(spec))
            case Project():
                self.asked.append(spec)
                return (yield from self.project(spec))
            case Walk():
                self.asked.append(spec)
                return (yield from self.walk(spec))
            case _:
                return (yield from super().run(spec))

    def answer(self, spec: Any) -> Any:
        match spec:
            case OpenGenerator():
                model = spec.model or MODEL
                return GeneratorFacts(
                    model, model, 64, 3, 64, 64, self.layers, 0, self.layers > 1, True, 1.0
                )
            case Directions():
                return tuple(self.found)
            case OwnDirection():
                made = Direction(f"own:{spec.name}", spec.name)
                self.found.append(made)
                return made
            case KeepDirection():
                at = next(n for n, each in enumerate(self.found) if each.id == spec.direction)
                self.found[at] = Direction(spec.direction, spec.name, spec.layers)
                return self.found[at]
            case ReadPlace():
                text = QImage(str(spec.picture)).text("place")
                if not text:
                    raise UserError("This picture carries no place.", "Drop one saved here.")
                return FoundPlace(plain.of_json(text))

    def draw_places(self, spec: DrawPlaces) -> Job:
        for index, place in enumerate(spec.places):
            self.drawn.append(place)
            facts = {"place": place, "index": index, "model": place.model, "ms": 8.0}
            yield Preview("place", ramp(place, spec.edge or 64), facts=facts)
        return len(spec.places)

    def save_faces(self, spec: Faces) -> Job:
        single = spec.target.suffix == ".png"
        done = []
        for at, place in enumerate(spec.places):
            target = spec.target if single else spec.target / f"{at}.png"
            write_face(target, place)
            done.append((target, target))
            yield Finished(target, target, 0.0)
        return Report(tuple(done), (), (), 0.1)

    def drag(self, spec: DragPoints) -> Job:
        place, pull = spec.place, spec.pulls[0]
        try:
            for step in range(self.pulls):
                part = (step + 1) / self.pulls
                handle = tuple(
                    a + (b - a) * part for a, b in zip(pull.handle, pull.target, strict=True)
                )
                place = Place(spec.place.model, spec.place.x, spec.place.y, ((part,),))
                facts = {
                    "place": place,
                    "handles": (handle,),
                    "step": step,
                    "distance": 9.0 * (1 - part),
                    "ms": 5.0,
                }
                yield Preview("place", ramp(place, 64), facts=facts)
                if self.hold is not None:
                    self.hold.wait(5)
        except GeneratorExit:
            self.closed.append(spec)
            raise
        return Dragged(place, (pull.target,), True)

    def project(self, spec: Project) -> Job:
        yield Preview("target", ramp(Place(), 64))
        place = Place(spec.model)
        try:
            for look in range(self.looks):
                place = Place(spec.model, w=((float(look),),))
                facts = {"place": place, "distance": 1.0 / (look + 1), "step": look, "ms": 5.0}
                yield Preview("place", ramp(place, 64), facts=facts)
                yield Step(look, self.looks, f"look {look}")
                if self.hold is not None:
                    self.hold.wait(5)
        except GeneratorExit:
            self.closed.append(spec)
            raise
        return Projected(place, 0.1, True, "", spec.photo.with_suffix(".face.png"))

    def walk(self, spec: Walk) -> Job:
        legs = len(spec.keys) if spec.loop else len(spec.keys) - 1
        for frame in range(legs * spec.frames):
            leg, part = divmod(frame, spec.frames)
            facts = {
                "frame": frame,
                "frames": legs * spec.frames,
                "leg": leg,
                "part": part / spec.frames,
            }
            yield Preview("frame", ramp(spec.keys[leg], 64), facts=facts)
        if spec.target is not None:
            spec.target.write_bytes(b"film")
        return spec.target


FOUND = (
    *(Direction(f"pca:{n}", f"Component {n}", share=0.3 / n) for n in range(1, 11)),
    *(Direction(f"sefa:{n}", f"Factor {n}") for n in range(1, 11)),
)


def write_face(path: Path, place: Place) -> None:
    """A PNG that carries its place, in this fake's own way."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image = QImage(32, 32, QImage.Format.Format_RGB32)
    image.fill(0)
    image.setText("place", plain.as_json(place))
    assert image.save(str(path))
