"""Editors that only the lab needs: its pictures, names in two languages, text that may be empty."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QPushButton

from engine import places
from engine.knobs import Knob
from engine.lab_about import ABOUT
from gui.editor import Editor, combo
from gui.editors import Words
from gui.tabs.lab_words import term
from gui.widgets.labels import Elided, quiet

BUILT_IN = {
    "digits": ("Digits, built in", "1,797 handwritten digits, 8x8, that come with Safelight."),
    "mnist": ("MNIST", "60,000 handwritten digits, 28x28."),
    "fashion": ("Fashion-MNIST", "60,000 pieces of clothing, 28x28."),
}
FETCHED = {"mnist": "MNIST", "fashion": "FashionMNIST"}  # the folders they are kept in
FOLDER, FILE = "folder", "file"
ARRAYS = "Arrays of pictures (*.npz)"


class TermChoice(Editor):
    """One of a list of things that have a name in two languages, with a line about each.

    `titled`: its own name stands above it; else the section's does.
    """

    def __init__(self, about: Knob, *, titled: bool = False) -> None:
        super().__init__(about)
        self.box = combo(about.label)
        self.line = quiet()
        for value, words in about.choices:
            chinese = term(value).chinese
            self.box.addItem(f"{words}  {chinese}" if chinese else words, value)
        if titled:
            self.rows.addWidget(QLabel(about.label))
        self.rows.addWidget(self.box)
        self.rows.addWidget(self.line)
        self.box.currentIndexChanged.connect(self._chosen)
        self._explain()

    def value(self) -> Any:
        """The chosen value."""
        return self.box.currentData()

    def set_value(self, value: Any) -> None:
        """Choose it, where it is in the list."""
        self.box.setCurrentIndex(max(0, self.box.findData(value)))

    def _chosen(self) -> None:
        self._explain()
        self.changed.emit()

    def _explain(self) -> None:
        chosen = str(self.value())
        self.line.setText(ABOUT[chosen].idea if chosen in ABOUT else self.about.help)


class Perhaps(Words):
    """Text; an empty line means None."""

    def __init__(self, about: Knob) -> None:
        super().__init__(about)
        self.box.setPlaceholderText(about.auto)

    def value(self) -> str | None:  # type: ignore[override]
        """The text, or None."""
        return self.box.text().strip() or None

    def set_value(self, value: Any) -> None:
        """Show it."""
        self.box.setText(value or "")


class FileChoice(Editor):
    """A file, or none."""

    def __init__(self, about: Knob, filter_: str) -> None:
        super().__init__(about)
        self._path: Path | None = None
        self._filter = filter_
        self.line = Elided()
        self.line.setProperty("role", "quiet")
        self.choose, self.reset = QPushButton("Choose a file…"), QPushButton("None")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.choose)
        row.addWidget(self.reset)
        row.addStretch()
        self.rows.addWidget(self.line)
        self.rows.addWidget(quiet(about.help))
        self.rows.addLayout(row)
        self.choose.clicked.connect(self._ask)
        self.reset.clicked.connect(lambda: self._take(None))
        self.set_value(None)

    def value(self) -> Path | None:
        """The file."""
        return self._path

    def set_value(self, value: Any) -> None:
        """Show it."""
        self._path = Path(value) if value else None
        self.line.setText(self._path.name if self._path else f"{self.about.label}: none")
        self.reset.setVisible(self._path is not None)

    def _take(self, path: Path | None) -> None:
        self.set_value(path)
        self.changed.emit()

    def _ask(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, self.about.label, "", self._filter)
        if name:
            self._take(Path(name))


class LabData(Editor):
    """What to learn from: a built-in set, one that is fetched, a folder, an .npz file."""

    ask_folder = Signal()  # a dialog is the tab's affair: it remembers the last folder

    def __init__(self, about: Knob) -> None:
        super().__init__(replace(about, help=""))
        self._own = ""  # folder or file, once there was one
        self.box = combo(about.label)
        for name, (words, _) in BUILT_IN.items():
            self.box.addItem(words, name)
        self.box.addItem("A folder of pictures", FOLDER)
        self.box.addItem("An .npz file", FILE)
        self.path = Elided()
        self.line = quiet()
        self.choose = QPushButton("Choose…")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.path, 1)
        row.addWidget(self.choose)
        self.rows.addWidget(self.box)
        self.rows.addLayout(row)
        self.rows.addWidget(self.line)
        self.box.activated.connect(self._chosen)
        self.choose.clicked.connect(self._ask)
        self.set_value("digits")

    def value(self) -> str:
        """A set's name, or a path."""
        chosen = str(self.box.currentData())
        return chosen if chosen in BUILT_IN else self._own

    def set_value(self, value: Any) -> None:
        """Show this one."""
        value = str(value)
        kind = value if value in BUILT_IN else FILE if value.endswith(".npz") else FOLDER
        self._own = "" if kind in BUILT_IN else value
        self.box.setCurrentIndex(self.box.findData(kind))
        self.refresh()

    def take(self, path: Path) -> None:
        """A folder or an .npz file was chosen."""
        self.set_value(str(path))
        self.changed.emit()

    def _chosen(self) -> None:
        """Another kind: what was chosen of it before, else a dialog."""
        chosen = str(self.box.currentData())
        if chosen not in BUILT_IN and (self._own.endswith(".npz") != (chosen == FILE)):
            self._own = ""
        self.refresh()
        if chosen in BUILT_IN or self._own:
            self.changed.emit()
        else:
            self._ask()

    def _ask(self) -> None:
        if self.box.currentData() == FOLDER:
            self.ask_folder.emit()
        else:
            name, _ = QFileDialog.getOpenFileName(self, self.about.label, "", ARRAYS)
            if name:
                self.take(Path(name))
        if not self.value():  # nothing was chosen: no experiment learns from nothing
            self.set_value("digits")
            self.changed.emit()

    def refresh(self) -> None:
        """Say what it is, and whether it is there."""
        chosen = str(self.box.currentData())
        own = chosen not in BUILT_IN
        self.path.setText(self._own or "Nothing chosen yet")
        self.path.setVisible(own)
        self.choose.setVisible(own)
        if own:
            words = "Its subfolders are classes." if chosen == FOLDER else "Arrays images, labels."
        else:
            words = BUILT_IN[chosen][1]
        self.line.setText(words if fetched(chosen) else f"{words} Not on this computer yet.")


def fetched(name: str) -> bool:
    """Whether a set is on this computer; what needs no fetching is."""
    folder = places.data() / "datasets" / FETCHED.get(name, "")
    return name not in FETCHED or (folder / "raw").is_dir()
