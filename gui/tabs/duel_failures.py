"""See it fail, see it mended: the ways in which GANs go wrong, each with its remedies."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.lab_terms import TERMS
from engine.specs_lab import FAILURES, Failure
from gui.icons import icon
from gui.tabs.duel_words import remedy_words
from gui.widgets.labels import quiet


class FailureMenu(QPushButton):
    """A button with the failures below it."""

    chosen = Signal(object)  # a Failure

    def __init__(self) -> None:
        super().__init__("See it fail")
        self.setToolTip("Three ways in which a duel goes wrong, and what mends each")
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        for failure in FAILURES:
            action = menu.addAction(both_names(failure.name))
            action.setToolTip(failure.words)
            action.triggered.connect(partial(self.chosen.emit, failure))
        self.setMenu(menu)


class FailureBar(QWidget):
    """What to look at, and a button for each remedy; the one in use is marked."""

    fail = Signal(object)  # a Failure: show it broken
    mend = Signal(object)  # a LabDuel
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.failure: Failure | None = None
        self.words = quiet()
        self.buttons: list[QPushButton] = []
        self.row = QHBoxLayout()
        self.row.setSpacing(8)
        self.close_it = QToolButton()
        self.close_it.setProperty("role", "flat")
        self.close_it.setToolTip("Close; the duel stays as it is")
        self.close_it.clicked.connect(self.closed)
        head = QHBoxLayout()
        head.addWidget(self.words, 1)
        head.addWidget(self.close_it)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(6)
        box.addLayout(head)
        box.addLayout(self.row)

    def set_ink(self, colour: QColor) -> None:
        """The theme's."""
        self.close_it.setIcon(icon("close", colour.name()))

    def show_failure(self, failure: Failure) -> None:
        """Its words and its remedies."""
        self.failure = failure
        self.words.setText(f"<b>{both_names(failure.name)}.</b> {failure.words}")
        while (item := self.row.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        self.buttons = [self._button("As it fails", "The duel as it goes wrong")]
        self.buttons[0].clicked.connect(partial(self.fail.emit, failure))
        for duel in failure.mended:
            words = remedy_words(failure.broken, duel)
            button = self._button(words, f"The same duel, mended: {words.lower()}")
            button.clicked.connect(partial(self.mend.emit, duel))
            self.buttons.append(button)
        self.row.addStretch(1)
        self.show()

    def mark(self, number: int) -> None:
        """Which is shown: 0 the broken one, then its remedies."""
        for at, button in enumerate(self.buttons):
            button.setChecked(at == number)

    def _button(self, words: str, tip: str) -> QPushButton:
        button = QPushButton(words)
        button.setProperty("role", "mode")
        button.setCheckable(True)
        button.setToolTip(tip)
        self.row.addWidget(button)
        return button


def both_names(name: str) -> str:
    """English, and Chinese where there is a word."""
    term = TERMS[name]
    return f"{term.english} · {term.chinese}" if term.chinese else term.english
