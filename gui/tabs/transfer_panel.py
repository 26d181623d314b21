"""What the Transfer tab's panel holds beside its form: photos or drawing, and the tools."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gui.widgets.drawing_tools import DrawingTools
from gui.widgets.labels import line, quiet, section


class Modes(QWidget):
    """On photos, or by drawing; offered only where a model can be drawn for."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._offered = False
        self.photos, self.draw = QPushButton("On photos"), QPushButton("Draw")
        self.photos.setToolTip("Work on photos and folders")
        self.draw.setToolTip("Draw by hand and see the result at once")
        group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for button in (self.draw, self.photos):
            button.setCheckable(True)
            button.setProperty("role", "mode")
            group.addButton(button)
            row.addWidget(button, 1)
        self.draw.setChecked(True)  # who chooses such a model wants to draw, most of the time
        self.draw.toggled.connect(lambda _: self.changed.emit())
        self.hide()

    def offer(self, offered: bool) -> None:
        """Whether the model in hand can be drawn for."""
        self._offered = offered
        self.setVisible(offered)

    @property
    def draws(self) -> bool:
        """Whether one draws now."""
        return self._offered and self.draw.isChecked()


class DrawingPanel(QWidget):
    """The tools with their section's name, and where to begin."""

    sample = Signal()
    below = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.tools = DrawingTools()
        self.try_sample = QPushButton("Begin with a sample")
        self.trace = QCheckBox("Load pictures below, to trace")
        self.trace.setToolTip(
            "The picture shines through the paper; it does not become the drawing"
        )
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(14)
        for widget in (line(), section("Drawing"), self.tools, line(), section("Begin")):
            rows.addWidget(widget)
        rows.addWidget(quiet("Load a photo or a drawing, drop one on the canvas, or try this."))
        rows.addWidget(self.try_sample)
        rows.addWidget(self.trace)
        self.try_sample.clicked.connect(self.sample)
        self.trace.toggled.connect(self.below)
        self.hide()
