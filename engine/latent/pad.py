"""The plane of seeds one moves in, and the words for layers: plain arithmetic, no torch.

Grid point (x, y) is the seed x + 100 y; in between, four seeds are mixed by their nearness.
"""

from dataclasses import dataclass, replace
from math import ceil, floor

from engine.specs import Place

ROW = 100  # seeds in a row of the pad
SEEDS = 2**32  # they wrap around: left of 0 lies the last one
NEAREST, FARTHEST = 0.5, 50.0  # grid steps across the pad, zoomed in and out


def of_seed(seed: int, start: Place | None = None) -> Place:
    """`start` (its model, truncation, edits ...) at a plain seed."""
    return replace(start or Place(), x=float(seed % ROW), y=float(seed // ROW), w=None)


def seed_at(x: float, y: float) -> int:
    """The seed of the nearest grid point."""
    return (round(x) + ROW * round(y)) % SEEDS


def seed_of(place: Place) -> int | None:
    """The seed of a place on a grid point; None between them, or where w was given."""
    on_grid = place.w is None and place.x == round(place.x) and place.y == round(place.y)
    return seed_at(place.x, place.y) if on_grid else None


def corners(x: float, y: float) -> tuple[tuple[int, float], ...]:
    """(seed, weight) of the grid points around, those of weight 0 left out; weights sum to 1."""
    left, top = floor(x), floor(y)
    right, down = x - left, y - top
    weights = {
        (left, top): (1 - right) * (1 - down),
        (left + 1, top): right * (1 - down),
        (left, top + 1): (1 - right) * down,
        (left + 1, top + 1): right * down,
    }
    return tuple((seed_at(*point), weight) for point, weight in weights.items() if weight > 0)


def snapped(place: Place) -> Place:
    """On the nearest grid point; a place that has its own w stays."""
    return place if place.w else replace(place, x=float(round(place.x)), y=float(round(place.y)))


def moved(place: Place, x: float, y: float) -> Place:
    """At another pad position; an own w is left behind."""
    return replace(place, x=x, y=y, w=None)


def layer_range(words: str, layers: int) -> range:
    """Which of a generator's layers "all", "coarse", "middle", "fine", "3" or "0-5" are.

    That may be none. Coarse and middle are the first 4 and the next 4 as in StyleGAN (up to 8 and
    32 px), less where there are fewer than 12. ValueError where the words mean nothing.
    """
    first, second = min(4, ceil(layers / 3)), min(8, ceil(2 * layers / 3))
    bands = {
        "all": range(layers),
        "coarse": range(first),
        "middle": range(first, second),
        "fine": range(second, layers),
    }
    if words in bands:
        return bands[words]
    start, dash, end = words.partition("-")
    if not start.isdecimal() or (dash and not end.isdecimal()):
        raise ValueError(f"{words} names no layers: all, coarse, middle, fine, 3 and 0-5 do.")
    last = int(end) if dash else int(start)
    return range(min(int(start), layers), min(last + 1, layers))


@dataclass(frozen=True, slots=True)
class View:
    """The part of the plane that a square pad shows: its middle, and grid steps from edge to edge.

    Positions on the pad are parts of its width and height, in [0, 1].
    """

    x: float = 0.0
    y: float = 0.0
    across: float = 5.0

    def at(self, u: float, v: float) -> tuple[float, float]:
        """The pad position (x, y) under a point of the pad."""
        return self.x + (u - 0.5) * self.across, self.y + (v - 0.5) * self.across

    def where(self, x: float, y: float) -> tuple[float, float]:
        """The inverse of `at`; outside [0, 1] what is not in view."""
        return (x - self.x) / self.across + 0.5, (y - self.y) / self.across + 0.5

    def zoomed(self, factor: float, u: float = 0.5, v: float = 0.5) -> "View":
        """Nearer by `factor` (below 1: farther away); what lies under (u, v) stays there."""
        x, y = self.at(u, v)
        across = min(FARTHEST, max(NEAREST, self.across / factor))
        return View(x - (u - 0.5) * across, y - (v - 0.5) * across, across)

    def points(self, most: int = 49) -> tuple[tuple[int, int], ...]:
        """Grid points in view for thumbnails, row by row; every 2nd, 3rd ... where too many."""
        step = 1
        while True:
            columns, rows = (_multiples(middle, self.across, step) for middle in (self.x, self.y))
            if len(columns) * len(rows) <= most:
                return tuple((x, y) for y in rows for x in columns)
            step += 1


def _multiples(middle: float, across: float, step: int) -> range:
    """The multiples of `step` that lie within `across` around `middle`."""
    low, high = middle - across / 2, middle + across / 2
    return range(ceil(low / step) * step, floor(high) + 1, step)
