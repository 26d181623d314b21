"""A legend of classes; each is shown or hidden by a click."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from gui.widgets.lab_ink import LabInk
from gui.widgets.palette import Label

ROOM = 44  # px that chip and margins take beside a name
MOST = 20  # of more classes the rest are not listed


class Chip(Label):
    """One class; with Shift it is shown alone."""

    alone = Signal()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click, or one with Shift."""
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.setDown(False)
            self.alone.emit()
        else:
            super().mouseReleaseEvent(event)


class ClassChips(QWidget):
    """As many in a row as their names leave room for."""

    changed = Signal(set)  # the numbers of the hidden classes

    def __init__(self) -> None:
        super().__init__()
        self.chips: list[Chip] = []
        self._names: tuple[str, ...] = ()
        self._ink: LabInk | None = None
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(2)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)

    @property
    def hidden(self) -> set[int]:
        """Their numbers."""
        return {number for number, chip in enumerate(self.chips) if not chip.isChecked()}

    def minimumSizeHint(self) -> QSize:
        """Narrow is possible."""
        return QSize(60, super().minimumSizeHint().height())

    def set_ink(self, ink: LabInk) -> None:
        """The theme's colours."""
        self._ink = ink
        for number, chip in enumerate(self.chips):
            chip.colour = ink.of(number).name()
            chip.update()

    def set_names(self, names: tuple[str, ...]) -> None:
        """Other classes, all of them shown."""
        if names == self._names:
            return
        self._names = names
        for chip in self.chips:
            chip.deleteLater()
        self.chips = [self._chip(number, name) for number, name in enumerate(names[:MOST])]
        self._arrange()
        self.changed.emit(self.hidden)

    def _chip(self, number: int, name: str) -> Chip:
        chip = Chip(name, self._ink.of(number).name() if self._ink else "#808080")
        chip.setChecked(True)
        chip.setToolTip(f"Show or hide {name}; with Shift, show only {name}")
        chip.toggled.connect(lambda: self.changed.emit(self.hidden))
        chip.alone.connect(lambda: self._only(number))
        return chip

    def _only(self, number: int) -> None:
        """That one alone; again, and all are there."""
        others = {at for at in range(len(self.chips)) if at != number}
        alone = self.hidden == others
        for at, chip in enumerate(self.chips):
            chip.blockSignals(True)
            chip.setChecked(alone or at == number)
            chip.blockSignals(False)
        self.changed.emit(self.hidden)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More or fewer in a row."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        if not self.chips:
            return
        metrics = self.fontMetrics()
        widest = max(metrics.horizontalAdvance(name) for name in self._names[:MOST]) + ROOM
        columns = max(1, min(len(self.chips), 5, self.width() // widest))
        for number, chip in enumerate(self.chips):
            self._grid.addWidget(chip, number // columns, number % columns)
