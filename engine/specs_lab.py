"""What may be asked of the lab: ten experiments as specs, and what their answers look like.

Plain values, no torch. What is asked of an experiment that is under way, and all answers, lie in
`engine.specs_lab_live`.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

from engine.knobs import knob

FORMAT = 1  # of the JSON
AUTOENCODERS = (
    ("undercomplete", "Undercomplete"),
    ("overcomplete", "Overcomplete, regularized"),
    ("denoising", "Denoising"),
    ("convolutional", "Convolutional"),
    ("sparse", "Sparse"),
    ("contractive", "Contractive"),
    ("stacked", "Stacked, layer by layer"),
    ("recurrent", "Recurrent, row by row"),
    ("variational", "Variational (VAE)"),
    ("adversarial", "Adversarial (AAE)"),
)
PENALTIES = (("l1", "L1 of the code"), ("kl", "KL to a target activation"))
CELLS = (("gru", "GRU"), ("lstm", "LSTM"))
LOSSES = (
    ("minimax", "Vanilla, minimax"),
    ("non-saturating", "Vanilla, non-saturating"),
    ("wgan", "WGAN, clipped weights"),
    ("wgan-gp", "WGAN-GP, gradient penalty"),
)
DISTRIBUTIONS = (
    ("gaussian", "One Gaussian (1-D)"),
    ("two-gaussians", "Two Gaussians (1-D)"),
    ("ring", "Eight Gaussians in a ring"),
    ("circle", "Circle"),
    ("spiral", "Spiral"),
    ("mixture", "Mixture of three"),
    ("drawn", "Drawn by hand"),
)
MAKERS = (
    ("variational", "VAE"),
    ("dcgan", "DCGAN"),
    ("wgan-gp", "WGAN-GP"),
    ("conditional", "Conditional GAN"),
)
SAMPLERS = (
    ("ddpm", "DDPM, every step"),
    ("ddim", "DDIM, few steps"),
    ("score", "Score-based (reverse SDE)"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lab:
    """One experiment; the job returns a `LabResult`. `steps` wins over `seconds`."""

    experiment: ClassVar[str] = ""

    seconds: float = knob(20, "Time", "How long to train.", low=0.1, high=36_000, step=5, unit="s")
    steps: int | None = knob(
        None, "Steps", "Decides how long to train.", low=1, high=10_000_000, auto="By time"
    )
    rate: float | None = knob(
        None,
        "Learning rate",
        "How far each step goes.",
        low=1e-6,
        high=1e6,
        auto="As the model has it",
        advanced=True,
    )
    batch: int = knob(64, "Batch", "Examples seen in one step.", low=2, high=4096, advanced=True)
    seed: int = knob(
        0, "Seed", "The same seed throws the same dice.", low=0, high=2**31 - 1, advanced=True
    )
    output: Path | None = knob(
        None,
        "Save to",
        "A folder for the pictures, the figures and the settings.",
        kind="output",
        auto="Shown only",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureLab(Lab):
    """An experiment on small pictures; larger ones become `largest` px wide without a wish."""

    largest: ClassVar[int] = 32

    data: str = knob(
        "digits",
        "Pictures",
        "digits, mnist, fashion, a folder (its subfolders are classes), or an .npz file.",
        kind="lab-data",
    )
    size: int | None = knob(
        None,
        "Edge",
        "Pictures are resized to squares of it.",
        low=8,
        high=128,
        unit="px",
        auto="As they are, large ones small",
        advanced=True,
    )
    limit: int = knob(
        6000, "At most", "More pictures are left out.", low=2, high=1_000_000, advanced=True
    )
    download: bool = knob(
        False, "Fetch the data", "MNIST and Fashion-MNIST, if they are not on this computer."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LabReconstruct(PictureLab):
    """Through the bottleneck and back: originals over reconstructions."""

    experiment: ClassVar[str] = "reconstruct"

    model: str = knob("convolutional", "Autoencoder", "Which kind.", choices=AUTOENCODERS)
    latent: int = knob(16, "Code", "Numbers that a picture becomes.", low=1, high=4096)
    hidden: int = knob(128, "Hidden units", "Width of the layers.", low=4, high=4096, advanced=True)
    noise: float = knob(
        0.3, "Noise", "Denoising: added to what goes in.", low=0, high=2, advanced=True
    )
    sparsity: str = knob("l1", "Sparsity", "Sparse: what is held down.", choices=PENALTIES)
    target: float = knob(
        0.05, "Target activation", "Sparse, KL: the mean of each unit.", low=0.001, high=0.5
    )
    weight: float | None = knob(
        None,
        "Penalty",
        "Weight of the penalty in the loss.",
        low=0,
        high=1000,
        auto="As the model has it",
        advanced=True,
    )
    beta: float = knob(1.0, "Beta", "Variational: weight of the KL divergence.", low=0, high=100)
    cell: str = knob("gru", "Cell", "Recurrent: which kind.", choices=CELLS, advanced=True)
    sweep: bool = knob(
        True, "Other code sizes", "Half the time goes to compression against quality."
    )
    keep: str = knob("", "Keep the model as", "Its name among your models.")


@dataclass(frozen=True, slots=True, kw_only=True)
class LabMap(PictureLab):
    """Every picture a point: PCA beside an autoencoder beside a VAE, in two dimensions."""

    experiment: ClassVar[str] = "map"

    shown: int = knob(600, "Points", "Pictures on the map.", low=10, high=5000)
    hidden: int = knob(128, "Hidden units", "Width of the layers.", low=4, high=4096, advanced=True)
    beta: float = knob(1.0, "Beta", "Weight of the VAE's KL divergence.", low=0, high=100)
    session: str = "map"  # under which it stays warm


@dataclass(frozen=True, slots=True, kw_only=True)
class LabDenoise(PictureLab):
    """A denoising autoencoder against the median and non-local means, at three noise levels."""

    experiment: ClassVar[str] = "denoise"

    noise: float = knob(
        0.25, "Noise", "The middle level; half and twice as much too.", low=0.01, high=1
    )
    hidden: int = knob(512, "Hidden units", "Of each layer.", low=4, high=4096, advanced=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabFeatures(PictureLab):
    """What a code is worth to a classifier with few labels, against raw pixels and PCA."""

    experiment: ClassVar[str] = "features"

    model: str = knob("sparse", "Autoencoder", "Which kind.", choices=AUTOENCODERS)
    latent: int = knob(64, "Code", "Numbers that a picture becomes.", low=1, high=4096)
    labels: str = knob("10,30,100,300,1000", "Labels", "How many are known, each in turn.")
    repeats: int = knob(5, "Repeats", "Draws of the labelled pictures.", low=1, high=100)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabOddOneOut(PictureLab):
    """Learn what is usual; what is badly reconstructed is odd."""

    experiment: ClassVar[str] = "odd-one-out"
    largest: ClassVar[int] = 64  # what is odd is often small

    normal: str | None = knob(
        None, "Usual class", "Learned from; the others are odd.", auto="The largest"
    )
    latent: int = knob(4, "Code", "Numbers that a piece becomes.", low=1, high=4096)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabAugment(PictureLab):
    """A classifier with few labels, with and without pictures of a conditional GAN."""

    experiment: ClassVar[str] = "augment"

    seconds: float = knob(
        180, "Time", "All of it: each GAN gets its share.", low=0.1, high=36_000, step=5, unit="s"
    )
    labels: str = knob("50,100,200", "Labels", "How many are known, each in turn.")
    repeats: int = knob(3, "Repeats", "Draws of the labelled pictures.", low=1, high=100)
    added: int = knob(1000, "Added", "Pictures made for the classifier.", low=1, high=100_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabGenerate(PictureLab):
    """New pictures: sheets, class by class, and from one to another."""

    experiment: ClassVar[str] = "generate"

    seconds: float = knob(40, "Time", "How long to train.", low=0.1, high=36_000, step=5, unit="s")
    maker: str = knob("conditional", "Model", "What makes them.", choices=MAKERS)
    latent: int = knob(16, "Latent", "Numbers it is made of; 2 give a plane.", low=1, high=512)
    keep: str = knob("", "Keep the model as", "Its name among your models.")
    session: str = "generate"  # under which it stays warm


@dataclass(frozen=True, slots=True, kw_only=True)
class LabDiffuse(PictureLab):
    """From noise to picture, forward and back, and what fewer steps cost."""

    experiment: ClassVar[str] = "diffuse"

    seconds: float = knob(90, "Time", "How long to train.", low=0.1, high=36_000, step=5, unit="s")
    sampler: str = knob("ddim", "Sampler", "How noise becomes a picture.", choices=SAMPLERS)
    levels: int = knob(200, "Noise levels", "Steps of the chain.", low=10, high=1000)
    width: int = knob(32, "Channels", "A multiple of 4.", low=8, high=256, step=4, advanced=True)
    judged: int = knob(
        300, "Judged", "Pictures drawn to measure the quality.", low=2, high=10_000, advanced=True
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LabSqueeze(PictureLab):
    """Make an autoencoder small: prune and quantize it, and see what is lost."""

    experiment: ClassVar[str] = "squeeze"

    latent: int = knob(16, "Code", "Numbers that a picture becomes.", low=1, high=4096)
    hidden: int = knob(256, "Hidden units", "Width of the layers.", low=8, high=4096)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabDuel(Lab):
    """Generator against discriminator on points one can see."""

    experiment: ClassVar[str] = "duel"

    seconds: float = knob(40, "Time", "How long to train.", low=0.1, high=36_000, step=5, unit="s")
    distribution: str = knob("ring", "Distribution", "What is real.", choices=DISTRIBUTIONS)
    drawn: Path | None = knob(
        None, "Drawn points", "A CSV file, x,y a line, within -1 and 1.", auto="None"
    )
    points: tuple[tuple[float, float], ...] = ()  # drawn in the window
    loss: str = knob("non-saturating", "Loss", "What each side wants.", choices=LOSSES)
    latent: int = knob(2, "Noise", "Numbers a point is made of.", low=1, high=64)
    hidden: int = knob(64, "Hidden units", "Of each layer.", low=2, high=1024)
    layers: int = knob(3, "Hidden layers", "Of each network.", low=0, high=5)
    turns: int | None = knob(
        None,
        "Discriminator's turns",
        "Its steps for each of the generator's.",
        low=1,
        high=50,
        auto="1; 5 for a WGAN",
    )
    batch: int = knob(128, "Batch", "Points seen in one step.", low=2, high=4096, advanced=True)
    discriminator_rate: float | None = knob(
        None,
        "Discriminator's rate",
        "Its own learning rate.",
        low=1e-6,
        high=1e6,
        auto="The same",
        advanced=True,
    )
    minibatch: bool = knob(
        False, "Minibatch discrimination", "Against collapse: D sees how alike a batch is."
    )
    spectral: bool = knob(
        False, "Spectral norm", "Against instability: D's layers may not stretch."
    )
    instance_noise: float = knob(
        0.0, "Instance noise", "Against instability: blurs real and made alike.", low=0, high=2
    )
    penalty: float = knob(
        0.0,
        "Gradient penalty",
        "Against instability: D stays flat at real points.",
        low=0,
        high=100,
    )
    session: str = "duel"  # under which it stays warm


EXPERIMENTS: tuple[type[Lab], ...] = (
    *(LabReconstruct, LabMap, LabDenoise, LabFeatures, LabOddOneOut),
    *(LabDuel, LabAugment, LabGenerate, LabDiffuse, LabSqueeze),
)


@dataclass(frozen=True, slots=True)
class Failure:
    """A way in which GANs go wrong: a duel that shows it, and the same one mended in other ways.

    `name` is a key of `lab_terms.TERMS`; `words` say what to look at.
    """

    name: str
    words: str
    broken: LabDuel
    mended: tuple[LabDuel, ...]


VANISHING = LabDuel(loss="minimax", turns=20)
COLLAPSING = LabDuel(loss="minimax", turns=5, seed=1)
SHAKING = LabDuel(loss="non-saturating")
FAILURES = (
    Failure(
        "vanishing-gradients",
        "A sure discriminator leaves the generator nothing to learn from: see its gradient.",
        VANISHING,
        (replace(VANISHING, loss="non-saturating"), replace(VANISHING, loss="wgan-gp")),
    ),
    Failure(
        "mode-collapse",
        "The generator keeps to a few of the eight: see the modes.",
        COLLAPSING,
        (replace(COLLAPSING, minibatch=True), replace(COLLAPSING, loss="wgan-gp")),
    ),
    Failure(
        "instability",
        "The points run around and never settle: see the generator's gradient.",
        SHAKING,
        (
            replace(SHAKING, spectral=True),
            replace(SHAKING, penalty=1.0),
            replace(SHAKING, instance_noise=0.1),
        ),
    ),
)
