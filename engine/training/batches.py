"""Batches, drawn anew for every step, perhaps by processes of their own."""

from collections.abc import Iterator
from itertools import count

from torch.utils.data import DataLoader, Dataset

from engine.training.data import Draw, Drawn, Pair, Pictures
from engine.training.dice import dice


class Batches(Dataset[Drawn]):
    """The batch of any step: what it holds depends on seed, step and rank alone."""

    def __init__(self, pictures: Pictures, crops: Draw, seed: int, rank: int) -> None:
        self._pictures, self._crops, self._place = pictures, crops, (seed, rank)
        self._pairs: list[Pair] | None = None

    def __getitem__(self, step: int) -> Drawn:
        """Draw it."""
        if self._pairs is None:  # in whichever process this runs
            self._pairs = self._pictures.pairs()
        seed, rank = self._place
        return self._crops(self._pairs, dice(seed, step, rank))


def from_step(batches: Batches, first: int, *, workers: int, pin: bool) -> Iterator[Drawn]:
    """Batches of the steps from `first` on, without end, prepared by `workers` processes."""
    if workers == 0:
        return (batches[step] for step in count(first))
    loader = DataLoader(
        batches,
        batch_size=None,
        sampler=count(first),
        num_workers=workers,
        multiprocessing_context="spawn",  # a copy of a process that runs OpenVINO or Qt may crash
        pin_memory=pin,
        prefetch_factor=4,
    )
    return iter(loader)
