"""Work on a part of a picture as if it were the whole: what a step must know of the rest."""

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import TypeVar

from engine.image import Picture
from engine.job import Event

Place = tuple[int, int, int, int]  # top, left, bottom, right, px
Size = tuple[int, int]  # height, width, px
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Within:
    """Where the pixels at hand lie in a larger picture, and what that one looks like.

    `small` is the larger picture reduced, or as it is: its tones and what it shows are told from
    that. `noise` is its noise level in 8-bit units where it is known. `kept` may stay from part to
    part: what was worked out on `small` once.
    """

    place: Place
    size: Size
    small: Picture
    noise: float | None = None
    kept: list[object] = field(default_factory=list)

    def once(self, make: Generator[Event, None, Found]) -> Generator[Event, None, Found]:
        """What `make` finds out about `small`; one thing for all parts of one step's picture."""
        if not self.kept:
            self.kept.append((yield from make))
        return self.kept[0]  # type: ignore[return-value]
