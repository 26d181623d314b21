"""The Mix page: coarse, middle and fine layers from another face."""

from PySide6.QtCore import QRandomGenerator, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.latent import pad
from engine.specs import GeneratorFacts, Place
from gui.icons import icon
from gui.tabs.journey import Journey, mixed, name_of
from gui.tabs.latent_session import LatentSession
from gui.widgets.folding import Folding
from gui.widgets.labels import quiet

SIDE = 84  # px of the other face
MOST = 2**31 - 1  # a spin box holds no more
BANDS = {
    "coarse": "Pose, shape of the head, hair",
    "middle": "Features of the face",
    "fine": "Colours and light",
}
ONE_LAYER = (
    "This generator has a single layer, so there is nothing to mix. "
    "Use key faces below to go from one to another."
)


class MixPage(QWidget):
    """One other face at a time; which of its layers are taken."""

    complained = Signal(str)

    def __init__(self, journey: Journey, session: LatentSession) -> None:
        super().__init__()
        self.journey, self.session = journey, session
        self.source = pad.of_seed(1)
        self.key: Place | None = None
        self._layers = 1
        self._build()
        self._show_seed()
        self.seed.valueChanged.connect(lambda seed: self._take(pad.of_seed(seed)))
        self.dice.clicked.connect(self._roll)
        self.take_key.clicked.connect(self._take_key)
        self.numbers.returnPressed.connect(self._mix)
        journey.changed.connect(self.show_place)

    def _build(self) -> None:
        self.face = QLabel()
        self.face.setFixedSize(SIDE, SIDE)
        self.seed = QSpinBox()
        self.seed.setRange(0, MOST)
        self.seed.setMinimumWidth(80)
        self.seed.lineEdit().setTextMargins(8, 0, 8, 0)
        self.seed.setPrefix("Seed ")
        self.seed.setAccessibleName("Seed of the other face")
        self.dice = QToolButton()
        self.dice.setToolTip("Any other face")
        self.dice.setAccessibleName("Any other face")
        self.take_key = QPushButton("Chosen key face")
        self.take_key.setToolTip("Mix with the key face that is chosen in the strip below")
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.seed, 1)
        row.addWidget(self.dice)
        beside = QVBoxLayout()
        beside.addLayout(row)
        beside.addWidget(self.take_key)
        beside.addStretch()
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self.face, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(beside, 1)
        self.some = QWidget()
        inner = QVBoxLayout(self.some)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(12)
        inner.addWidget(quiet("Take from this face:"))
        inner.addLayout(top)
        inner.addLayout(self._build_bands())
        inner.addWidget(self._build_numbers())
        self.none = quiet(ONE_LAYER)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self.some)
        rows.addWidget(self.none)

    def _build_bands(self) -> QHBoxLayout:
        self.bands: dict[str, QPushButton] = {}
        row = QHBoxLayout()
        row.setSpacing(8)
        for band, tip in BANDS.items():
            button = QPushButton(band.capitalize())
            button.setProperty("role", "toggle")
            button.setCheckable(True)
            button.setToolTip(tip)
            button.clicked.connect(self._mix)
            self.bands[band] = button
            row.addWidget(button, 1)
        return row

    def _build_numbers(self) -> Folding:
        more = Folding("Layer by layer")
        self.numbers = QLineEdit()
        self.numbers.setPlaceholderText("3, or 0-5")
        self.numbers.setAccessibleName("Layers to take, by number")
        self.about_numbers = quiet()
        more.rows.addWidget(self.numbers)
        more.rows.addWidget(self.about_numbers)
        return more

    # -- told -----------------------------------------------------------------------------------

    def set_ink(self, ink: str) -> None:
        """The icon in the text's colour."""
        self.dice.setIcon(icon("dice", ink))
        self.dice.setIconSize(QSize(18, 18))

    def set_facts(self, facts: GeneratorFacts) -> None:
        """Another generator."""
        self._layers = facts.layers
        self.some.setVisible(facts.layers > 1)
        self.none.setVisible(facts.layers == 1)
        self.about_numbers.setText(f"Layers 0 to {facts.layers - 1}, coarse to fine; then Enter.")
        for band, button in self.bands.items():
            button.setVisible(bool(pad.layer_range(band, facts.layers)))
        self._see()

    def set_key(self, key: Place | None) -> None:
        """The key face that is chosen, if one is."""
        self.key = key
        self.take_key.setEnabled(key is not None)

    def show_place(self, place: Place) -> None:
        """What the place is mixed of."""
        layers = {each.layers for each in place.mixes}
        for band, button in self.bands.items():
            button.setChecked(band in layers)
        numbers = [each for each in layers if each not in self.bands]
        if numbers and not self.numbers.hasFocus():
            self.numbers.setText(numbers[0])
        if place.mixes and place.mixes[0].source != self.source:
            self.source = place.mixes[0].source
            self._show_seed()
            self._see()

    # -- done -----------------------------------------------------------------------------------

    def _roll(self) -> None:
        self.seed.setValue(QRandomGenerator.global_().bounded(1_000_000))

    def _take_key(self) -> None:
        if self.key is not None:
            self._take(self.key)

    def _take(self, source: Place) -> None:
        self.source = source
        self._show_seed()
        self._see()
        self._mix()

    def _mix(self) -> None:
        place = self.journey.place
        layers = [band for band, button in self.bands.items() if button.isChecked()]
        if words := self.numbers.text().strip():
            try:
                pad.layer_range(words, self._layers)
            except ValueError as why:
                self.complained.emit(str(why))
                return
            layers.append(words)
        self.journey.go(mixed(place, self._as_here(self.source), tuple(layers)))

    def _as_here(self, source: Place) -> Place:
        """A plain seed takes model and truncation of the place it is mixed into."""
        if pad.seed_of(source) is None:
            return source
        here = self.journey.place
        return pad.of_seed(
            pad.seed_at(source.x, source.y), Place(here.model, truncation=here.truncation)
        )

    def _show_seed(self) -> None:
        seed = pad.seed_of(self.source)
        self.seed.blockSignals(True)
        self.seed.setSpecialValueText("" if seed is not None else name_of(self.source))
        self.seed.setValue(0 if seed is None else min(seed, MOST))
        self.seed.blockSignals(False)

    def _see(self) -> None:
        if self._layers > 1:
            self.session.look_at(self._as_here(self.source), self._show_face)

    def _show_face(self, image: QImage) -> None:
        ratio = self.devicePixelRatioF()
        side = round(SIDE * ratio)
        how = Qt.TransformationMode.SmoothTransformation
        pixmap = QPixmap.fromImage(
            image.scaled(side, side, Qt.AspectRatioMode.IgnoreAspectRatio, how)
        )
        pixmap.setDevicePixelRatio(ratio)
        self.face.setPixmap(pixmap)
