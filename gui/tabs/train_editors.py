"""Editors that only training needs: a time, a name, a base model, values typed in."""

import re
from collections.abc import Callable
from dataclasses import Field, replace
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QLabel, QLineEdit, QPushButton

from engine.knobs import Knob
from gui.editor import LABEL, Editor
from gui.editors import Choice, Folder, ModelPicker, describe
from gui.widgets.labels import quiet

TIMES = ((10, "10 min"), (30, "30 min"), (120, "2 h"), (480, "Night"))


class Base(ModelPicker):
    """The model to start from, or none."""

    def _describe(self) -> None:
        entry = self.entry()
        words = "Learns everything anew: that takes hours, on a CPU days."
        self.line.setText(describe(entry) if entry else words)


class Explained(Choice):
    """One of a list whose words are long: the short ones in the box, all of them below it."""

    def __init__(self, about: Knob) -> None:
        super().__init__(about)
        self.line = quiet()
        self.rows.addWidget(self.line)
        for at, (_, words) in enumerate(about.choices):
            self.box.setItemText(at, re.split(r"[:,(]", words)[0].strip())
        self.box.currentIndexChanged.connect(self._explain)
        self._explain()

    def _explain(self) -> None:
        words = dict(self.about.choices).get(self.value(), "")
        self.line.setText(words)
        self.line.setVisible(words != self.box.currentText())


class Minutes(QDoubleSpinBox):
    """Minutes without needless zeros."""

    def textFromValue(self, value: float) -> str:
        """As short as it can be."""
        return f"{value:g}"


class Time(Editor):
    """How long: a box, and the usual lengths to click on."""

    def __init__(self, about: Knob) -> None:
        super().__init__(about)
        self.box = Minutes()
        self.box.setDecimals(2)
        self.box.setRange(about.low or 0, about.high or 1e6)
        self.box.setSingleStep(about.step or 1)
        self.box.setSuffix(f" {about.unit}")
        self.box.lineEdit().setTextMargins(8, 0, 8, 0)
        self.box.setAccessibleName(about.label)
        self.box.valueChanged.connect(self.changed)
        self.rows.addWidget(self.box)
        row = QHBoxLayout()
        row.setSpacing(4)
        for minutes, words in TIMES:
            button = QPushButton(words)
            button.setProperty("role", "flat")
            button.setToolTip(f"Train for {minutes} minutes")
            button.clicked.connect(lambda _=False, to=minutes: self.box.setValue(to))
            row.addWidget(button)
        self.rows.addLayout(row)

    def value(self) -> float:
        """Minutes."""
        return self.box.value()

    def set_value(self, value: Any) -> None:
        """Show them."""
        self.box.setValue(float(value))


class Name(Editor):
    """What the model is to be called: suggested, until somebody types."""

    def __init__(self, about: Knob) -> None:
        super().__init__(about)
        self.typed = False
        self.box = QLineEdit()
        self.box.setAccessibleName(about.label)
        self.rows.addWidget(self.box)
        self.box.textChanged.connect(self.changed)
        self.box.textEdited.connect(self._edited)

    def value(self) -> str:
        """The name."""
        return self.box.text().strip()

    def set_value(self, value: Any) -> None:
        """Show it."""
        self.box.setText(str(value))

    def suggest(self, name: str) -> None:
        """Show a name, unless one was typed."""
        if not self.typed:
            self.box.setText(name)

    def _edited(self, text: str) -> None:
        self.typed = bool(text.strip())


class Folders(Editor):
    """A second folder of pictures: another domain, or what matches the first."""

    def __init__(self, about: Knob) -> None:
        super().__init__(about)
        self.folder = Folder(replace(about, auto=about.auto or "None"))
        self.rows.addWidget(QLabel(about.label))
        self.rows.addWidget(self.folder)
        self.folder.changed.connect(self.changed)

    def value(self) -> tuple[Path, ...]:
        """The folder, or nothing."""
        chosen = self.folder.value()
        return (chosen,) if chosen else ()

    def set_value(self, value: Any) -> None:
        """Show the first of these folders."""
        self.folder.set_value(value[0] if value else None)


class Typed(Editor):
    """Any plain value in a narrow line; empty means what the program takes of itself.

    What cannot be read counts as empty, and says so.
    """

    def __init__(self, field: Field[Any], about: Knob) -> None:
        super().__init__(about)
        self._read = _reader(str(field.type))
        self._default = field.default
        self.box = QLineEdit()
        self.box.setAccessibleName(about.label)
        self.box.setPlaceholderText("Auto" if about.auto else _words(field.default))
        help = f"{about.help} {about.auto}." if about.auto else about.help
        self.box.setToolTip(help)
        self.setToolTip(help)
        name = QLabel(f"{about.label}, {about.unit}" if about.unit else about.label)
        name.setWordWrap(True)
        name.setBuddy(self.box)
        name.setMinimumWidth(LABEL)
        self.wrong = quiet()
        self.wrong.setProperty("role", "bad")
        self.wrong.hide()
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(name, 1)
        row.addWidget(self.box, 1)
        self.rows.addLayout(row)
        self.rows.addWidget(self.wrong)
        self.box.textChanged.connect(self._check)

    def value(self) -> Any:
        """The value, or what the program takes of itself."""
        text = self.box.text().strip()
        try:
            return self._checked(text) if text else self._default
        except ValueError:
            return self._default

    def set_value(self, value: Any) -> None:
        """Show it; what the program takes of itself shows as empty."""
        self.box.setText("" if value == self._default else _words(value))

    def _checked(self, text: str) -> Any:
        value = self._read(text.replace(",", ".") if self._read is float else text)
        low, high = self.about.low, self.about.high
        if low is not None and high is not None and not low <= value <= high:
            raise ValueError(f"From {low:g} to {high:g}.")
        return value

    def _check(self) -> None:
        text, wrong = self.box.text().strip(), ""
        try:
            if text:
                self._checked(text)
        except ValueError as why:
            wrong = str(why) if str(why).startswith("From") else "A number, please."
        self.wrong.setText(wrong)
        self.wrong.setVisible(bool(wrong))
        self.changed.emit()


def _words(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)


def _reader(hint: str) -> Callable[[str], Any]:
    """What makes a value of that type from text."""
    for word, read in (("float", float), ("Path", Path), ("int", int)):
        if word in hint:
            return read
    return str
