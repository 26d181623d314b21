"""A model file was dropped: what it is, how it shall be called, import it or not."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from engine.specs import Recognised
from gui.editor import labelled
from gui.widgets.labels import Elided, line, quiet, title

WIDE = 440  # px
SAFE = "Model files are read as data. Nothing in them is ever run."


class ImportDialog(QDialog):
    """One file; it is told what was found and tells what is wanted."""

    wanted = Signal(str)  # import it under this name

    def __init__(self, parent: QWidget, file: Path) -> None:
        super().__init__(parent)
        self.setWindowTitle("Import a model")
        self.setFixedWidth(WIDE)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.file = Elided(file.name, Qt.TextElideMode.ElideMiddle)
        self.file.setProperty("role", "quiet")
        self.state = quiet("Looking at what is in it …")
        self.about, self.notes, self.wrong = quiet(), quiet(), quiet()
        self.wrong.setProperty("role", "bad")
        self.name = QLineEdit()
        self.name.setAccessibleName("Name")
        self.naming = QWidget()
        named = labelled("Name", self.name)
        named.setContentsMargins(0, 0, 0, 0)
        self.naming.setLayout(named)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(24, 22, 24, 20)
        rows.setSpacing(10)
        top: list[QWidget] = [title("Import a model"), self.file, line(), self.state, self.about]
        for widget in [*top, self.notes, self.naming, self.wrong, quiet(SAFE)]:
            rows.addWidget(widget)
        rows.addLayout(self._buttons())
        for widget in (self.about, self.notes, self.naming, self.wrong):
            widget.hide()
        self.name.returnPressed.connect(self._import)
        self.name.textChanged.connect(self._allow)

    def _buttons(self) -> QHBoxLayout:
        self.cancel, self.go = QPushButton("Cancel"), QPushButton("Import")
        self.go.setProperty("role", "main")
        self.go.setEnabled(False)
        self.go.setDefault(True)
        self.cancel.clicked.connect(self.reject)
        self.go.clicked.connect(self._import)
        row = QHBoxLayout()
        row.setContentsMargins(0, 8, 0, 0)
        row.addStretch()
        row.addWidget(self.cancel)
        row.addWidget(self.go)
        return row

    def show_found(self, found: Recognised) -> None:
        """It can be imported: say what it is."""
        self.state.setText(found_words(found))
        _say(self.about, found.words)
        _say(self.notes, "\n".join(found.notes))
        self.naming.show()
        self.name.setText(found.id)
        self.name.selectAll()
        self.name.setFocus()
        self._fit()

    def refuse(self, words: str) -> None:
        """It cannot be imported, or not under that name: say why."""
        _say(self.wrong, words)
        if self.naming.isHidden():
            self.state.hide()
            self.cancel.setText("Close")
            self.go.hide()
        self.naming.setEnabled(True)
        self._allow()
        self._fit()

    def _import(self) -> None:
        if self.go.isEnabled():
            self.wrong.hide()
            self.naming.setEnabled(False)
            self.go.setEnabled(False)
            self.state.setText("Importing …")
            self.wanted.emit(self.name.text().strip())

    def _allow(self) -> None:
        self.go.setEnabled(bool(self.name.text().strip()) and self.naming.isEnabled())

    def _fit(self) -> None:
        self.adjustSize()


def found_words(found: Recognised) -> str:
    """For example "ESRGAN · 4 times larger · 16.7 M parameters"."""
    parts = [found.network]
    if found.scale > 1:
        parts.append(f"{found.scale} times larger")
    if found.channels == 1:
        parts.append("for grey pictures")
    parts.append(f"{found.parameters / 1e6:.1f} M parameters")
    return " · ".join(parts)


def _say(label: QLabel, words: str) -> None:
    label.setText(words)
    label.setVisible(bool(words))
