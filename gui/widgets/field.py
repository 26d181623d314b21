"""Which part of a plane of numbers a pane shows: fit, zoom, move. Arithmetic only.

The plane's second axis grows upward, the pane's downward.
"""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF

Box = tuple[float, float, float, float]  # left, bottom, right, top
Floats = NDArray[np.float64]
MOST = 60.0  # times the size at which all of it fits
WHOLE: Box = (-1.0, -1.0, 1.0, 1.0)


class Field:
    """`even`: both axes have one scale, as on a map; otherwise each fills the pane."""

    def __init__(self, *, even: bool) -> None:
        self._even = even
        self.box = WHOLE
        self.pane = QRectF(0, 0, 1, 1)
        self.zoom = 1.0
        self._centre = np.zeros(2)

    def set_box(self, box: Box) -> None:
        """What is to be seen where nothing is zoomed."""
        if self.zoom == 1:
            self._centre = _middle(box)
        self.box = box

    @property
    def view(self) -> tuple[float, ...]:
        """Equal as long as the same part is seen."""
        return (self.zoom, *self._centre.tolist(), *self.box)

    def fit(self) -> None:
        """All of it."""
        self.zoom, self._centre = 1.0, _middle(self.box)

    def to_pane(self, places: NDArray[np.floating]) -> Floats:
        """(N, 2) of the plane -> (N, 2) px of the pane."""
        across, up = self._scale()
        off = np.asarray(places, np.float64) - self._centre
        middle = self.pane.center()
        return np.stack([middle.x() + off[:, 0] * across, middle.y() - off[:, 1] * up], 1)

    def spot(self, x: float, y: float) -> QPointF:
        """One place in px of the pane."""
        ((across, down),) = self.to_pane(np.array([[x, y]]))
        return QPointF(across, down)

    def place(self, spot: QPointF) -> tuple[float, float]:
        """Px of the pane -> a place of the plane."""
        across, up = self._scale()
        off = spot - self.pane.center()
        return float(self._centre[0] + off.x() / across), float(self._centre[1] - off.y() / up)

    def area(self, box: Box) -> QRectF:
        """A part of the plane, in px of the pane."""
        left, bottom, right, top = box
        return QRectF(self.spot(left, top), self.spot(right, bottom))

    def magnify(self, factor: float, about: QPointF) -> None:
        """Larger or smaller; what lies under `about` stays there, as long as more than all fits."""
        held = self.place(about)
        self.zoom = min(MOST, max(1.0, self.zoom * factor))
        if self.zoom == 1:
            self.fit()
            return
        self._centre += np.array(held) - np.array(self.place(about))

    def move(self, by: QPointF) -> None:
        """Along with the hand."""
        across, up = self._scale()
        self._centre += np.array([-by.x() / across, by.y() / up])

    def _scale(self) -> tuple[float, float]:
        """Px of the pane for one of the plane, along each axis."""
        left, bottom, right, top = self.box
        across = self.pane.width() / max(right - left, 1e-9) * self.zoom
        up = self.pane.height() / max(top - bottom, 1e-9) * self.zoom
        if self._even:
            across = up = min(across, up)
        return max(across, 1e-9), max(up, 1e-9)


def around(places: NDArray[np.floating], room: float = 0.08) -> Box:
    """A box around (N, 2) places with some room; the few that lie far off do not count."""
    sound = places[np.isfinite(places).all(1)]
    if not len(sound):
        return WHOLE
    low, high = (np.quantile(sound, share, axis=0).astype(float) for share in (0.005, 0.995))
    more = room * (high - low) + 1e-3
    (left, bottom), (right, top) = low - more, high + more
    return left, bottom, right, top


def _middle(box: Box) -> Floats:
    left, bottom, right, top = box
    return np.array([(left + right) / 2, (bottom + top) / 2])
