"""Which generator: any that is installed."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from engine import catalogue
from engine.specs import GENERATORS
from gui.editor import combo
from gui.editors import describe

TIP = Qt.ItemDataRole.ToolTipRole


class GeneratorPicker(QWidget):
    """A list of them; whoever shows it refreshes it, since models come and go."""

    chosen = Signal(str)
    found = Signal(bool)  # whether there is any, each time the list was read

    def __init__(self) -> None:
        super().__init__()
        self.box: QComboBox = combo("Generator")
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self.box)
        self.refresh()
        self.box.activated.connect(lambda _: self.chosen.emit(self.model or ""))

    @property
    def model(self) -> str | None:
        """The id of the one that is chosen; None where there is none at all."""
        return self.box.currentData()

    def refresh(self) -> None:
        """Read the list again, keeping the choice."""
        chosen = self.model
        self.box.clear()
        for entry in catalogue.entries(GENERATORS):
            self.box.addItem(entry.card.title or entry.id, entry.id)
            self.box.setItemData(self.box.count() - 1, describe(entry), TIP)
        self.show_model(chosen or "")
        self.found.emit(self.box.count() > 0)

    def has(self, model: str) -> bool:
        """Whether it is in the list."""
        return self.box.findData(model) >= 0

    def choose(self, model: str) -> None:
        """Choose it as a person would, where it is in the list."""
        if self.show_model(model):
            self.chosen.emit(model)

    def show_model(self, model: str) -> bool:
        """Choose it without saying so; False where it is not installed."""
        at = self.box.findData(model)
        self.box.setCurrentIndex(max(0, at))
        self.box.setToolTip(str(self.box.currentData(TIP) or ""))
        return at >= 0
