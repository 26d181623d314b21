"""What an experiment's page shows before it was run: what it is, and how to begin."""

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton

from engine.specs_lab import Lab, PictureLab
from gui.icons import icon
from gui.tabs.lab_words import both, sentence
from gui.theme import Theme
from gui.widgets.invite import Invite

BUILT_IN = "The 1,797 handwritten digits that come with Safelight are a start. "
OWN = "Drop a folder of your own small pictures here to use those; its subfolders are classes."


class LabInvite(Invite):
    """Name, sentence, Start."""

    begin = Signal()

    def __init__(self, kind: type[Lab]) -> None:
        self._kind = kind
        super().__init__("", sample=False, heading=both(kind.experiment))
        self.tell(kind())

    def _buttons(self, *, sample: bool) -> QHBoxLayout:  # noqa: ARG002
        row = QHBoxLayout()
        row.setSpacing(10)
        self.main, folder = QPushButton("Start"), QPushButton("Choose a folder…")
        self.main.setProperty("role", "main")
        self.main.setToolTip("Start (Ctrl+Enter)")
        folder.setToolTip("Pictures of your own (Ctrl+Shift+O)")
        folder.setVisible(issubclass(self._kind, PictureLab))
        self.main.clicked.connect(self.begin)
        folder.clicked.connect(self.open_folder)
        row.addStretch()
        row.addWidget(folder)
        row.addWidget(self.main)
        row.addStretch()
        return row

    def tell(self, spec: Lab) -> None:
        """What it would learn from."""
        words = sentence(self._kind)
        if isinstance(spec, PictureLab):
            words += "\n\n" + (BUILT_IN if spec.data == "digits" else "") + OWN
        self.about.setText(words)

    def recolour(self, theme: Theme) -> None:
        """The theme's colours."""
        self.set_colours(theme.colour("quiet"), theme.colour("accent"), theme.tokens.quiet)
        drawing = icon(f"lab-{self._kind.experiment}", theme.tokens.text)
        self.picture.setPixmap(drawing.pixmap(QSize(64, 64), self.devicePixelRatioF()))
