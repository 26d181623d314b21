"""Labels to paint with: a colour and a name each."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QPushButton, QSizePolicy, QWidget

COLUMNS = 2
CHIP = 16.0  # px
ROW = 28


class Label(QPushButton):
    """One label: its colour, its name; framed when it is the one in hand."""

    def __init__(self, name: str, colour: str) -> None:
        super().__init__()
        self.colour = colour
        self._name = name
        self.setCheckable(True)
        self.setProperty("role", "label")
        self.setAccessibleName(name)
        self.setToolTip(f"Paint {name}")
        self.setFixedHeight(ROW)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Half a panel."""
        return QSize(130, ROW)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Chip and words over the button's own ground."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        text = self.palette().color(self.foregroundRole())
        chip = QRectF(7, (self.height() - CHIP) / 2, CHIP, CHIP)
        edge = QColor(text)
        edge.setAlpha(90)
        painter.setPen(QPen(edge, 1))
        painter.setBrush(QColor(self.colour))
        painter.drawRoundedRect(chip, 4, 4)
        room = self.rect().adjusted(round(chip.right()) + 8, 0, -4, 0)
        words = self.fontMetrics().elidedText(self._name, Qt.TextElideMode.ElideRight, room.width())
        painter.setPen(text)
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)


class Palette(QWidget):
    """Two columns of labels, of which one is in hand."""

    chosen = Signal(str)  # "#rrggbb"

    def __init__(self) -> None:
        super().__init__()
        self.labels: list[Label] = []
        self._group = QButtonGroup(self)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(2)

    def set_labels(self, labels: tuple[tuple[str, str], ...]) -> None:
        """Show these, (name, "#rrggbb") each; the second is taken, the first being the ground."""
        for old in self.labels:
            self._group.removeButton(old)
            old.deleteLater()
        self.labels = [Label(name, colour) for name, colour in labels]
        for at, label in enumerate(self.labels):
            self._group.addButton(label)
            self._grid.addWidget(label, at // COLUMNS, at % COLUMNS)
            label.clicked.connect(lambda _=False, colour=label.colour: self.chosen.emit(colour))
        if self.labels:
            self.labels[min(1, len(self.labels) - 1)].setChecked(True)
        self.setVisible(bool(self.labels))

    @property
    def colour(self) -> str:
        """The colour in hand; "" without labels."""
        return next((label.colour for label in self.labels if label.isChecked()), "")
