"""What may be asked about learning to restore: fill in, scratches, colour, old prints.

`engine.specs` offers these too. Plain values, no torch.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from engine.knobs import knob
from engine.specs_train import Train, optimizer


def longest(pixels: int, help: str) -> int:
    """The knob for the size that pictures are kept at, with another default."""
    words = "Reduce pictures to"
    value: int = knob(pixels, words, help, low=64, high=20_000, unit="px", advanced=True)
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainInpaint(Train):
    """Teach a model to fill in what is missing, from good pictures with holes torn into them."""

    learner: ClassVar[str] = "inpaint"
    task: ClassVar[str] = "inpaint"

    perceptual_file: Path | None = knob(
        None,
        "Judge's weights",
        "A file with SqueezeNet's features.",
        kind="file",
        auto="Looked for among your models and in torch's cache",
        advanced=True,
    )
    download: bool = knob(False, "Fetch the judge's weights", "If they are not on this computer.")
    perceptual_weight: float = knob(
        0.05,
        "Likeness",
        "Weight of the perceptual loss; 0 does without the judge.",
        low=0,
        high=1000,
        advanced=True,
    )
    adversarial_weight: float = knob(
        0.005,
        "Boldness",
        "Weight of the adversarial loss; 0 does without.",
        low=0,
        high=1000,
        advanced=True,
    )
    faithful_share: float = knob(
        70,
        "Faithful start",
        "Share of the budget without the adversary.",
        low=0,
        high=100,
        unit="%",
        advanced=True,
    )
    longest: int = longest(480, "Long side. The holes are larger, seen from there.")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainScratches(Train):
    """Teach a model to find scratches, dust and stains, drawn over good pictures."""

    learner: ClassVar[str] = "scratches"
    task: ClassVar[str] = "scratches"

    pairs: tuple[Path, ...] = knob(
        (),
        "Pairs",
        "Folders of pictures that show a damaged one left and the same mended right.",
        kind="folders",
    )
    optimizer: str = optimizer()


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainColourize(Train):
    """Teach a model to colour grey pictures, from pictures in colour."""

    learner: ClassVar[str] = "colourize"
    task: ClassVar[str] = "colourize"

    perceptual_file: Path | None = knob(
        None,
        "Eyes",
        "A file with the weights of EfficientNet-Lite, which tells what a picture shows.",
        kind="file",
        auto="Those of the installed model that colours",
        advanced=True,
    )
    pairs: tuple[Path, ...] = knob(
        (),
        "Pairs",
        "Folders of pictures that show an old one left and the same mended right: "
        "the right halves are learned from as well.",
        kind="folders",
        advanced=True,
    )
    rebalance: float = knob(
        25,
        "Rare colours",
        "How much more a rare colour counts than a common one.",
        low=0,
        high=100,
        step=5,
        unit="%",
        advanced=True,
    )
    visible: float = knob(
        10,
        "By eye",
        "How much counts how different the colours look (CIE94), beside their being likely.",
        low=0,
        high=100,
        step=5,
        unit="%",
        advanced=True,
    )
    hinted: float = knob(
        50,
        "With hints",
        "Share of the pictures that show some of their colours.",
        low=0,
        high=100,
        unit="%",
        advanced=True,
    )
    alike: float = knob(
        0,
        "Folders alike",
        "At 100 every folder is drawn from as often, however many pictures it holds; "
        "at 0 every picture is; half-way, a folder by the root of its number.",
        low=0,
        high=100,
        step=10,
        unit="%",
        advanced=True,
    )
    longest: int = longest(256, "Long side. What things are is seen from afar.")
    looked: int = knob(
        384,
        "Looks at them in",
        "Long side at which the finished model looks at a picture: as large as the pieces made "
        "things appear.",
        low=64,
        high=2048,
        unit="px",
        advanced=True,
    )
    optimizer: str = optimizer()


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainOldPhoto(Train):
    """Teach a model to undo fading, spots and blur, from good pictures made old."""

    learner: ClassVar[str] = "old-photo"
    task: ClassVar[str] = "old-photo"

    pairs: tuple[Path, ...] = knob(
        (),
        "Pairs",
        "Folders of pictures that show an old one left and the same mended right.",
        kind="folders",
    )
    fading: float = knob(
        100, "Fading", "How strongly pictures are faded.", low=0, high=100, step=5, unit="%"
    )
