"""What may be asked about turning pictures of one domain into another. Plain values, no torch.

`engine.specs` offers all of these too; what a model for it is like says `engine.domains`.
"""

from dataclasses import dataclass
from pathlib import Path

from engine.knobs import knob
from engine.specs_picture import PictureTask

DIRECTIONS = (("a2b", "There (A to B)"), ("b2a", "Back (B to A)"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer(PictureTask):
    """Turn pictures from one domain into another, or lay a painting's style on them."""

    op = "transferred"
    tasks = ("transfer",)
    model: str | None = knob(None, "Model", kind="model", auto="The first one for photos")
    direction: str | None = knob(
        None,
        "Direction",
        "Some models have a partner for the way back.",
        choices=DIRECTIONS,
        auto="As the model's name says",
    )
    strength: float = knob(
        100,
        "Strength",
        "Less than 100 % keeps more of the original.",
        low=0,
        high=100,
        step=1,
        unit="%",
    )
    style: Path | None = knob(
        None,
        "Style picture",
        "The painting whose style is laid on the photos; for style models.",
        kind="file",
        auto="None",
    )
    size: int | None = knob(
        None,
        "Working size",
        "Short side that the network sees; the result has the original's size all the same. "
        "Smaller means broader strokes.",
        low=64,
        high=2048,
        step=32,
        unit="px",
        auto="As the model learned it",
        advanced=True,
    )


@dataclass(frozen=True, slots=True)
class DrawTransfer:
    """What a paired model makes of a drawing, at once; newest wins.

    `drawing`: RGBA bytes, row by row, of `width` x `height` px; what is transparent counts as the
    model's background. Yields one `Preview` "after" of the model's
    working size in the drawing's shape, facts `seconds` and `size` (width, height).
    """

    model: str
    drawing: bytes
    width: int
    height: int
    device: str = "auto"


@dataclass(frozen=True, slots=True)
class DeriveDrawing:
    """Make of a picture what one would draw of it for a model: a template to draw on.

    Yields one `Preview` "drawing" of the model's working size in the picture's shape: edges of a
    photo where the model learned from such, labels as pure colours. What is a drawing already, and
    every other picture, stays what it is.
    """

    model: str
    picture: Path


@dataclass(frozen=True, slots=True)
class SampleTransfer:
    """Show what a model does: `Preview`s "before" and "after", both `edge` px on their long side.

    The pair on the model's card where there is one; else the model is tried on a picture or a
    drawing made by this project.
    """

    model: str
    edge: int = 128
