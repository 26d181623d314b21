"""The right side of a picture tab: title, facts, form, the main action."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gui.widgets.labels import Elided, line, quiet, title

WIDTH = 320


class Panel(QWidget):
    """Settings in the order one decides; the action stays in sight below them."""

    start = Signal()
    start_one = Signal()
    add = Signal()

    def __init__(self, name: str, form: QWidget) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.setFixedWidth(WIDTH)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.title = title(name)
        self.file, self.facts = Elided(mode=Qt.TextElideMode.ElideMiddle), quiet()
        self.file.setProperty("role", "quiet")
        top = QVBoxLayout()
        top.setContentsMargins(20, 20, 20, 12)
        top.setSpacing(2)
        top.addWidget(self.title)
        top.addSpacing(6)
        top.addWidget(self.file)
        top.addWidget(self.facts)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(top)
        box.addWidget(line())
        box.addWidget(scrolling(form), 1)
        box.addWidget(line())
        box.addLayout(self._buttons())

    def _buttons(self) -> QVBoxLayout:
        self.main = QPushButton()
        self.main.setProperty("role", "main")
        self.main.setToolTip("Start (Ctrl+Enter)")
        self.one = QPushButton("Only this one")
        self.more = QPushButton("Add photos…")
        self.more.setToolTip("Put more photos into the queue")
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.one)
        row.addWidget(self.more)
        box = QVBoxLayout()
        box.setContentsMargins(20, 14, 20, 18)
        box.setSpacing(10)
        box.addWidget(self.main)
        box.addLayout(row)
        self.main.clicked.connect(self.start)
        self.one.clicked.connect(self.start_one)
        self.more.clicked.connect(self.add)
        return box

    def set_action(self, words: str, *, enabled: bool, several: bool) -> None:
        """What the main button does, and whether there is more than one to do."""
        self.main.setText(words)
        self.main.setEnabled(enabled)
        self.one.setVisible(several)
        self.one.setEnabled(enabled)


def scrolling(form: QWidget) -> QScrollArea:
    """A form that scrolls where it is too long, with the panel's margins."""
    inner = QWidget()
    box = QVBoxLayout(inner)
    box.setContentsMargins(20, 16, 20, 16)
    box.addWidget(form)
    box.addStretch()
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(inner)
    bar = area.verticalScrollBar()

    def make_room(_low: int, high: int) -> None:
        box.setContentsMargins(20, 16, 20 - bar.sizeHint().width() if high else 20, 16)

    bar.rangeChanged.connect(make_room)
    return area
