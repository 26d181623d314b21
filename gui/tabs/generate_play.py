"""Made pictures under the mouse: a plane of them, one class or another, from one to the next."""

from functools import partial
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from engine.specs_lab_live import Decode
from gui.asking import Asker
from gui.paint import Shown
from gui.tabs.lab_latent import Latent
from gui.tabs.lab_tiles import decoded_tiles
from gui.theme import Theme
from gui.widgets.labels import quiet
from gui.widgets.latent_pad import LatentPad
from gui.widgets.picture_tile import PictureTile
from gui.widgets.plane import Cell
from gui.widgets.slider_row import Slider

THUMBS = 60  # decoded at a time
CLOSE = 36.0  # px from one to the next
AGAIN_MS = 800  # between two decodings of the plane while it learns
HIGH = 330  # px of the plane
SLIDE = 100  # steps from one picture to the other
TIP = (
    "Drag to wander between pictures; click one to go there. Wheel, + and - zoom, arrows nudge,\n"
    "with Shift to the next picture, double-click recentres. S snap · D drift · Home reset"
)


class GeneratePlay(QWidget):
    """The newest place wins; nothing is asked before the model has begun to learn."""

    def __init__(self, asker: Asker, session: str) -> None:
        super().__init__()
        self.asker, self.session = asker, session
        self.latent = Latent(2)
        self.label: int | None = None
        self.names: tuple[str, ...] = ()
        self.awake = False
        self.z: tuple[float, ...] = (0.0, 0.0)  # what is shown large
        self.ends = 0  # how often the dice were thrown for the two ends
        self.pad = LatentPad(CLOSE)
        self.pad.setToolTip(TIP)
        self.pad.setAccessibleName("Plane of pictures")
        self.pad.setMaximumHeight(HIGH)
        self.pad.setMinimumHeight(HIGH - 90)
        self.picture = PictureTile("Picture of the place", "Drag on the plane")
        self.words = quiet()
        self._lay_out()
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(AGAIN_MS)
        self._again.timeout.connect(self._renew)
        self.pad.moved.connect(self._wander)
        self.pad.thumbs_wanted.connect(self._ask_thumbs)

    # -- told -----------------------------------------------------------------------------------

    def begin(self, latent: int) -> None:
        """Another model, of so many numbers."""
        self.awake = False
        self.latent = Latent(latent)
        plain = latent == 2
        self.dice.setVisible(not plain)
        self.words.setText(
            "The whole of its code: two numbers, -2 to 2 and beyond."
            if plain
            else f"Every tile is a place of {latent} numbers at random; between them lies the rest."
        )
        self.pad.forget_thumbs()
        self.pad.reset()
        self.z = self.latent.at(0, 0)
        self.picture.show_picture(None)

    def wake(self, names: tuple[str, ...]) -> None:
        """The model draws by now, a little better than before."""
        self.set_names(names)
        if not self.awake:
            self.awake = True
            self._renew()
        elif not self._again.isActive():
            self._again.start()

    def set_names(self, names: tuple[str, ...]) -> None:
        """The classes that it was told of."""
        if names == self.names:
            return
        self.names, self.label = names, 0 if names else None
        for button in self.classes.buttons():
            self.classes.removeButton(button)
            button.deleteLater()
        for number, name in enumerate(names):
            button = QPushButton(name)
            button.setCheckable(True)
            button.setChecked(number == 0)
            button.setProperty("role", "mode")
            button.setToolTip(f"Pictures of {name}")
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            self.classes.addButton(button, number)
            self.class_grid.addWidget(button, number // 10, number % 10)
        self.class_row.setVisible(bool(names))

    def recolour(self, theme: Theme) -> None:
        """The theme's colours."""
        colour = theme.colour
        tones = (colour("canvas"), colour("line"), colour("quiet"), colour("accent"))
        self.pad.set_colours(*tones)
        self.picture.set_colours(colour("quiet"), colour("line"))

    # -- building -------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(16)
        top.addWidget(self.pad, 3)
        top.addWidget(self.picture, 2)
        self.classes = QButtonGroup(self)
        self.classes.idClicked.connect(self._choose)
        self.class_row = QWidget()
        self.class_grid = QGridLayout(self.class_row)
        self.class_grid.setContentsMargins(0, 0, 0, 0)
        self.class_grid.setSpacing(4)
        self.class_row.hide()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(10)
        box.addLayout(top)
        box.addWidget(self.class_row)
        box.addLayout(self._between())
        box.addWidget(self.words)

    def _between(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(QLabel("From one to another"))
        self.slide = Slider()
        self.slide.setRange(0, SLIDE)
        self.slide.setAccessibleName("From one picture to another")
        self.slide.setToolTip("Morph from one random picture to another")
        self.slide.valueChanged.connect(self._slid)
        row.addWidget(self.slide, 1)
        self.others = QPushButton("Two others")
        self.others.setToolTip("Throw the dice for both ends")
        self.others.clicked.connect(self._throw)
        self.dice = QPushButton("Another plane")
        self.dice.setToolTip("Other random places on the plane")
        self.dice.clicked.connect(self._other_plane)
        row.addWidget(self.others)
        row.addWidget(self.dice)
        return row

    # -- asking ---------------------------------------------------------------------------------

    def _wander(self, x: float, y: float) -> None:
        self.pad.set_off(False)
        self._show(self.latent.at(x, y))

    def _slid(self, step: int) -> None:
        self.pad.set_off(True)
        self._show(self.latent.between(self.ends, step / SLIDE))

    def _throw(self) -> None:
        self.ends += 1
        self._slid(self.slide.value())

    def _other_plane(self) -> None:
        self.latent = self.latent.another()
        self.pad.forget_thumbs()
        self._wander(self.pad.at.x(), self.pad.at.y())

    def _choose(self, label: int) -> None:
        self.label = label
        self._renew()

    def _renew(self) -> None:
        """All of it as it is drawn by now."""
        self.pad.outdate_thumbs()
        self._show(self.z)

    def _show(self, z: tuple[float, ...]) -> None:
        self.z = z
        if self.awake:
            spec = Decode((z,), self.session, label=self.label)
            self.asker.ask("decode", spec, heard=self._shown, live=True)

    def _shown(self, event: Any) -> None:
        if isinstance(event, Shown):
            ((place, image),) = decoded_tiles(event)
            where = f"at {place[0]:.2f}, {place[1]:.2f}" if len(place) == 2 else ""
            self.picture.show_picture(image, where)

    def _ask_thumbs(self) -> None:
        if not self.awake or self.asker.busy("thumbs"):
            return
        cells = self.pad.missing(THUMBS)
        if cells:
            places = tuple(self.latent.at(*cell) for cell in cells)
            spec = Decode(places, self.session, label=self.label)
            heard = partial(self._thumbs, cells)
            self.asker.ask("thumbs", spec, heard=heard, done=lambda _: self._ask_thumbs())

    def _thumbs(self, cells: list[Cell], event: Any) -> None:
        if isinstance(event, Shown):
            for cell, (_, image) in zip(cells, decoded_tiles(event), strict=True):
                self.pad.set_thumb(cell, image)
