"""The curves of a training as it goes: losses in one diagram, every other figure in its own."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.widgets.chart import Chart, Ink
from gui.widgets.gathered import Gathered, Point
from gui.widgets.reflow import Reflow

EVERY_MS = 80  # values that come faster are drawn together
HIDDEN = ("rate",)
GROUPS = {"loss": "Loss", "D": "Opinion of the discriminator"}  # by a name's first word
NAMES = {
    "kl": "KL divergence, nats",
    "penalty": "Penalty",
    "gradient generator": "Gradient of the generator",
}
FIRST = "training"  # of the lines of a loss
HIGH = 190  # px of a diagram


class LiveCurves(QWidget):
    """Give it values by name; it makes the diagrams they need.

    Steps that begin anew are another training: its curves take the place of those before.
    """

    def __init__(self) -> None:
        super().__init__()
        self.charts: dict[str, Chart] = {}
        self.points: list[Point] = []  # all there are
        self._ink: Ink | None = None
        self.grid = Reflow(330, 3)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.grid)
        self._soon = Gathered(self, EVERY_MS)
        self._soon.timeout.connect(self.flush)

    def set_ink(self, ink: Ink) -> None:
        """The theme's colours."""
        self._ink = ink
        for chart in self.charts.values():
            chart.set_ink(ink)

    def clear(self) -> None:
        """No curves."""
        self.points.clear()
        self._soon.take()
        self.charts.clear()
        self.grid.clear()

    def add(self, step: int, values: dict[str, float]) -> None:
        """Values of a step; drawn within the tenth part of a second."""
        self._soon.add(step, values)

    def flush(self) -> None:
        """Draw what waits."""
        for step, values in self._soon.take():
            if self.points and step < self.points[-1][0]:
                self._restart()
            self.points.append((step, values))
            for name, value in values.items():
                if name not in HIDDEN:
                    self._add(name, step, value)

    def _restart(self) -> None:
        self.points.clear()
        for chart in self.charts.values():
            chart.clear()

    def _add(self, name: str, step: int, value: float) -> None:
        first, _, rest = name.partition(" ")
        if first not in GROUPS:
            self._chart(name).add(name, step, value)
            return
        chart, line = self._chart(first), rest or FIRST
        chart.add(line, step, value)
        if line == FIRST and next(iter(chart.lines)) != FIRST:  # its colour is the first
            chart.lines = {FIRST: chart.lines[FIRST]} | chart.lines

    def _chart(self, name: str) -> Chart:
        if name not in self.charts:
            words = GROUPS.get(name) or NAMES.get(name) or name[:1].upper() + name[1:]
            chart = Chart(words, smooth=False)
            chart.setFixedHeight(HIGH)
            if self._ink is not None:
                chart.set_ink(self._ink)
            self.charts[name] = chart
            self.grid.add(chart)
        return self.charts[name]
