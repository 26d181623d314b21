"""Cards one below the other, to be put into order, switched off, chosen: a list of steps."""

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.icons import icon
from gui.widgets.labels import Elided

BETWEEN = 4  # px
WIDE = 16  # px for a card's number
ICON = QSize(16, 16)


@dataclass(frozen=True, slots=True)
class Card:
    """What stands on a card. `key` stays with it wherever it is moved; `fault`: what is wrong."""

    key: int
    name: str
    words: str
    on: bool = True
    fault: str = ""


class StepCard(QFrame):
    """One card: number, name, a line about it; an eye that switches it off, a menu."""

    pressed = Signal()
    dragged = Signal(float)  # the mouse, in px of the list, from the top
    clicked = Signal()  # it was pressed and let go where it was
    dropped = Signal(bool)  # whether it may stay where it is
    asked = Signal(str)  # "switch", "up", "down", "copy", "remove", "usual", "above", "below"

    def __init__(self, card: Card) -> None:
        super().__init__()
        self.card = Card(-1, "", "")
        self._start: QPointF | None = None
        self._held = False
        self._ink = "#9a9ca1"
        self.setProperty("role", "step")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setToolTip("Click for its settings · drag to put into order (Alt+Up, Alt+Down)")
        self.number, self.name, self.words = QLabel(), QLabel(), Elided()
        self.fault = QLabel()
        self.eye, self.more = QToolButton(), QToolButton()
        self._build()
        self.tell(card)

    def _build(self) -> None:
        self.number.setFixedWidth(WIDE)
        self.fault.setWordWrap(True)
        for label, role in (
            (self.number, "quiet"),
            (self.words, "quiet"),
            (self.fault, "bad"),
        ):
            label.setProperty("role", role)
        self.eye.setCheckable(True)
        self.more.setText("⋯")
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more.setMenu(self._menu())
        for button in (self.eye, self.more):
            button.setProperty("role", "dots")
            button.setIconSize(ICON)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.words.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.fault.setContentsMargins(WIDE + BETWEEN, 0, 0, 0)
        row = QHBoxLayout()
        row.setSpacing(BETWEEN)
        row.addWidget(self.number)
        row.addWidget(self.name)
        row.addWidget(self.words, 1)
        row.addWidget(self.eye)
        row.addWidget(self.more)
        box = QVBoxLayout(self)
        box.setContentsMargins(10, 4, 4, 4)
        box.setSpacing(4)
        box.addLayout(row)
        box.addWidget(self.fault)
        self.eye.clicked.connect(lambda: self.asked.emit("switch"))

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        for words, what in MENU:
            menu.addAction(words, partial(self.asked.emit, what))
        return menu

    def tell(self, card: Card) -> None:
        """Show this; nothing happens where it is the same."""
        if card == self.card:
            return
        self.card = card
        self.name.setText(card.name)
        self.words.setText("" if card.fault else card.words)
        self.fault.setText(card.fault)
        self.fault.setVisible(bool(card.fault))
        self.eye.setChecked(card.on)
        self.eye.setToolTip("Switch this step off" if card.on else "Switch this step on")
        self.eye.setAccessibleName(f"{card.name}: on")
        self.more.setAccessibleName(f"{card.name}: move, duplicate, remove")
        state = card.fault or card.words
        self.setAccessibleName(f"{card.name}{'' if card.on else ', off'}: {state}")
        self._mark("off", not card.on)
        self.set_ink(self._ink)

    def set_ink(self, colour: str) -> None:
        """The icon's colour."""
        self._ink = colour
        self.eye.setIcon(icon("eye" if self.card.on else "eye-off", colour))

    def set_place(self, at: int, *, chosen: bool) -> None:
        """Which one it is from the top, from 0, and whether it is the chosen one."""
        self.number.setText(str(at + 1))
        self._mark("chosen", chosen)

    def _mark(self, name: str, value: bool) -> None:
        if self.property(name) != value:
            self.setProperty(name, value)
            for each in (self, self.name):
                each.style().unpolish(each)
                each.style().polish(each)

    # -- mouse and keys -------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose it, and perhaps drag it."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._start = event.position()
            self.pressed.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag it up or down."""
        if self._start is None:
            return
        far = abs((event.position() - self._start).y())
        if not self._held and far > QApplication.startDragDistance():
            self._held = True
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self._mark("held", True)
        if self._held:
            self.dragged.emit(self.mapToParent(event.position()).y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """It stays where it is now."""
        if event.button() == Qt.MouseButton.LeftButton:
            if not self._held:
                self.clicked.emit()
            self._let_go(stay=True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """A window that comes between ends the drag."""
        self._let_go(stay=False)
        super().focusOutEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Alt with the arrows moves it; Space switches it, Delete removes it."""
        what = KEYS.get((event.modifiers().value & MODIFIERS, Qt.Key(event.key())))
        if self._held and event.key() == Qt.Key.Key_Escape:
            self._let_go(stay=False)
        elif what == "choose":
            self.pressed.emit()
        elif what:
            self.asked.emit(what)
        else:
            super().keyPressEvent(event)

    def _let_go(self, *, stay: bool) -> None:
        held, self._held, self._start = self._held, False, None
        if held:
            self.unsetCursor()
            self._mark("held", False)
            self.dropped.emit(stay)


MENU = (
    ("Move up\tAlt+Up", "up"),
    ("Move down\tAlt+Down", "down"),
    ("Duplicate\tCtrl+D", "copy"),
    ("Settings as usual", "usual"),
    ("Remove\tDel", "remove"),
)
ALT, CTRL = Qt.KeyboardModifier.AltModifier.value, Qt.KeyboardModifier.ControlModifier.value
MODIFIERS = ALT | CTRL
KEYS = {
    (ALT, Qt.Key.Key_Up): "up",
    (ALT, Qt.Key.Key_Down): "down",
    (CTRL, Qt.Key.Key_D): "copy",
    (0, Qt.Key.Key_Delete): "remove",
    (0, Qt.Key.Key_Backspace): "remove",
    (0, Qt.Key.Key_Space): "switch",
    (0, Qt.Key.Key_Return): "choose",
    (0, Qt.Key.Key_Enter): "choose",
    (0, Qt.Key.Key_Up): "above",
    (0, Qt.Key.Key_Down): "below",
}


class StepList(QWidget):
    """The cards. It is told everything, also what came of what it asked."""

    chosen = Signal(int)  # places, from 0
    clicked = Signal()  # a card was chosen and let go
    moved = Signal(int, int)  # from, to
    switched = Signal(int)
    copied = Signal(int)
    removed = Signal(int)
    usual = Signal(int)  # its settings are to be as usual

    def __init__(self) -> None:
        super().__init__()
        self.cards: list[StepCard] = []
        self._ink = "#9a9ca1"
        self._chosen = -1
        self._from = -1
        self.rows = QVBoxLayout(self)
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.rows.setSpacing(BETWEEN)
        self.setAccessibleName("Steps")

    def set_ink(self, colour: str) -> None:
        """The icons' colour."""
        self._ink = colour
        for each in self.cards:
            each.set_ink(colour)

    def show_cards(self, cards: list[Card], chosen: int) -> None:
        """These, in this order; cards that stay keep the focus."""
        there = {each.card.key: each for each in self.cards}
        self._chosen = chosen
        focused = self.focused()
        for key in set(there) - {card.key for card in cards}:
            gone = there.pop(key)
            gone.hide()
            gone.deleteLater()
        self.cards = [there.get(card.key) or self._new(card) for card in cards]
        for at, (each, card) in enumerate(zip(self.cards, cards, strict=True)):
            each.tell(card)
            each.set_place(at, chosen=at == chosen)
            if self.rows.indexOf(each) != at:
                self.rows.insertWidget(at, each)
        if focused is not None and focused not in self.cards and 0 <= chosen < len(self.cards):
            self.cards[chosen].setFocus()

    def focused(self) -> StepCard | None:
        """The card that has the keys."""
        return next((each for each in self.cards if each.hasFocus()), None)

    def _new(self, card: Card) -> StepCard:
        made = StepCard(card)
        made.set_ink(self._ink)
        made.pressed.connect(lambda: self.chosen.emit(self.cards.index(made)))
        made.clicked.connect(self.clicked)
        made.dragged.connect(lambda y: self._drag(made, y))
        made.dropped.connect(lambda stay: self._drop(made, stay=stay))
        made.asked.connect(lambda what: self._ask(self.cards.index(made), what))
        return made

    def _ask(self, at: int, what: str) -> None:
        match what:
            case "up" if at > 0:
                self.moved.emit(at, at - 1)
            case "down" if at < len(self.cards) - 1:
                self.moved.emit(at, at + 1)
            case "above" | "below":
                self._step_to(at + (1 if what == "below" else -1))
            case "switch":
                self.switched.emit(at)
            case "copy":
                self.copied.emit(at)
            case "remove":
                self.removed.emit(at)
            case "usual":
                self.usual.emit(at)
            case _:
                pass

    def _step_to(self, at: int) -> None:
        if 0 <= at < len(self.cards):
            self.cards[at].setFocus()
            self.chosen.emit(at)

    # -- dragging -------------------------------------------------------------------------------

    def _drag(self, card: StepCard, y: float) -> None:
        """The card makes room for itself among the others; nobody is told before it is let go."""
        now = self.cards.index(card)
        if self._from < 0:
            self._from = now
        others = [each for each in self.cards if each is not card]
        to = sum(each.geometry().center().y() < y for each in others)
        if to != now:
            self._put(card, to)

    def _put(self, card: StepCard, to: int) -> None:
        chosen = self.cards[self._chosen] if 0 <= self._chosen < len(self.cards) else None
        self.cards.remove(card)
        self.cards.insert(to, card)
        self.rows.insertWidget(to, card)
        self._chosen = self.cards.index(chosen) if chosen else -1
        for at, each in enumerate(self.cards):
            each.set_place(at, chosen=each is chosen)

    def _drop(self, card: StepCard, *, stay: bool) -> None:
        start, self._from = self._from, -1
        if start < 0:
            return
        end = self.cards.index(card)
        if end != start:
            self._put(card, start)  # as it was: who is told now moves it, and shows it
            if stay:
                self.moved.emit(start, end)
