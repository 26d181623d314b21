"""What the engine's own tests share."""

from pathlib import Path

import pytest

from engine import studio
from engine.job import Finished, Planned, Report, Started, Step

A, B, OUT = Path("a.png"), Path("b.png"), Path("out")


class FakeStudio:
    """Runs the job it is given, and remembers what it was asked."""

    def __init__(self):
        self.asked = []
        self.job = all_done

    def __call__(self):
        return self

    def run(self, spec):
        self.asked.append(spec)
        return self.job()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder for photographs."""
    path = tmp_path / "photos"
    path.mkdir()
    return path


@pytest.fixture
def fake(monkeypatch):
    """A studio whose job the test writes; by default two files are done."""
    fake = FakeStudio()
    monkeypatch.setattr(studio, "Studio", fake)
    return fake


def all_done():
    yield Planned(((A, OUT / "a.png"), (B, OUT / "b.png")))
    for index, path in enumerate((A, B)):
        yield Started(path)
        yield Step(index, 2, path.name)
        yield Finished(path, OUT / path.name, 0.1)
        yield Step(index + 1, 2, path.name)
    return Report(done=((A, OUT / "a.png"), (B, OUT / "b.png")))
