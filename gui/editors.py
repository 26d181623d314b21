"""One widget for one knob: it is given a value, it gives a value, it says when it changed."""

from dataclasses import Field
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, ClassVar, get_args

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
)

from engine import catalogue
from engine.knobs import Knob
from engine.results import figure
from gui.editor import Editor, combo, labelled
from gui.numbers import Auto, Number
from gui.widgets.labels import quiet

BESIDE = (catalogue.COST, "input PSNR", "untouched")  # scores that do not say how well a model does


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
        self.box = combo(about.label)
        for value, words in about.choices:
            self.box.addItem(words, value)
        self.rows.addLayout(labelled(about.label, self.box))
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
        self.rows.addLayout(labelled(about.label, self.box))
        self.rows.addWidget(quiet(about.help))
        self.box.textChanged.connect(self.changed)

    def value(self) -> str:
        """The text."""
        return self.box.text()

    def set_value(self, value: Any) -> None:
        """Show the text."""
        self.box.setText(str(value))


class ModelPicker(Editor):
    """One of the installed models of some tasks, with a line about it.

    `automatic`: whether the choice may be left to the engine.
    """

    automatic: ClassVar[bool] = True

    def __init__(self, about: Knob, tasks: tuple[str, ...]) -> None:
        super().__init__(about)
        self._tasks = tasks
        self.box = combo(about.label)
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
        if self.automatic:
            self.box.addItem(self.about.auto or "Automatic", None)
        for entry in self.entries():
            self.box.addItem(entry.card.title or entry.id, entry.id)
        for model, words in self.others():
            self.box.addItem(words, model)
        self.box.setCurrentIndex(max(0, self.box.findData(chosen)))
        self.box.blockSignals(False)
        self._describe()
        if self.value() != chosen:
            self.changed.emit()

    def value(self) -> str | None:
        """The model's id; None lets the engine choose."""
        chosen = self.box.currentData()
        return None if chosen is None else str(chosen)

    def set_value(self, value: Any) -> None:
        """Choose a model; one that is gone leaves the choice to the engine."""
        self.box.setCurrentIndex(max(0, self.box.findData(value)))

    def has(self, model: str) -> bool:
        """Whether it is in the list."""
        return self.box.findData(model) >= 0

    def choose(self, model: str) -> None:
        """Choose it as a person would, where it is in the list."""
        if self.has(model):
            self.set_value(model)

    def entries(self) -> list[catalogue.Entry]:
        """What there is to choose from."""
        return catalogue.entries(*self._tasks)

    def others(self) -> list[tuple[str, str]]:
        """Further ids, with words: models that are named somewhere and not installed."""
        return []

    def entry(self) -> catalogue.Entry | None:
        """The chosen model; None where the engine chooses, or it is gone."""
        chosen = self.value()
        entries = self.entries() if chosen else []
        return next((entry for entry in entries if entry.id == chosen), None)

    def _chosen(self) -> None:
        self._describe()
        self.changed.emit()

    def _describe(self) -> None:
        entry = self.entry()
        if entry:
            self.line.setText(describe(entry))
        elif self.entries():
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


class Folders(Folder):
    """A folder of pictures that a training may do without: none, or one."""

    def value(self) -> Any:
        """As the spec has it: a tuple."""
        return (self._folder,) if self._folder else ()

    def set_value(self, value: Any) -> None:
        """Show the first of some folders, or none."""
        super().set_value(value[0] if isinstance(value, tuple) and value else value or None)


def describe(entry: catalogue.Entry) -> str:
    """A model in a line: what it is for, how large it is, how well it does."""
    card = entry.card
    parts = [card.description.rstrip(".")] if card.description else []
    parts.append(f"{entry.parameters / 1e6:.1f} M parameters")
    told = [each for each in card.scores.items() if not each[0].endswith(BESIDE)]
    parts += [f"{name} {figure(name, score)}" for name, score in told[:1]]
    return " · ".join(parts)


def editor_for(field: Field[Any], about: Knob, tasks: tuple[str, ...] = ()) -> Editor | None:
    """The editor of a knob; None for what no form asks."""
    if about.kind in ("sources", "hidden", "device"):
        return None
    if about.kind in ("target", "folders"):
        return Folder(about) if about.kind == "target" else Folders(about)
    if about.kind == "model":
        return ModelPicker(about, tasks)
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
