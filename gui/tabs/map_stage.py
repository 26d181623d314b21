"""The Map without its doings: three clouds, a looking glass, the legend."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from engine.lab_terms import TERMS
from engine.specs_lab import LabMap
from gui.tabs.lab_invite import LabInvite
from gui.theme import Theme
from gui.widgets.class_chips import ClassChips
from gui.widgets.cloud import CloudView
from gui.widgets.lab_ink import lab_ink
from gui.widgets.labels import quiet, section
from gui.widgets.picture_tile import PictureTile

MODELS = ("pca", "autoencoder", "vae")  # in the order in which they are learned
WAITING = {
    "pca": "First come the principal components",
    "autoencoder": "Then the autoencoder learns",
    "vae": "Last the VAE learns",
}


class MapStage(QWidget):
    """An invitation, or the maps."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("canvas")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.invite = LabInvite(LabMap)
        self.clouds = {name: CloudView(_title(name)) for name in MODELS}
        self.nearest = PictureTile("Picture under the mouse", "Hover over a point")
        self.decoded = PictureTile("Decoded place", "Click or drag on a map")
        self.chips = ClassChips()
        self.tiles = QPushButton("Pictures")
        self.tiles.setCheckable(True)
        self.tiles.setProperty("role", "mode")
        self.tiles.setToolTip("Decode the whole plane behind the points (T)")
        self.words = quiet("")
        self.stack = QStackedWidget(self)
        self.stack.addWidget(self.invite)
        self.stack.addWidget(self._maps())
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.stack)
        for name, cloud in self.clouds.items():
            cloud.set_waiting(WAITING[name])

    def _maps(self) -> QWidget:
        maps = QWidget()
        grid = QGridLayout(maps)
        grid.setContentsMargins(20, 14, 20, 16)
        grid.setSpacing(14)
        for number, cloud in enumerate(self.clouds.values()):
            grid.addWidget(cloud, number // 2, number % 2)
        grid.addWidget(self._glass(), 1, 1)
        for at in range(2):
            grid.setRowStretch(at, 1)
            grid.setColumnStretch(at, 1)
        return maps

    def _glass(self) -> QWidget:
        glass = QWidget()
        glass.setMinimumSize(150, 130)
        box = QVBoxLayout(glass)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        pictures = QHBoxLayout()
        pictures.setSpacing(12)
        pictures.addWidget(self.nearest, 1)
        pictures.addWidget(self.decoded, 1)
        box.addLayout(pictures, 1)
        row = QHBoxLayout()
        row.addWidget(section("Classes"), 1)
        row.addWidget(self.tiles)
        box.addLayout(row)
        box.addWidget(self.chips)
        box.addWidget(self.words)
        return glass

    def recolour(self, theme: Theme) -> None:
        """The theme's colours."""
        ink = lab_ink(theme.tokens)
        self.invite.recolour(theme)
        self.chips.set_ink(ink)
        for cloud in self.clouds.values():
            cloud.set_ink(ink)
        for tile in (self.nearest, self.decoded):
            tile.set_colours(ink.quiet, ink.line)


def _title(name: str) -> str:
    term = TERMS[name]
    english = "PCA" if name == "pca" else term.english
    return f"{english} · {term.chinese}" if term.chinese else english
