"""What may be asked about models from elsewhere: look at a file, take it in, remove one's own.

`engine.specs` offers all of these too. Plain values, no torch.
"""

from dataclasses import MISSING, dataclass
from pathlib import Path

from engine.knobs import knob

MODEL_ENDINGS = (".pth", ".pt", ".ckpt", ".pkl", ".safetensors")  # what a model file may be called


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportModel:
    """Take in a model that another program made: it becomes one of your own.

    The job returns a `Recognised` with its `path`. Nothing in the file is ever run.
    """

    file: Path = knob(MISSING, "File", "A .pth, .pt, .ckpt, .pkl or .safetensors file.")
    name: str | None = knob(
        None, "Name", "What it is called here.", auto="After the file", flag="--as"
    )


@dataclass(frozen=True, slots=True)
class InspectModel:
    """Say what a model file is, without taking it in: the job returns a `Recognised`.

    UserError, in words for people, where it could not be imported either.
    """

    file: Path


@dataclass(frozen=True, slots=True)
class RemoveModel:
    """Delete one of the person's own models; what ships with Safelight stays. Returns its path."""

    model: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """What a model file turned out to be.

    `network`: the published name ("ESRGAN"). `task`: the card's ("denoise", "upscale", "transfer",
    "faces"). `words`: what it does, in a line. `id`: what it is or would be called here. `notes`:
    what people should know before they use it. `path`: where it lies now; None while only looked
    at.
    """

    network: str
    task: str
    words: str
    title: str
    id: str
    scale: int = 1
    channels: int = 3
    parameters: int = 0
    notes: tuple[str, ...] = ()
    path: Path | None = None
