"""What every test gets: the same dice, an empty home, checked logs; and tiny models on demand."""

import logging
import os
import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from engine import places
from engine.catalogue import Card
from engine.job import Event, Job

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # tests open no window on the desk


@pytest.fixture(autouse=True)
def dice() -> None:
    """The same random numbers in every run."""
    random.seed(0)
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(0)


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder, for this process and those it starts."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("SAFELIGHT_HOME", str(folder))
    monkeypatch.setenv("SAFELIGHT_EXECUTOR", "torch")  # no race for the fastest in every test
    return folder


class Collector(logging.Handler):
    """Keeps what is logged at WARNING and above."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[logging.LogRecord]]:
    """Warnings of our own code; a test that expects one takes it out (`logged.pop()`)."""
    collector = Collector()
    rooms = [logging.getLogger(room) for room in ("engine", "gui")]
    for room in rooms:
        room.addHandler(collector)
    yield collector.records
    for room in rooms:
        room.removeHandler(collector)
    unexpected = [record.getMessage() for record in collector.records]
    assert not unexpected, f"logged without being expected: {unexpected}"


@pytest.fixture
def drain() -> Callable[[Job], tuple[list[Event], Any]]:
    """`events, result = drain(job)`."""

    def run_to_the_end(job: Job) -> tuple[list[Event], Any]:
        events: list[Event] = []
        while True:
            try:
                events.append(next(job))
            except StopIteration as end:
                return events, end.value

    return run_to_the_end


@dataclass(frozen=True)
class Tiny:
    """The folder of tiny models; `add` writes one more, a real network that changes nothing."""

    folder: Path

    def add(self, name: str, architecture: str, task: str, **config: Any) -> Path:
        """A model file whose network returns its input, enlarged to the nearest pixel."""
        from engine import catalogue

        net = _identity(architecture, config)
        card = Card(
            architecture=architecture,
            config=config,
            task=task,
            title=name.replace("-", " ").capitalize(),
            description="Changes nothing; for tests.",
            scale=config.get("scale", 1),
            channels=config.get("channels", 3),
            licence="MIT",
        )
        path = self.folder / f"{name}.safetensors"
        catalogue.write(path, net.state_dict(), card)
        return path


def _identity(architecture: str, config: dict[str, Any]) -> Any:
    """A network with small random weights whose last layer says nothing."""
    import torch

    from engine.models import architectures

    torch.manual_seed(0)
    entry = architectures()[architecture]
    net = entry.build(entry.config(**config))
    with torch.no_grad():
        net.tail.weight.zero_()
        net.tail.bias.zero_()
    return net


@pytest.fixture
def only_own(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No model but those that a test puts into the person's own folder."""
    monkeypatch.setattr(places, "model_folders", lambda: (places.models(),))


@pytest.fixture
def tiny(home: Path, monkeypatch: pytest.MonkeyPatch) -> Tiny:
    """Only tiny models are installed: a denoiser (colour, grey) and upscalers (x2, x4)."""
    models = Tiny(home / "models")
    monkeypatch.setattr(places, "model_folders", lambda: (models.folder,))
    models.add("tiny-denoise", "unet", "denoise", channels=3, widths=[8, 8], blocks=1)
    models.add("tiny-denoise-grey", "unet", "denoise", channels=1, widths=[8, 8], blocks=1)
    models.add("tiny-upscale-2x", "span", "upscale", width=8, blocks=2, scale=2)
    models.add("tiny-upscale-4x", "span", "upscale", width=8, blocks=2, scale=4)
    return models
