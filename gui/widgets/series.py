"""What a curve is made of: values by step, smoothed, thinned to what a screen can show, and ticks.

Arithmetic only.
"""

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
KEEP = 0.93  # of what the smoothed line was, at every further value


@dataclass(slots=True)
class Series:
    """One line: `steps`, `values`, and `smooth`, their running mean from the first value on."""

    steps: list[float] = field(default_factory=list)
    values: list[float] = field(default_factory=list)
    smooth: list[float] = field(default_factory=list)
    _mean: float = 0.0
    _weight: float = 0.0

    def add(self, step: float, value: float) -> None:
        """Another value; of a step that was there already, all from it on are forgotten."""
        if self.steps and step <= self.steps[-1]:
            self._cut(step)
        if not math.isfinite(value):
            return
        self._mean = KEEP * self._mean + (1 - KEEP) * value
        self._weight = KEEP * self._weight + (1 - KEEP)
        self.steps.append(step)
        self.values.append(value)
        self.smooth.append(self._mean / self._weight)

    def at(self, step: float) -> int:
        """The index of the value nearest to a step."""
        steps = np.asarray(self.steps)
        return int(np.abs(steps - step).argmin())

    def _cut(self, step: float) -> None:
        count = int(np.searchsorted(self.steps, step))
        kept = list(zip(self.steps[:count], self.values[:count], strict=True))
        self.steps, self.values, self.smooth = [], [], []
        self._mean = self._weight = 0.0
        for each in kept:
            self.add(*each)


def thinned(steps: list[float], values: list[float], columns: int) -> tuple[Floats, Floats]:
    """At most two points a column: the lowest and the highest there, in order."""
    x, y = np.asarray(steps, np.float64), np.asarray(values, np.float64)
    if len(x) <= 2 * columns:
        return x, y
    parts = np.array_split(np.arange(len(x)), columns)
    kept = sorted({int(part[k]) for part in parts for k in (y[part].argmin(), y[part].argmax())})
    return x[kept], y[kept]


def limits(lines: list[Series], *, smooth: bool, log: bool) -> tuple[float, float]:
    """The lowest and highest value to show; single raw values far off do not count."""
    raw = np.concatenate([np.asarray(each.values) for each in lines])
    calm = np.concatenate([np.asarray(each.smooth if smooth else each.values) for each in lines])
    if log:
        raw, calm = raw[raw > 0], calm[calm > 0]
    if not len(calm):
        return (0.1, 1.0) if log else (0.0, 1.0)
    low = min(float(np.percentile(raw, 2)), float(calm.min()))
    high = max(float(np.percentile(raw, 98)), float(calm.max()))
    if log:
        return low / 1.1, max(high, low * 1.2) * 1.1
    margin = 0.08 * (high - low) or abs(high) * 0.05 or 1.0
    return low - margin, high + margin


def ticks(low: float, high: float, most: int, *, log: bool = False) -> list[float]:
    """Round numbers between two, `most` and one at the most: 1, 2 and 5 times powers of ten."""
    if log:
        powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
        found = [m * 10.0**p for p in powers for m in (1, 2, 5) if low <= m * 10.0**p <= high]
        if len(found) > most:
            found = [10.0**p for p in powers if low <= 10.0**p <= high]
        return found if len(found) > 1 else ticks(low, high, most)
    size = 10.0 ** math.floor(math.log10((high - low) / most))
    gap = next(m * size for m in (1, 2, 5, 10) if (high - low) / (m * size) <= most)
    first = math.ceil(low / gap - 1e-9)
    return [n * gap for n in range(first, math.floor(high / gap + 1e-9) + 1)]
