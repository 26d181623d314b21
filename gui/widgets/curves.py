"""The curves of a training: losses in one diagram, each measure of quality in its own."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from gui.widgets.chart import Chart, Ink
from gui.widgets.gathered import Gathered
from gui.widgets.labels import quiet

EVERY_MS = 33  # values that come faster are drawn together
NAMES = {"psnr": "PSNR on held-back pictures, dB", "ssim": "SSIM on held-back pictures"}
FIRST = ("loss", "psnr")  # the diagrams that every learner has
HIDDEN = ("rate", "gain")  # the gain is the PSNR less what it was before
GAN = "Losses of an adversarial training are no measure of quality: look at the samples."


class Curves(QWidget):
    """Give it values by name; it makes the diagrams they need."""

    def __init__(self) -> None:
        super().__init__()
        self.charts: dict[str, Chart] = {}
        self._ink: Ink | None = None
        self.row = QHBoxLayout()
        self.row.setSpacing(20)
        self.log = QCheckBox("Logarithmic loss")
        self.log.setToolTip("Show the loss on a logarithmic scale")
        self.log.toggled.connect(lambda on: self.charts["loss"].set_log(on))
        self.word = quiet(GAN)
        below = QHBoxLayout()
        below.addWidget(self.log, 0, Qt.AlignmentFlag.AlignLeft)
        below.addWidget(self.word, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        box.addLayout(self.row, 1)
        box.addLayout(below)
        self._soon = Gathered(self, EVERY_MS)
        self._soon.timeout.connect(self.flush)
        self.clear()

    def set_ink(self, ink: Ink) -> None:
        """The theme's colours."""
        self._ink = ink
        for chart in self.charts.values():
            chart.set_ink(ink)

    def clear(self) -> None:
        """Nothing yet."""
        self._soon.take()
        for name, chart in list(self.charts.items()):
            chart.clear()
            if name not in FIRST:
                self.row.removeWidget(chart)
                chart.hide()
                self.charts.pop(name).deleteLater()
        self.word.hide()
        for name in FIRST:
            self._chart(name)

    def add(self, step: int, values: dict[str, float]) -> None:
        """Values of a step; drawn within the thirtieth part of a second."""
        self._soon.add(step, values)

    def flush(self) -> None:
        """Draw what waits."""
        for step, values in self._soon.take():
            for name, value in values.items():
                if name not in HIDDEN:
                    self._add(name, step, value)

    def _add(self, name: str, step: int, value: float) -> None:
        loss = name.startswith("loss")
        chart = self._chart("loss" if loss else name)
        chart.add(name.removeprefix("loss").strip() or "loss" if loss else name, step, value)
        self.word.setVisible(any("discriminator" in line for line in self.charts["loss"].lines))

    def _chart(self, name: str) -> Chart:
        if name not in self.charts:
            loss = name == "loss"
            words = NAMES.get(name, f"{name.capitalize()} on held-back pictures")
            waiting = "The first values come soon" if loss else "Measured now and then"
            chart = Chart("Loss" if loss else words, smooth=loss, waiting=waiting)
            chart.set_log(loss and self.log.isChecked())
            if self._ink is not None:
                chart.set_ink(self._ink)
            self.charts[name] = chart
            self.row.addWidget(chart, 1)
        return self.charts[name]
