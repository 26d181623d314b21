"""Widgets beside each other, as many in a row as there is room for."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget


class Reflow(QWidget):
    """A grid whose columns are at least `least` px wide and at most `most` in number.

    Fewer widgets than columns share all of the width, unless the grid is `even`.

    `even`: all of a row are as high as the highest; else each has its own height.
    """

    def __init__(self, least: int, most: int, spacing: int = 20, *, even: bool = False) -> None:
        super().__init__()
        self._even = even
        self._side = Qt.AlignmentFlag(0) if even else Qt.AlignmentFlag.AlignTop
        self.widgets: list[QWidget] = []
        self._least, self._most = least, most
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(spacing)
        self._columns = 1

    def add(self, widget: QWidget) -> None:
        """One more, at the end."""
        self.widgets.append(widget)
        self._place()
        widget.show()

    def clear(self) -> None:
        """None."""
        for widget in self.widgets:
            self._grid.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self.widgets.clear()

    def columns(self, width: int) -> int:
        """How many stand beside each other in that width."""
        room = (width + self._grid.spacing()) // (self._least + self._grid.spacing())
        some = self._most if self._even else len(self.widgets)
        return max(1, min(self._most, room, some))

    def minimumSizeHint(self) -> QSize:
        """It may get as narrow as one of them."""
        return QSize(60, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More of them, or fewer."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._place()

    def _place(self) -> None:
        self._columns = self.columns(self.width())
        gaps = (self._columns - 1) * self._grid.spacing()
        even = max(0, (self.width() - gaps) // self._columns)
        for number, widget in enumerate(self.widgets):
            row, column = divmod(number, self._columns)
            self._grid.addWidget(widget, row, column, self._side)
        for column in range(self._most):
            used = column < self._columns
            self._grid.setColumnStretch(column, int(used and not self._even))
            self._grid.setColumnMinimumWidth(column, even if used else 0)
