"""The strip of key faces: gather them, play the way between them, export it as a film."""

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QImage
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from engine.specs import Place, Walk
from engine.specs_latent import PATHS
from gui.icons import icon
from gui.tabs.journey import Journey, name_of
from gui.tabs.latent_session import LatentSession
from gui.tabs.walk_player import Player
from gui.theme import Theme
from gui.widgets.key_strip import BETWEEN, SIDE, Key, KeyStrip
from gui.widgets.labels import quiet

HIGH = SIDE + 36
LENGTHS = ((30, "Quick: 1 s from face to face"), (60, "Calm: 2 s"), (120, "Slow: 4 s"))
EMPTY = "Gather key faces, then play or export the way from one to the next."


class WalkStrip(QWidget):
    """Keys in order; the settings of the walk are a menu, all of them come with the export."""

    chosen = Signal(object)  # the Place of a key
    key_changed = Signal(object)  # the chosen key's Place, or None
    export = Signal(object)  # Walk, its target yet to be asked for

    def __init__(self, journey: Journey, session: LatentSession) -> None:
        super().__init__()
        self.setObjectName("film")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.journey, self.session = journey, session
        self.places: dict[int, Place] = {}
        self.settings = Walk(keys=())
        self.strip = KeyStrip()
        self.player = Player(self, session)
        self._numbers = 0
        self._away: list[Place] = []  # key faces of other models
        self._face: QImage | None = None
        self._ink = "#e8e6e3"
        self._build()
        self.add.clicked.connect(self.add_here)
        self.play.clicked.connect(self.toggle)
        self.out.clicked.connect(lambda: self.export.emit(self.walk()))
        self.strip.chosen.connect(self._choose)
        self.strip.moved.connect(self._move)
        self.strip.removed.connect(self.remove)
        self.player.ended.connect(self._tell)
        self.player.frame.connect(lambda _, passed: self.strip.set_progress(passed))
        self._tell()

    def _build(self) -> None:
        area = QScrollArea()
        area.setWidget(self.strip)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFixedHeight(SIDE + 20)
        area.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.area = area
        self.empty = quiet(EMPTY)
        self.add = QPushButton("Key face")
        self.add.setToolTip("Keep the face you are at as a key face (K)")
        self.play = QPushButton("Play")
        self.out = QPushButton("Export…")
        self.out.setToolTip("A film (MP4), a GIF, or numbered PNGs")
        self.more = QToolButton()
        self.more.setToolTip("How to go from face to face")
        self.more.setAccessibleName("How to go from face to face")
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more.setMenu(self._menu())
        self.more.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        buttons = QGridLayout()
        buttons.setSpacing(6)
        for at, button in enumerate((self.add, self.play, self.out, self.more)):
            buttons.addWidget(button, at // 2, at % 2)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(8)
        row.addWidget(self.empty, 1)
        row.addWidget(area, 1)
        row.addLayout(buttons)
        self.setFixedHeight(HIGH)

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        self.loop = menu.addAction("Loop: back to the first face")
        self.loop.setCheckable(True)
        self.loop.toggled.connect(lambda on: self.set_settings(loop=on))
        menu.addSeparator()
        self.paths = self._choices(menu, "path", PATHS)
        menu.addSeparator()
        self.lengths = self._choices(menu, "frames", LENGTHS)
        return menu

    def _choices(self, menu: QMenu, field: str, choices: tuple[Any, ...]) -> QActionGroup:
        group = QActionGroup(self)
        for value, words in choices:
            action = QAction(words, self)
            action.setCheckable(True)
            action.setData(value)
            action.setChecked(value == getattr(self.settings, field))
            group.addAction(action)
            menu.addAction(action)
        group.triggered.connect(lambda action: self.set_settings(**{field: action.data()}))
        return group

    # -- told -----------------------------------------------------------------------------------

    def recolour(self, theme: Theme) -> None:
        """The theme's."""
        colour, ink = theme.colour, theme.tokens.text
        self.strip.set_colours(colour("accent"), colour("quiet"), colour("raised"))
        self._ink = ink
        for button, name in ((self.add, "plus"), (self.more, "settings")):
            button.setIcon(icon(name, ink))
        for each in (self.add, self.more, self.play):
            each.setIconSize(QSize(16, 16))
        self._tell()

    def see(self, face: QImage) -> None:
        """What one is at looks so."""
        self._face = face

    def set_settings(self, **values: Any) -> None:
        """How to go; what plays begins anew."""
        self.settings = replace(self.settings, **values)
        self.loop.setChecked(self.settings.loop)
        now = ((self.paths, self.settings.path), (self.lengths, self.settings.frames))
        for group, value in now:
            for action in group.actions():
                action.setChecked(action.data() == value)
        if self.player.on:
            self.player.play(self.walk())

    def set_keys(self, places: list[Place], model: str | None) -> None:
        """Those of this model, as remembered; their pictures are asked for, the others wait."""
        self.player.stop()
        self.places = {}
        self._away = [place for place in places if place.model != model]
        keys = [self._new(place) for place in places if place.model == model]
        self._show(keys, None)
        for key in keys:
            self._draw(key)

    def kept(self) -> list[Place]:
        """Every key face there is, of whatever model."""
        return [*(self.places[key.number] for key in self.strip.keys), *self._away]

    def walk(self) -> Walk:
        """All of it as a spec, without a target."""
        keys = tuple(self.places[key.number] for key in self.strip.keys)
        return replace(self.settings, keys=keys, device=self.session.device)

    # -- keys -----------------------------------------------------------------------------------

    def add_here(self) -> None:
        """The face one is at, after the chosen one."""
        key = self._new(self.journey.place)
        key.image = self._face
        keys = list(self.strip.keys)
        after = [n + 1 for n, each in enumerate(keys) if each.number == self.strip.current]
        at = after[0] if after else len(keys)
        keys.insert(at, key)
        self._show(keys, key.number)
        self.area.ensureVisible(at * (SIDE + BETWEEN), 0, SIDE * 2)

    def remove(self, number: int) -> None:
        """Not that one; its neighbour is chosen."""
        at = next(n for n, key in enumerate(self.strip.keys) if key.number == number)
        keys = [key for key in self.strip.keys if key.number != number]
        del self.places[number]
        self._show(keys, keys[min(at, len(keys) - 1)].number if keys else None)

    def _new(self, place: Place) -> Key:
        self._numbers += 1
        self.places[self._numbers] = place
        return Key(self._numbers, name_of(place))

    def _draw(self, key: Key) -> None:
        def take(image: QImage) -> None:
            key.image = image
            self.strip.update()

        self.session.look_at(self.places[key.number], take, what=f"key {key.number}")

    def _choose(self, number: int) -> None:
        self.player.stop()
        self._show(self.strip.keys, number)
        self.chosen.emit(self.places[number])

    def _move(self, before: int, after: int) -> None:
        keys = list(self.strip.keys)
        keys.insert(after, keys.pop(before))
        self._show(keys, self.strip.current)

    def _show(self, keys: list[Key], current: int | None) -> None:
        self.player.stop()
        self.strip.show_keys(keys, current)
        self.key_changed.emit(self.places.get(current) if current is not None else None)
        self._tell()

    # -- playing --------------------------------------------------------------------------------

    def toggle(self) -> None:
        """Play, or stand still."""
        if not self.player.stop():
            self.player.play(self.walk())
        self._tell()

    def _tell(self) -> None:
        count, playing = len(self.strip.keys), self.player.on
        self.empty.setVisible(count == 0)
        self.area.setVisible(count > 0)
        self.play.setText("Stop" if playing else "Play")
        self.play.setIcon(icon("stop" if playing else "play", self._ink))
        self.play.setEnabled(count > 1)
        self.play.setToolTip("P" if count > 1 else "Two key faces are the least")
        self.out.setEnabled(count > 1)
        if not playing:
            self.strip.set_progress(None)
