"""What may be asked about training: specs, one a learner, and what the answers look like.

`engine.specs` offers all of these too. Plain values, no torch.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from engine.knobs import knob

PRECISIONS = (
    ("auto", "The fastest here"),
    ("float32", "Full (float32)"),
    ("bfloat16", "Half, wide range (bfloat16)"),
    ("float16", "Half (float16, CUDA only)"),
)
DEGRADATIONS = (
    ("noise", "Noise of any level, as in every test of the field"),
    ("camera", "Noise as cameras leave it: stronger in the light, blotchy, then JPEG"),
    ("jpeg", "JPEG artefacts"),
)
COLOURS = (("auto", "As the base model, else colour"), ("colour", "Colour"), ("grey", "Grey"))
OPTIMIZERS = (("muon", "Muon"), ("adamw", "AdamW"))
PERCEPTUAL = (
    ("squeezenet", "SqueezeNet 1.1 (5 MB)"),
    ("vgg19", "VGG19, as in the paper (548 MB)"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Train:
    """Teach a model with pictures of one's own; the job returns a `Trained`.

    A run has a folder under `places.runs()`, the finished model lies with the person's others;
    both bear the `name`. `steps` wins over `minutes`. With `resume` the run of that name goes on;
    only the settings in `CHANGEABLE` may then differ from those it was started with.
    """

    learner: ClassVar[str] = ""  # the learner's name, also the word on the command line
    task: ClassVar[str] = ""  # which task's models may be the base

    data: tuple[Path, ...] = knob(
        (), "Pictures", "Folders of good pictures to learn from.", kind="folders"
    )
    name: str = knob("", "Name", "What the new model is called.", kind="name")
    base: str | None = knob(
        None, "Base model", "Where to start from.", kind="model", auto="Start from nothing"
    )
    minutes: float = knob(
        30, "Time", "How long to train.", low=0.01, high=100_000, step=5, unit="min"
    )
    steps: int | None = knob(
        None,
        "Steps",
        "Decides how long to train.",
        low=1,
        high=100_000_000,
        auto="By time",
        advanced=True,
    )
    resume: bool = knob(False, "Resume", "Go on with the run of this name.", kind="resume")
    device: str = knob("auto", "Device", "auto, cpu, cuda or cuda:N.", kind="device", advanced=True)
    precision: str = knob(
        "auto", "Precision", "How exactly to calculate.", choices=PRECISIONS, advanced=True
    )
    network: str | None = knob(
        None,
        "Network",
        "An architecture and its sizes, as in: unet widths=48,96,192 blocks=2.",
        auto="The base model's, or the usual one",
        advanced=True,
    )
    batch: int | None = knob(
        None,
        "Batch",
        "Pieces of pictures seen in one step.",
        low=1,
        high=4096,
        auto="As the learner has it; fewer at a time where memory is short",
        advanced=True,
    )
    edge: int | None = knob(
        None,
        "Piece",
        "Edge of the pieces, in pixels of what the network sees.",
        low=16,
        high=1024,
        unit="px",
        auto="As the learner has it",
        advanced=True,
    )
    longest: int = knob(
        900,
        "Reduce pictures to",
        "Long side. Making large photos smaller hides their own noise and compression.",
        low=64,
        high=20_000,
        unit="px",
        advanced=True,
    )
    learning_rate: float | None = knob(
        None,
        "Learning rate",
        "The highest; it is reached after the warm-up and falls along a cosine.",
        low=1e-7,
        high=1,
        auto="As the learner has it; lower from a base model",
        advanced=True,
    )
    warm_up: int = knob(
        300,
        "Warm-up",
        "Steps until the rate is reached; a twentieth of the budget where that is less.",
        low=0,
        high=100_000,
        unit="steps",
        advanced=True,
    )
    averaging: float = knob(
        0.999,
        "Averaging",
        "How much of the mean weights each step keeps.",
        low=0,
        high=0.99999,
        advanced=True,
    )
    clip: float = knob(
        0.1,
        "Gradient limit",
        "Longer gradients are cut to this.",
        low=1e-4,
        high=1e4,
        advanced=True,
    )
    validation: float = knob(
        5,
        "Held back",
        "Share of the pictures that is never learned from, to measure on.",
        low=1,
        high=50,
        unit="%",
        advanced=True,
    )
    sample_every: int | None = knob(
        None,
        "Samples every",
        "How often to measure and to draw the sheet of samples.",
        low=1,
        high=1_000_000,
        unit="steps",
        auto="50 on a CPU, 200 on a GPU, fewer where that takes long",
        advanced=True,
    )
    patience: int | None = knob(
        None,
        "Patience",
        "Stop after so many measurements without a better one.",
        low=1,
        high=100_000,
        auto="Use the whole budget",
        advanced=True,
    )
    checkpoint_minutes: float = knob(
        2,
        "Save every",
        "What a crash can cost at most.",
        low=0.01,
        high=1440,
        unit="min",
        advanced=True,
    )
    workers: int | None = knob(
        None,
        "Loading processes",
        "Processes that prepare pictures beside the training; a fast GPU may want a few.",
        low=0,
        high=64,
        auto="None",
        advanced=True,
    )
    title: str = knob("", "Title", "On the model's card.", advanced=True)
    description: str = knob(
        "", "About it", "One line for the card: what the model is good at.", advanced=True
    )
    licence: str = knob("", "Licence", "On the model's card.", advanced=True)
    seed: int = knob(
        0, "Seed", "The same seed throws the same dice.", low=0, high=2**31 - 1, advanced=True
    )


CHANGEABLE = (
    *("minutes", "steps", "resume", "device", "workers"),
    *("sample_every", "patience", "checkpoint_minutes"),
)


def optimizer() -> str:
    """The knob of learners that Muon serves."""
    words = "What turns gradients into steps."
    value: str = knob("muon", "Optimizer", words, choices=OPTIMIZERS, advanced=True)
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainDenoise(Train):
    """Teach a model to take out noise, or JPEG artefacts."""

    learner: ClassVar[str] = "denoise"
    task: ClassVar[str] = "denoise"

    degradation: str = knob(
        "noise", "Against", "What the model learns to undo.", choices=DEGRADATIONS
    )
    colour: str = knob("auto", "Colour", "Which pictures it is for.", choices=COLOURS)
    strongest: float = knob(
        75,
        "Strongest noise",
        "Noise levels from 0 to this are learned.",
        low=1,
        high=75,
        advanced=True,
    )
    optimizer: str = optimizer()


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainUpscale(Train):
    """Teach a model to enlarge, true to the original."""

    learner: ClassVar[str] = "upscale"
    task: ClassVar[str] = "upscale"

    scale: int = knob(2, "Scale", "How many times wider and higher.", low=2, high=4, unit="x")
    optimizer: str = optimizer()


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainUpscalePerceptual(Train):
    """Teach a model to enlarge with convincing detail (SRGAN): crisp, but partly invented."""

    learner: ClassVar[str] = "upscale-perceptual"
    task: ClassVar[str] = "upscale"

    scale: int = knob(4, "Scale", "How many times wider and higher.", low=2, high=4, unit="x")
    perceptual: str = knob(
        "squeezenet", "Judge", "The network whose eyes are borrowed.", choices=PERCEPTUAL
    )
    perceptual_file: Path | None = knob(
        None,
        "Judge's weights",
        "A file with them.",
        kind="file",
        auto="Looked for among your models and in torch's cache",
        advanced=True,
    )
    download: bool = knob(False, "Fetch the judge's weights", "If they are not on this computer.")
    pixel_weight: float = knob(
        1.0, "Faithfulness", "Weight of the pixel loss.", low=0, high=1000, advanced=True
    )
    perceptual_weight: float = knob(
        1.0, "Likeness", "Weight of the perceptual loss.", low=0, high=1000, advanced=True
    )
    adversarial_weight: float = knob(
        0.005, "Boldness", "Weight of the adversarial loss.", low=0, high=1000, advanced=True
    )
    faithful_share: float = knob(
        20,
        "Faithful start",
        "Share of the budget for the pixel loss alone; nothing with a base model.",
        low=0,
        high=100,
        unit="%",
        advanced=True,
    )


@dataclass(frozen=True, slots=True)
class ScanFolder:
    """Look at what is in the folders before training: returns a `FolderReport`.

    `edge`: pictures must be at least so large (px) on both sides; None as the learner needs.
    """

    learner: str
    data: tuple[Path, ...]
    edge: int | None = None


@dataclass(frozen=True, slots=True)
class FolderReport:
    """What a scan found. `enough`: "no" (training refuses), "few" (it warns) or "yes".

    `count`: usable pictures, copies not counted. Sizes are (width, height). `duplicates`: (copy,
    original). `unreadable`: (file, reason). `words`: all of it in a few sentences.
    """

    count: int
    megapixels: float
    smallest: tuple[int, int]
    median: tuple[int, int]
    largest: tuple[int, int]
    unreadable: tuple[tuple[Path, str], ...]
    duplicates: tuple[tuple[Path, Path], ...]
    small: tuple[Path, ...]
    enough: str
    words: str


@dataclass(frozen=True, slots=True)
class MeasureTraining:
    """Try a few steps without keeping anything: returns a `TrainingSpeed`."""

    train: Train


@dataclass(frozen=True, slots=True)
class TrainingSpeed:
    """What a budget gives: `steps` in `minutes`, in one sentence as `words`."""

    steps_per_second: float
    steps: int
    minutes: float
    batch: int
    device: str
    precision: str
    words: str


@dataclass(frozen=True, slots=True)
class Runs:
    """Every training run of this person, newest first: returns a tuple of `Run`."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run folder, read. `replace(run.spec, resume=True)` goes on with it.

    `state`: "running" (some process trains it now), "stopped" (may be resumed), "finished" (its
    budget is used; may be resumed with a larger one) or "broken" (`words` say why; `spec` may be
    None). `curve`: (step, values) as in `job.Curve`. `sheets`: (step, PNG). `model`: the usable
    model's file, None before there is one. `bytes`: of the folder.
    """

    name: str
    folder: Path
    state: str
    words: str
    spec: Train | None = None
    step: int = 0
    minutes: float = 0.0
    changed: float = 0.0  # seconds since 1970
    curve: tuple[tuple[int, dict[str, float]], ...] = ()
    sheets: tuple[tuple[int, Path], ...] = ()
    model: Path | None = None
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class Trained:
    """How training ended. `why`: "budget", or "patience" where it no longer got better.

    `scores`: of the model that was kept, on the held-back pictures; `before` is the same of the
    untrained or base model.
    """

    model: str
    path: Path
    step: int
    minutes: float
    why: str
    scores: dict[str, float] = field(default_factory=dict)
    before: dict[str, float] = field(default_factory=dict)
