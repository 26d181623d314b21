"""Editors that only transfer needs: models by what they do, the way round, a style picture."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QDropEvent, QImage
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QPushButton, QToolButton

from engine import places
from engine.catalogue import Entry
from engine.domains import Domain, domain_of, usual_first
from engine.knobs import Knob
from gui.editor import Editor
from gui.editors import ModelPicker
from gui.icons import icon
from gui.tabs.intake import FILTER, paths_of, split
from gui.widgets.labels import Elided
from gui.widgets.pair import PAIR_ROLE, WORDS_ROLE, Pair, PairCell, PairView, pair_of
from gui.widgets.picture_well import PictureWell

SAMPLE = "painting.webp"  # among the assets


class PairPicker(ModelPicker):
    """The models, each with an example of what it does: from its card, or made when it is seen."""

    automatic = False
    wanted = Signal(str)  # the id of the chosen model, which has no example yet

    def __init__(self, about: Knob, tasks: tuple[str, ...]) -> None:
        self.pair = PairView()
        self._made: dict[tuple[str, int], Pair | None] = {}
        super().__init__(about, tasks)
        self.rows.insertWidget(1, self.pair)
        self.box.setItemDelegate(PairCell(self.box))
        self.box.setMaxVisibleItems(8)

    def entries(self) -> list[Entry]:
        """What photos are brought to comes first."""
        return usual_first(super().entries())

    def refresh(self) -> None:
        """Read the list again, with the examples."""
        super().refresh()
        self._show_pairs()

    @property
    def domain(self) -> Domain | None:
        """What the chosen model goes from and to; None where none is installed."""
        entry = self.entry()
        return None if entry is None else domain_of(entry.card)

    def show_made(self, model: str, pair: Pair | None) -> None:
        """An example that was made of a model; None where it could not be."""
        self._made |= {_key(entry): pair for entry in self.entries() if entry.id == model}
        self._show_pairs()
        self._describe()

    def _show_pairs(self) -> None:
        entries = {entry.id: entry for entry in self.entries()}
        for at in range(self.box.count()):
            entry = entries.get(str(self.box.itemData(at)))
            if entry is not None:
                self.box.setItemData(at, self._example(entry), PAIR_ROLE)
                self.box.setItemData(at, way_words(domain_of(entry.card)), WORDS_ROLE)

    def _example(self, entry: Entry) -> Pair | None:
        return pair_of(domain_of(entry.card).sample) or self._made.get(_key(entry))

    def _describe(self) -> None:
        super()._describe()
        entry = self.entry()
        self.pair.set_pair(self._example(entry) if entry else None)
        if entry is None:
            return
        about = entry.card.description.rstrip(".")
        size = f"{entry.parameters / 1e6:.2g} M parameters"
        self.line.setText(f"{about} · {size}" if about else size)
        if self.isVisible() and not self.pair.has_pair and _key(entry) not in self._made:
            self.wanted.emit(entry.id)


class Way(Editor):
    """From what to what; a button turns it round where the way back has a model."""

    turned = Signal(str)  # the id of the partner

    def __init__(self, about: Knob) -> None:
        super().__init__(about)
        self._partner = ""
        self.told = False  # whether there is a way to speak of
        self.words = Elided()
        self.turn = QToolButton()
        self.turn.setAccessibleName("The other way round")
        self.turn.setToolTip("The other way round")
        self.turn.setProperty("role", "tool")
        row = QHBoxLayout()
        row.setSpacing(8)
        name = QLabel(about.label)
        row.addWidget(name)
        row.addWidget(self.words, 1)
        row.addWidget(self.turn)
        self.words.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.words.setProperty("role", "value")
        self.rows.addLayout(row)
        self.turn.clicked.connect(lambda: self.turned.emit(self._partner))

    def show_way(self, domain: Domain | None, partner: str) -> None:
        """Say it; `partner` is the model that goes back, "" where there is none."""
        self._partner = partner
        self.words.setText(way_words(domain) if domain else "")
        self.turn.setVisible(bool(partner))
        self.told = domain is not None and domain.kind != "style" and bool(domain.source)
        self.setVisible(self.told)

    def set_ink(self, colour: str) -> None:
        """The icon in the text's colour."""
        self.turn.setIcon(icon("swap", colour))

    def value(self) -> str | None:
        """As the model's name says: the other way is another model."""
        return None

    def set_value(self, value: Any) -> None:
        """There is nothing to choose."""


class StylePicture(Editor):
    """The painting whose style is taken: dropped, or chosen."""

    wanted = Signal(object)  # a path whose picture is to be shown

    def __init__(self, about: Knob) -> None:
        super().__init__(about)
        self._path: Path | None = None
        self.well = PictureWell("Drop a painting here")
        self.choose = QPushButton("Choose…")
        self.choose.setAccessibleName("Choose a painting")
        self.sample = QPushButton("Try ours")
        self.sample.setToolTip("A sample painting that comes with Safelight")
        self.name = Elided(mode=Qt.TextElideMode.ElideMiddle)
        self.name.setProperty("role", "quiet")
        self.rows.addWidget(self.well)
        self.rows.addWidget(self.name)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.choose, 1)
        row.addWidget(self.sample, 1)
        self.rows.addLayout(row)
        self.well.setAcceptDrops(True)
        self.well.installEventFilter(self)
        self.well.clicked.connect(self._ask)
        self.choose.clicked.connect(self._ask)
        self.sample.clicked.connect(lambda: self.take(places.shipped("assets") / SAMPLE))

    def value(self) -> Path | None:
        """The painting."""
        return self._path

    def set_value(self, value: Any) -> None:
        """Take this painting, where it is still there."""
        path = Path(value) if value else None
        self._path = path if path and path.is_file() else None
        self.name.setText(self._path.name if self._path else "")
        self.name.setVisible(self._path is not None)
        self.sample.setVisible(self._path is None)
        self.well.show_image(None)
        if self._path:
            self.wanted.emit(self._path)

    def show_image(self, path: Path, image: QImage) -> None:
        """The painting, once the engine has read it."""
        if path == self._path:
            self.well.show_image(image)

    def take(self, path: Path | None) -> None:
        """Another painting was dropped or chosen, or none can be shown."""
        self.set_value(path)
        self.changed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A picture may be dropped on the well."""
        match event:
            case QDropEvent() if event.type() == QEvent.Type.DragEnter:
                models, paths = split(paths_of(event.mimeData()))
                if not models and len(paths) == 1 and paths[0].is_file():
                    event.acceptProposedAction()
                    self.well.set_over(True)
                    return True
            case QDropEvent() if event.type() == QEvent.Type.Drop:
                event.acceptProposedAction()
                self.well.set_over(False)
                self.take(paths_of(event.mimeData())[0])
                return True
            case _ if event.type() == QEvent.Type.DragLeave:
                self.well.set_over(False)
        return super().eventFilter(watched, event)

    def _ask(self) -> None:
        start = str(self._path.parent if self._path else Path.home())
        chosen, _ = QFileDialog.getOpenFileName(self, "Choose a painting", start, FILTER)
        if chosen:
            self.take(Path(chosen))


def way_words(domain: Domain) -> str:
    """For example "photo → painting"."""
    if not domain.source or not domain.target:
        return {"style": "the style of a picture", "paired": "pairs"}.get(domain.kind, "")
    return f"{domain.source} \u2192 {domain.target}"


def _key(entry: Entry) -> tuple[str, int]:
    """A model and the file it is now."""
    return entry.id, entry.path.stat().st_mtime_ns if entry.path.exists() else 0
