"""The Points page: put a handle and a target on the picture, and have the picture follow."""

from typing import Any

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from engine.specs import Dragged, DragPoints, GeneratorFacts, Mask, Place, Pull
from gui.icons import icon
from gui.paint import Shown
from gui.tabs.journey import Journey
from gui.tabs.latent_session import LatentSession
from gui.widgets.face_view import FaceView, Hand
from gui.widgets.labels import quiet
from gui.widgets.points import SIDE

HOW = (
    "Press on the picture where something is, drag to where it shall be, and start. "
    "Several pairs may pull at once; a right click takes one away."
)
HOW_BRUSH = (
    "Paint what may move; the rest is held as well as it goes. "
    "Right button unpaints, the wheel or [ ] sizes the brush."
)


class PointsPage(QWidget):
    """While it runs, every step is a place one is at; stopping keeps the last one."""

    drawn = Signal(object)  # Shown, a step

    def __init__(self, journey: Journey, session: LatentSession, view: FaceView) -> None:
        super().__init__()
        self.journey, self.session, self.view = journey, session, view
        self._build()
        self.main.clicked.connect(self.toggle)
        self.clear.clicked.connect(self._clear)
        self.brush.toggled.connect(self._take_brush)
        self.unmask.clicked.connect(self._unmask)
        view.points_changed.connect(self._points_changed)
        view.mask_changed.connect(self._tell)
        session.stopped.connect(self._stopped)
        session.failed.connect(self._failed)
        self._tell()

    def _build(self) -> None:
        self.how = quiet(HOW)
        self.main = QPushButton()
        self.main.setProperty("role", "main")
        self.clear = QPushButton("Remove points")
        self.clear.setToolTip("All of them; Delete takes the last one away")
        self.brush = QPushButton("Mask")
        self.brush.setProperty("role", "toggle")
        self.brush.setCheckable(True)
        self.brush.setToolTip("Paint what may move ([ and ] size the brush)")
        self.unmask = QToolButton()
        self.unmask.setToolTip("No mask: all may move")
        self.unmask.setAccessibleName("Remove the mask")
        self.words = quiet()
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.clear, 2)
        row.addWidget(self.brush, 1)
        row.addWidget(self.unmask)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(12)
        for widget in (self.main, self.words, self.how):
            rows.addWidget(widget)
        rows.insertLayout(2, row)

    @property
    def running(self) -> bool:
        """Whether the picture is being pulled."""
        return self.session.busy("points")

    def set_ink(self, ink: str) -> None:
        """The icon in the text's colour."""
        self.unmask.setIcon(icon("close", ink))
        self.unmask.setIconSize(QSize(14, 14))

    def set_facts(self, facts: GeneratorFacts) -> None:  # noqa: ARG002
        """Another generator: other faces, so other points."""
        self.session.drop("points")
        self._clear()

    def take_hand(self, shown: bool) -> None:
        """The page came into sight, or went."""
        if not shown:
            self.stop()
            self.brush.setChecked(False)
        self.view.set_hand(Hand.POINTS if shown else Hand.MOVE)

    def toggle(self) -> None:
        """Start or stop."""
        if not self.stop():
            self._start()

    def stop(self) -> bool:
        """Stop where it is; False where nothing ran."""
        return self.session.stop("points")

    def abandon(self) -> None:
        """One went elsewhere: no step of it is of interest any more."""
        if self.running:
            self.session.drop("points")
            self.words.setText("")
            self._tell()

    def _start(self) -> None:
        whole = self.view.points.whole
        if not whole:
            return
        self.journey.settle()
        brush = self.view.brush
        spec = DragPoints(
            place=self.journey.place,
            pulls=tuple(Pull(handle, target) for handle, target in whole),
            mask=Mask(SIDE, SIDE, brush.values()) if brush.image is not None else None,
            device=self.session.device,
        )
        self.brush.setChecked(False)
        self.session.ask("points", spec, self._heard, self._done, label="Pulling the points")
        self.words.setText("It begins …")
        self._tell()

    def _heard(self, event: Any) -> None:
        if isinstance(event, Shown):
            facts = event.facts
            self._show_handles(facts["handles"])
            self.words.setText(f"Step {facts['step']} · {facts['distance']:.1f} px to go")
            self.journey.go(facts["place"])
            self.drawn.emit(event)

    def _done(self, dragged: Dragged) -> None:
        self._show_handles(dragged.handles)
        end = "There. Undo takes it back." if dragged.reached else "No nearer."
        self.words.setText(dragged.words or end)
        self._end(dragged.place)

    def _end(self, place: Place) -> None:
        self.journey.go(place)
        self.journey.settle()
        self._tell()

    def _stopped(self, what: str) -> None:
        if what == "points":
            self.words.setText("Stopped. Undo brings back what was before.")
            self._end(self.journey.place)

    def _failed(self, what: str, _error: BaseException) -> None:
        if what == "points":
            self.words.setText("")
            self._tell()

    def _show_handles(self, handles: tuple[tuple[float, float], ...]) -> None:
        pairs = [pair for pair in self.view.points.pairs if pair.target is not None]
        for pair, handle in zip(pairs, handles, strict=False):
            pair.handle = handle
        self.view.update()

    def _points_changed(self) -> None:
        """Points that one moves are not pulled at the same time."""
        self.stop()
        self._tell()

    def _clear(self) -> None:
        self.stop()
        self.view.points.pairs.clear()
        self.words.setText("")
        self._unmask()

    def _unmask(self) -> None:
        self.view.brush.clear()
        self.view.update()
        self._tell()

    def _take_brush(self, brush: bool) -> None:
        self.view.set_hand(Hand.BRUSH if brush else Hand.POINTS)
        self.how.setText(HOW_BRUSH if brush else HOW)

    def _tell(self) -> None:
        pairs, running = self.view.points.whole, self.running
        self.main.setText("Stop (Esc)" if running else "Start")
        self.main.setEnabled(bool(pairs) or running)
        self.main.setToolTip("Ctrl+Enter" if pairs else "Put a pair of points on the picture first")
        self.clear.setEnabled(bool(self.view.points.pairs))
        self.unmask.setVisible(self.view.brush.image is not None)
        self.words.setVisible(bool(self.words.text()))
