import time
from dataclasses import dataclass, field
from threading import Event
from typing import Any

import numpy as np

from engine.job import (
    Failed,
    Finished,
    Job,
    Pixels,
    Planned,
    Preview,
    Report,
    Skipped,
    Started,
    Step,
)
from engine.specs import Denoise, Doctor, Look, PreviewCrop, Thumbnails, Upscale


def gradient(width: int, height: int) -> Pixels:
    """(3, H, W): dark to light from left to right."""
    row = np.linspace(0, 1, width, dtype=np.float32)
    return np.broadcast_to(row, (3, height, width)).copy()


@dataclass
class FakeStudio:
    """Answers every spec at once, from nothing; a folder is its PNGs, "bad" ones fail."""

    asked: list[Any] = field(default_factory=list)
    step_s: float = 0.0
    steps: int = 3
    size: tuple[int, int] = (640, 480)
    hold: Event | None = None  # a background job waits for it before each file
    load: Event | None = None  # the first picture waits for it, as for an import
    closed: list[Any] = field(default_factory=list)

    def run(self, spec: Any) -> Job:
        self.asked.append(spec)
        match spec:
            case Denoise() | Upscale():
                return (yield from self.folder(spec))
            case Look():
                if self.load is not None:
                    self.load.wait(5)
                facts = {
                    "width": self.size[0],
                    "height": self.size[1],
                    "bytes": 1000,
                    "quality": 40,
                }
                yield Preview("picture", gradient(*self.size), None, facts)
                yield Preview("facts", gradient(1, 1), None, {"sigma": 24.0})
            case PreviewCrop():
                facts = {"box": spec.box, "sigma": 24.0}
                yield Preview("after", gradient(spec.box[2], spec.box[3]), None, facts)
            case Thumbnails():
                for path in spec.pictures:
                    yield Preview(str(path), gradient(96, 64))
            case Doctor():
                yield Step(1, 1)
                return [("CPU", "2 cores")]
        return None

    def folder(self, spec: Denoise | Upscale) -> Job:
        files = [f for s in spec.sources for f in (sorted(s.iterdir()) if s.is_dir() else [s])]
        skipped = [Skipped(f, "It is there already.") for f in files if "old" in f.name]
        pairs = [(f, f.with_name(f"{f.stem}_out.png")) for f in files if "old" not in f.name]
        done, failed = [], []
        try:
            yield Planned(tuple(pairs))
            yield from skipped
            for at, (source, target) in enumerate(pairs):
                yield Started(source)
                for step in range(self.steps):
                    if self.hold is not None:
                        self.hold.wait(5)
                    time.sleep(self.step_s)
                    yield Step(at + step / self.steps, len(pairs), source.name)
                if "bad" in source.name:
                    failed.append(Failed(source, "It is not a picture.", "Remove it."))
                    yield failed[-1]
                    continue
                done.append((source, target))
                yield Finished(source, target, 0.1)
                yield Step(at + 1, len(pairs), source.name)
        except GeneratorExit:
            self.closed.append(spec)
            raise
        return Report(tuple(done), tuple(skipped), tuple(failed), 1.0)
