"""All experiments: as cards to choose from, and as a narrow list beside the one that is open."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from engine.specs_lab import EXPERIMENTS
from gui.icons import icon
from gui.tabs.lab_words import both, sentence, term
from gui.theme import Theme
from gui.widgets.labels import quiet, section
from gui.widgets.reflow import Reflow

HOME, EXAMPLES = "home", "example"  # places that are no experiments
GROUPS = {
    "Autoencoders 自编码器": (
        *("reconstruct", "map", "denoise"),
        *("features", "odd-one-out", "squeeze"),
    ),
    "GANs 生成对抗网络": ("duel", "generate", "augment"),
}
DIFFUSION = "Diffusion 扩散模型"
SENTENCES = {each.experiment: sentence(each) for each in EXPERIMENTS} | {
    EXAMPLES: "Three examples of the textbooks worked through, number by number.",
    HOME: "All experiments",
}
DRAWING, CARD_LEAST, CARD_HIGH = 44, 250, 96  # px
ACROSS = 3  # cards beside each other, at the most
BROAD = 1180  # px that the cards may take
NARROW, WIDE, ENOUGH = 56, 188, 860  # px of the list, and of the middle from which it is wide


def name_of(place: str) -> str:
    """What it is called."""
    return {HOME: "All experiments", EXAMPLES: "Worked examples"}.get(place) or term(place).english


class Card(QPushButton):
    """A drawing, a name, a sentence."""

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place
        self.setProperty("role", "card")
        self.setAccessibleName(f"{name_of(place)}: {SENTENCES[place]}")
        self.setMinimumHeight(CARD_HIGH)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.drawing = QLabel()
        self.drawing.setFixedWidth(DRAWING)
        head = QLabel(both(place) if place != EXAMPLES else name_of(place))
        head.setWordWrap(True)
        words = quiet(SENTENCES[place])
        for label in (self.drawing, head, words):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        text = QVBoxLayout()
        text.setSpacing(3)
        text.addStretch()
        text.addWidget(head)
        text.addWidget(words)
        text.addStretch()
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 10, 12, 10)
        row.setSpacing(14)
        row.addWidget(self.drawing)
        row.addLayout(text, 1)

    def sizeHint(self) -> QSize:
        """As its words need."""
        layout = self.layout()
        wide = max(CARD_LEAST, self.width())
        return QSize(CARD_LEAST, max(CARD_HIGH, layout.heightForWidth(wide) if layout else 0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Words that wrap need more height."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.setMinimumHeight(self.sizeHint().height())

    def set_ink(self, colour: str) -> None:
        """The drawing in the text's colour."""
        drawn = icon(f"lab-{self.place}", colour)
        self.drawing.setPixmap(drawn.pixmap(QSize(DRAWING, DRAWING), self.devicePixelRatioF()))


class Gallery(QScrollArea):
    """Cards in groups."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("canvas")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.cards: dict[str, Card] = {}
        body = QWidget()
        rows = QVBoxLayout(body)
        rows.setContentsMargins(28, 22, 28, 22)
        rows.setSpacing(10)
        heading = QLabel("The lab")
        heading.setProperty("role", "title")
        rows.addWidget(heading)
        rows.addWidget(
            quiet(
                "Every autoencoder and GAN of the textbooks, small enough to be trained here in "
                "seconds, and watched while it learns."
            )
        )
        for name, places in (GROUPS | {f"{DIFFUSION} · show me": ("diffuse", EXAMPLES)}).items():
            rows.addSpacing(8)
            rows.addWidget(section(name))
            rows.addWidget(self._group(places))
        rows.addStretch(1)
        body.setMaximumWidth(BROAD)
        self.setWidget(body)

    def _group(self, places: tuple[str, ...]) -> QWidget:
        group = Reflow(CARD_LEAST, ACROSS, 12, even=True)
        for place in places:
            card = self.cards[place] = Card(place)
            card.clicked.connect(lambda _=False, to=place: self.chosen.emit(to))
            group.add(card)
        for _ in range(-len(places) % ACROSS):
            group.add(QWidget())  # so that cards stand below each other in all groups
        return group

    def set_ink(self, colour: str) -> None:
        """Drawings in the text's colour."""
        for card in self.cards.values():
            card.set_ink(colour)


class Choices(QWidget):
    """The same as a list; where there is little room, of icons alone."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("film")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.buttons: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        self._wide = False
        rows = QVBoxLayout(self)
        rows.setContentsMargins(8, 14, 8, 14)
        rows.setSpacing(2)
        for at, places in enumerate(((HOME,), *GROUPS.values(), ("diffuse",), (EXAMPLES,))):
            rows.addSpacing(10 if at else 0)
            for place in places:
                rows.addWidget(self._button(place))
        rows.addStretch()
        self.set_wide(wide=False)

    def _button(self, place: str) -> QPushButton:
        button = self.buttons[place] = QPushButton()
        button.setProperty("role", "tab")
        button.setCheckable(True)
        button.setIconSize(QSize(20, 20))
        button.setAccessibleName(name_of(place))
        name = name_of(place) if place in (HOME, EXAMPLES) else both(place)
        button.setToolTip(name if place == HOME else f"{name}: {SENTENCES[place]}")
        self._group.addButton(button)
        button.clicked.connect(lambda: self.chosen.emit(place))
        return button

    def set_wide(self, *, wide: bool) -> None:
        """With names, or icons alone."""
        self._wide = wide
        self.setFixedWidth(WIDE if wide else NARROW)
        for place, button in self.buttons.items():
            button.setText(name_of(place) if wide else "")

    def mark(self, place: str) -> None:
        """Show where one is."""
        self.buttons[place].setChecked(True)

    def recolour(self, theme: Theme) -> None:
        """Icons in the text's colour."""
        for place, button in self.buttons.items():
            button.setIcon(icon(f"lab-{place}", theme.tokens.text))
