"""What may be asked about learning to transfer: unpaired, paired, and the style of one picture.

`engine.specs` offers these too. Plain values, no torch.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from engine.knobs import knob
from engine.specs_train import Train

DERIVATIONS = (
    ("none", "Not at all: the pairs are there"),
    ("edges", "Edges, as a pencil would draw them"),
    ("grey", "Without its colours"),
    ("labels", "Few flat colours"),
    ("small", "Four times smaller"),
    ("noisy", "With noise"),
)
DIRECTIONS = (("a2b", "A to B"), ("b2a", "B to A"))
CRITICS = (
    ("pixels", "Pixels alone, as published"),
    ("projected", "Borrowed eyes (Projected GAN)"),
    ("both", "Borrowed eyes and pixels"),
)
EYES = (("efficientnet", "EfficientNet-Lite"), ("squeezenet", "SqueezeNet 1.1"))


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainCycleGan(Train):
    """Teach two models to turn pictures of A into B and back; nothing need match (CycleGAN)."""

    learner: ClassVar[str] = "cyclegan"
    task: ClassVar[str] = "transfer"

    data_b: tuple[Path, ...] = knob(
        (), "Other domain", "Folders of pictures of domain B.", kind="folders"
    )
    epochs: int | None = knob(
        None,
        "Epochs",
        "Decides how long to train: so many at the full rate and as many while it falls to zero "
        "(100 in the paper).",
        low=1,
        high=10_000,
        auto="By time",
        advanced=True,
    )
    clip: float = knob(
        1e4,
        "Gradient limit",
        "Longer gradients are cut to this.",
        low=1e-4,
        high=1e4,
        advanced=True,
    )
    source: str = knob("", "A in a word", "As in: photo.", advanced=True)
    target: str = knob("", "B in a word", "As in: painting.", advanced=True)
    cycle_weight: float = knob(
        10, "Way back", "Weight of the cycle loss.", low=0, high=1000, advanced=True
    )
    identity_weight: float = knob(
        0.5,
        "Leave alone",
        "Weight of the identity loss, as a share of the cycle loss; keeps the colours.",
        low=0,
        high=100,
        advanced=True,
    )
    pool: int = knob(
        50, "Pool", "Earlier fakes shown to the adversaries.", low=0, high=10_000, advanced=True
    )
    partner: str = knob(
        "", "Name of the way back", "Without one: the name and -back.", kind="text", advanced=True
    )
    critic: str = knob(
        "pixels", "Critic", "What tells drawn pictures from real ones.", choices=CRITICS
    )
    eyes: str = knob(
        "efficientnet", "Borrowed from", "Whose eyes a critic borrows.", choices=EYES, advanced=True
    )
    perceptual_file: Path | None = knob(
        None,
        "Critic's eyes",
        "A file with the weights of the network that eyes are borrowed from.",
        kind="file",
        auto="Those of the installed model that colours; SqueezeNet's among your models",
        advanced=True,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainPix2Pix(Train):
    """Teach a model to turn A into B from pairs (Pix2Pix).

    Pairs are two folders matched by name, pictures with A and B side by side, or one folder of B
    with A derived from it.
    """

    learner: ClassVar[str] = "pix2pix"
    task: ClassVar[str] = "transfer"

    data_b: tuple[Path, ...] = knob(
        (),
        "Matching pictures",
        "Folders of B, matched with A by name; none where A and B lie side by side.",
        kind="folders",
    )
    derive: str = knob("none", "Derive A", "How A is made of B.", choices=DERIVATIONS)
    direction: str = knob("a2b", "Direction", "Which side is the result.", choices=DIRECTIONS)
    held_back: int | None = knob(
        None,
        "Measure on the last",
        "So many pictures, the last by name, are never learned from.",
        low=1,
        high=1_000_000,
        auto="As many as Held back says",
        advanced=True,
    )
    labels: str = knob(
        "",
        "Labels",
        "Names and colours of A to draw with, as in: road=#804080 sky=#4682b4.",
        advanced=True,
    )
    source: str = knob("", "A in a word", "As in: map.", advanced=True)
    target: str = knob("", "B in a word", "As in: street.", advanced=True)
    clip: float = knob(
        1e4,
        "Gradient limit",
        "Longer gradients are cut to this.",
        low=1e-4,
        high=1e4,
        advanced=True,
    )
    l1_weight: float = knob(
        100, "Faithfulness", "Weight of the pixel loss.", low=0, high=10_000, advanced=True
    )
    perceptual_weight: float = knob(
        0, "Likeness", "Weight of a perceptual loss.", low=0, high=10_000, advanced=True
    )
    perceptual_file: Path | None = knob(
        None,
        "Judge's weights",
        "A file with SqueezeNet's features.",
        kind="file",
        auto="Looked for among your models",
        advanced=True,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainStyle(Train):
    """Teach a model to lay the style of any picture on any photo."""

    learner: ClassVar[str] = "style"
    task: ClassVar[str] = "transfer"

    data_b: tuple[Path, ...] = knob(
        (), "Styles", "Folders of paintings, or other pictures of many styles.", kind="folders"
    )
    content_weight: float = knob(
        1, "Faithfulness", "Weight of the content loss.", low=0, high=1000, advanced=True
    )
    style_weight: float = knob(
        10, "Boldness", "Weight of the style loss.", low=0, high=1000, advanced=True
    )
    perceptual_file: Path | None = knob(
        None,
        "Judge's weights",
        "A file with SqueezeNet's features; they become part of the model.",
        kind="file",
        auto="Looked for among your models",
        advanced=True,
    )
