"""A few pages behind buttons in a row, of which one is seen."""

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)


class Segments(QWidget):
    """The buttons."""

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.buttons = QButtonGroup(self)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self.buttons.idClicked.connect(self.chosen)

    def add(self, name: str, tip: str) -> QPushButton:
        """One more, on the right."""
        button = QPushButton(name)
        button.setProperty("role", "segment")
        button.setCheckable(True)
        button.setToolTip(tip)
        button.setSizePolicy(QSizePolicy.Policy.MinimumExpanding, QSizePolicy.Policy.Fixed)
        self.buttons.addButton(button, len(self.buttons.buttons()))
        self._row.addWidget(button)
        button.setChecked(len(self.buttons.buttons()) == 1)
        return button


class Pages(QWidget):
    """Segments with the page of each below them."""

    turned = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.segments = Segments()
        self.stack = _Stack()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.segments)
        box.addWidget(self.stack, 1)
        self.segments.chosen.connect(self.turn_to)

    def add(self, name: str, tip: str, page: QWidget) -> int:
        """One more page; its number."""
        self.segments.add(name, tip)
        return self.stack.addWidget(page)

    def turn_to(self, number: int) -> None:
        """Show that page."""
        if number != self.stack.currentIndex():
            self.segments.buttons.button(number).setChecked(True)
            self.stack.setCurrentIndex(number)
            self.turned.emit(number)


class _Stack(QStackedWidget):
    """As high as there is room: a long page scrolls."""

    def minimumSizeHint(self) -> QSize:
        """Small."""
        return QSize(60, 60)
