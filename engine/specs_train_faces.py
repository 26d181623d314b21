"""What may be asked about training generators: from nothing but pictures of one kind.

`engine.specs` offers all of these too. Plain values, no torch.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from engine.knobs import knob
from engine.specs_train import Train

SIZES = (("32", "32 px"), ("64", "64 px"), ("128", "128 px"), ("256", "256 px"))
GENERATORS = (("stylegan2", "StyleGAN2"), ("dcgan", "DCGAN"), ("progan", "ProGAN, growing"))
LOSSES = (
    ("non-saturating", "Non-saturating"),
    ("hinge", "Hinge"),
    ("wasserstein", "Wasserstein, weights clipped"),
    ("wgan-gp", "Wasserstein, gradient penalty"),
)
CRITICS = (
    ("auto", "Both where the eyes are there"),
    ("both", "Borrowed eyes and pixels"),
    ("projected", "Borrowed eyes (Projected GAN)"),
    ("pixels", "Pixels alone"),
)
MINIBATCH = (
    ("deviation", "Standard deviation"),
    ("discrimination", "Discrimination"),
    ("none", "Nothing"),
)
AUGMENTATION = (
    ("none", "None"),
    ("differentiable", "Always (DiffAugment)"),
    ("adaptive", "As much as needed (ADA)"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainGenerator(Train):
    """What every learner of a generator lets people choose."""

    task: ClassVar[str] = "faces"

    size: str = knob("64", "Size", "Of the pictures it will draw.", choices=SIZES)
    held_back: int | None = knob(
        None,
        "Measure on the last",
        "So many pictures, the last by name, are never learned from.",
        low=1,
        high=1_000_000,
        auto="As many as Held back says",
        advanced=True,
    )
    mirror: bool = knob(True, "Mirror", "Learn from mirror images, too.", advanced=True)
    clip: float = knob(
        10.0,
        "Gradient limit",
        "Longer gradients are cut to this.",
        low=1e-4,
        high=1e4,
        advanced=True,
    )
    perceptual_file: Path | None = knob(
        None,
        "Borrowed eyes",
        "A file with the features of SqueezeNet 1.1, which learning and measuring look with.",
        kind="file",
        auto="Looked for among your models",
        advanced=True,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainFaces(TrainGenerator):
    """Teach a model to draw new pictures like those of a folder: faces, or anything of one kind."""

    learner: ClassVar[str] = "faces"

    architecture: str = knob("stylegan2", "Generator", "What draws.", choices=GENERATORS)
    critic: str = knob(
        "auto", "Critic", "What tells drawn pictures from real ones.", choices=CRITICS
    )
    loss: str = knob(
        "non-saturating", "Loss", "What the two play for.", choices=LOSSES, advanced=True
    )
    guide: str | None = knob(
        None,
        "Guide",
        "A VAE of such pictures, whose encoder gives the head start.",
        kind="model",
        auto="None: the critic is there from the start",
        advanced=True,
    )
    head_start: float = knob(
        15,
        "Head start",
        "Share of the budget in which it follows the guide before the critic judges it.",
        low=0,
        high=90,
        unit="%",
        advanced=True,
    )
    conditional: bool = knob(
        False, "By class", "Each subfolder of the pictures is a class that one can ask for."
    )
    augmentation: str = knob(
        "none", "Augmentation", "Keeps a critic from learning few pictures by heart.",
        choices=AUGMENTATION,
    )  # fmt: skip
    critic_steps: int = knob(
        1,
        "Critic's steps",
        "For each one of the generator's. Wasserstein's losses want 5.",
        low=1,
        high=20,
        advanced=True,
    )
    r1: float = knob(
        1.0,
        "R1 penalty",
        "Keeps the critic smooth where the pictures are.",
        low=0,
        high=1000,
        advanced=True,
    )
    r1_every: int = knob(
        16, "R1 every", "Steps between two penalties.", low=1, high=1000, unit="steps",
        advanced=True,
    )  # fmt: skip
    spectral: bool = knob(
        False, "Spectral normalization", "Bounds what each layer of the critic can do.",
        advanced=True,
    )  # fmt: skip
    minibatch: str = knob(
        "deviation",
        "Looks at the batch",
        "How the critic notices that all pictures are alike.",
        choices=MINIBATCH,
        advanced=True,
    )
    instance_noise: float = knob(
        0,
        "Instance noise",
        "Noise over real and drawn pictures, fading out with the budget.",
        low=0,
        high=255,
        unit="of 255",
        advanced=True,
    )
    mixing: float = knob(
        50, "Style mixing", "Share of batches drawn from two styles.", low=0, high=100, unit="%",
        advanced=True,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainVae(TrainGenerator):
    """Teach a model to turn pictures into points and points into pictures (VAE)."""

    learner: ClassVar[str] = "faces-vae"

    pixel_weight: float = knob(
        4.0, "Faithfulness", "Weight of the pixel loss.", low=0, high=1000, advanced=True
    )
    perceptual_weight: float | None = knob(
        None,
        "Likeness",
        "Weight of the perceptual loss.",
        low=0,
        high=1000,
        auto="0.5 where the borrowed eyes are there",
        advanced=True,
    )
    prior_weight: float = knob(
        0.002,
        "Order",
        "Weight of the divergence from the prior: more makes samples better and copies worse.",
        low=0,
        high=1000,
        advanced=True,
    )
