"""Editors that only steps need: models by the step, and how far a picture is turned."""

from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QPushButton

from engine import catalogue, steps
from engine.knobs import Knob
from engine.specs import PictureStep
from gui.editor import Editor
from gui.editors import ModelPicker
from gui.widgets.slider_row import SliderRow

FINE = 45.0  # degrees either way; beyond them it is a quarter turn and less
FINE_STEP = 0.5


class StepModel(ModelPicker):
    """The models that a kind of step may use; one that is not installed stays in sight."""

    def __init__(self, about: Knob, kind: type[PictureStep], task: str) -> None:
        self._kind, self._task, self._gone = kind, task, ""
        super().__init__(about, (task,))

    def entries(self) -> list[catalogue.Entry]:
        """Those that do what the step is for."""
        return steps.models_for(self._kind, self._task)

    def others(self) -> list[tuple[str, str]]:
        """The one that the step names, where it is not installed."""
        known = {entry.id for entry in self.entries()}
        gone = self._gone and self._gone not in known
        return [(self._gone, f"{self._gone} (not installed)")] if gone else []

    def set_value(self, value: Any) -> None:
        """Choose a model, also one that is not there."""
        self._gone = str(value or "")
        self.refresh()
        super().set_value(value)


class Turn(Editor):
    """Degrees clockwise: quarter turns by buttons, the rest by a slider."""

    def __init__(self, about: Knob) -> None:
        super().__init__(about)
        self._quarters = 0
        self.left, self.right = QPushButton("\u21ba 90\u00b0"), QPushButton("90\u00b0 \u21bb")
        self.left.setAccessibleName("A quarter turn to the left")
        self.right.setAccessibleName("A quarter turn to the right")
        self.fine = SliderRow("Straighten", -FINE, FINE, FINE_STEP, "\u00b0")
        row = QHBoxLayout()
        row.setSpacing(8)
        for button, turn in ((self.left, -1), (self.right, 1)):
            button.setToolTip(button.accessibleName())
            button.clicked.connect(lambda _=False, turn=turn: self._turn(turn))
            row.addWidget(button, 1)
        self.rows.setSpacing(12)
        self.rows.addLayout(row)
        self.rows.addWidget(self.fine)
        self.set_value(0)
        self.fine.changed.connect(self.changed)

    def value(self) -> float:
        """From -180 to 180."""
        angle = 90 * self._quarters + self.fine.value()
        return angle - 360 if angle > 180 else angle + 360 if angle < -180 else angle

    def set_value(self, value: Any) -> None:
        """Show these degrees."""
        self._quarters = round(float(value) / 90)
        self.fine.set_value(float(value) - 90 * self._quarters)

    def _turn(self, quarters: int) -> None:
        angle = self.value() + 90 * quarters
        self.set_value(angle - 360 if angle > 180 else angle + 360 if angle < -180 else angle)
        self.changed.emit()
