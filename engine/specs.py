"""What may be asked of the studio: frozen, plain values, no torch.

Settings that people choose carry a `knob`. A spec is complete: the same spec gives the same result
from the window, the shell or a worker.
"""

from dataclasses import MISSING, dataclass
from pathlib import Path

from engine.knobs import knob
from engine.specs_import import MODEL_ENDINGS, ImportModel, InspectModel, Recognised, RemoveModel
from engine.specs_lab_live import LabSpec
from engine.specs_latent import (
    GENERATORS,
    Direction,
    Directions,
    Dragged,
    DragPoints,
    DrawPlaces,
    Edit,
    Faces,
    ForgetDirection,
    FoundPlace,
    GeneratorFacts,
    KeepDirection,
    LatentTask,
    Mask,
    Mix,
    OpenGenerator,
    OwnDirection,
    Place,
    Project,
    Projected,
    Pull,
    ReadPlace,
    Walk,
)
from engine.specs_picture import CONFLICTS, FORMATS, PictureTask
from engine.specs_restore import ProposeMask, Restore
from engine.specs_steps import (
    STEPS,
    Apply,
    ColourStep,
    CropStep,
    DenoiseStep,
    FillStep,
    FinishStep,
    Hint,
    OldPhotoStep,
    PictureStep,
    PreviewSteps,
    ReadSteps,
    ResizeStep,
    RotateStep,
    ScratchesStep,
    StyleStep,
    TransferStep,
    UpscaleStep,
    WriteSteps,
)
from engine.specs_train import (
    FolderReport,
    MeasureTraining,
    Run,
    Runs,
    ScanFolder,
    Train,
    TrainDenoise,
    Trained,
    TrainingSpeed,
    TrainUpscale,
    TrainUpscalePerceptual,
)
from engine.specs_train_faces import TrainFaces, TrainVae
from engine.specs_train_restore import (
    TrainColourize,
    TrainInpaint,
    TrainOldPhoto,
    TrainScratches,
)
from engine.specs_train_transfer import TrainCycleGan, TrainPix2Pix, TrainStyle
from engine.specs_transfer import DeriveDrawing, DrawTransfer, SampleTransfer, Transfer

__all__ = [
    "CONFLICTS",
    "FORMATS",
    "GENERATORS",
    "LEARNERS",
    "MODEL_ENDINGS",
    "STEPS",
    "Apply",
    "Benchmark",
    "ColourStep",
    "CropStep",
    "Denoise",
    "DenoiseStep",
    "DeriveDrawing",
    "Direction",
    "Directions",
    "Doctor",
    "DragPoints",
    "Dragged",
    "DrawPlaces",
    "DrawTransfer",
    "Edit",
    "Faces",
    "FillStep",
    "FinishStep",
    "FolderReport",
    "ForgetDirection",
    "FoundPlace",
    "GeneratorFacts",
    "Hint",
    "ImportModel",
    "InspectModel",
    "KeepDirection",
    "LatentTask",
    "Look",
    "Mask",
    "MeasureTraining",
    "Mix",
    "OldPhotoStep",
    "OpenGenerator",
    "OwnDirection",
    "PictureStep",
    "PictureTask",
    "Place",
    "PreviewCrop",
    "PreviewSteps",
    "Project",
    "Projected",
    "ProposeMask",
    "Pull",
    "ReadPlace",
    "ReadSteps",
    "Recognised",
    "RemoveModel",
    "ResizeStep",
    "Restore",
    "RotateStep",
    "Run",
    "Runs",
    "SampleTransfer",
    "ScanFolder",
    "ScratchesStep",
    "Spec",
    "StyleStep",
    "Thumbnails",
    "Train",
    "TrainColourize",
    "TrainCycleGan",
    "TrainDenoise",
    "TrainFaces",
    "TrainInpaint",
    "TrainOldPhoto",
    "TrainPix2Pix",
    "TrainScratches",
    "TrainStyle",
    "TrainUpscale",
    "TrainUpscalePerceptual",
    "TrainVae",
    "Trained",
    "TrainingSpeed",
    "Transfer",
    "TransferStep",
    "Upscale",
    "UpscaleStep",
    "Walk",
    "WriteSteps",
]


LEARNERS: tuple[type[Train], ...] = (
    TrainDenoise,
    TrainUpscale,
    TrainUpscalePerceptual,
    TrainColourize,
    TrainInpaint,
    TrainScratches,
    TrainOldPhoto,
    TrainFaces,
    TrainVae,
    TrainCycleGan,
    TrainPix2Pix,
    TrainStyle,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Denoise(PictureTask):
    """Take the noise out of pictures."""

    op = "denoised"
    tasks = ("denoise", "jpeg")  # of the models that can do it
    model: str | None = knob(None, "Model", kind="model", auto="The best for each picture")
    strength: float | None = knob(
        None,
        "Noise level",
        "How strong the noise is; for JPEG artefacts 100 - quality. Higher smooths more.",
        low=0,
        high=75,
        step=1,
        auto="Estimate the noise for me",
    )
    blend: float = knob(
        100,
        "Blend with original",
        "Less than 100 % lets some of the grain through.",
        low=0,
        high=100,
        step=1,
        unit="%",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Upscale(PictureTask):
    """Make pictures larger, drawing the detail that plain enlarging leaves out.

    One of `width`, `height` and `megapixels` wins over `scale`; the shape is always kept.
    """

    op = "upscaled"
    tasks = ("upscale",)
    model: str | None = knob(None, "Model", kind="model", auto="The best for this scale")
    scale: float = knob(
        2, "Scale", "How many times wider and higher.", low=1, high=8, step=0.5, unit="x"
    )
    width: int | None = knob(
        None,
        "Width",
        "Decides the size.",
        low=1,
        high=100000,
        unit="px",
        auto="By scale",
        advanced=True,
    )
    height: int | None = knob(
        None,
        "Height",
        "Decides the size.",
        low=1,
        high=100000,
        unit="px",
        auto="By scale",
        advanced=True,
    )
    megapixels: float | None = knob(
        None,
        "Megapixels",
        "Decides the size.",
        low=0.01,
        high=4000,
        unit="MP",
        auto="By scale",
        advanced=True,
    )
    tta: bool = knob(
        False,
        "Eight looks",
        "Averages eight turned and mirrored results: slightly better, eight times slower.",
        advanced=True,
    )


@dataclass(frozen=True, slots=True)
class Look:
    """Open a picture to be shown, at most `longest` px on its long side.

    Yields a `Preview` "picture" whose facts are `width`, `height`, `depth`, `grey`, `alpha`,
    `quality` (of a JPEG file, else None), `bytes` and `note`; then a tiny `Preview` "facts" that
    adds `sigma`, the estimated noise level in 8-bit units, which takes longer. 0 as `longest` means
    full size.
    """

    picture: Path
    longest: int = 2048


@dataclass(frozen=True, slots=True)
class Thumbnails:
    """Small pictures: a `Preview` named by the path each, `Failed` where unreadable."""

    pictures: tuple[Path, ...]
    edge: int = 96


@dataclass(frozen=True, slots=True)
class PreviewCrop:
    """The task on one region of `picture`, without writing anything.

    `box`: left, top, width, height in px of the upright picture. Yields `Preview`s "before" and
    "after" (the latter `scale` times as large for Upscale), facts as the task has them. A
    `Transfer` sees the whole picture all the same; moving the box then costs next to nothing, and
    "after" has at most `longest` px on its long side (0: as many as the box).
    """

    task: Denoise | Upscale | Transfer
    picture: Path
    box: tuple[int, int, int, int]
    longest: int = 0


@dataclass(frozen=True, slots=True)
class Doctor:
    """What this computer offers: returns a list of (name, value) rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """Measure models on the field's own test sets, beside what published ones reach."""

    sets: Path = knob(
        MISSING, "Test sets", "The folder that holds Set5, Set14, BSD68, CBSD68 and Set12."
    )
    real: Path | None = knob(
        None,
        "Camera noise",
        "A folder of pictures *_real* with noise, beside each its clean *_mean*.",
        auto="Left out",
    )
    old_photos: Path | None = knob(
        None,
        "Old photos",
        "A folder of pictures that show a damaged one left and the same mended right.",
        auto="Left out",
    )
    lpips: Path | None = knob(
        None, "LPIPS", "The folder with the weights of LPIPS on SqueezeNet.", auto="Left out"
    )
    model: str | None = knob(None, "Model", kind="model", auto="Every model")
    write: bool = knob(
        False, "Write", "Put the scores into the models' cards and into RESULTS.md beside them."
    )
    device: str = knob("auto", "Device", "auto, cpu, cuda or cuda:N.", kind="device", advanced=True)


Spec = (
    Denoise
    | Upscale
    | Transfer
    | DrawTransfer
    | DeriveDrawing
    | SampleTransfer
    | Look
    | Thumbnails
    | PreviewCrop
    | Doctor
    | Train
    | ScanFolder
    | MeasureTraining
    | Runs
    | Benchmark
    | ImportModel
    | InspectModel
    | RemoveModel
    | LabSpec
    | Restore
    | ProposeMask
    | Apply
    | PreviewSteps
    | ReadSteps
    | WriteSteps
    | LatentTask
    | ReadPlace
)
