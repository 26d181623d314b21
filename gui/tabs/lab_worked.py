"""Worked examples of the textbooks, step by step: formula, exact numbers, and what is printed."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from engine.specs_lab_live import Example, Worked, WorkedStep
from gui.asking import Asker
from gui.notices import words_of
from gui.tabs import Desk
from gui.tabs.lab_words import chart_ink
from gui.widgets.labels import line, quiet
from gui.widgets.net_view import NetView
from gui.widgets.segments import Segments

EXAMPLES = {
    "a": ("An autoencoder", "A 4-2-4 sigmoid autoencoder, forward once"),
    "b": ("A GAN", "One look at a GAN of one dimension"),
    "c": ("Divergences", "KL divergence, ELBO and the best discriminator"),
}
ROOM = 780  # px from which a network is drawn beside the steps
WIDE = 760  # px that lines of text may take


class StepView(QWidget):
    """One step: its name, its formula, a column a number; what is printed stands below."""

    def __init__(self, number: int, step: WorkedStep) -> None:
        super().__init__()
        self.step = step
        name = QLabel(f"{number}.  {step.title}")
        name.setProperty("role", "lead")
        self.formula = mono(QLabel(step.formula))
        self.formula.setWordWrap(True)
        self.remark = QLabel(step.remark)
        self.remark.setProperty("role", "bad")
        self.remark.setWordWrap(True)
        self.remark.setVisible(bool(step.remark))
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 4, 0, 10)
        box.setSpacing(6)
        for widget in (line(), name, self.formula):
            box.addWidget(widget)
        box.addLayout(self._numbers())
        box.addWidget(self.remark)

    def _numbers(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(2)
        grid.addWidget(quiet("Exact"), 0, 0)
        for column, value in enumerate(self.step.values, start=1):
            label = mono(QLabel(exact(value)))
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(label, 0, column, Qt.AlignmentFlag.AlignRight)
        if any(self.step.printed):
            grid.addWidget(quiet("The book prints"), 1, 0)
            for column, text in enumerate(self.step.printed, start=1):
                label = mono(quiet(text))
                label.setWordWrap(False)
                wrong = f"prints {text};" in self.step.remark and bool(text)
                label.setProperty("role", "bad" if wrong and self._off(column - 1) else "quiet")
                grid.addWidget(label, 1, column, Qt.AlignmentFlag.AlignLeft)
        grid.setColumnMinimumWidth(0, 110)
        grid.setColumnStretch(len(self.step.values) + 1, 1)
        return grid

    def _off(self, at: int) -> bool:
        """Whether the print is not the exact number rounded."""
        text = self.step.printed[at]
        digits = len(text.partition(".")[2])
        return f"{self.step.values[at]:.{digits}f}" != f"{float(text):.{digits}f}"


class WorkedPage(QWidget):
    """One example at a time, as far as one has stepped."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.asker = Asker(self, desk.engine, "lab.example")
        self.asker.failed.connect(lambda _, why: self._show_wrong(words_of(why)))
        self.worked: dict[str, Worked] = {}
        self.at: dict[str, int] = {}  # steps that are shown of each
        self.name = ""
        self.steps: list[StepView] = []
        self.setObjectName("canvas")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        box = QVBoxLayout(self)
        box.setContentsMargins(28, 16, 28, 16)
        box.setSpacing(12)
        self.segments = Segments()
        for title, tip in EXAMPLES.values():
            self.segments.add(title, tip)
        self.segments.setMaximumWidth(WIDE)
        self.segments.chosen.connect(lambda number: self.choose(list(EXAMPLES)[number]))
        box.addWidget(self.segments)
        beside = QHBoxLayout()
        beside.setSpacing(20)
        beside.addWidget(self._body(), 1)
        beside.addWidget(self.net, 0, Qt.AlignmentFlag.AlignTop)
        box.addLayout(beside, 1)
        box.addLayout(self._buttons())

    def choose(self, name: str = "") -> None:
        """Show that example, or the one that was shown last."""
        self.name = name or self.name or "a"
        self.segments.buttons.button(list(EXAMPLES).index(self.name)).setChecked(True)
        if self.name in self.worked:
            self._build()
        else:
            self._clear()
            known = self.name
            self.asker.ask(known, Example(known), done=lambda worked: self._take(known, worked))

    def step(self, by: int) -> None:
        """Further, or back."""
        if self.name in self.worked:
            last = len(self.worked[self.name].steps)
            self.at[self.name] = max(1, min(last, self.at[self.name] + by))
            self._show()

    def show_all(self) -> None:
        """Every step."""
        self.step(len(self.steps))

    def recolour(self) -> None:
        """The theme's colours."""
        self.net.set_ink(chart_ink(self._desk.theme))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room, the numbers go first."""
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        self.net.setVisible(len(self.net.sizes) > 1 and self.width() >= ROOM)

    def _body(self) -> QWidget:
        self.title, self.given, self.net = QLabel(), mono(QLabel()), NetView()
        self.title.setProperty("role", "title")
        self.given.setWordWrap(True)
        self.wrong = quiet()
        self.wrong.setProperty("role", "bad")
        body = QWidget()
        outer = QHBoxLayout(body)
        outer.setContentsMargins(0, 0, 0, 0)
        inner = QWidget()
        inner.setMaximumWidth(WIDE)
        outer.addWidget(inner, 1)
        outer.addStretch(0)
        self.rows = QVBoxLayout(inner)
        self.rows.setContentsMargins(0, 0, 14, 0)
        self.rows.setSpacing(8)
        for widget in (self.title, quiet("Given"), self.given, self.wrong):
            self.rows.addWidget(widget)
        self.wrong.hide()
        self.net.hide()
        self.list = QVBoxLayout()
        self.list.setSpacing(6)
        self.rows.addLayout(self.list)
        self.rows.addStretch()
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(body)
        bar = self.area.verticalScrollBar()
        bar.rangeChanged.connect(lambda _, high: bar.setValue(high))
        return self.area

    def _buttons(self) -> QHBoxLayout:
        self.back, self.on = QPushButton("Previous"), QPushButton("Next")
        self.all, self.where = QPushButton("All"), quiet()
        self.on.setProperty("role", "main")
        row = QHBoxLayout()
        row.setSpacing(8)
        about = (
            (self.back, "Left", lambda: self.step(-1)),
            (self.on, "Right", lambda: self.step(1)),
            (self.all, "End", self.show_all),
        )
        for button, key, do in about:
            button.clicked.connect(do)
            button.setToolTip(f"{button.text()} ({key})")
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(do)
            row.addWidget(button)
        row.addSpacing(8)
        row.addWidget(self.where, 1)
        return row

    def _take(self, name: str, worked: Worked) -> None:
        self.worked[name] = worked
        self.at.setdefault(name, 1)
        if name == self.name:
            self._build()

    def _build(self) -> None:
        self._clear()
        worked = self.worked[self.name]
        self.title.setText(worked.title)
        self.given.setText(worked.given)
        for number, step in enumerate(worked.steps, start=1):
            view = StepView(number, step)
            self.steps.append(view)
            self.list.addWidget(view)
        self.net.show_net(layers(worked))
        self._make_room()
        self._show()

    def _clear(self) -> None:
        for view in self.steps:
            self.list.removeWidget(view)
            view.hide()
            view.deleteLater()
        self.steps = []
        self.wrong.hide()
        self.net.show_net(())
        self._make_room()
        self.title.setText(EXAMPLES[self.name][1])
        self.given.setText("")
        self.where.setText("")

    def _show(self) -> None:
        shown = self.at[self.name]
        for number, view in enumerate(self.steps, start=1):
            view.setVisible(number <= shown)
        self.back.setEnabled(shown > 1)
        self.on.setEnabled(shown < len(self.steps))
        self.all.setEnabled(shown < len(self.steps))
        done = [step for step in self.worked[self.name].steps[:shown] if step.layer is not None]
        known = {0: self.worked[self.name].inputs}
        known |= {step.layer: step.values for step in done if step.layer is not None}
        self.net.show_values(known, done[-1].layer if done else None)
        self.where.setText(f"Step {shown} of {len(self.steps)}")

    def _show_wrong(self, words: str) -> None:
        self.wrong.setText(words)
        self.wrong.show()


def layers(worked: Worked) -> tuple[int, ...]:
    """How many units each layer of its network has; empty where it is about none."""
    sizes = {step.layer: len(step.values) for step in worked.steps if step.layer is not None}
    return (len(worked.inputs), *(sizes[layer] for layer in sorted(sizes))) if sizes else ()


def exact(value: float) -> str:
    """Six digits after the point, without needless zeros."""
    text = f"{value:.6f}".rstrip("0")
    return f"{text}0" if text.endswith(".") else text


def mono(label: QLabel) -> QLabel:
    """In letters of one width, so that numbers stand in columns."""
    font = QFont("monospace")
    font.setStyleHint(QFont.StyleHint.Monospace)
    label.setFont(font)
    return label
