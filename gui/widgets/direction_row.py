"""A direction: its name, how far one goes along it, and a menu of what else may be done."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QMenu, QSizePolicy, QToolButton, QWidget

from gui.widgets.labels import Elided
from gui.widgets.slider_row import Slider

STEP = 0.1  # standard deviations
USUAL, WIDE = 3.0, 10.0
SIGMA, MINUS = "\u03c3", "\u2212"


class Value(QLabel):
    """A number that goes back to nought at a double click."""

    reset = Signal()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Back to nought."""
        self.reset.emit()
        event.accept()


class DirectionRow(QWidget):
    """A slider from -3 to 3 standard deviations, or from -10 to 10."""

    changed = Signal(float)

    def __init__(self, name: str, tip: str) -> None:
        super().__init__()
        self._most = USUAL
        self.name = Elided(name)
        self.name.setToolTip(tip)
        self.value = Value()
        self.value.setProperty("role", "value")
        self.value.setToolTip("Double-click: back to 0")
        self.value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.value.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.more = QToolButton()
        self.more.setProperty("role", "dots")
        self.more.setText("⋯")
        self.more.setToolTip("Name, layers, remove")
        self.more.setAccessibleName(f"{name}: name, layers, remove")
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu = QMenu(self)
        self.more.setMenu(self.menu)
        self.slider = Slider()
        self.slider.setAccessibleName(name)
        self.slider.setToolTip(tip)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(0, 1)
        grid.addWidget(self.name, 0, 0)
        grid.addWidget(self.value, 0, 1)
        grid.addWidget(self.more, 0, 2)
        grid.addWidget(self.slider, 1, 0, 1, 3)
        self.set_range(USUAL)
        self.slider.valueChanged.connect(self._moved)
        self.value.reset.connect(lambda: self.slider.setValue(0))

    def set_range(self, most: float) -> None:
        """How far it goes either way."""
        now = self.amount()
        self._most = most
        self.slider.blockSignals(True)
        self.slider.setRange(-round(most / STEP), round(most / STEP))
        self.slider.setPageStep(5)
        self.slider.blockSignals(False)
        self.show_amount(now)

    def amount(self) -> float:
        """Standard deviations."""
        return round(self.slider.value() * STEP, 3)

    def show_amount(self, amount: float) -> None:
        """Without saying so; the range widens where it must."""
        if abs(amount) > self._most:
            self.set_range(WIDE)
        self.slider.blockSignals(True)
        self.slider.setValue(round(amount / STEP))
        self.slider.blockSignals(False)
        self._tell()

    def _moved(self) -> None:
        self._tell()
        self.changed.emit(self.amount())

    def _tell(self) -> None:
        amount = self.amount()
        self.value.setText(f"{amount:+.1f} {SIGMA}".replace("-", MINUS) if amount else "0")
