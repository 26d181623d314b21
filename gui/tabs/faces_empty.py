"""What the generators' tabs show where no generator is installed."""

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QPushButton

from engine import places
from gui.widgets.invite import Invite

HEADING = "No generator is installed yet"
NONE = "A face needs a generator to be shown by. Install or train one first."
SENTENCE = (
    "A generator draws faces, or whatever else it was taught. Teach one with a folder of pictures "
    "of your own in Train, or put a model file into the models folder."
)


class NoGenerator(Invite):
    """Where to get one."""

    train = Signal()

    def __init__(self) -> None:
        super().__init__(SENTENCE, sample=False, heading=HEADING)

    def _buttons(self, *, sample: bool) -> QHBoxLayout:  # noqa: ARG002
        folder, train = QPushButton("Open the models folder"), QPushButton("Go to Train")
        train.setProperty("role", "main")
        folder.clicked.connect(_show_models)
        train.clicked.connect(self.train)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addStretch()
        row.addWidget(folder)
        row.addWidget(train)
        row.addStretch()
        return row


def _show_models() -> None:
    places.models().mkdir(parents=True, exist_ok=True)
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(places.models())))
