"""A direction of one's own: two handfuls of faces, what B has and A has not."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.job import Step
from engine.specs import OwnDirection, Place, Thumbnails
from gui.jobs import BACKGROUND, Ticket
from gui.paint import Shown
from gui.tabs.intake import FILTER
from gui.tabs.journey import Journey
from gui.tabs.latent_session import LatentSession
from gui.widgets.folding import Folding
from gui.widgets.labels import quiet

SIDE = 30  # px of a face in a handful


class Handful(QWidget):
    """Faces and photos, small, in a row."""

    add = Signal()
    files = Signal(object)  # tuple of paths
    changed = Signal()

    def __init__(self, name: str, tip: str) -> None:
        super().__init__()
        self.name = name
        self.held: list[Place | Path] = []
        self.faces = _Faces()
        plus, files, clear = QPushButton("Add this face"), QToolButton(), QToolButton()
        plus.setToolTip(f"Put the face you are at into {name}: {tip}")
        files.setText("…")
        files.setToolTip("Add pictures: faces saved here, or photos")
        files.setAccessibleName(f"Add pictures to {name}")
        clear.setText("✕")
        clear.setToolTip(f"Empty {name}")
        clear.setAccessibleName(f"Empty {name}")
        top = QHBoxLayout()
        top.setSpacing(6)
        label = QLabel(f"{name}  ")
        label.setToolTip(tip)
        top.addWidget(label)
        top.addWidget(plus, 1)
        for button in (files, clear):
            button.setProperty("role", "flat")
            top.addWidget(button)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        rows.addLayout(top)
        rows.addWidget(self.faces)
        plus.clicked.connect(self.add)
        files.clicked.connect(self._ask_files)
        clear.clicked.connect(self.clear)

    def take(self, what: Place | Path, image: QImage) -> None:
        """One more."""
        self.held.append(what)
        self.faces.images.append(image)
        self._tell()

    def clear(self) -> None:
        """None."""
        self.held.clear()
        self.faces.images.clear()
        self._tell()

    def _ask_files(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(self, f"Pictures for {self.name}", "", FILTER)
        if names:
            self.files.emit(tuple(Path(name) for name in names))

    def _tell(self) -> None:
        self.faces.updateGeometry()
        self.faces.update()
        self.changed.emit()


class _Faces(QWidget):
    """As many rows as it takes."""

    def __init__(self) -> None:
        super().__init__()
        self.images: list[QImage] = []
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def sizeHint(self) -> QSize:
        """One row."""
        return QSize(200, self.heightForWidth(self.width()))

    def heightForWidth(self, width: int) -> int:
        """Nothing where it is empty."""
        if not self.images:
            return 0
        beside = max(1, width // (SIDE + 4))
        return -(-len(self.images) // beside) * (SIDE + 4)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Faces from left to right."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        beside = max(1, self.width() // (SIDE + 4))
        for at, image in enumerate(self.images):
            row, column = divmod(at, beside)
            box = QRectF(column * (SIDE + 4), row * (SIDE + 4), SIDE, SIDE)
            if image.isNull():
                painter.setPen(QPen(QColor("#9a9ca1")))
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "?")
            else:
                painter.drawImage(box, image)


class OwnMaker(Folding):
    """Collect, name, make."""

    made = Signal(object)  # Direction

    def __init__(self, journey: Journey, session: LatentSession) -> None:
        super().__init__("A direction of your own")
        self._journey, self._session = journey, session
        self._face = QImage()
        self.a = Handful("A", "faces without it")
        self.b = Handful("B", "faces with it")
        self.name = QLineEdit()
        self.name.setPlaceholderText("Its name, such as Smile")
        self.name.setAccessibleName("Name of the direction")
        self.make = QPushButton("Make it")
        self.words = quiet("Gather faces without something in A and with it in B, 3 or more each.")
        for widget in (self.words, self.a, self.b, self.name, self.make):
            self.rows.addWidget(widget)
        self.a.add.connect(lambda: self.a.take(self._journey.place, self._face))
        self.b.add.connect(lambda: self.b.take(self._journey.place, self._face))
        for handful in (self.a, self.b):
            handful.changed.connect(self._tell)
            handful.files.connect(partial(self._take_files, handful))
        self.name.textChanged.connect(self._tell)
        self.name.returnPressed.connect(self.make.click)
        self.make.clicked.connect(self._make)
        session.failed.connect(self._failed)
        self._tell()

    def see(self, face: QImage) -> None:
        """What one is at looks so."""
        self._face = face

    def clear(self) -> None:
        """Another generator: other faces."""
        self.a.clear()
        self.b.clear()

    def _take_files(self, handful: Handful, paths: tuple[Path, ...]) -> None:
        """Photos may be large: the engine opens them."""

        def heard(event: object) -> None:
            if isinstance(event, Shown):
                handful.take(Path(event.name), event.picture.levels[0])

        spec = Thumbnails(paths, 2 * SIDE)
        self._session.ask(f"handful {handful.name}", spec, heard)

    def _tell(self) -> None:
        ready = bool(self.a.held and self.b.held and self.name.text().strip())
        self.make.setEnabled(ready and not self._session.busy("own"))

    def _make(self) -> None:
        spec = OwnDirection(
            name=self.name.text().strip(),
            a=tuple(self.a.held),
            b=tuple(self.b.held),
            model=self._journey.place.model,
            device=self._session.device,
        )
        photos = any(isinstance(each, Path) for each in (*spec.a, *spec.b))
        lane = BACKGROUND if photos else "explore.own"  # to find a photo takes up to a minute
        ticket = Ticket(spec, lane, label="Making your direction")
        self._session.submit("own", ticket, self._heard, self._made)
        self._tell()

    def _heard(self, event: object) -> None:
        if isinstance(event, Step) and event.total > 1:
            self.words.setText(f"Looking at picture {event.done + 1:.0f} of {event.total:.0f} …")

    def _made(self, made: object) -> None:
        self.words.setText("It is among your own now. Gather others for the next one.")
        self.name.clear()
        self.clear()
        self.made.emit(made)

    def _failed(self, what: str, _error: BaseException) -> None:
        if what == "own":
            self._tell()
