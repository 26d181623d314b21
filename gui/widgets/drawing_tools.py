"""What one draws with: shapes, eraser, size, labels; undo and redo."""

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from gui.icons import icon
from gui.widgets.palette import Palette
from gui.widgets.slider_row import SliderRow
from gui.widgets.strokes import Shape, Tool

WIDEST = 120  # px, by the slider; keys go further
KINDS = (  # icon, words, shape, erases
    ("brush", "Brush (B)", Shape.BRUSH, False),
    ("eraser", "Eraser (E)", Shape.BRUSH, True),
    ("box", "Fill a box (R)", Shape.BOX, False),
    ("lasso", "Fill what a lasso surrounds (L)", Shape.LASSO, False),
)
INK = "#000000"


class DrawingTools(QWidget):
    """Tells which tool is in hand; knows no canvas."""

    changed = Signal()  # another tool, size or label
    undo = Signal()
    redo = Signal()
    clear = Signal()

    def __init__(self, what: str = "drawing", widest: int = WIDEST) -> None:
        super().__init__()
        self._what, self._widest, self._smooth = what, widest, True
        self._kinds = QButtonGroup(self)
        self.buttons: dict[str, QToolButton] = {}
        self.width_row = SliderRow("Size", 1, widest, 1, "px")
        self.width_row.slider.setToolTip("How wide the brush is ([ and ])")
        self.palette_box = Palette()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        box.addLayout(self._row())
        box.addWidget(self.width_row)
        box.addWidget(self.palette_box)
        self._kinds.idClicked.connect(lambda _: self.changed.emit())
        self.width_row.changed.connect(self.changed)
        self.palette_box.chosen.connect(self._label_chosen)
        self.allow(undo=False, redo=False)

    def _row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(6)
        for number, (name, words, _, _) in enumerate(KINDS):
            button = self._button(row, name, words)
            button.setCheckable(True)
            self._kinds.addButton(button, number)
        self._kinds.button(0).setChecked(True)
        row.addStretch()
        self._button(row, "undo", "Undo (Ctrl+Z)").clicked.connect(self.undo)
        self._button(row, "redo", "Redo (Ctrl+Y)").clicked.connect(self.redo)
        self._button(row, "close", f"Clear the {self._what}").clicked.connect(self.clear)
        return row

    def _button(self, row: QHBoxLayout, name: str, words: str) -> QToolButton:
        button = QToolButton()
        button.setProperty("role", "tool")
        button.setToolTip(words)
        button.setAccessibleName(words.split(" (")[0])
        button.setIconSize(QSize(18, 18))
        row.addWidget(button)
        self.buttons[name] = button
        return button

    def set_ink(self, colour: str) -> None:
        """Icons in the text's colour."""
        for name, button in self.buttons.items():
            button.setIcon(icon(name, colour))

    def set_labels(self, labels: tuple[tuple[str, str], ...], width: float) -> None:
        """Paint with these labels, or draw lines where there are none; `width` px to begin with."""
        self._smooth = not labels
        self.palette_box.set_labels(labels)
        self._kinds.button(0).setChecked(True)
        self.set_width(width)
        self.changed.emit()

    def set_width(self, width: float) -> None:
        """Show how wide the brush is."""
        self.width_row.set_value(min(width, self._widest))

    def take(self, number: int) -> None:
        """Take the tool of that place in the row."""
        self._kinds.button(number).setChecked(True)
        self.changed.emit()

    def allow(self, *, undo: bool, redo: bool) -> None:
        """Whether there is something to take back, or to bring back."""
        self.buttons["undo"].setEnabled(undo)
        self.buttons["redo"].setEnabled(redo)

    @property
    def tool(self) -> Tool:
        """What is in hand."""
        _, _, shape, erase = KINDS[self._kinds.checkedId()]
        colour = self.palette_box.colour or INK
        return Tool(shape, colour, self.width_row.value(), erase, self._smooth)

    def _label_chosen(self) -> None:
        if KINDS[self._kinds.checkedId()][3]:  # who picks a colour wants to paint
            self._kinds.button(0).setChecked(True)
        self.changed.emit()
