"""Editors of numbers: one, one that may be automatic, one of several that decides."""

from typing import Any

from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QCheckBox, QDoubleSpinBox

from engine.knobs import Knob
from gui.editor import Editor, combo, labelled
from gui.widgets.slider_row import SliderRow

MOST_STEPS = 400  # more than a slider of this width can tell apart: a box to type in


class Number(Editor):
    """A number: a slider where its steps can be told apart, else a box to type in."""

    def __init__(self, about: Knob, *, whole: bool) -> None:
        super().__init__(about)
        self._whole = whole
        low, high = about.low or 0.0, about.high if about.high is not None else 1e6
        step = about.step or 1.0
        self.row: SliderRow | None = None
        self.box: QDoubleSpinBox | None = None
        if (high - low) / step <= MOST_STEPS:
            self.row = SliderRow(about.label, low, high, step, about.unit)
            self.row.slider.setToolTip(about.help)
            self.rows.addWidget(self.row)
            self.row.changed.connect(self.changed)
        else:
            self.box = _spin(about, low, high, whole=whole)
            self.rows.addLayout(labelled(about.label, self.box))
            self.box.valueChanged.connect(self.changed)

    def value(self) -> float | int:
        """The number, an int where the setting is one."""
        number = self.row.value() if self.row else self.box.value() if self.box else 0.0
        return round(number) if self._whole else number

    def set_value(self, value: Any) -> None:
        """Show the number."""
        if self.row:
            self.row.set_value(float(value))
        elif self.box:
            self.box.setValue(float(value))

    def set_label(self, label: str) -> None:
        """Another name on its slider."""
        if self.row:
            self.row.name.setText(label)
            self.row.slider.setAccessibleName(label)


class Auto(Editor):
    """A number, or None: a tick box that says who decides, and the number below it."""

    def __init__(self, about: Knob, *, whole: bool) -> None:
        super().__init__(about)
        self.box = QCheckBox(about.auto)
        self.box.setToolTip(about.help)
        self.number = Number(about, whole=whole)
        self.rows.setSpacing(10)
        self.rows.addWidget(self.box)
        self.rows.addWidget(self.number)
        self.box.toggled.connect(self._toggled)
        self.number.changed.connect(self.changed)

    def value(self) -> float | int | None:
        """The number, or None where it is decided for one."""
        return None if self.box.isChecked() else self.number.value()

    def set_value(self, value: Any) -> None:
        """Show a number, or None."""
        self.box.setChecked(value is None)
        if value is not None:
            self.number.set_value(value)

    def set_words(self, label: str, auto: str) -> None:
        """Call it by other names."""
        self.box.setText(auto)
        self.number.set_label(label)

    def suggest(self, value: float) -> None:
        """While it is automatic, show what that comes to."""
        if self.box.isChecked():
            self.number.blockSignals(True)
            self.number.set_value(value)
            self.number.blockSignals(False)

    def _toggled(self) -> None:
        self.number.setEnabled(not self.box.isChecked())
        self.changed.emit()


class OneOf(Editor):
    """Several optional numbers of which one decides: choose which, then the number."""

    def __init__(self, label: str, parts: dict[str, tuple[Knob, Any]]) -> None:
        super().__init__(Knob(label))
        self.numbers = {name: Number(about, whole=whole) for name, (about, whole) in parts.items()}
        self.box = combo(label)
        for name, (about, _) in parts.items():
            self.box.addItem(about.label, name)
        self.rows.setSpacing(10)
        self.rows.addWidget(self.box)
        for number in self.numbers.values():
            self.rows.addWidget(number)
            number.changed.connect(self.changed)
        self.box.currentIndexChanged.connect(self._chosen)
        self._show()

    def value(self) -> dict[str, Any]:
        """The first number always, of the others the one that decides, else None."""
        chosen, first = self.box.currentData(), next(iter(self.numbers))
        return {
            name: number.value() if name in (chosen, first) else None
            for name, number in self.numbers.items()
        }

    def set_value(self, value: dict[str, Any]) -> None:
        """Show these; the last that is not None decides."""
        given = {name: number for name, number in value.items() if number is not None}
        for name, number in given.items():
            self.numbers[name].set_value(number)
        self.box.setCurrentIndex(self.box.findData(list(given)[-1]) if given else 0)
        self._show()

    def _chosen(self) -> None:
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        for name, number in self.numbers.items():
            number.setVisible(name == self.box.currentData())


class _Box(QDoubleSpinBox):
    """A box that writes 300, not 300.00, and leaves the wheel to the page."""

    def textFromValue(self, value: float) -> str:
        """No zeros that say nothing."""
        return f"{value:.2f}".rstrip("0").rstrip(".")

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll the page, not the value."""
        event.ignore()


def _spin(about: Knob, low: float, high: float, *, whole: bool) -> QDoubleSpinBox:
    box = _Box()
    box.lineEdit().setTextMargins(8, 0, 8, 0)
    box.setDecimals(0 if whole else 2)
    box.setRange(low, high)
    box.setAccessibleName(about.label)
    box.setSuffix(f" {about.unit}" if about.unit else "")
    box.setToolTip(about.help)
    return box
