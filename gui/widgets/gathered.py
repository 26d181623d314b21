"""Points of curves that come faster than they need be drawn."""

from PySide6.QtCore import QObject, QTimer

Point = tuple[int, dict[str, float]]  # a step, and its values by name


class Gathered(QTimer):
    """Points wait for each other: it times out once for all that came meanwhile."""

    def __init__(self, parent: QObject, milliseconds: int) -> None:
        super().__init__(parent)
        self.setSingleShot(True)
        self.setInterval(milliseconds)
        self._points: list[Point] = []

    def add(self, step: int, values: dict[str, float]) -> None:
        """One more."""
        self._points.append((step, values))
        if not self.isActive():
            self.start()

    def take(self) -> list[Point]:
        """All that wait; none does afterwards."""
        points, self._points = self._points, []
        return points
