"""What may be asked about restoring pictures. Plain values, no torch.

`engine.specs` offers all of it too.
"""

from dataclasses import dataclass
from pathlib import Path

from engine.knobs import knob
from engine.specs_picture import PictureTask
from engine.specs_steps import Hint, PictureStep

SCRATCHES = (("off", "Leave them"), ("auto", "Find and mend them"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Restore(PictureTask):
    """Mend pictures: fill in a mask, mend scratches and fading, give them colour; in this order."""

    op = "restored"
    mask: Path | None = knob(
        None,
        "Mask",
        "A picture of the same size, white where something is to be filled in; or a folder of "
        "masks, each named like its picture.",
        kind="file",
        auto="None",
    )
    scratches: str = knob("off", "Scratches", "Lines, dust and stains.", choices=SCRATCHES)
    old_photo: bool = knob(False, "Old photo", "Mends the fading, spots and blur of old prints.")
    colour: bool = knob(False, "Colour", "Gives grey and toned pictures their colours.")
    strength: float = knob(
        100,
        "Strength",
        "Of mending scratches and old photos; less keeps more of the original.",
        low=0,
        high=100,
        step=1,
        unit="%",
    )
    sensitivity: float = knob(
        50, "Sensitivity", "Higher finds fainter scratches.", low=0, high=100, step=1, unit="%"
    )
    saturation: float = knob(
        100, "Saturation", "How strong the new colours are.", low=0, high=200, step=1, unit="%"
    )
    recolour: bool = knob(
        False, "Replace colours", "Also those of pictures that have their own.", advanced=True
    )
    fill_model: str | None = knob(
        None, "Model to fill in", kind="model", auto="The first one for this", advanced=True
    )
    scratches_model: str | None = knob(
        None, "Model for scratches", kind="model", auto="The first one for this", advanced=True
    )
    old_photo_model: str | None = knob(
        None, "Model for old photos", kind="model", auto="The first one for this", advanced=True
    )
    colour_model: str | None = knob(
        None, "Model for colour", kind="model", auto="The first one for this", advanced=True
    )
    hints: tuple[Hint, ...] = ()


@dataclass(frozen=True, slots=True)
class ProposeMask:
    """Where scratches, dust and stains are, as a mask that people can change.

    Yields a `Preview` "mask", (3, H, W) at most `longest` px on its long side, white where
    something is wrong; facts: `png`, the mask at full size as the bytes of a grey PNG with 0 and
    255 (the `png` of a `FillStep`), `share`, how much of the picture it covers, and `width` and
    `height`. `steps` are what the picture goes through before.
    """

    picture: Path
    sensitivity: float = 50
    steps: tuple[PictureStep, ...] = ()
    model: str | None = None
    longest: int = 1600
    device: str = "auto"
