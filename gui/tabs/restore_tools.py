"""What lies in the panel while one works on the picture by hand: for masks, dots, scratches."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QColorDialog,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.icons import icon
from gui.widgets.drawing_tools import DrawingTools
from gui.widgets.labels import quiet
from gui.widgets.swatches import Named, Swatches

WIDEST = 400  # px of the brush, by the slider
USUAL: Named = (
    ("Skin", "#d8a487"),
    ("Hair", "#6b4a35"),
    ("Wood", "#8f6a48"),
    ("Brick", "#a4553f"),
    ("Red cloth", "#b03a35"),
    ("Straw", "#cdb36b"),
    ("Leaves", "#6d8a48"),
    ("Sky", "#86abd1"),
    ("Sea", "#3f6f80"),
)
DOTS = "Click on the picture to say which colour something has. Drag a dot; Delete removes it."
CROP = "Drag the box on the picture."


class Eye(QToolButton):
    """Whether the outline of what was worked on is shown over the result."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "tool")
        self.setCheckable(True)
        self.setChecked(True)
        self.setToolTip("Outline what is masked (M)")
        self.setAccessibleName("Outline what is masked")
        self._ink = "#000000"
        self.toggled.connect(lambda _: self.set_ink(self._ink))

    def set_ink(self, colour: str) -> None:
        """Open or closed, in the text's colour."""
        self._ink = colour
        self.setIcon(icon("eye" if self.isChecked() else "eye-off", colour))


class Tools(QWidget):
    """A quiet line where there is something to say, then the tools."""

    def __init__(self, words: str = "") -> None:
        super().__init__()
        self.usual = words
        self.words = quiet(words)
        self.rows = QVBoxLayout(self)
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.rows.setSpacing(12)
        self.rows.addWidget(self.words)
        self.words.setVisible(bool(words))

    def say(self, words: str, *, bad: bool = False) -> None:
        """Another line; "" for the usual one."""
        self.words.setText(words or self.usual)
        self.words.setProperty("role", "bad" if bad and words else "quiet")
        self.words.style().polish(self.words)
        self.words.setVisible(bool(words or self.usual))

    def set_ink(self, colour: str) -> None:
        """Icons in the text's colour."""


class MaskTools(Tools):
    """For painting a mask."""

    load = Signal()
    save = Signal()
    invert = Signal()
    grow = Signal()
    shrink = Signal()
    feather = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.drawing = DrawingTools("mask", WIDEST)
        self.drawing.set_labels((), 40)
        self.rows.addWidget(self.drawing)
        row = QHBoxLayout()
        row.setSpacing(6)
        self.buttons: dict[str, QPushButton] = {}
        for words, tip, signal in (
            ("Grow", "A little wider all round", self.grow),
            ("Shrink", "A little narrower all round", self.shrink),
            ("Feather", "A softer edge", self.feather),
        ):
            button = self.buttons[words] = QPushButton(words)
            button.setToolTip(tip)
            button.setProperty("role", "small")
            button.clicked.connect(signal)
            row.addWidget(button, 1)
        self.eye = Eye()
        row.addWidget(self.eye)
        row.addWidget(self._more())
        self.rows.addLayout(row)

    def _more(self) -> QToolButton:
        """What one does more rarely."""
        button = QToolButton()
        button.setText("⋯")
        button.setProperty("role", "tool")
        button.setToolTip("The mask: invert, load, save")
        button.setAccessibleName("More for the mask")
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu = QMenu(button)
        self.menu.addAction("Invert", self.invert.emit)
        self.menu.addAction("Load a mask…", self.load.emit)
        self.save_action = self.menu.addAction("Save the mask…", self.save.emit)
        button.setMenu(self.menu)
        return button

    def set_ink(self, colour: str) -> None:
        """Icons in the text's colour."""
        self.drawing.set_ink(colour)
        self.eye.set_ink(colour)

    def show_mask(self, *, blank: bool, undo: bool, redo: bool) -> None:
        """What can be done with the mask as it is."""
        self.drawing.allow(undo=undo, redo=redo)
        for button in self.buttons.values():
            button.setEnabled(not blank)
        self.save_action.setEnabled(not blank)
        self.drawing.buttons["close"].setEnabled(not blank)


class DotTools(Tools):
    """For dots of colour."""

    colour_chosen = Signal(str)
    undo = Signal()
    redo = Signal()
    clear = Signal()

    def __init__(self) -> None:
        super().__init__(DOTS)
        self.colour = USUAL[0][1]
        self.usual_colours, self.own_colours = Swatches(), Swatches()
        self.usual_colours.set_colours(USUAL)
        self.rows.addWidget(self.usual_colours)
        self.rows.addWidget(self.own_colours)
        self.other = QPushButton("Other colour…")
        self.other.setProperty("role", "small")
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.other)
        row.addStretch()
        self._icons = (("undo", "Undo (Ctrl+Z)"), ("redo", "Redo (Ctrl+Y)"), ("close", "All away"))
        self.buttons: dict[str, QPushButton] = {}
        for name, tip in self._icons:
            button = self.buttons[name] = QPushButton()
            button.setToolTip(tip)
            button.setAccessibleName(tip.split(" (")[0])
            button.setProperty("role", "small")
            row.addWidget(button)
        self.rows.addLayout(row)
        self.usual_colours.chosen.connect(self.take)
        self.own_colours.chosen.connect(self.take)
        self.other.clicked.connect(self._ask)
        for name, signal in (("undo", self.undo), ("redo", self.redo), ("close", self.clear)):
            self.buttons[name].clicked.connect(signal)
        self.show_colour(self.colour)

    def set_ink(self, colour: str) -> None:
        """Icons in the text's colour."""
        for name, button in self.buttons.items():
            button.setIcon(icon(name, colour))

    def set_own(self, colours: Named) -> None:
        """Colours of the picture."""
        self.own_colours.set_colours(colours)
        self.own_colours.setVisible(bool(colours))
        self.show_colour(self.colour)

    def take(self, colour: str) -> None:
        """Have this colour in hand."""
        self.show_colour(colour)
        self.colour_chosen.emit(colour)

    def show_colour(self, colour: str) -> None:
        """Mark it."""
        self.colour = colour
        self.usual_colours.mark(colour)
        self.own_colours.mark(colour)

    def show_dots(self, *, count: int, undo: bool, redo: bool) -> None:
        """What can be done with the dots as they are."""
        for name, may in (("undo", undo), ("redo", redo), ("close", count > 0)):
            self.buttons[name].setEnabled(may)

    def _ask(self) -> None:
        colour = QColorDialog.getColor(QColor(self.colour), self, "The colour of the next dot")
        if colour.isValid():
            self.take(colour.name())


class ScratchTools(Tools):
    """For what was found to be scratched."""

    edit = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.button = QPushButton("Edit the mask by hand")
        self.button.setToolTip("What was found becomes a mask that you can paint on")
        self.button.setEnabled(False)
        self.button.clicked.connect(self.edit)
        self.eye = Eye()
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.button, 1)
        row.addWidget(self.eye)
        self.rows.addLayout(row)

    def set_ink(self, colour: str) -> None:
        """The eye in the text's colour."""
        self.eye.set_ink(colour)


class MissingTools(Tools):
    """Where no model for a step is installed."""

    train = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.button = QPushButton("Train one…")
        self.button.clicked.connect(self.train)
        self.rows.addWidget(self.button)

    def tell(self, what: str, lesson: str) -> None:
        """Say for what there is none."""
        self.say(
            f"No model for {what} is installed yet. Drop a model file here, or train one: "
            f"in Train it is called {lesson}."
        )
