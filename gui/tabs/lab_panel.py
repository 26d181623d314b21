"""The right side of the Lab tab: the experiment's name, its settings, what it is, the start."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QVBoxLayout, QWidget

from engine.lab_about import ABOUT, key_of
from engine.specs_lab import Lab
from gui.tabs.lab_settings import LabForm
from gui.tabs.lab_words import sentence, term
from gui.tabs.panel import Panel
from gui.widgets.folding import Folding
from gui.widgets.labels import quiet


class AboutModel(Folding):
    """The idea, the loss, the paper; in both languages."""

    def __init__(self) -> None:
        super().__init__("About this model")
        self.name, self.idea, self.loss, self.paper = QLabel(), quiet(), QLabel(), quiet()
        font = QFont("monospace")
        font.setStyleHint(QFont.StyleHint.Monospace)
        self.loss.setFont(font)
        self.name.setWordWrap(True)
        self.loss.setWordWrap(True)
        self.loss.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.rows.setSpacing(6)
        for label in (self.name, self.idea, self.loss, self.paper):
            self.rows.addWidget(label)

    def tell(self, spec: Lab) -> None:
        """About what is chosen."""
        key = key_of(spec)
        about = ABOUT[key]
        named = term(key)
        self.name.setText(f"{named.english}  {named.chinese}".strip())
        self.idea.setText(about.idea)
        self.loss.setText(about.loss)
        self.paper.setText(about.paper)


class Settings(QWidget):
    """A form an experiment, made when it is first seen, and what it is about below it."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.forms: dict[str, LabForm] = {}
        self.about = AboutModel()
        self._box = QVBoxLayout()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(14)
        rows.addLayout(self._box)
        rows.addWidget(self.about)

    def form(self, kind: type[Lab]) -> LabForm:
        """The form of an experiment."""
        if kind.experiment not in self.forms:
            form = self.forms[kind.experiment] = LabForm(kind)
            form.changed.connect(self.changed)
            form.hide()
            self._box.addWidget(form)
        return self.forms[kind.experiment]

    def choose(self, kind: type[Lab]) -> None:
        """Show this one."""
        chosen = self.form(kind)
        for form in self.forms.values():
            form.setVisible(form is chosen)


class LabPanel(Panel):
    """The frame around the settings; what stands in the way is said where one starts."""

    stop = Signal()
    save_state = Signal()
    save_result = Signal()
    open_state = Signal()

    def __init__(self, settings: Settings) -> None:
        super().__init__("Lab", settings)
        self.file.setProperty("role", "quiet")

    def _buttons(self) -> QVBoxLayout:
        self.main = QPushButton()
        self.main.setProperty("role", "main")
        self.wrong, self.word = quiet(), quiet()
        self.wrong.setProperty("role", "bad")
        self.keep, self.open = QPushButton("Save…"), QPushButton("Open…")
        self.keep.setToolTip("Save what is to be seen here, or its pictures and figures (Ctrl+S)")
        self.open.setToolTip("Open an experiment that was saved, here or from the shell (Ctrl+O)")
        menu = QMenu(self.keep)
        self.as_json = menu.addAction("Settings and results as one JSON…", self.save_state.emit)
        self.as_folder = menu.addAction("Pictures and figures…", self.save_result.emit)
        self.keep.setMenu(menu)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.keep)
        row.addWidget(self.open)
        box = QVBoxLayout()
        box.setContentsMargins(20, 14, 20, 18)
        box.setSpacing(10)
        for widget in (self.wrong, self.word, self.main):
            box.addWidget(widget)
        box.addLayout(row)
        self.main.clicked.connect(self._main)
        self.open.clicked.connect(self.open_state)
        self._runs = False
        self.complain("")
        self.tell("")
        return box

    def show_kind(self, kind: type[Lab]) -> None:
        """Name it."""
        named = term(kind.experiment)
        self.title.setText(named.english)
        self.file.setText(named.chinese)
        self.file.setVisible(bool(named.chinese))
        self.facts.setText(sentence(kind))

    def act(self, *, runs: bool, found: bool) -> None:
        """What the main button does now; `found`: there are pictures and figures to be saved."""
        self._runs = runs
        self.main.setText("Stop" if runs else "Start")
        self.main.setToolTip("Stop; what there is so far stays (Esc)" if runs else "Ctrl+Enter")
        self.as_folder.setEnabled(found)

    def tell(self, words: str) -> None:
        """A word about the start."""
        self.word.setText(words)
        self.word.setVisible(bool(words))

    def complain(self, words: str) -> None:
        """What stands in the way."""
        self.wrong.setText(words)
        self.wrong.setVisible(bool(words))

    def _main(self) -> None:
        (self.stop if self._runs else self.start).emit()
