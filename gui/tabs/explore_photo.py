"""The Photo page: a photo of one's own, put into the frame by hand, and found in the generator."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QCheckBox, QPushButton, QVBoxLayout, QWidget

from engine.job import Step
from engine.specs import GeneratorFacts, Look, Place, Project, Projected
from gui.form import Form
from gui.jobs import Ticket
from gui.paint import Shown
from gui.tabs.journey import Journey
from gui.tabs.latent_session import LatentSession
from gui.widgets.align_view import AlignView
from gui.widgets.labels import Elided, quiet
from gui.widgets.slider_row import SliderRow

HOW = (
    "Bring a photo of a face. You put it into the frame, and Safelight looks for the place where "
    "the generator's face comes nearest to it. The photo stays on this computer."
)
ALIGN = "Drag the photo, scale it with the wheel, turn it with Shift and the wheel."
ZOOM, TURN = (1.0, 8.0, 0.05), (-45.0, 45.0, 0.5)
LEFT_OUT = ("photo", "target", "model", "angle", "seed", "steps")


class PhotoPage(QWidget):
    """Asks for a photo, shows it in the frame, then beside what was found."""

    ask = Signal()  # a dialog for a photo is wanted
    aligning = Signal(bool)  # the middle shows the frame, or the face
    drawn = Signal(object)  # Shown of a place that is nearer
    beside = Signal(object)  # the photo as the generator sees it: QImage, or None
    found = Signal(object)  # Projected
    ended = Signal()  # it was stopped midway

    def __init__(self, journey: Journey, session: LatentSession) -> None:
        super().__init__()
        self.journey, self.session = journey, session
        self.photo: Path | None = None
        self.align = AlignView()
        self.best: Place | None = None
        self._target: QImage | None = None
        self._in_frame = False
        self._build()
        self.open.clicked.connect(self.ask)
        self.main.clicked.connect(self.toggle)
        self.again.clicked.connect(lambda: self._frame(True))
        self.show_photo.toggled.connect(self._show_beside)
        self.zoom.changed.connect(lambda: self.align.set_zoom(self.zoom.value()))
        self.turn.changed.connect(lambda: self.align.set_angle(self.turn.value()))
        self.align.changed.connect(self._aligned)
        session.stopped.connect(self._stopped)
        session.failed.connect(self._failed)
        self._tell()

    def _build(self) -> None:
        self.how, self.words, self.file = quiet(HOW), quiet(), Elided()
        self.open = QPushButton()
        self.open.setToolTip("Choose a photo (Ctrl+O), or drop one anywhere")
        self.zoom, self.turn = SliderRow("Scale", *ZOOM, "x"), SliderRow("Turn", *TURN, "°")
        left_out = dict.fromkeys(LEFT_OUT)
        self.form: Form[Project] = Form(Project, own=left_out)
        self.main = QPushButton()
        self.main.setProperty("role", "main")
        self.again = QPushButton("Back to the frame")
        self.show_photo = QCheckBox("Photo beside it")
        self.show_photo.setChecked(True)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(12)
        frame: tuple[QWidget, ...] = (self.how, self.file, self.zoom, self.turn, self.form)
        for widget in (*frame, self.main, self.words, self.show_photo, self.again, self.open):
            rows.addWidget(widget)

    @property
    def running(self) -> bool:
        """Whether a face is being looked for."""
        return self.session.busy("project")

    # -- the photo ------------------------------------------------------------------------------

    def take(self, photo: Path) -> None:
        """Open it; it is put into the frame once it is there."""

        def heard(event: Any) -> None:
            if isinstance(event, Shown) and event.name == "picture":
                self._opened(photo, event)

        self.session.ask("photo", Look(photo, longest=1600), heard, label="Opening the photo")

    def _opened(self, photo: Path, shown: Shown) -> None:
        self.photo, self.best, self._target = photo, None, None
        self.align.open(shown.picture.levels[0], int(shown.facts["width"]))
        self._frame(True)

    def set_facts(self, facts: GeneratorFacts) -> None:  # noqa: ARG002
        """Another generator: it has not looked at the photo yet."""
        self.stop()
        self._target, self.best = None, None
        self.beside.emit(None)
        self._frame(self.photo is not None)

    def take_hand(self, shown: bool) -> None:
        """The page came into sight, or went."""
        self.aligning.emit(shown and self._in_frame)
        self._show_beside(shown and self.show_photo.isChecked())

    def _frame(self, framed: bool) -> None:
        self._in_frame = framed
        self.aligning.emit(framed and self.isVisible())
        self._tell()

    def _aligned(self) -> None:
        for row, value in (
            (self.zoom, self.align.shorter() / self.align.side),
            (self.turn, self.align.angle),
        ):
            row.blockSignals(True)
            row.set_value(value)
            row.blockSignals(False)

    def _show_beside(self, shown: bool) -> None:
        self.beside.emit(self._target if shown and not self._in_frame else None)

    # -- the search -----------------------------------------------------------------------------

    def toggle(self) -> None:
        """Look for the face, or stop and keep the best so far."""
        if not self.stop() and self.photo is not None and self._in_frame:
            self._start(self.photo)

    def stop(self) -> bool:
        """Stop; False where nothing ran."""
        return self.session.stop("project")

    def _start(self, photo: Path) -> None:
        spec = self.form.spec(
            photo=photo,
            model=self.journey.place.model,
            box=self.align.box,
            angle=self.align.angle,
            device=self.session.device,
        )
        self.journey.settle()
        ticket = Ticket(spec, label="Looking for your face")
        self.session.submit("project", ticket, self._heard, self._done)
        self.words.setText("It begins …")
        self._frame(False)

    def _heard(self, event: Any) -> None:
        match event:
            case Shown() if event.name == "target":
                self._target = event.picture.levels[0]
                self._show_beside(self.isVisible() and self.show_photo.isChecked())
            case Shown():
                self.best = event.facts["place"]
                if self.isVisible():
                    self.drawn.emit(event)
            case Step():
                self.words.setText(event.text or f"{event.done / max(1, event.total):.0%}")
                self._tell()
            case _:
                pass

    def _done(self, projected: Projected) -> None:
        self.words.setText(projected.words or f"Found, and saved as {projected.path.name}.")
        self._tell()
        self.found.emit(projected)

    def _stopped(self, what: str) -> None:
        if what != "project":
            return
        self.words.setText("Stopped; this is the best so far." if self.best else "Stopped.")
        if self.best is None:
            self._frame(True)
        self._tell()
        self.ended.emit()

    def _failed(self, what: str, _error: BaseException) -> None:
        if what == "project":
            self.words.setText("")
            self._frame(True)

    def _tell(self) -> None:
        photo, running = self.photo is not None, self.running
        self.how.setText(ALIGN if self._in_frame else HOW)
        self.how.setVisible(not photo or self._in_frame)
        self.file.setText(self.photo.name if self.photo else "")
        self.file.setVisible(photo)
        for widget in (self.zoom, self.turn, self.form):
            widget.setVisible(photo and self._in_frame)
        self.main.setText("Stop (Esc)" if running else "Find this face")
        self.main.setVisible(running or (photo and self._in_frame))
        self.words.setVisible(bool(self.words.text()) and not self._in_frame)
        self.show_photo.setVisible(self._target is not None and not self._in_frame)
        self.again.setVisible(photo and not self._in_frame and not running)
        self.open.setText("Another photo…" if photo else "Open a photo…")
        self.open.setVisible(not running)
