"""Cards in a row, of which one is chosen: a name, and a quiet line below it."""

from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gui.widgets.labels import Elided

WIDE, HIGH = 190, 54  # px of a card


@dataclass(frozen=True, slots=True)
class Card:
    """What stands on a card; `key` says which it is."""

    key: str
    name: str
    words: str


class CardButton(QPushButton):
    """One card."""

    def __init__(self, card: Card) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.setCheckable(True)
        self.setFixedSize(QSize(WIDE, HIGH))
        self.name, self.words = Elided(mode=Qt.TextElideMode.ElideMiddle), Elided()
        self.words.setProperty("role", "quiet")
        box = QVBoxLayout(self)
        box.setContentsMargins(12, 6, 10, 6)
        box.setSpacing(0)
        for label in (self.name, self.words):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            box.addWidget(label)
        self.tell(card)

    def tell(self, card: Card) -> None:
        """Show these words."""
        self.name.setText(card.name)
        self.words.setText(card.words)
        self.setToolTip(f"{card.name}\n{card.words}")
        self.setAccessibleName(f"{card.name}: {card.words}")


class CardStrip(QWidget):
    """A film strip of cards; it hides where there are none."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("film")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.cards: dict[str, CardButton] = {}
        self._group = QButtonGroup(self)
        inner = QWidget()
        self._row = QHBoxLayout(inner)
        self._row.setContentsMargins(16, 10, 16, 10)
        self._row.setSpacing(8)
        self._row.addStretch()
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inner)
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(area)
        self.setFixedHeight(HIGH + 32)
        self.hide()

    def set_cards(self, cards: list[Card], chosen: str | None) -> None:
        """Show these, in this order; cards that stay keep the focus."""
        for key in [key for key in self.cards if key not in {card.key for card in cards}]:
            old = self.cards.pop(key)
            self._group.removeButton(old)
            old.deleteLater()
        for at, card in enumerate(cards):
            if card.key not in self.cards:
                self._add(card)
            self.cards[card.key].tell(card)
            self._row.insertWidget(at, self.cards[card.key])
        self.mark(chosen)
        self.setVisible(bool(cards))

    def mark(self, key: str | None) -> None:
        """Show which one is looked at."""
        self._group.setExclusive(False)
        for each, button in self.cards.items():
            button.setChecked(each == key)
        self._group.setExclusive(True)

    def _add(self, card: Card) -> None:
        button = CardButton(card)
        button.clicked.connect(lambda _=False, key=card.key: self.chosen.emit(key))
        self._group.addButton(button)
        self.cards[card.key] = button
