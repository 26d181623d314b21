"""The right side of the Train tab: what to learn, from which pictures, the settings, the start."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.specs import LEARNERS, Train
from gui.editor import combo
from gui.form import Form
from gui.icons import icon
from gui.tabs.panel import Panel
from gui.tabs.train_form import WORDS, form_of, kind_of
from gui.widgets.labels import Elided, line, quiet, section


class Settings(QWidget):
    """Learner, folders, and the form of the learner; forms are made when they are first seen."""

    changed = Signal()
    learner_changed = Signal()
    add_folder = Signal()
    clear_folders = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.forms: dict[str, Form[Train]] = {}
        self.learner = combo("What to learn")
        for each in LEARNERS:
            self.learner.addItem(WORDS[each.learner], each.learner)
        self.rows = QVBoxLayout(self)
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.rows.setSpacing(14)
        for widget in (section("Teach it to"), self.learner, line()):
            self.rows.addWidget(widget)
        self._build_folders()
        self.rows.addWidget(line())
        self.learner.currentIndexChanged.connect(self._chosen)
        self._chosen()

    def _build_folders(self) -> None:
        self.folders = Elided(mode=Qt.TextElideMode.ElideMiddle)
        self.report, self.wrong = quiet(), quiet()
        self.wrong.setProperty("role", "bad")
        self.wrong.hide()
        self.more = QPushButton("Choose a folder…")
        self.more.setToolTip("Good pictures of the kind you care for (Ctrl+Shift+O)")
        self.clear = QPushButton("Clear")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.more)
        row.addWidget(self.clear)
        row.addStretch()
        box = QVBoxLayout()
        box.setSpacing(8)
        for widget in (section("Pictures"), self.folders, self.report, self.wrong):
            box.addWidget(widget)
        box.addLayout(row)
        self.rows.addLayout(box)
        self.more.clicked.connect(self.add_folder)
        self.clear.clicked.connect(self.clear_folders)

    @property
    def form(self) -> Form[Train]:
        """The form of the learner that is chosen."""
        return self.forms[str(self.learner.currentData())]

    def choose(self, learner: str) -> None:
        """Show this learner."""
        self.learner.setCurrentIndex(max(0, self.learner.findData(learner)))

    def show_folders(self, data: tuple[Path, ...]) -> None:
        """Name the folders."""
        self.folders.setText(", ".join(str(path) for path in data))
        self.folders.setVisible(bool(data))
        self.clear.setVisible(bool(data))
        self.more.setText("Add a folder…" if data else "Choose a folder…")

    def tell(self, words: str, wrong: str = "") -> None:
        """What was found in them, and what is wrong with it."""
        self.report.setText(words)
        self.report.setVisible(bool(words))
        self.wrong.setText(wrong)
        self.wrong.setVisible(bool(wrong))

    def _chosen(self) -> None:
        learner = str(self.learner.currentData())
        kind = kind_of(learner)
        if learner not in self.forms:
            form = form_of(kind)
            form.changed.connect(self.changed)
            self.forms[learner] = form
            self.rows.addWidget(form)
        for name, form in self.forms.items():
            form.setVisible(name == learner)
        self.learner.setToolTip((kind.__doc__ or "").strip().splitlines()[0])
        self.learner_changed.emit()


class TrainPanel(Panel):
    """The frame around the settings; speed and errors stand where one starts."""

    measure = Signal()

    def __init__(self, settings: QWidget) -> None:
        super().__init__("Train", settings)
        self.file.hide()
        self.facts.setText("Make a model better on pictures of your own.")

    def _buttons(self) -> QVBoxLayout:
        self.main = QPushButton()
        self.main.setProperty("role", "main")
        self.main.setToolTip("Start (Ctrl+Enter)")
        self.speed, self.wrong = quiet(), quiet()
        self.wrong.setProperty("role", "bad")
        self.wrong.hide()
        self.again = QToolButton()
        self.again.setProperty("role", "flat")
        self.again.setToolTip("Measure: try a few steps and tell when it would be finished")
        self.again.setAccessibleName("Measure the speed")
        row = QHBoxLayout()
        row.addWidget(self.speed, 1)
        row.addWidget(self.again, 0, Qt.AlignmentFlag.AlignTop)
        box = QVBoxLayout()
        box.setContentsMargins(20, 14, 20, 18)
        box.setSpacing(10)
        box.addWidget(self.wrong)
        box.addLayout(row)
        box.addWidget(self.main)
        self.main.clicked.connect(self.start)
        self.again.clicked.connect(self.measure)
        return box

    def set_ink(self, colour: str) -> None:
        """The icon in the text's colour."""
        self.again.setIcon(icon("retry", colour))

    def act(self, words: str, *, enabled: bool) -> None:
        """What the main button does."""
        self.main.setText(words)
        self.main.setEnabled(enabled)

    def tell(self, words: str, *, may_measure: bool) -> None:
        """What is known of the speed, and whether it can be measured now."""
        self.speed.setText(words)
        self.speed.setVisible(bool(words))
        self.again.setVisible(may_measure)

    def complain(self, words: str) -> None:
        """What stands in the way, where one would start; nothing takes it away."""
        self.wrong.setText(words)
        self.wrong.setVisible(bool(words))
