"""What the lessons of all generators share: whole pictures of one size, an exam of samples."""

from pathlib import Path

import torch
from torch import Tensor

from engine import perceptual
from engine.errors import UserError
from engine.perceptual import SqueezeNet
from engine.specs import Train
from engine.specs_train_faces import TrainGenerator
from engine.training.data import Drawn, Pictures, Rules, Wholes
from engine.training.lesson import Batch, Lesson, Tuning, floats
from engine.training.samples import Samples

FEWEST, FEWEST_TUNED = 100, 10  # pictures, from nothing and from a trained model
HINT = (
    "From nothing it takes {fewest} or more, and some thousands to look good. "
    "With few pictures, start from a trained model (--base); {tuned} are enough for that."
)


class Generating(Lesson):
    """Draws from nothing; there is no right answer, so a set of samples is measured."""

    yardstick = "frechet"
    higher_is_better = False
    lowest = 0.2
    classes: tuple[str, ...] = ()
    needs_eyes = False

    def __init__(self, spec: Train) -> None:
        assert isinstance(spec, TrainGenerator)
        self.wished = spec
        super().__init__(spec)
        self.piece = int(spec.size)
        self.eyes: SqueezeNet | None = None
        if self.needs_eyes or spec.perceptual_file is not None:
            self.eyes = perceptual.squeezenet(spec.perceptual_file)
        else:
            try:
                self.eyes = perceptual.squeezenet()
            except UserError:
                self.eyes = None  # learns without; the distance is left out

    @property
    def rules(self) -> Rules:
        """The middle square, reduced to the size that is drawn."""
        tuned = self.plan.base is not None
        return Rules(
            self.channels,
            self.piece,
            self.piece,
            square=True,
            fewest=FEWEST_TUNED if tuned else FEWEST,
            hint="Add more." if tuned else HINT.format(fewest=FEWEST, tuned=FEWEST_TUNED),
            classes=self.classes,
        )

    def crops(self, number: int) -> Wholes:
        """Whole pictures."""
        return Wholes(number, self.wished.mirror)

    def split(self, pictures: Pictures) -> tuple[Pictures, Pictures]:
        """The last ones by name are held back where that was asked."""
        last = self.wished.held_back
        return super().split(pictures) if last is None else pictures.but_the_last(last)

    def exam(self, held_back: Pictures) -> Samples:
        """A sheet of samples and their distance to the held-back pictures."""
        return Samples(self, held_back, self.eyes)

    def set_up(self, device: torch.device) -> None:
        """The eyes go along."""
        super().set_up(device)
        if self.eyes is not None:
            self.eyes.to(device).to(memory_format=torch.channels_last)

    def tuning(self, part: str) -> Tuning:
        """Adam without momentum, as adversaries want it; no decay."""
        del part
        return Tuning(betas=(0.0, 0.99), decay=0.0)

    def example(self, number: int) -> tuple[Tensor, ...]:
        """Z."""
        return (torch.randn(number, self.plan.config.z_dim),)

    def batch_of(self, drawn: Drawn, dice: torch.Generator) -> Batch:
        """Z for the network, and pictures to be like."""
        target = floats(drawn.large)
        z = torch.randn(len(target), self.plan.config.z_dim, generator=dice, device=dice.device)
        told = drawn.told.long() if self.classes else None
        return Batch(z, target, told, dice)


def subfolders(folders: tuple[Path, ...]) -> tuple[str, ...]:
    """Names of the subfolders that stand for classes; UserError where there are not two."""
    names = {
        each.name
        for folder in folders
        if folder.is_dir()
        for each in folder.iterdir()
        if each.is_dir() and not each.name.startswith(".")
    }
    if folders and len(names) < 2:
        raise UserError(
            "To learn by class, the pictures must lie in two or more subfolders.",
            "Make one for each class, or learn without classes.",
        )
    return tuple(sorted(names))
