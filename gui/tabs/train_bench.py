"""The middle of the Train tab: a run's name and state, its curves, its samples, all the runs."""

from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QImage
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from engine.specs import Run
from gui.theme import Theme
from gui.widgets.card_strip import Card, CardStrip
from gui.widgets.chart import Ink
from gui.widgets.curves import Curves
from gui.widgets.invite import Invite
from gui.widgets.labels import Elided, quiet
from gui.widgets.sample_sheet import SampleSheet

HEADING = "Drop a folder of photos here"
SENTENCE = (
    "Safelight learns from them, and what it has learned is a model of your own. "
    "Twenty good photos and ten minutes are a start. You can stop and go on at any time; "
    "nothing leaves this computer."
)
STATES = {
    "running": "running",
    "stopped": "stopped, may go on",
    "finished": "finished",
    "broken": "cannot be read",
}


class Start(Invite):
    """The invitation of a tab that learns from folders."""

    def __init__(self) -> None:
        super().__init__(SENTENCE, sample=False, heading=HEADING)

    def _buttons(self, *, sample: bool) -> QHBoxLayout:  # noqa: ARG002
        row = QHBoxLayout()
        self.folder = folder = QPushButton("Choose a folder…")
        folder.setProperty("role", "main")
        folder.setToolTip("Choose a folder (Ctrl+Shift+O)")
        folder.clicked.connect(self.open_folder)
        row.addStretch()
        row.addWidget(folder)
        row.addStretch()
        return row

    def tell(self, heading: str = HEADING, sentence: str = SENTENCE) -> None:
        """Invite, or say that all is ready."""
        self.heading.setText(heading)
        self.about.setText(sentence)
        self.folder.setVisible(heading == HEADING)


class Bench(QWidget):
    """Shows one run, live or from its folder; the others are cards below it."""

    resume = Signal(str)
    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.invite, self.curves, self.samples = Start(), Curves(), SampleSheet()
        self.cards = CardStrip()
        self.shown: str | None = None
        self._folder: Path | None = None
        self.middle = QStackedWidget()
        self.middle.addWidget(self.invite)
        self.middle.addWidget(self._build_run())
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.middle, 1)
        box.addWidget(self.cards)
        self.cards.chosen.connect(self.chosen)
        self.go_on.clicked.connect(lambda: self.resume.emit(self.shown or ""))
        self.open.clicked.connect(self._open)

    def _build_run(self) -> QWidget:
        self.name, self.words = QLabel(), Elided()
        self.name.setProperty("role", "invite")
        self.words.setProperty("role", "quiet")
        self.wrong = quiet()
        self.wrong.setProperty("role", "bad")
        self.go_on, self.open = QPushButton("Resume"), QPushButton("Open folder")
        self.go_on.setToolTip("Go on where this run was stopped, as if it had never been")
        head = QHBoxLayout()
        head.setSpacing(10)
        titles = QVBoxLayout()
        titles.setSpacing(2)
        titles.addWidget(self.name)
        titles.addWidget(self.words)
        head.addLayout(titles, 1)
        head.addWidget(self.go_on, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.open, 0, Qt.AlignmentFlag.AlignTop)
        page = QWidget()
        page.setObjectName("canvas")
        page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        box = QVBoxLayout(page)
        box.setContentsMargins(20, 16, 20, 12)
        box.setSpacing(10)
        box.addLayout(head)
        box.addWidget(self.wrong)
        box.addWidget(self.curves, 5)
        box.addWidget(self.samples, 6)
        return page

    def recolour(self, theme: Theme) -> None:
        """The theme's colours."""
        colour = theme.colour
        lines = (colour("accent"), colour("good"), colour("quiet"), colour("text"))
        self.curves.set_ink(Ink(colour("text"), colour("quiet"), colour("line"), lines))
        self.samples.sheet.set_ink(colour("quiet"))
        self.invite.set_colours(colour("quiet"), colour("accent"), theme.tokens.quiet)

    def show_nothing(self) -> None:
        """Invite."""
        self.shown = None
        self.middle.setCurrentIndex(0)
        self.cards.mark(None)

    def show_run(self, run: Run, *, live: bool) -> None:
        """Show what its folder holds; what comes live is added to that."""
        self.shown, self._folder = run.name, run.folder
        self.curves.clear()
        for step, values in run.curve:
            self.curves.add(step, values)
        self.curves.flush()
        waiting = "The samples come with the first look, before the first step." if live else ""
        self.samples.set_history(list(run.sheets), waiting or "No samples were kept.")
        self.tell(run, live=live)
        self.middle.setCurrentIndex(1)
        self.cards.mark(run.name)

    def tell(self, run: Run, *, live: bool) -> None:
        """Name, state, and what may be done with it."""
        self.name.setText(run.name)
        broken = run.state == "broken"
        words = [] if broken else [run.words] if live else [STATES[run.state], run.words]
        self.words.setText(" · ".join(word for word in words if word))
        self.wrong.setText(run.words if broken else "")
        self.wrong.setVisible(broken)
        self.go_on.setVisible(run.spec is not None and not live and run.state != "running")
        self.go_on.setText("Train further" if run.state == "finished" else "Resume")
        self.open.setVisible(run.folder.is_dir())

    def hear_curve(self, step: int, values: dict[str, float]) -> None:
        """A point of the run that is shown."""
        self.curves.add(step, values)

    def hear_sheet(self, step: int, path: Path, image: QImage) -> None:
        """A sheet of the run that is shown."""
        self.samples.add(step, path, image)

    def list_runs(self, runs: list[Run], live: str | None) -> None:
        """A card for each."""
        cards = [Card(run.name, run.name, card_words(run, live=run.name == live)) for run in runs]
        self.cards.set_cards(cards, self.shown)

    def _open(self) -> None:
        if self._folder is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder)))


def card_words(run: Run, *, live: bool) -> str:
    """State, size and progress of a run, in a line."""
    if live:
        return "training now"
    if run.state == "broken":
        return "cannot be read"
    return f"{run.state} · {run.step:,} steps · {run.bytes / 1e6:.0f} MB"
