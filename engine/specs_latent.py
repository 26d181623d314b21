"""What may be asked about generators and their latent space: specs, places, and the answers.

`engine.specs` offers all of these too; `engine.latent.pad` holds the arithmetic that a window
needs. Plain values, no torch. A generator is a model of the task "faces".
"""

from dataclasses import dataclass
from pathlib import Path

from engine.knobs import knob

GENERATORS = "faces"  # the task of a generator's card
PATHS = (
    ("linear", "Straight, from w to w"),
    ("spherical", "On the sphere of z"),
)
KINDS = (
    ("pca", "Principal components of w (GANSpace)"),
    ("sefa", "Closed-form factorization (SeFa)"),
    ("own", "Your own"),
    ("all", "All of them"),
)


@dataclass(frozen=True, slots=True)
class Edit:
    """A step along a direction: `amount` in standard deviations of w along it, on `layers`.

    `direction`: a `Direction.id` ("pca:1", "sefa:3", "own:smile"). `layers`: see `Place`; None for
    those that the direction itself is limited to.
    """

    direction: str
    amount: float
    layers: str | None = None


@dataclass(frozen=True, slots=True)
class Mix:
    """Style mixing: `layers` take the w of the place `source`, as it is after mixes and edits."""

    source: "Place"
    layers: str = "fine"


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the latent space of `model`, and so a picture.

    w comes from a pad position: the grid point (x, y) is the seed x + 100 y, between grid points
    w is mixed bilinearly from the four around (as in the viewer of StyleGAN3). So a plain seed is
    a place, too: `engine.latent.pad.of_seed`. Where `w` is given, it wins over x and y: `layers`
    rows of w_dim numbers, or one row for all layers. Then, in this order: w is pulled towards the
    mean w (`truncation` 1 leaves it, 0 is the mean face, below 0 its opposite), `mixes` replace
    layers, `edits` are added. `noise` seeds the noise inputs, None leaves them out; `label` is the
    class of a conditional generator. `model` None: the shipped faces, else any generator.

    Layers are written "all", "coarse", "middle", "fine", "3" or "0-5"; the first is 0.
    """

    model: str | None = None
    x: float = 0.0
    y: float = 0.0
    w: tuple[tuple[float, ...], ...] | None = None
    truncation: float = 0.7
    noise: int | None = 0
    label: int | None = None
    mixes: tuple[Mix, ...] = ()
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LatentTask:
    """What everything that runs a generator has in common."""

    device: str = knob("auto", "Device", "auto, cpu, cuda or cuda:N.", kind="device", advanced=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenGenerator(LatentTask):
    """Load a generator, so that the first picture comes at once. Returns a `GeneratorFacts`."""

    model: str | None = None


@dataclass(frozen=True, slots=True)
class GeneratorFacts:
    """What a face must know of a generator.

    `model`: its id. `size`: px of its square pictures. `layers`: 1 where there is nothing to mix.
    `labels`: classes, 0 for none. `maps`: it has a mapping network, so w is not z. `encodes`: it
    finds the w of a photo by itself. `spread`: root mean square of w around its mean.
    """

    model: str
    title: str
    size: int
    channels: int
    z_dim: int
    w_dim: int
    layers: int
    labels: int
    maps: bool
    encodes: bool
    spread: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawPlaces(LatentTask):
    """Draw places: for dragging (one place, an interactive lane), grids and thumbnails.

    Yields a `Preview` named "place" for each, in order. Its facts: `place` (the one asked for, the
    same object), `index` (in `places`), `model` (the id that None stood for) and `ms` (what it took
    to draw). `edge`: px of the square picture that comes back; None for the generator's own size.
    Returns the number drawn.
    """

    places: tuple[Place, ...]
    edge: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Faces(LatentTask):
    """Generate pictures of what a generator has learned, one for each seed.

    `target` is a folder, or the name of one PNG (a single picture, or the contact sheet alone). In
    a folder the contact sheet comes on top of the pictures. Nothing is overwritten in a folder;
    a named PNG is. Every picture carries its place; `ReadPlace` gives it back. Yields a `Finished`
    for each file and a `Preview` "place" for each picture, with facts as `DrawPlaces` has them.
    Returns a `Report`.
    """

    op = "faces"
    target: Path = knob(Path(), "Save to", kind="target")
    count: int = knob(16, "Pictures", "How many.", low=1, high=100_000)
    seed: int = knob(
        0, "Seed", "Of the first picture; the next ones follow.", low=0, high=2**32 - 1
    )
    truncation: float = knob(
        0.7,
        "Truncation",
        "Lower is safer and more alike, 1 is as varied as it was taught.",
        low=-1,
        high=2,
        step=0.05,
    )
    grid: bool = knob(False, "Contact sheet", "All pictures on one sheet.")
    model: str | None = knob(None, "Model", kind="model", auto="The faces that are shipped")
    label: int | None = knob(
        None,
        "Label",
        "The class, where it has some.",
        low=0,
        high=100_000,
        auto="Any",
        advanced=True,
    )
    places: tuple[Place, ...] = ()  # these instead of seeds; then the knobs above say nothing


@dataclass(frozen=True, slots=True)
class ReadPlace:
    """The place a PNG carries. Returns a `FoundPlace`; UserError where there is none.

    No generator is loaded for it.
    """

    picture: Path


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """A place from a file; `words` says what is not as it was then, "" where all is.

    Where the model is missing the place names it still (drawing it raises a UserError). Where the
    model has changed or a direction is gone, the place holds the w that was drawn.
    """

    place: Place
    words: str = ""


@dataclass(frozen=True, slots=True)
class Direction:
    """A direction in w, to be moved along with an `Edit`.

    `id`: "pca:1", "sefa:3" or "own:smile". `name`: as the person calls it. `layers`: what it is
    limited to. `sigma`: standard deviation of w along it. `share`: part of the variance of w that
    lies in it (PCA), of the weights' energy (SeFa), 0 for own ones.
    """

    id: str
    name: str
    layers: str = "all"
    sigma: float = 1.0
    share: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Directions(LatentTask):
    """Find the directions of a generator, or list what was found. Returns `Direction`s (a tuple).

    What is found is kept in the person's data folder, so it takes time once for each model.
    """

    model: str | None = knob(None, "Model", kind="model", auto="The faces that are shipped")
    kind: str = knob("all", "Kind", "How they are found.", choices=KINDS)
    count: int = knob(10, "How many", "Of each kind that is searched for.", low=1, high=512)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnDirection(LatentTask):
    """A direction from two handfuls: what `b` has and `a` has not. Returns the `Direction`.

    Each is a place, or a picture: a PNG that carries its place, or a photo, which is projected
    first (seconds with an encoder, else up to a minute each; `Step`s tell). The name is new or
    that of one to replace. UserError where a handful is empty or both are the same.
    """

    name: str
    a: tuple[Place | Path, ...]
    b: tuple[Place | Path, ...]
    model: str | None = None
    layers: str = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepDirection(LatentTask):
    """Call a direction something, and limit it to layers. Returns the `Direction`.

    One that was found keeps its id; one's own gets the id of its new name.
    """

    direction: str
    name: str
    layers: str = "all"
    model: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetDirection(LatentTask):
    """Remove one's own direction, or give a found one its plain name back. Returns None."""

    direction: str
    model: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk(LatentTask):
    """A way from key face to key face: a film, or just to be watched.

    `target`: .mp4, .gif, or a folder for numbered PNGs; None writes nothing. "spherical" walks on
    the sphere of z, which is where normal z lie; a leg with a key that has no z (mixed between
    seeds, or explicit w behind a mapping) goes straight, and a `Note` says so. Yields `Step`s and
    a `Preview` "frame" for each frame (facts: `frame`, `frames`, and `leg` with `part`: how far
    from key `leg` to the next, in [0, 1)). Returns the path, or None. UserError where this computer
    has no codec for MP4; it offers the other two.
    """

    keys: tuple[Place, ...]
    target: Path | None = None
    frames: int = knob(60, "Frames", "From one key face to the next.", low=1, high=10_000)
    rate: float = knob(30, "Rate", "How fast it plays.", low=1, high=120, unit="frames/s")
    path: str = knob("linear", "Path", "How it goes between key faces.", choices=PATHS)
    loop: bool = knob(False, "Loop", "Back to the first face at the end.")
    edge: int | None = knob(
        None, "Size", "Of the film's pictures.", low=16, high=4096, unit="px", auto="As generated"
    )


@dataclass(frozen=True, slots=True)
class Pull:
    """What shall move where: x and y as parts of the picture's width and height, in [0, 1]."""

    handle: tuple[float, float]
    target: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Mask:
    """What may move: `width` x `height` bytes, row by row, 0 where the picture is to stay."""

    width: int
    height: int
    may_move: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class DragPoints(LatentTask):
    """Deform the picture so that handles reach their targets (DragGAN, Pan et al. 2023).

    Yields after every step a `Preview` "place" (facts: `place`, the new one, `handles`, where they
    are now, `step`, `distance` in px of the farthest, `ms`); stop it when you like. Returns a
    `Dragged`. UserError on a handle outside the picture, and on handles that contradict
    each other: the same spot pulled to two places. The new place keeps its edits; mixes and
    truncation are worked into its w.
    """

    place: Place
    pulls: tuple[Pull, ...]
    mask: Mask | None = None
    layers: str | None = None  # which w may change; None: coarse and middle ones
    steps: int = 200  # at the most


@dataclass(frozen=True, slots=True)
class Dragged:
    """How it ended: `reached`, or `words` on why not; a Preview's facts told the same."""

    place: Place
    handles: tuple[tuple[float, float], ...]
    reached: bool
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Project(LatentTask):
    """Find the place whose picture comes nearest to a photo of one's own.

    `box`: (centre x, centre y, side) of the square in px of the upright photo; None for the middle.
    `angle`: degrees by which the square is turned clockwise. Yields a `Preview` "target" (the
    square as the generator sees it), then a `Preview` "place" now and then (facts: `place`,
    `distance`, `step`, `ms`), `Step`s, and returns a `Projected`. The picture with its place is
    saved as `target`, by default beside the photo; closing the job midway saves the best so far.
    """

    photo: Path = knob(Path(), "Photo", "The picture to find.")
    target: Path | None = knob(None, "Save to", auto="Beside the photo", flag="--output")
    model: str | None = knob(None, "Model", kind="model", auto="The faces that are shipped")
    box: tuple[float, float, float] | None = None
    angle: float = knob(0, "Angle", "Turns the crop clockwise.", low=-180, high=180, unit="°")
    seconds: float = knob(45, "Time", "The longest to search.", low=1, high=3600, step=5, unit="s")
    steps: int = knob(300, "Steps", "The most to take.", low=1, high=100_000, advanced=True)
    seed: int = knob(0, "Seed", "Of the first guesses.", low=0, high=2**32 - 1, advanced=True)


@dataclass(frozen=True, slots=True)
class Projected:
    """The place found; `distance` to the photo (0 is the same), `near`: it looks like one of those.

    `words`: what people should know, such as that nothing like a face was found. `path`: the file
    with the picture and its place.
    """

    place: Place
    distance: float
    near: bool
    words: str
    path: Path
