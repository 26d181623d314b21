"""Numbers to be read at a glance, and tables."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from engine.job import Table
from gui.widgets.labels import line, quiet

UNITS = ("dB", "nats", "%", "points", "kB", "ms", "s")


def parted(name: str, value: float) -> tuple[str, str]:
    """A figure's name without its unit, and the number with it."""
    head, _, unit = name.rpartition(", ")
    unit = unit if unit in UNITS else ""
    return (head if unit else name), f"{number(value)} {unit}".strip()


def number(value: float) -> str:
    """Whole ones without a point, four digits below 1, two after the point for the others."""
    if value == int(value) and abs(value) < 1e9:
        return f"{int(value):,}"
    return f"{value:.4f}" if abs(value) < 1 else f"{value:,.2f}"


class Figures(QWidget):
    """Large numbers beside each other, what they are below them."""

    def __init__(self) -> None:
        super().__init__()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(24)

    def show_figures(self, figures: dict[str, float]) -> None:
        """These, and no others."""
        while self._row.count():
            item = self._row.takeAt(0)
            if item is not None and (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for name, value in figures.items():
            top = Qt.AlignmentFlag.AlignTop
            self._row.addWidget(_figure(*parted(name, value)), 1, top)
        if len(figures) < 3:
            self._row.addStretch(3 - len(figures))


def _figure(name: str, value: str) -> QWidget:
    large, small = QLabel(value), quiet(name[:1].upper() + name[1:])
    large.setProperty("role", "invite")
    large.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    widget = QWidget()
    widget.setAccessibleName(f"{name}: {value}")
    box = QVBoxLayout(widget)
    box.setContentsMargins(0, 0, 0, 0)
    box.setSpacing(0)
    box.addWidget(large)
    box.addWidget(small)
    return widget


class TableView(QWidget):
    """Rows under their heads: words on the left, numbers on the right."""

    def __init__(self, table: Table) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(5)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        count = len(table.heads)
        for column, head in enumerate(table.heads):
            label = quiet(head)
            label.setAlignment(right if column else left)
            grid.addWidget(label, 0, column)
            grid.setColumnStretch(column, 3 if column == 0 else 1)
        for at, row in enumerate(table.rows):
            grid.addWidget(line(), 2 * at + 1, 0, 1, count)
            for column, cell in enumerate(row):
                text = cell.replace("+-", "±") if isinstance(cell, str) else number(cell)
                label = QLabel(text)
                label.setAlignment(right if column else left)
                label.setWordWrap(column == 0)
                label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                grid.addWidget(label, 2 * at + 2, column)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
