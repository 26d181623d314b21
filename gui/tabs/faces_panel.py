"""The right side of the Faces tab: generator, how many, how varied; what to do with them."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from engine.specs import Faces, GeneratorFacts
from gui.form import Form, Sections
from gui.icons import icon
from gui.tabs.generator_picker import GeneratorPicker
from gui.tabs.panel import WIDTH, scrolling
from gui.widgets.labels import line, quiet, section, title
from gui.widgets.segments import Segments

SECTIONS: Sections = {"Faces": ("count", "seed", "truncation", "label")}
KEYS = (
    "Click a face to choose it, with Ctrl or Shift more of them. "
    "L locks it, F makes it a favourite, Enter explores it."
)


class FacesPanel(QWidget):
    """Top to bottom in the order one decides; the main action stays in sight."""

    again = Signal()
    view_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.setFixedWidth(WIDTH)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.picker = GeneratorPicker()
        self.form: Form[Faces] = Form(
            Faces, SECTIONS, own={"target": None, "model": None, "grid": None}
        )
        self.form.editors["label"].hide()  # until a generator has some
        self.views = Segments()
        self.all = self.views.add("All", "The faces of these settings")
        self.favourites = self.views.add("Favourites", "Those you gave a heart")
        self.about, self.kept = quiet(KEYS), quiet()
        self.rows = QWidget()
        rows = QVBoxLayout(self.rows)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(14)
        for widget in (self.form, self.kept, line(), section("With the chosen ones")):
            rows.addWidget(widget)
        rows.addLayout(self._build_actions())
        rows.addWidget(self.about)
        self.main = QPushButton("New faces")
        self.main.setProperty("role", "main")
        self.main.setToolTip("The next seeds, in place of all that are not locked (Ctrl+Enter)")
        self._lay_out()
        self.main.clicked.connect(self.again)
        self.views.chosen.connect(lambda _: self.view_changed.emit())

    def _build_actions(self) -> QVBoxLayout:
        self.explore, self.upscale = QPushButton("Explore"), QPushButton("Upscale")
        self.keep, self.keep_all = QPushButton("Save…"), QPushButton("Save all…")
        self.sheet = QPushButton("Contact sheet…")
        tips = (
            (self.explore, "Go on from this face in Explore (Enter, or a double click)"),
            (self.upscale, "Send to the Upscale tab (U)"),
            (self.keep, "Save what is chosen; each PNG remembers its place (Ctrl+S)"),
            (self.keep_all, "Save all faces of the grid"),
            (self.sheet, "All of them, or several that are chosen, on one sheet"),
        )
        for button, tip in tips:
            button.setToolTip(tip)
        box = QVBoxLayout()
        box.setSpacing(8)
        for pair in ((self.explore, self.upscale), (self.keep, self.keep_all), (self.sheet,)):
            row = QHBoxLayout()
            row.setSpacing(8)
            for button in pair:
                row.addWidget(button, 1)
            box.addLayout(row)
        return box

    def _lay_out(self) -> None:
        top = QVBoxLayout()
        top.setContentsMargins(20, 18, 20, 12)
        top.setSpacing(10)
        for widget in (title("Faces"), self.picker, self.views):
            top.addWidget(widget)
        bottom = QVBoxLayout()
        bottom.setContentsMargins(20, 14, 20, 18)
        bottom.addWidget(self.main)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(top)
        box.addWidget(scrolling(self.rows), 1)
        box.addWidget(line())
        box.addLayout(bottom)

    @property
    def shows_loved(self) -> bool:
        """Whether the favourites are looked at."""
        return self.favourites.isChecked()

    def show_loved(self, loved: bool) -> None:
        """Look at the favourites, or at the faces of the settings."""
        (self.favourites if loved else self.all).setChecked(True)

    def set_ink(self, ink: str) -> None:
        """Icons in the text's colour."""
        for button, name in (
            (self.explore, "explore"),
            (self.upscale, "upscale"),
            (self.keep, "save"),
        ):
            button.setIcon(icon(name, ink))
            button.setIconSize(QSize(16, 16))

    def set_able(self, able: bool) -> None:
        """Whether there is a generator at all."""
        for part in (self.picker, self.views, self.rows):
            part.setVisible(able)
        self.main.setEnabled(able)

    def set_facts(self, facts: GeneratorFacts) -> None:
        """Labels only where the generator knows some."""
        self.form.editors["label"].setVisible(facts.labels > 0)

    def tell(self, count: int, chosen: int, locked: int, loved: int) -> None:
        """What may be done now."""
        self.favourites.setText(f"Favourites ({loved})" if loved else "Favourites")
        words = [f"{count} faces"] + ([f"{locked} locked"] if locked else [])
        self.kept.setText(" · ".join(words))
        self.explore.setEnabled(chosen == 1)
        self.upscale.setEnabled(chosen > 0)
        self.keep.setEnabled(chosen > 0)
        self.keep.setText(f"Save {chosen}…" if chosen > 1 else "Save…")
        for button in (self.keep_all, self.sheet):
            button.setEnabled(count > 0)
        self.form.setVisible(not self.shows_loved)
