"""What the latent tabs ask of the engine while one looks: pictures of places, files, directions."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from engine.errors import UserError
from engine.specs import (
    Directions,
    DrawPlaces,
    Faces,
    OpenGenerator,
    Place,
    ReadPlace,
)
from gui.asking import Asker, Take
from gui.jobs import BACKGROUND, EngineThread, Ticket
from gui.paint import Shown
from gui.prefs import Prefs
from gui.widgets.job_strip import OPENING

SMALL = 64  # px of a thumbnail
MANY = 24  # pictures that are saved in the background
LARGE = 256  # px to which the engine enlarges smaller pictures: smoother than the window could


class LatentSession(Asker):
    """Places become pictures; each question in its own lane."""

    opened = Signal(object)  # GeneratorFacts
    drawn = Signal(object)  # Shown; its facts hold the place
    thumb = Signal(object, object)  # key, QImage
    thumbs_done = Signal()
    directed = Signal(object)  # tuple of Direction
    read = Signal(object, object)  # path, FoundPlace
    unread = Signal(object)  # path of a picture that carries no place

    def __init__(self, parent: QObject, engine: EngineThread, prefs: Prefs, name: str) -> None:
        super().__init__(parent, engine, name)
        self._prefs = prefs
        self._saves = 0
        self._reading = Path()
        self.failed.connect(self._failed)

    @property
    def device(self) -> str:
        """What people chose."""
        return str(self._prefs.read("device", "auto"))

    def open(self, model: str | None) -> None:
        """Load a generator; until it is there, all is as it was."""
        spec = OpenGenerator(model=model, device=self.device)
        self.ask("open", spec, done=self.opened.emit, label=OPENING)

    def turn_away(self) -> None:
        """Another generator is there: what is still asked of the last one is of no interest."""
        for what in ("draw", "thumbs", "directions"):
            self.drop(what)

    def draw(self, place: Place, edge: int | None) -> None:
        """Picture of one place: the newest wins, and none is of an older place than the last."""

        def heard(event: Any) -> None:
            if isinstance(event, Shown):
                self.drawn.emit(event)

        spec = DrawPlaces(places=(place,), edge=edge, device=self.device)
        self.ask("draw", spec, heard, live=True)

    def thumbs(self, wanted: dict[Any, Place], edge: int = SMALL) -> None:
        """Small pictures, few at a time: whatever is asked meanwhile waits for them."""
        keys = list(wanted)

        def heard(event: Any) -> None:
            if isinstance(event, Shown):
                self.thumb.emit(keys[event.facts["index"]], event.picture.levels[0])

        spec = DrawPlaces(places=tuple(wanted.values()), edge=edge, device=self.device)
        self.ask("thumbs", spec, heard, lambda _: self.thumbs_done.emit())

    def look_at(self, place: Place, take: Callable[[QImage], None], *, what: str = "look") -> None:
        """One small picture, to somebody of one's own."""

        def heard(event: Any) -> None:
            if isinstance(event, Shown):
                take(event.picture.levels[0])

        self.ask(what, DrawPlaces(places=(place,), edge=2 * SMALL, device=self.device), heard)

    def find_directions(self, model: str | None, *, known: bool = False) -> None:
        """Those that were found, or find them.

        That may take a while the first time: in the background, so that pictures go first, unless
        something else is at work there that may take hours.
        """
        aside = known or self._engine.background is not None
        lane = "latent.directions" if aside else BACKGROUND
        spec = Directions(model=model, device=self.device)
        ticket = Ticket(spec, lane, label="Finding directions")
        self.submit("directions", ticket, done=self.directed.emit)

    def read_place(self, path: Path) -> None:
        """The place that a file carries: `read`, or `unread` where it has none."""
        self._reading = path
        self.ask("read", ReadPlace(path), done=lambda found: self.read.emit(path, found))

    def save(
        self, target: Path, places: tuple[Place, ...], done: Take, *, grid: bool = False
    ) -> None:
        """Write pictures that carry their places, and tell `done`; many go through the strip."""
        self._saves += 1
        what = f"save {self._saves}"  # a lane each: no save falls away for another
        lane = BACKGROUND if len(places) > MANY else what
        spec = Faces(target=target, places=places, grid=grid, device=self.device)
        self.submit(what, Ticket(spec, lane, label="Saving the pictures"), done=done)

    def _failed(self, what: str, error: BaseException) -> None:
        if what == "read" and isinstance(error, UserError):
            self.unread.emit(self._reading)
