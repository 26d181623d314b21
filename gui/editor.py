"""What every editor of a setting has in common."""

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from engine.knobs import Knob

LABEL = 92  # px for the name beside a box


class Editor(QWidget):
    """What every editor has: `value`, `set_value`, `changed`."""

    changed = Signal()

    def __init__(self, about: Knob) -> None:
        super().__init__()
        self.about = about
        self.rows = QVBoxLayout(self)
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.rows.setSpacing(6)
        self.setToolTip(about.help)

    def value(self) -> Any:
        """What the person chose."""
        raise NotImplementedError

    def set_value(self, value: Any) -> None:
        """Show this value."""
        raise NotImplementedError


def combo(label: str) -> QComboBox:
    """A list to choose from that may get narrow."""
    box = QComboBox()
    box.setAccessibleName(label)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(8)
    box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    return box


def labelled(label: str, widget: QWidget) -> QHBoxLayout:
    """A name beside its box."""
    row = QHBoxLayout()
    row.setSpacing(10)
    name = QLabel(label)
    name.setBuddy(widget)
    name.setWordWrap(True)
    name.setFixedWidth(LABEL)
    row.addWidget(name)
    row.addWidget(widget, 1)
    return row
