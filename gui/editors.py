"""One widget for one knob: it is given a value, it gives a value, it says when it changed."""

from dataclasses import Field
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, get_args

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from engine import catalogue
from engine.knobs import Knob
from gui.widgets.labels import quiet
from gui.widgets.slider_row import SliderRow

LABEL = 92  # px for the name beside a box
MOST_STEPS = 400  # more than a slider of this width can tell apart: a box to type in


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


class Tick(Editor):
    """A bool."""

    def __init__(self, about: Knob) -> None:
        super().__init__(about)
        self.box = QCheckBox(about.label)
        self.box.setAccessibleDescription(about.help)
        self.rows.addWidget(self.box)
        self.box.toggled.connect(self.changed)

    def value(self) -> bool:
        """Ticked or not."""
        return self.box.isChecked()

    def set_value(self, value: Any) -> None:
        """Tick it or not."""
        self.box.setChecked(bool(value))


class Choice(Editor):
    """One of a closed list."""

    def __init__(self, about: Knob) -> None:
        super().__init__(about)
        self.box = _combo(about.label)
        for value, words in about.choices:
            self.box.addItem(words, value)
        self.rows.addLayout(_labelled(about.label, self.box))
        self.box.currentIndexChanged.connect(self.changed)

    def value(self) -> Any:
        """The chosen value."""
        return self.box.currentData()

    def set_value(self, value: Any) -> None:
        """Choose it, where it is in the list."""
        self.box.setCurrentIndex(max(0, self.box.findData(value)))


class Words(Editor):
    """Text."""

    def __init__(self, about: Knob) -> None:
        super().__init__(about)
        self.box = QLineEdit()
        self.box.setAccessibleName(about.label)
        self.rows.addLayout(_labelled(about.label, self.box))
        self.rows.addWidget(quiet(about.help))
        self.box.textChanged.connect(self.changed)

    def value(self) -> str:
        """The text."""
        return self.box.text()

    def set_value(self, value: Any) -> None:
        """Show the text."""
        self.box.setText(str(value))


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
            self.rows.addLayout(_labelled(about.label, self.box))
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
        self.box = _combo(label)
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


class ModelPicker(Editor):
    """One of the installed models of a task, with a line about it."""

    def __init__(self, about: Knob, task: str) -> None:
        super().__init__(about)
        self._task = task
        self.box = _combo(about.label)
        self.line = quiet()
        self.rows.addWidget(self.box)
        self.rows.addWidget(self.line)
        self.refresh()
        self.box.currentIndexChanged.connect(self._chosen)

    def showEvent(self, event: QShowEvent) -> None:
        """Models may have come or gone since it was last seen."""
        super().showEvent(event)
        self.refresh()

    def refresh(self) -> None:
        """Read the list again, keeping the choice."""
        chosen = self.value() if self.box.count() else None
        self.box.blockSignals(True)
        self.box.clear()
        self.box.addItem(self.about.auto or "Automatic", None)
        for entry in catalogue.entries(self._task):
            self.box.addItem(entry.card.title or entry.id, entry.id)
        self.box.setCurrentIndex(max(0, self.box.findData(chosen)))
        self.box.blockSignals(False)
        self._describe()

    def value(self) -> str | None:
        """The model's id; None lets the engine choose."""
        chosen = self.box.currentData()
        return None if chosen is None else str(chosen)

    def set_value(self, value: Any) -> None:
        """Choose a model; one that is gone leaves the choice to the engine."""
        self.box.setCurrentIndex(max(0, self.box.findData(value)))

    def _chosen(self) -> None:
        self._describe()
        self.changed.emit()

    def _describe(self) -> None:
        entries = {entry.id: entry for entry in catalogue.entries(self._task)}
        entry = entries.get(self.value() or "")
        if entry:
            self.line.setText(describe(entry))
        elif entries:
            self.line.setText("Safelight picks the model that suits each picture.")
        else:
            self.line.setText("No model is installed yet. Put one into the models folder.")


class Folder(Editor):
    """Where results go: next to the originals, or a folder."""

    def __init__(self, about: Knob) -> None:
        super().__init__(about)
        self._folder: Path | None = None
        self.line = quiet()
        self.choose = QPushButton("Choose folder…")
        self.choose.setAccessibleName(f"{about.label}: choose a folder")
        self.reset = QPushButton(about.auto or "Reset")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.choose)
        row.addWidget(self.reset)
        row.addStretch()
        self.rows.addWidget(self.line)
        self.rows.addLayout(row)
        self.choose.clicked.connect(self._ask)
        self.reset.clicked.connect(self._forget)
        self._show()

    def value(self) -> Path | None:
        """The folder, or None."""
        return self._folder

    def set_value(self, value: Any) -> None:
        """Show this folder, or None."""
        self._folder = Path(value) if value else None
        self._show()

    def set_words(self, words: str) -> None:
        """Say what will be written."""
        self.line.setText(words)

    def _ask(self) -> None:
        start = str(self._folder or Path.home())
        chosen = QFileDialog.getExistingDirectory(self, self.about.label, start)
        if chosen:
            self.set_value(chosen)
            self.changed.emit()

    def _forget(self) -> None:
        self.set_value(None)
        self.changed.emit()

    def _show(self) -> None:
        self.line.setText(str(self._folder) if self._folder else self.about.auto)
        self.reset.setVisible(self._folder is not None)


def describe(entry: catalogue.Entry) -> str:
    """A model in a line: what it is for, how large it is, how well it does."""
    card = entry.card
    parts = [card.description.rstrip(".")] if card.description else []
    parts.append(f"{entry.parameters / 1e6:.1f} M parameters")
    parts += [f"{name} {score:g}" for name, score in list(card.scores.items())[:1]]
    return " · ".join(parts)


def editor_for(field: Field[Any], about: Knob, task: str) -> Editor | None:
    """The editor of a knob; None for what no form asks."""
    if about.kind in ("sources", "hidden", "device"):
        return None
    if about.kind == "target":
        return Folder(about)
    if about.kind == "model":
        return ModelPicker(about, task)
    if about.choices:
        return Choice(about)
    kinds = _kinds(field)
    if bool in kinds:
        return Tick(about)
    if int in kinds or float in kinds:
        make = Auto if NoneType in kinds else Number
        return make(about, whole=float not in kinds)
    return Words(about)


def _kinds(field: Field[Any]) -> tuple[Any, ...]:
    return get_args(field.type) if isinstance(field.type, UnionType) else (field.type,)


def whole(field: Field[Any]) -> bool:
    """Whether a number is an int."""
    return float not in _kinds(field)


def _combo(label: str) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(label)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(8)
    box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    return box


def _spin(about: Knob, low: float, high: float, *, whole: bool) -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.setDecimals(0 if whole else 2)
    box.setRange(low, high)
    box.setAccessibleName(about.label)
    box.setSuffix(f" {about.unit}" if about.unit else "")
    box.setToolTip(about.help)
    return box


def _labelled(label: str, widget: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(10)
    name = QLabel(label)
    name.setBuddy(widget)
    name.setWordWrap(True)
    name.setFixedWidth(LABEL)
    row.addWidget(name)
    row.addWidget(widget, 1)
    return row
