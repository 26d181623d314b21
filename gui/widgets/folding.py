"""A part of a form that folds away behind its name."""

from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget


class Folding(QWidget):
    """A button with the section's name; a click shows or hides what is below it."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self.button = QPushButton()
        self.button.setProperty("role", "fold")
        self.button.setCheckable(True)
        self.button.setAccessibleName(name)
        self.button.toggled.connect(self._show)
        self.body = QWidget()
        self.rows = QVBoxLayout(self.body)
        self.rows.setContentsMargins(0, 6, 0, 0)
        self.rows.setSpacing(14)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.button)
        box.addWidget(self.body)
        self._show(False)

    def _show(self, open_: bool) -> None:
        self.body.setVisible(open_)
        self.button.setText(("▾  " if open_ else "▸  ") + self._name)
