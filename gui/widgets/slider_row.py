"""A number with its name on the left, value and unit on the right, and a slider below."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSlider, QWidget


class Slider(QSlider):
    """A slider that leaves the wheel to the page it is on, unless it has the focus."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll the page, not the value."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class SliderRow(QWidget):
    """A number from `low` to `high` in steps."""

    changed = Signal()

    def __init__(self, label: str, low: float, high: float, step: float, unit: str = "") -> None:
        super().__init__()
        self._low, self._high, self._step, self._unit = low, high, step, unit
        self.slider = Slider()
        self.slider.setRange(0, round((high - low) / step))
        self.slider.setPageStep(max(1, self.slider.maximum() // 10))
        self.slider.setAccessibleName(label)
        self.name = QLabel(label)
        self.shown = QLabel()
        self.shown.setProperty("role", "value")
        self.shown.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(4)
        grid.addWidget(self.name, 0, 0)
        grid.addWidget(self.shown, 0, 1)
        grid.addWidget(self.slider, 1, 0, 1, 2)
        self.slider.valueChanged.connect(self._moved)
        self._moved()

    def value(self) -> float:
        """The number; a step's rounding leaves no tail of digits."""
        return min(self._high, round(self._low + self.slider.value() * self._step, 6))

    def set_value(self, value: float) -> None:
        """Move to the nearest step."""
        self.slider.setValue(round((value - self._low) / self._step))

    def set_words(self, words: str) -> None:
        """Show words in the value's place ("auto, 24")."""
        self.shown.setText(words)

    def _moved(self) -> None:
        unit = {"": "", "x": " \u00d7"}.get(self._unit, f" {self._unit}")
        self.shown.setText(f"{self.value():g}{unit}")
        self.changed.emit()
