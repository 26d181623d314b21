"""Three things people want at once from an old or spoilt picture."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from engine import places
from engine.specs import ColourStep, FillStep, OldPhotoStep, PictureStep, ScratchesStep
from gui.widgets.invite import Invite
from gui.widgets.labels import quiet

SENTENCE = (
    "Safelight fills in, mends, colours and finishes pictures, step by step. "
    "Your originals are never changed, and nothing leaves this computer."
)
WIDE, HIGH = 144, 96  # px of a card's picture


@dataclass(frozen=True, slots=True)
class Preset:
    """Steps under one name; `sample` is a picture to try them on, `chosen` the step to begin at."""

    name: str
    words: str
    steps: tuple[PictureStep, ...]
    sample: str
    chosen: int = 0

    @property
    def picture(self) -> Path:
        """Where the sample lies."""
        return places.shipped("assets") / self.sample


PRESETS = (
    Preset(
        "Mend an old photo",
        "Scratches, stains and fading go.",
        (ScratchesStep(), OldPhotoStep()),
        "sample-old.jpg",
        chosen=1,
    ),
    Preset("Colour it", "Grey becomes colour; dots say which.", (ColourStep(),), "sample-grey.jpg"),
    Preset(
        "Take something out", "Paint over it, and it is gone.", (FillStep(),), "sample-sign.jpg"
    ),
)


class Card(QPushButton):
    """A sample, what is done with it, and a line about it."""

    def __init__(self, preset: Preset) -> None:
        super().__init__()
        self.preset = preset
        self.setProperty("role", "card")
        self.setAccessibleName(preset.name)
        self.setToolTip(f"{preset.name}: try it on a sample picture")
        self._picture = QLabel()
        self._picture.setFixedHeight(HIGH)
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        name, words = QLabel(preset.name), quiet(preset.words)
        box = QVBoxLayout(self)
        box.setContentsMargins(7, 7, 7, 9)
        box.setSpacing(3)
        box.addWidget(self._picture)
        box.addSpacing(4)
        box.addWidget(name)
        box.addWidget(words)
        for label in (self._picture, name, words):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFixedWidth(WIDE + 16)
        self.setMinimumHeight(HIGH + 84)
        self._draw()

    def sizeHint(self) -> QSize:
        """As large as its words need."""
        layout = self.layout()
        return QSize(WIDE + 16, layout.sizeHint().height() if layout else HIGH)

    def _draw(self) -> None:
        picture = QPixmap(str(self.preset.picture))
        if picture.isNull():
            return
        dpr = self.devicePixelRatioF()
        size = QSize(round(WIDE * dpr), round(HIGH * dpr))
        fill, smooth = (
            Qt.AspectRatioMode.KeepAspectRatioByExpanding,
            Qt.TransformationMode.SmoothTransformation,
        )
        large = picture.scaled(size, fill, smooth)
        left, top = (large.width() - size.width()) // 2, (large.height() - size.height()) // 2
        part = large.copy(left, top, size.width(), size.height())
        part.setDevicePixelRatio(dpr)
        self._picture.setPixmap(part)


class RestoreInvite(Invite):
    """The usual invitation, and below it the three."""

    preset = Signal(object)

    def __init__(self) -> None:
        super().__init__(SENTENCE, sample=False)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addStretch()
        self.cards = [Card(preset) for preset in PRESETS]
        for card in self.cards:
            row.addWidget(card)
            card.clicked.connect(lambda _=False, preset=card.preset: self.preset.emit(preset))
        row.addStretch()
        box = self.layout()
        assert isinstance(box, QVBoxLayout)
        box.insertSpacing(box.count() - 1, 14)
        box.insertLayout(box.count() - 1, row)


class PresetList(QWidget):
    """The same as buttons, for the panel while there are no steps."""

    preset = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addWidget(quiet("Begin with one of these, or add steps of your own."))
        for preset in PRESETS:
            button = QPushButton(preset.name)
            button.setToolTip(preset.words)
            button.clicked.connect(lambda _=False, preset=preset: self.preset.emit(preset))
            box.addWidget(button)
