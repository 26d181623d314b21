"""What a page shows before its first run: what is to be seen here, and a button that begins."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gui.icons import icon
from gui.widgets.labels import quiet


class StartHere(QWidget):
    """An invitation."""

    start = Signal()

    def __init__(self, picture: str, heading: str, sentence: str, button: str) -> None:
        super().__init__()
        self._name = picture
        self.picture = QLabel()
        self.heading = QLabel(heading)
        self.heading.setProperty("role", "invite")
        self.heading.setWordWrap(True)
        self.about = quiet(sentence)
        self.button = QPushButton(button)
        self.button.setProperty("role", "main")
        self.button.setToolTip("Ctrl+Enter begins, Esc stops")
        self.button.clicked.connect(self.start)
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(self.button)
        row.addStretch()
        box = QVBoxLayout(self)
        box.setContentsMargins(56, 40, 56, 40)
        box.setSpacing(14)
        box.addStretch()
        for label in (self.picture, self.heading, self.about):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            box.addWidget(label)
        box.addSpacing(6)
        box.addLayout(row)
        box.addStretch()

    def set_ink(self, colour: str) -> None:
        """The theme's."""
        drawing = icon(self._name, colour).pixmap(QSize(64, 64), self.devicePixelRatioF())
        self.picture.setPixmap(drawing)
