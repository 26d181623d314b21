"""An endless plane seen through a pane: what lies where, how large. Arithmetic only."""

from math import ceil, floor

from PySide6.QtCore import QPointF, QRectF, QSizeF

UNIT, LEAST, MOST = 52.0, 26.0, 200.0  # px from one whole number to the next
EDGE = 14.0  # px that a position stays away from the pane's edge
Cell = tuple[int, int]


class Plane:
    """The pane's middle shows `centre`; y grows downward, as rows do."""

    def __init__(self) -> None:
        self.pane = QSizeF(1, 1)
        self.centre = QPointF(0, 0)
        self.unit = UNIT

    def to_pane(self, point: QPointF) -> QPointF:
        """A point of the plane in px of the pane."""
        return (point - self.centre) * self.unit + self._middle()

    def to_plane(self, spot: QPointF) -> QPointF:
        """Px of the pane as a point of the plane."""
        return (spot - self._middle()) / self.unit + self.centre

    def zoom(self, factor: float, about: QPointF) -> None:
        """Show the plane larger or smaller; what lies under `about` stays there."""
        held = self.to_plane(about)
        self.unit = min(MOST, max(LEAST, self.unit * factor))
        self.centre += held - self.to_plane(about)

    def within(self, spot: QPointF) -> QPointF:
        """The nearest spot of the pane that is not too close to its edge."""
        return QPointF(
            min(max(spot.x(), EDGE), max(EDGE, self.pane.width() - EDGE)),
            min(max(spot.y(), EDGE), max(EDGE, self.pane.height() - EDGE)),
        )

    def reveal(self, point: QPointF) -> None:
        """Move just as far as it takes to have this point in the pane."""
        spot = self.to_pane(point)
        self.centre += (spot - self.within(spot)) / self.unit

    def cells(self) -> list[Cell]:
        """Every whole-numbered place whose thumbnail is at least half in sight, nearest first."""
        low, high = self.to_plane(QPointF(0, 0)), self.to_plane(self._middle() * 2)
        found = [
            (column, row)
            for row in range(ceil(low.y()), floor(high.y()) + 1)
            for column in range(ceil(low.x()), floor(high.x()) + 1)
        ]
        return sorted(found, key=lambda cell: _far(QPointF(*cell) - self.centre))

    def box(self, cell: Cell, share: float = 0.8) -> QRectF:
        """Where the thumbnail of a place is drawn; `share` of the way to the next one."""
        side = self.unit * share
        spot = self.to_pane(QPointF(*cell))
        return QRectF(spot.x() - side / 2, spot.y() - side / 2, side, side)

    def under(self, spot: QPointF) -> Cell | None:
        """The place whose thumbnail is under this spot."""
        cell = nearest(self.to_plane(spot))
        return cell if self.box(cell).contains(spot) else None

    def _middle(self) -> QPointF:
        return QPointF(self.pane.width() / 2, self.pane.height() / 2)


def nearest(point: QPointF) -> Cell:
    """The whole-numbered place next to a point."""
    return round(point.x()), round(point.y())


def _far(off: QPointF) -> float:
    return off.x() ** 2 + off.y() ** 2
