"""The Directions page: truncation, sliders along directions, and directions of one's own."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QInputDialog,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from engine.latent import pad
from engine.specs import Direction, Edit, ForgetDirection, GeneratorFacts, KeepDirection, Place
from gui.editor import combo
from gui.tabs.explore_own import OwnMaker
from gui.tabs.journey import Journey, amount_of, edited
from gui.tabs.latent_session import LatentSession
from gui.widgets.direction_row import SIGMA, USUAL, WIDE, DirectionRow
from gui.widgets.folding import Folding
from gui.widgets.labels import line, quiet
from gui.widgets.slider_row import SliderRow

KINDS = {
    "pca": ("Principal components", "How the faces differ most (GANSpace), widest first."),
    "sefa": ("From the network's weights", "What the network itself tells apart (SeFa)."),
    "own": ("Your own", "Made of two handfuls of faces, below."),
}
BANDS = ("all", "coarse", "middle", "fine")
TRUNCATION = (-1.0, 2.0, 0.05)


class DirectionsPage(QWidget):
    """Rows are made anew when the list of directions changes, and only told when the place does."""

    complained = Signal(str)

    def __init__(self, journey: Journey, session: LatentSession) -> None:
        super().__init__()
        self.journey, self.session = journey, session
        self.directions: tuple[Direction, ...] = ()
        self.shown: dict[str, DirectionRow] = {}
        self._layers = 1
        self._told: tuple[object, ...] = ()
        self._build()
        self.own = OwnMaker(journey, session)
        self.rows.addWidget(self.own)
        self.truncation.changed.connect(self._truncated)
        self.kind.currentIndexChanged.connect(lambda _: self._rebuild())
        self.wide.toggled.connect(self._widen)
        self.clear.clicked.connect(lambda: journey.change(edits=()))
        self.own.made.connect(self._made)
        self.search.clicked.connect(self.look)
        session.directed.connect(self.set_directions)
        session.stopped.connect(self._not_found)
        session.failed.connect(lambda what, _: self._not_found(what))
        journey.changed.connect(self.show_place)

    def _build(self) -> None:
        self.rows = QVBoxLayout(self)
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.rows.setSpacing(12)
        self.truncation = SliderRow("Truncation", *TRUNCATION)
        self.truncation.setToolTip(
            "0 is the mean face; higher is more varied and less safe, 1 as varied as it was taught;"
            " below 0 lies the opposite face."
        )
        self.kind = combo("Which directions")
        for kind, (name, tip) in KINDS.items():
            self.kind.addItem(name, kind)
            self.kind.setItemData(self.kind.count() - 1, tip, 3)  # the role of tool tips
        self.about = quiet()
        self.search = QPushButton("Look for directions")
        self.search.hide()
        self.list = QVBoxLayout()
        self.list.setSpacing(8)
        self.clear = QPushButton("All back to 0")
        self.wide = QCheckBox(f"Far: ±10 {SIGMA}")
        self.wide.setToolTip(f"Usually ±3 {SIGMA}, where faces stay faces")
        self.far = Folding("More")
        self.far.rows.addWidget(self.wide)
        self.far.rows.addWidget(self.clear)
        for widget in (self.truncation, line(), self.kind, self.about, self.search):
            self.rows.addWidget(widget)
        self.rows.addLayout(self.list)
        self.rows.addWidget(self.far)
        self.rows.addWidget(line())

    # -- told -----------------------------------------------------------------------------------

    def set_facts(self, facts: GeneratorFacts) -> None:
        """Another generator: its directions are asked for."""
        self._layers = facts.layers
        self.directions = ()
        self.own.clear()
        self.look()

    def look(self) -> None:
        """Ask for the directions of the generator one is at."""
        self.session.find_directions(self.journey.place.model)
        self.about.setText("Looking for directions; that takes a while once for each generator.")
        self._rebuild()

    def _not_found(self, what: str) -> None:
        """It was stopped, or broke: one may begin again."""
        if what == "directions":
            self.about.setText("Directions were not looked for to the end.")
            self._rebuild()

    def set_directions(self, directions: tuple[Direction, ...]) -> None:
        """What there is to slide along."""
        self.directions = directions
        self._rebuild()

    def show_place(self, place: Place) -> None:
        """Every slider as the place has it."""
        now = (place.edits, place.truncation, len(self.shown))
        if now == self._told:  # a drag changes neither, and is told a hundred times a second
            return
        self._told = now
        self.truncation.blockSignals(True)
        self.truncation.set_value(place.truncation)
        self.truncation.blockSignals(False)
        for name, row in self.shown.items():
            amount = amount_of(place, name)
            if abs(row.amount() - amount) > 1e-6:
                row.show_amount(amount)

    # -- rows -----------------------------------------------------------------------------------

    def _rebuild(self) -> None:
        kind = self.kind.currentData()
        wanted = [each for each in self.directions if each.id.startswith(f"{kind}:")]
        while (item := self.list.takeAt(0)) is not None:
            if (row := item.widget()) is not None:
                row.deleteLater()
        self.shown.clear()
        for each in wanted:
            self.shown[each.id] = self._row(each)
            self.list.addWidget(self.shown[each.id])
        if self.directions:
            none = "None yet. Make one below." if kind == "own" else "None were found."
            self.about.setText("" if wanted else none)
        self._told = ()
        self.about.setVisible(bool(self.about.text()))
        self.search.setVisible(not self.directions and not self.session.busy("directions"))
        self.kind.setToolTip(KINDS[kind][1])
        self.show_place(self.journey.place)

    def _row(self, about: Direction) -> DirectionRow:
        tip = f"{about.share:.0%} of what differs" if about.share >= 0.005 else ""
        layers = f"Layers: {about.layers}" if about.layers != "all" else ""
        row = DirectionRow(about.name, "\n".join(word for word in (tip, layers) if word))
        row.set_range(WIDE if self.wide.isChecked() else USUAL)
        row.changed.connect(partial(self._slid, about.id))
        row.menu.addAction("Name it …", partial(self._rename, about))
        if self._layers > 1:
            bands = row.menu.addMenu("Layers")
            for band in BANDS:
                action = bands.addAction(band.capitalize(), partial(self._limit, about, band))
                action.setCheckable(True)
                action.setChecked(band == about.layers)
            bands.addAction("Others …", partial(self._ask_layers, about))
        own = about.id.startswith("own:")
        row.menu.addAction("Remove" if own else "Its plain name", partial(self._forget, about))
        return row

    def _slid(self, direction: str, amount: float) -> None:
        self.journey.go(edited(self.journey.place, Edit(direction, amount)))

    def _truncated(self) -> None:
        self.journey.change(truncation=self.truncation.value())

    def _widen(self, wide: bool) -> None:
        for row in self.shown.values():
            row.set_range(WIDE if wide else USUAL)
        self._told = ()
        self.show_place(self.journey.place)

    # -- names and layers -----------------------------------------------------------------------

    def _rename(self, about: Direction) -> None:
        words = "What it changes:"
        name, right = QInputDialog.getText(self, "Name a direction", words, text=about.name)
        if right and name.strip():
            self._keep(about, name.strip(), about.layers)

    def _ask_layers(self, about: Direction) -> None:
        words = f"Which of the layers 0 to {self._layers - 1} (3, or 0-5):"
        text, right = QInputDialog.getText(self, "Layers", words, text=about.layers)
        if right:
            self._limit(about, text.strip())

    def _limit(self, about: Direction, layers: str) -> None:
        try:
            pad.layer_range(layers, self._layers)
        except ValueError as why:
            self.complained.emit(str(why))
            return
        self._keep(about, about.name, layers)

    def _keep(self, about: Direction, name: str, layers: str) -> None:
        spec = KeepDirection(
            direction=about.id,
            name=name,
            layers=layers,
            model=self.journey.place.model,
            device=self.session.device,
        )
        self.session.ask("keep", spec, done=lambda kept: self._kept(about, kept))

    def _kept(self, before: Direction, after: Direction) -> None:
        """An edit along it follows: to its new id, and to its new layers."""
        amount = amount_of(self.journey.place, before.id)
        if amount:
            plain = edited(self.journey.place, Edit(before.id, 0.0))
            self.journey.go(edited(plain, Edit(after.id, amount, after.layers)))
        self._list_again()

    def _list_again(self) -> None:
        """One of them has changed; all are known."""
        self.session.find_directions(self.journey.place.model, known=True)

    def _forget(self, about: Direction) -> None:
        if about.id.startswith("own:"):
            self.journey.go(edited(self.journey.place, Edit(about.id, 0.0)))
        model = self.journey.place.model
        spec = ForgetDirection(direction=about.id, model=model, device=self.session.device)
        self.session.ask("keep", spec, done=lambda _: self._list_again())

    def _made(self, made: Direction) -> None:
        self.kind.setCurrentIndex(self.kind.findData("own"))
        self._list_again()
        self.journey.go(edited(self.journey.place, Edit(made.id, 1.0)))
