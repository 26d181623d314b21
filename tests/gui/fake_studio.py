import time
from dataclasses import dataclass, field
from threading import Event
from typing import Any

import numpy as np

from engine import masks
from engine.job import (
    Failed,
    Finished,
    Job,
    Note,
    Pixels,
    Planned,
    Preview,
    Report,
    Skipped,
    Started,
    Step,
)
from engine.specs import (
    Apply,
    CropStep,
    Denoise,
    DeriveDrawing,
    Doctor,
    DrawTransfer,
    Look,
    PreviewCrop,
    PreviewSteps,
    ProposeMask,
    ReadSteps,
    SampleTransfer,
    Thumbnails,
    Transfer,
    Upscale,
)


def gradient(width: int, height: int) -> Pixels:
    """(3, H, W): dark to light from left to right."""
    row = np.linspace(0, 1, width, dtype=np.float32)
    return np.broadcast_to(row, (3, height, width)).copy()


def reduced(spec: PreviewCrop) -> tuple[int, int]:
    """Width and height of a preview."""
    ratio = min(1.0, (spec.longest or 1e9) / max(spec.box[2:]))
    return round(spec.box[2] * ratio), round(spec.box[3] * ratio)


def wait(gate: Event | None) -> None:
    if gate is not None:
        gate.wait(5)


@dataclass
class FakeStudio:
    """Answers every spec at once, from nothing; a folder is its PNGs, "bad" ones fail."""

    asked: list[Any] = field(default_factory=list)
    step_s: float = 0.0
    steps: int = 3
    size: tuple[int, int] = (640, 480)
    hold: Event | None = None  # a background job waits for it before each file
    load: Event | None = None  # the first picture waits for it, as for an import
    draw: Event | None = None  # what is drawn is answered once it is set
    says: str = ""  # a word about every list of steps
    refuses: Exception | None = None  # what comes of them instead
    closed: list[Any] = field(default_factory=list)

    def run(self, spec: Any) -> Job:
        self.asked.append(spec)
        match spec:
            case Denoise() | Upscale() | Transfer() | Apply():
                return (yield from self.folder(spec))
            case Doctor():
                yield Step(1, 1)
                return [("CPU", "2 cores")]
            case ReadSteps():
                yield Step(1, 1)
                return ()
            case PreviewSteps() | ProposeMask():
                yield from self.stepped(spec)
            case SampleTransfer() if self.refuses is not None:
                raise self.refuses
            case _:
                yield from self.pictures(spec)
        return None

    def stepped(self, spec: PreviewSteps | ProposeMask) -> Job:
        wait(self.draw)
        width, height = self.size
        facts: dict[str, Any] = {"width": width, "height": height}
        if isinstance(spec, ProposeMask):
            plane = np.zeros((1, height, width), np.float32)
            plane[:, 10:20, 30:60] = spec.sensitivity > 0
            facts |= {"png": masks.packed(plane), "share": float(plane.mean())}
            yield Preview("mask", plane.repeat(3, 0), None, facts)
            return
        if self.refuses is not None:
            raise self.refuses
        yield from (Note(self.says),) if self.says else ()
        for step in spec.steps:
            if isinstance(step, CropStep):
                width = round(width * step.width / 100)
                height = round(height * step.height / 100)
        ratio = min(1.0, (spec.longest or 1e9) / max(self.size))
        if spec.box is not None:
            facts["box"] = spec.box
            width, height = spec.box[2:]
        yield Preview("after", gradient(round(width * ratio), round(height * ratio)), None, facts)

    def pictures(self, spec: Any) -> Job:
        match spec:
            case Look():
                wait(self.load)
                width, height = self.size
                facts = {"width": width, "height": height, "bytes": 1000, "quality": 40}
                yield Preview("picture", gradient(*self.size), None, facts)
                yield Preview("facts", gradient(1, 1), None, {"sigma": 24.0})
            case PreviewCrop():
                facts = {"box": spec.box, "sigma": 24.0}
                yield Preview("after", gradient(*reduced(spec)), None, facts)
            case DrawTransfer():
                wait(self.draw)
                yield Preview("after", gradient(32, 32))
            case DeriveDrawing():
                yield Preview("drawing", gradient(64, 64))
            case SampleTransfer():
                yield Preview("before", gradient(64, 64))
                yield Preview("after", gradient(64, 64))
            case Thumbnails():
                for path in spec.pictures:
                    bad = Failed(path, "It is not a picture.")
                    yield bad if "bad" in path.name else Preview(str(path), gradient(96, 64))

    def folder(self, spec: Denoise | Upscale | Transfer | Apply) -> Job:
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
                    wait(self.hold)
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
