"""The small bar on a picture: how to compare, and how large to show it."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton

from gui.icons import icon

INK = "#f1efec"  # it lies on pictures, in either theme


class Pill(QFrame):
    """A rounded bar of small buttons that floats over a picture."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("pill")
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(6, 3, 6, 3)
        self.row.setSpacing(1)

    def add(self, text: str, tip: str, drawing: str = "") -> QToolButton:
        """A button with words, or with an icon."""
        button = QToolButton()
        button.setToolTip(tip)
        button.setAccessibleName(tip.split(" (")[0])
        if drawing:
            button.setIcon(QIcon(icon(drawing, INK)))
        else:
            button.setText(text)
        self.row.addWidget(button)
        return button


class ZoomBar(Pill):
    """Fit, 50 %, 100 %, smaller, larger."""

    fit = Signal()
    zoom = Signal(float)
    step = Signal(int)  # +1 larger, -1 smaller

    def __init__(self) -> None:
        super().__init__()
        self.add("Fit", "Show all of it (0)").clicked.connect(self.fit)
        self.add("50 %", "Half size").clicked.connect(lambda: self.zoom.emit(0.5))
        self.now = self.add("100 %", "One pixel of the picture on one of the screen (1)")
        self.now.clicked.connect(lambda: self.zoom.emit(1.0))
        self.add("", "Smaller (-)", "minus").clicked.connect(lambda: self.step.emit(-1))
        self.add("", "Larger (+)", "plus").clicked.connect(lambda: self.step.emit(1))


class CompareBar(Pill):
    """Slider, side by side, or the original for as long as the button is held."""

    side_by_side = Signal(bool)
    original = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.slider = self.add("", "Compare with a slider", "split")
        self.side = self.add("", "Compare side by side", "side")
        for button in (self.slider, self.side):
            button.setCheckable(True)
            button.setAutoExclusive(True)
        self.slider.setChecked(True)
        self.side.toggled.connect(self.side_by_side)
        hold = self.add("", "Hold to see the original (Space)", "eye")
        hold.pressed.connect(lambda: self.original.emit(True))
        hold.released.connect(lambda: self.original.emit(False))
