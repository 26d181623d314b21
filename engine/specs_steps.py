"""Steps that a picture goes through, one after the other, and what may be asked about them.

`engine.specs` offers all of these too. Plain values, no torch; `engine.steps` reads and writes
them, and says what cannot follow what.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from engine.knobs import knob
from engine.specs_picture import PictureTask

DIRECTIONS = (("a2b", "There (A to B)"), ("b2a", "Back (B to A)"))
Box = tuple[int, int, int, int]  # left, top, width, height, px of the upright picture
Size = tuple[int, int]  # width, height, px of the upright picture


@dataclass(frozen=True, slots=True)
class Hint:
    """A dot of colour on a picture: its middle in px of the upright picture, "#rrggbb"."""

    x: float
    y: float
    colour: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureStep:
    """One step. `do` is its word in a file of steps; `task` is the task of the models it uses.

    `title` is for people. A step that is not `on` stays in the list and does nothing.
    """

    do: ClassVar[str] = ""
    title: ClassVar[str] = ""
    task: ClassVar[str] = ""
    on: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class DenoiseStep(PictureStep):
    """Take the noise out."""

    do: ClassVar[str] = "denoise"
    title: ClassVar[str] = "Denoise"
    task: ClassVar[str] = "denoise"
    model: str | None = knob(None, "Model", kind="model", auto="The best for each picture")
    strength: float | None = knob(
        None,
        "Noise level",
        "How strong the noise is. Higher smooths more.",
        low=0,
        high=75,
        step=1,
        auto="Estimate the noise for me",
    )
    blend: float = knob(
        100, "Blend with original", "Less lets grain through.", low=0, high=100, step=1, unit="%"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class UpscaleStep(PictureStep):
    """Make it larger."""

    do: ClassVar[str] = "upscale"
    title: ClassVar[str] = "Upscale"
    task: ClassVar[str] = "upscale"
    model: str | None = knob(None, "Model", kind="model", auto="The best for this scale")
    scale: float = knob(
        2, "Scale", "How many times wider and higher.", low=1, high=8, step=0.5, unit="x"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FillStep(PictureStep):
    """Fill in where a mask is white.

    The mask is the file `mask`, or `png`: the bytes of a grey PNG. `png` lies at `box`, or is as
    large as the picture where there is none; outside the box nothing is masked. `full` is the size
    of the picture that it was painted on: it fits no other.
    """

    do: ClassVar[str] = "fill"
    title: ClassVar[str] = "Fill in"
    task: ClassVar[str] = "inpaint"
    model: str | None = knob(None, "Model", kind="model", auto="The first one for this")
    mask: Path | None = knob(
        None,
        "Mask",
        "A picture of the same size, white where something is to be filled in; or a folder of "
        "masks, each named like its picture.",
        kind="file",
        auto="None",
    )
    png: bytes = b""
    box: Box | None = None
    full: Size | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScratchesStep(PictureStep):
    """Find scratches, dust and stains, and fill them in."""

    do: ClassVar[str] = "scratches"
    title: ClassVar[str] = "Scratches"
    task: ClassVar[str] = "scratches"
    model: str | None = knob(None, "Model", kind="model", auto="The first one for this")
    fill_model: str | None = knob(
        None, "Filled in by", kind="model", auto="The first one for this", advanced=True
    )
    sensitivity: float = knob(
        50, "Sensitivity", "Higher finds fainter ones.", low=0, high=100, step=1, unit="%"
    )
    strength: float = knob(
        100, "Strength", "Less lets them shine through.", low=0, high=100, step=1, unit="%"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OldPhotoStep(PictureStep):
    """Mend the fading, spots and blur of old prints."""

    do: ClassVar[str] = "old-photo"
    title: ClassVar[str] = "Old photo"
    task: ClassVar[str] = "old-photo"
    model: str | None = knob(None, "Model", kind="model", auto="The first one for this")
    strength: float = knob(
        100, "Strength", "Less keeps more of the original.", low=0, high=100, step=1, unit="%"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ColourStep(PictureStep):
    """Give a grey or toned picture its colours; luma is kept.

    `full` is the size of the picture that the hints were put on: they fit no other.
    """

    do: ClassVar[str] = "colour"
    title: ClassVar[str] = "Colour"
    task: ClassVar[str] = "colourize"
    model: str | None = knob(None, "Model", kind="model", auto="The first one for this")
    saturation: float = knob(
        100, "Saturation", "How strong the colours are.", low=0, high=200, step=1, unit="%"
    )
    recolour: bool = knob(
        False, "Replace colours", "Also those of pictures that have their own.", advanced=True
    )
    hints: tuple[Hint, ...] = ()
    full: Size | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferStep(PictureStep):
    """Turn it into another domain."""

    do: ClassVar[str] = "transfer"
    title: ClassVar[str] = "Transfer"
    task: ClassVar[str] = "transfer"
    model: str | None = knob(None, "Model", kind="model", auto="The first one for this")
    direction: str | None = knob(
        None, "Direction", choices=DIRECTIONS, auto="As the model's name says"
    )
    strength: float = knob(
        100, "Strength", "Less keeps more of the original.", low=0, high=100, step=1, unit="%"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleStep(PictureStep):
    """Lay the style of a painting on it."""

    do: ClassVar[str] = "style"
    title: ClassVar[str] = "Style"
    task: ClassVar[str] = "transfer"
    model: str | None = knob(None, "Model", kind="model", auto="The first one for this")
    style: Path | None = knob(None, "Style picture", kind="file", auto="None")
    strength: float = knob(
        100, "Strength", "Less keeps more of the original.", low=0, high=100, step=1, unit="%"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishStep(PictureStep):
    """Plain finishing; 0 changes nothing, gamma 1 neither."""

    do: ClassVar[str] = "finish"
    title: ClassVar[str] = "Finish"
    brightness: float = knob(0, "Brightness", low=-100, high=100, step=1)
    contrast: float = knob(0, "Contrast", low=-100, high=100, step=1)
    gamma: float = knob(1, "Gamma", "Above 1 lifts the shadows.", low=0.2, high=5, step=0.05)
    saturation: float = knob(0, "Saturation", "-100 is grey.", low=-100, high=100, step=1)
    sharpness: float = knob(0, "Sharpness", "Below 0 softens.", low=-100, high=100, step=1)
    temperature: float = knob(0, "Temperature", "Above 0 is warmer.", low=-100, high=100, step=1)
    tint: float = knob(0, "Tint", "Above 0 is more magenta.", low=-100, high=100, step=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class CropStep(PictureStep):
    """Cut a part out, told in shares of the picture, so that it fits pictures of any size."""

    do: ClassVar[str] = "crop"
    title: ClassVar[str] = "Crop"
    left: float = knob(0, "Left", low=0, high=99.5, step=0.5, unit="%")
    top: float = knob(0, "Top", low=0, high=99.5, step=0.5, unit="%")
    width: float = knob(100, "Width", low=0.5, high=100, step=0.5, unit="%")
    height: float = knob(100, "Height", low=0.5, high=100, step=0.5, unit="%")


@dataclass(frozen=True, slots=True, kw_only=True)
class RotateStep(PictureStep):
    """Turn it clockwise; quarter turns are exact, other angles are cut to a full rectangle."""

    do: ClassVar[str] = "rotate"
    title: ClassVar[str] = "Rotate"
    angle: float = knob(0, "Angle", "Clockwise.", low=-180, high=180, step=0.5, unit="degrees")
    mirror: bool = knob(False, "Mirror", "Left becomes right, before it is turned.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ResizeStep(PictureStep):
    """Plain resampling, the shape kept: to a long side."""

    do: ClassVar[str] = "resize"
    title: ClassVar[str] = "Resize"
    longest: int = knob(2048, "Long side", low=16, high=100_000, step=16, unit="px")
    enlarge: bool = knob(True, "Enlarge smaller ones", "Off leaves them at their size.")


STEPS: tuple[type[PictureStep], ...] = (
    *(DenoiseStep, UpscaleStep, FillStep, ScratchesStep, OldPhotoStep, ColourStep),
    *(TransferStep, StyleStep, FinishStep, CropStep, RotateStep, ResizeStep),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Apply(PictureTask):
    """Take pictures through a list of steps, each from what the one before made of it."""

    op = "finished"
    steps: tuple[PictureStep, ...] = ()
    # Other steps for single pictures, by file: what was painted belongs to one picture.
    own: tuple[tuple[Path, tuple[PictureStep, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class PreviewSteps:
    """The steps on one picture, without writing anything; newest wins.

    What an earlier request has worked out is kept: another setting of the last step costs that
    step alone, and fewer steps cost nothing, so steps can be compared one by one. `longest`: work
    on the picture reduced to this long side (px); 0 is its full size. Masks, hints and `box` are
    told in px of the full size all the same. Yields a `Preview` "before" where `before`, and
    "after"; with a `box` only that part, for instance around a mask that was just filled. It is
    told in px of the picture as it is cropped and turned by the steps, and at full size it is all
    that is worked out. Facts of both: `width` and `height` of the whole, `box` where there is one.
    """

    picture: Path
    steps: tuple[PictureStep, ...]
    longest: int = 1600
    box: Box | None = None
    before: bool = False
    device: str = "auto"


@dataclass(frozen=True, slots=True)
class ReadSteps:
    """The steps of a file, or those that a picture says it was made with.

    Returns a tuple of `PictureStep`s; empty where a picture says nothing. UserError where a file of
    steps cannot be understood.
    """

    file: Path


@dataclass(frozen=True, slots=True)
class WriteSteps:
    """Save steps as a file, a recipe for pictures."""

    file: Path
    steps: tuple[PictureStep, ...]
