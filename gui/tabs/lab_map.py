"""Every picture a point, in three maps beside each other."""

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QImage, QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout

from engine.job import Points, Step
from engine.specs_lab import Lab, LabMap
from engine.specs_lab_live import Decode, LabResult
from gui.asking import Asker
from gui.paint import Shown
from gui.tabs import Desk
from gui.tabs.lab_page import LabPage
from gui.tabs.lab_state import image, png
from gui.tabs.lab_tiles import TileSheet, decoded_tiles
from gui.tabs.map_stage import MODELS, MapStage

TILES_MS = 600  # between two decodings of a whole plane while it learns
OPENED = "Start it, and what lies between the pictures can be decoded."
HINT = "Alike: of a point's five nearest, how many are of its class."


class MapPage(LabPage):
    """The maps live while they are learned, and stay to be asked."""

    experiment = "map"

    def __init__(self, desk: Desk, kind: type[Lab]) -> None:
        super().__init__(desk, kind)
        self.spec = LabMap()
        self.awake = False  # whether there are models to ask
        self.sheet: TileSheet | None = None
        self.names: tuple[str, ...] = ()
        self.classes: NDArray[np.int64] | None = None
        self.place: tuple[str, float, float] | None = None  # the model, and where one is on its map
        self.stage = MapStage()
        self.asker = Asker(self, desk.engine, "lab.map")
        self._stale: set[str] = set()  # models whose planes are to be decoded anew
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(TILES_MS)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.stage)
        self._connect()

    def _connect(self) -> None:
        stage = self.stage
        stage.invite.begin.connect(self.start)
        stage.invite.open_folder.connect(self.folder)
        stage.chips.changed.connect(self._hide)
        stage.tiles.toggled.connect(self._show_tiles)
        for name, cloud in stage.clouds.items():
            cloud.over.connect(self.light)
            cloud.placed.connect(partial(self.go_to, name))
            cloud.moved.connect(partial(self._outdate, name))
        self.asker.failed.connect(lambda _what, why: self.desk.notices.complain(why))
        self._soon.timeout.connect(self._draw_tiles)
        key = QShortcut(QKeySequence("T"), self)
        key.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        key.activated.connect(stage.tiles.toggle)

    # -- what the tab asks ----------------------------------------------------------------------

    def recolour(self) -> None:
        """The theme's colours."""
        self.stage.recolour(self.desk.theme)

    def set_spec(self, spec: Lab) -> None:
        """For the next run; the maps stay."""
        assert isinstance(spec, LabMap)
        self.spec = spec
        self.stage.invite.tell(spec)

    def begun(self, spec: Any) -> None:
        """Empty maps."""
        del spec
        self.asker.drop("decode")
        self.awake = True
        self.sheet = self.place = self.classes = None
        self.stage.stack.setCurrentIndex(1)
        self.stage.words.setText("Gets ready …")
        self.stage.nearest.show_picture(None)
        self.stage.decoded.show_picture(None)
        for cloud in self.stage.clouds.values():
            cloud.field.fit()
            cloud.set_tiles([])
            cloud.set_places(None, None)
            cloud.set_handle(None, None)
            cloud.light(-1, None)
            cloud.set_words("")

    def hear(self, event: Any) -> None:
        """Points as they move; the pictures they stand for came first."""
        match event:
            case Shown("pictures"):
                self.sheet = TileSheet(event.picture.levels[0], event.facts)
            case Points() if event.name in self.stage.clouds:
                self._keep(event)
            case Step() if event.text:
                self._tell_step(event.text)
            case _:
                pass

    def done(self, result: LabResult) -> None:
        """How well each keeps the classes together."""
        for name, cloud in self.stage.clouds.items():
            share = result.figures.get(f"neighbours alike, {name}, %")
            cloud.set_words("" if share is None else f"{share:.0f} % alike")
            self._outdate(name)
        self.stage.words.setText(HINT)

    def failed(self, words: str) -> None:
        """Back to the invitation where nothing was drawn."""
        del words
        self.stopped()

    def stopped(self) -> None:
        """The maps stay as they are."""
        some = any(cloud.places is not None for cloud in self.stage.clouds.values())
        self.stage.stack.setCurrentIndex(1 if some else 0)
        self.stage.words.setText(HINT)
        for cloud in self.stage.clouds.values():
            cloud.set_words("")

    def state(self) -> dict[str, Any]:
        """The maps and their pictures."""
        if self.sheet is None:
            return {}
        places = {name: each.places for name, each in self.stage.clouds.items()}
        return {
            "sheet": png(self.sheet.page),
            "facts": self.sheet.facts,
            "places": {name: each.tolist() for name, each in places.items() if each is not None},
            "classes": None if self.classes is None else self.classes.tolist(),
            "names": self.names,
            "words": {name: each.words for name, each in self.stage.clouds.items()},
        }

    def set_state(self, state: dict[str, Any]) -> None:
        """Show them again; to decode, the models have to learn anew."""
        self.begun(self.spec)
        self.awake = False
        try:
            self.sheet = TileSheet(image(state["sheet"]), state["facts"])
            classes = state["classes"]
            self.classes = None if classes is None else np.array(classes, np.int64)
            self.names = tuple(map(str, state["names"]))
            for name, each in state["places"].items():
                places = np.array(each, np.float32).reshape(-1, 2)
                self.stage.clouds[name].set_places(places, self.classes)
                self.stage.clouds[name].set_words(str(state["words"][name]))
        except (KeyError, TypeError, ValueError):
            self.sheet = None
        self.stage.chips.set_names(self.names if self.classes is not None else ())
        self.stage.words.setText(OPENED)
        self.stage.stack.setCurrentIndex(int(self.sheet is not None))

    # -- the maps -------------------------------------------------------------------------------

    def _keep(self, event: Points) -> None:
        self.classes = event.classes
        self.names = tuple(event.facts.get("names", ()))
        self.stage.chips.set_names(self.names if event.classes is not None else ())
        cloud = self.stage.clouds[event.name]
        cloud.set_places(event.places, event.classes)
        self._outdate(event.name)
        if self.place is not None and self.place[0] == event.name:
            self._decode()  # the same place, as it is drawn by now

    def _tell_step(self, words: str) -> None:
        name, _, step = words.partition(", ")
        for each, cloud in self.stage.clouds.items():
            cloud.set_words(step if each == name else "")
        self.stage.words.setText("Try it while it learns." if step else words)

    def _hide(self, classes: set[int]) -> None:
        for cloud in self.stage.clouds.values():
            cloud.set_hidden(classes)

    def light(self, number: int) -> None:
        """Show a point's picture, and mark it on every map."""
        picture = self._picture(number)
        for cloud in self.stage.clouds.values():
            cloud.light(number if picture is not None else -1, picture)
        if picture is not None:
            self.stage.nearest.show_picture(picture, self._class_of(number))

    def _picture(self, number: int) -> QImage | None:
        return self.sheet.tile(number) if self.sheet is not None and number >= 0 else None

    def _class_of(self, number: int) -> str:
        if self.classes is None or not self.names:
            return f"picture {number + 1}"
        return f"{self.names[int(self.classes[number])]} · picture {number + 1}"

    # -- decoding -------------------------------------------------------------------------------

    def go_to(self, name: str, x: float, y: float) -> None:
        """Decode a place of a map; the newest place wins."""
        if not self.awake:
            return
        self.place = (name, x, y)
        for each, cloud in self.stage.clouds.items():
            cloud.set_handle((x, y) if each == name else None, cloud.decoded)
        self._decode()

    def _decode(self) -> None:
        assert self.place is not None
        name, x, y = self.place
        spec = Decode(((x, y),), self.spec.session, name)
        self.asker.ask("decode", spec, heard=self._decoded, live=True)

    def _decoded(self, event: Any) -> None:
        if not isinstance(event, Shown) or self.place is None:
            return
        ((place, image),) = decoded_tiles(event)
        name = str(event.facts["model"])
        if name == self.place[0]:
            cloud = self.stage.clouds[name]
            cloud.set_handle(cloud.handle, image)
            self.stage.decoded.show_picture(image, f"at {place[0]:.2f}, {place[1]:.2f}")

    def _show_tiles(self, on: bool) -> None:
        for name, cloud in self.stage.clouds.items():
            cloud.set_tiles([])
            if on:
                self._outdate(name)

    def _outdate(self, name: str) -> None:
        self._stale.add(name)
        if self.stage.tiles.isChecked() and not self._soon.isActive():
            self._soon.start()

    def _draw_tiles(self) -> None:
        for name in MODELS:
            cloud = self.stage.clouds[name]
            ready = self.awake and self.isVisible() and cloud.places is not None
            if ready and name in self._stale:
                self._stale.discard(name)
                spec = Decode(cloud.grid(), self.spec.session, name)
                heard = partial(self._tiled, name)
                self.asker.ask(f"plane.{name}", spec, heard=heard)

    def _tiled(self, name: str, event: Any) -> None:
        if isinstance(event, Shown) and self.stage.tiles.isChecked():
            self.stage.clouds[name].set_tiles(decoded_tiles(event))


PAGE = MapPage
