"""What is in a folder, and is it enough? Found out before anything is loaded."""

import hashlib
from pathlib import Path
from statistics import median

import numpy as np

from engine import image
from engine.errors import UserError
from engine.job import Job, Step
from engine.sources import gather
from engine.specs import LEARNERS, FolderReport, ScanFolder, TrainUpscale
from engine.training.data import FEW
from engine.training.learners import lesson_of

ALIKE_PX = 16  # edge at which copies in other formats and sizes look the same
ALIKE = 2.0  # mean difference, 8-bit units, that such copies may have
ADVERSARIAL = ("upscale-perceptual", "cyclegan", "pix2pix")
GENERATOR_FEW = 2000  # that one wants to see who learns to draw from nothing
ADVERSARIAL_FEW = 100  # pictures that an adversary wants to see at least
Size = tuple[int, int]


class Tally:
    """Counts one folder's pictures."""

    def __init__(self, least: int) -> None:
        self.least = least
        self.good: list[Size] = []
        self.unreadable: list[tuple[Path, str]] = []
        self.duplicates: list[tuple[Path, Path]] = []
        self.small: list[Path] = []
        self.seen: dict[bytes, Path] = {}
        self.looks: list[tuple[Path, Size, np.ndarray]] = []

    def add(self, path: Path) -> None:
        """Look at one file: it is read to its end, but not unpacked in full."""
        try:
            size = image.size(path)
            digest = hashlib.blake2b(path.read_bytes(), digest_size=16).digest()
            look = image.thumbnail(path, ALIKE_PX)
        except (UserError, OSError) as why:
            self.unreadable.append((path, getattr(why, "what", str(why))))
            return
        original = self.seen.setdefault(digest, path)
        if original == path:
            original = self._alike(path, size, look)
        if original != path:
            self.duplicates.append((path, original))
        elif min(size) < self.least:
            self.small.append(path)
        else:
            self.good.append(size)

    def _alike(self, path: Path, size: Size, look: np.ndarray) -> Path:
        """The picture seen before that this is a copy of, or the path itself."""
        for other, _, known in self.looks:
            if known.shape == look.shape and 255 * np.abs(known - look).mean() < ALIKE:
                return other
        self.looks.append((path, size, look))
        return path


def run(spec: ScanFolder) -> Job:
    """Every picture below the folders; returns a `FolderReport`."""
    fewest, few, least = needs(spec)
    found = gather(spec.data)
    tally = Tally(least)
    for number, (path, _) in enumerate(found.files):
        yield Step(number, len(found.files), "Looking at the pictures")
        tally.add(path)
    tally.unreadable += [(each.path, each.reason) for each in found.failed]
    return report(tally, fewest, few)


def needs(spec: ScanFolder) -> tuple[int, int, int]:
    """How many pictures the learner must have and how many it wants; their least edge, px."""
    kinds = {each.learner: each for each in LEARNERS}
    if spec.learner not in kinds:
        raise UserError(
            f"There is no learner called {spec.learner}.", f"Choose one of: {', '.join(kinds)}."
        )
    # Its judge need not be there to count: the plain learner needs pictures of the same size.
    judged = spec.learner == "upscale-perceptual"
    usual = TrainUpscale(scale=4, edge=32) if judged else kinds[spec.learner]()
    rules = lesson_of(usual).rules
    few = GENERATOR_FEW if rules.square else FEW
    few = ADVERSARIAL_FEW if spec.learner in ADVERSARIAL else few
    return rules.fewest, few, rules.least if spec.edge is None or rules.square else spec.edge


def report(tally: Tally, fewest: int, few: int) -> FolderReport:
    """The count as a report, with words."""
    sizes = sorted(tally.good, key=lambda size: size[0] * size[1])
    count = len(sizes)
    middle = (int(median(w for w, _ in sizes)), int(median(h for _, h in sizes))) if sizes else ()
    enough = "no" if count < fewest else "few" if count < few else "yes"
    return FolderReport(
        count=count,
        megapixels=round(sum(w * h for w, h in sizes) / 1e6, 2),
        smallest=sizes[0] if sizes else (0, 0),
        median=(middle[0], middle[1]) if middle else (0, 0),
        largest=sizes[-1] if sizes else (0, 0),
        unreadable=tuple(tally.unreadable),
        duplicates=tuple(tally.duplicates),
        small=tuple(tally.small),
        enough=enough,
        words=words(tally, sizes, enough, (max(fewest, FEW), few)),
    )


def words(tally: Tally, sizes: list[Size], enough: str, wanted: tuple[int, int]) -> str:
    """A few sentences; `wanted` pictures at least, and better."""
    said = []
    if sizes:
        low, high = (f"{w}x{h}" for w, h in (sizes[0], sizes[-1]))
        between = f"all {low}" if low == high else f"from {low} to {high}"
        said.append(f"{counted(len(sizes), 'usable picture')}, {between} pixels.")
    else:
        said.append("No usable pictures.")
    if tally.small:
        said.append(f"{counted(len(tally.small), 'picture')} smaller than {tally.least} pixels.")
    if tally.duplicates:
        said.append(f"{counted(len(tally.duplicates), 'copy', 'copies')} of others.")
    if tally.unreadable:
        said.append(f"{counted(len(tally.unreadable), 'file')} cannot be read.")
    verdicts = {
        "no": f"Not enough: add at least {wanted[0]}.",
        "few": f"It will work, but {wanted[1]} or more would be better.",
        "yes": "That is enough.",
    }
    return " ".join([*said, verdicts[enough]])


def counted(number: int, one: str, many: str = "") -> str:
    """1 picture, 2 pictures."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
