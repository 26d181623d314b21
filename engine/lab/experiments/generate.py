"""New pictures: sheets, class by class, and from one to another."""

from collections.abc import Callable, Generator
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from engine.job import Event, Job, Pixels
from engine.lab import data, draw, keep, quality, trained
from engine.lab.autoencoders import Plan
from engine.lab.data import Split
from engine.lab.gans import Gan, conditional, dcgan, pictures
from engine.lab.loop import History, budget
from engine.lab.warm import Warm
from engine.specs_lab import LabGenerate
from engine.specs_lab_live import Cut, LabResult
from engine.training.dice import torch_dice

ROWS, COLUMNS = 8, 10
JUDGED = 500  # pictures made to be measured


@dataclass(frozen=True, slots=True)
class Maker:
    """What makes pictures of places (N, latent), and of labels where `classes` is not 0."""

    latent: int
    classes: int
    make: Callable[[Tensor, Tensor | None], Tensor]
    learner: torch.nn.Module
    history: History

    def many(self, count: int, seed: int) -> tuple[Tensor, Tensor | None]:
        """So many at random, each class in turn."""
        z = torch.randn(count, self.latent, generator=torch_dice(seed, 7))
        labels = torch.arange(count) % self.classes if self.classes else None
        return self.make(z, labels), labels


def run(spec: LabGenerate, warm: Warm) -> Job:
    """Train what makes pictures; `Preview` "sheet" while it learns."""
    if spec.keep:
        keep.target(spec.keep)
    parts = data.split((yield from data.load(spec)), spec.seed)
    if spec.maker == "conditional":
        parts.learned.with_labels("A conditional GAN")
    maker = yield from taught(spec, parts, warm)
    images, labels = maker.many(JUDGED, spec.seed)
    distance = quality.Frechet(parts.learned).distance(parts.test.images, images)
    figures = {"Frechet distance": distance}
    words = f"The pictures are {distance:.2f} from real ones."
    if labels is not None:
        real, made = quality.read(parts, images, labels.numpy())
        figures |= {"real pictures read, %": real, "made pictures read, %": made}
        words += f" A classifier of real ones reads {made:.0f} % of them."
    path = None
    if spec.keep:
        settings = Plan(parts.learned.shape, spec.latent)
        card = keep.card(spec.maker, settings, spec, figures, parts.learned.shape[0])
        path = keep.kept(maker.learner, card, spec.keep)
    pages, cuts = drawn(spec, maker)
    diagrams = {"losses": draw.history(maker.history, "loss")}
    found = LabResult(spec.experiment, words, figures, {}, pages, path)
    return replace(found, cuts=cuts, diagrams=diagrams)


def taught(spec: LabGenerate, parts: Split, warm: Warm) -> Generator[Event, None, Maker]:
    """A VAE or a GAN, warm from its first step."""
    shape, classes = parts.learned.shape, 0
    if spec.maker == "variational":
        model = trained.fresh("variational", Plan(shape, spec.latent, 256), spec.seed)

        def decoded(z: Tensor, labels: Tensor | None) -> Tensor:
            del labels
            with torch.no_grad():
                return model.decode(z).clamp(0, 1)

        warm.draws[spec.maker] = spec.latent, warm_draw(decoded, classes)
        done = yield from trained.going_on(spec, model, parts, budget(spec))
        return Maker(spec.latent, 0, decoded, model, done.training.history)
    gan: Gan
    if spec.maker == "conditional":
        classes = len(parts.learned.names)
        gan = conditional.gan(spec.latent, shape, classes, spec.seed)
    else:
        gan = dcgan.gan(spec.maker, spec.latent, shape, spec.seed)
    averaged = pictures.Averaged(gan, classes)
    warm.draws[spec.maker] = spec.latent, warm_draw(averaged.drawn, classes)
    training = yield from pictures.taught(spec, averaged, parts.learned, budget(spec))
    generator = averaged.settled()
    return Maker(spec.latent, classes, averaged.drawn, generator, training.history)


def warm_draw(
    make: Callable[[Tensor, Tensor | None], Tensor], classes: int
) -> Callable[[Tensor, int | None], Tensor]:
    """The same for one class, the first one without a wish."""

    def one_class(z: Tensor, label: int | None) -> Tensor:
        labels = torch.full((len(z),), (label or 0) % classes) if classes else None
        return make(z, labels)

    return one_class


def drawn(spec: LabGenerate, maker: Maker) -> tuple[dict[str, Pixels], dict[str, Cut]]:
    """A sheet, ways from one picture to another, and the plane where there is one."""
    columns = maker.classes or COLUMNS
    images, _ = maker.many(ROWS * columns, spec.seed + 1)
    pages = {"sheet": draw.sheet(images, columns)}
    cuts = {"sheet": Cut(columns), "between": Cut(COLUMNS)}
    ends = torch.randn(2, ROWS, maker.latent, generator=torch_dice(spec.seed, 8))
    ways = torch.stack([torch.lerp(ends[0], ends[1], i / (COLUMNS - 1)) for i in range(COLUMNS)], 1)
    labels = (
        torch.arange(ROWS).repeat_interleave(COLUMNS) % maker.classes if maker.classes else None
    )
    pages["between"] = draw.sheet(maker.make(ways.flatten(0, 1), labels), COLUMNS)
    if maker.latent == 2:
        side = torch.linspace(-2, 2, 12)
        plane = torch.cartesian_prod(-side, side).flip(1)
        zeros = torch.zeros(len(plane), dtype=torch.int64) if maker.classes else None
        pages["plane"] = draw.sheet(maker.make(plane, zeros), len(side))
        cuts["plane"] = Cut(len(side))
    return pages, cuts
