"""The chain of steps in the panel: a list of cards, a menu of more, the chosen step's settings."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, QSize, QTimer, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine import steps as step_lists
from engine.specs import PictureStep
from gui.icons import icon
from gui.notices import words_of
from gui.tabs import Desk
from gui.tabs.steps_chain import Chain
from gui.tabs.steps_files import Recipes, Steps, named
from gui.tabs.steps_form import StepSettings
from gui.tabs.steps_words import GROUPS, SENTENCES, counted, in_brief, on_card, unfinished
from gui.theme import Theme
from gui.widgets.labels import quiet, section
from gui.widgets.step_list import Card, StepList

ICON = QSize(16, 16)
GAP = 8  # px
LOOK_MS = 80  # after a change, before what is wrong is looked for anew
EMPTY = "No steps yet. Each works on what the one above made of the picture."


class StepsPanel(QWidget):
    """What is done to a picture, in order. See `Chain` for places and keys."""

    changed = Signal()
    chosen_changed = Signal(int)
    compared = Signal(int)  # the step to be seen alone, before and after; -1: all of them
    added = Signal(int)  # this and `replaced` before `changed`
    replaced = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.chain = Chain(self)
        self.recipes = Recipes(self, desk)
        self.list = StepList()
        self.settings = StepSettings(desk)
        self._faults: dict[int, str] = {}  # by key
        self._looked: tuple[int, ...] = ()
        self._offer: Steps = ()
        self._look_soon = QTimer(self)
        self._look_soon.setSingleShot(True)
        self._look_soon.setInterval(LOOK_MS)
        self._build()
        self._connect()
        self.recolour(desk.theme)
        self._show()

    # -- the chain ------------------------------------------------------------------------------

    def steps(self) -> Steps:
        """All of them in order, those that are off too."""
        return self.chain.steps

    def keys(self) -> tuple[int, ...]:
        """A number for each that stays with it."""
        return tuple(link.key for link in self.chain.links)

    def set_steps(self, steps: Steps, chosen: int = -1) -> None:
        """Another chain; nothing of the old one can be brought back."""
        self.chain.start(steps, chosen)

    def replace_step(self, at: int, step: PictureStep, *, note: bool = False) -> None:
        """Other values; `note`: as one thing to undo."""
        self.chain.replace(at, step, note=note)

    def insert_step(self, at: int, step: PictureStep) -> None:
        """One more, chosen."""
        self.chain.insert(at, step)

    def chosen(self) -> int:
        """The place of the chosen step, or -1."""
        return self.chain.chosen

    def choose(self, at: int) -> None:
        """Show that step's settings; -1: none."""
        self.chain.choose(at)

    def undo(self) -> bool:
        """Take back; False where there is nothing."""
        return self.chain.undo()

    def redo(self) -> bool:
        """Bring back what was taken back."""
        return self.chain.redo()

    # -- files ----------------------------------------------------------------------------------

    def open_recipe(self, path: Path) -> None:
        """Use the steps of a file."""
        self.recipes.open(path)

    def save_recipe(self) -> None:
        """Ask where to save the steps."""
        self.recipes.ask_save(self.steps())

    def offer(self, path: Path) -> None:
        """Where a picture says how it was made, offer its steps."""
        self._hide_offer()
        self.recipes.offer(path)

    # -- for the tab ----------------------------------------------------------------------------

    def set_tools(self, tools: QWidget | None) -> None:
        """What belongs to the chosen step, above its settings."""
        self.settings.set_tools(tools)

    def recolour(self, theme: Theme) -> None:
        """The theme's colours."""
        ink = theme.tokens.text
        self.list.set_ink(theme.tokens.quiet)
        for button, name in (
            (self.back, "undo"),
            (self.forth, "redo"),
            (self.alone, "split"),
            (self.more, "plus"),
        ):
            button.setIcon(icon(name, ink))
            button.setIconSize(ICON)
        self.settings.recolour(theme)

    # -- building -------------------------------------------------------------------------------

    def _build(self) -> None:
        self.back, self.forth = _tool("Take back (Ctrl+Z)"), _tool("Bring back (Ctrl+Y)")
        self.alone = _tool("Step by step: what the chosen step alone does")
        self.alone.setCheckable(True)
        self.menu_button = _tool("Recipes: open, save, start over")
        self.menu_button.setText("⋯")
        self.menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu = QMenu(self)
        self.menu_button.setMenu(self.menu)
        head = QHBoxLayout()
        head.setSpacing(2)
        head.addWidget(section("Steps"), 1)
        for button in (self.back, self.forth, self.alone, self.menu_button):
            head.addWidget(button)
        self.empty = quiet(EMPTY)
        self.more = QPushButton("Add a step")
        self.add_menu = QMenu(self)
        self.more.setMenu(self.add_menu)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(10)
        box.addLayout(head)
        box.addWidget(self._offer_row())
        for part in (self.empty, self.list, self.more, self.settings):
            box.addWidget(part)

    def _offer_row(self) -> QWidget:
        self.offered = QWidget()
        self.offer_words = quiet()
        self.use, self.leave = QPushButton("Use its steps"), QPushButton("No")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.use)
        row.addWidget(self.leave)
        row.addStretch()
        box = QVBoxLayout(self.offered)
        box.setContentsMargins(0, 0, 0, 4)
        box.setSpacing(8)
        box.addWidget(self.offer_words)
        box.addLayout(row)
        self.offered.hide()
        return self.offered

    def _connect(self) -> None:
        chain, cards = self.chain, self.list
        chain.added.connect(self.added)
        chain.replaced.connect(self.replaced)
        chain.changed.connect(self._changed)
        chain.chosen_changed.connect(self._chosen)
        cards.chosen.connect(chain.choose)
        cards.clicked.connect(self._reveal_soon)
        chain.added.connect(self._reveal_soon)
        cards.moved.connect(chain.move)
        cards.removed.connect(chain.remove)
        cards.copied.connect(chain.duplicate)
        cards.switched.connect(chain.switch)
        cards.usual.connect(chain.as_usual)
        self.settings.changed.connect(self._set)
        self.back.clicked.connect(self.undo)
        self.forth.clicked.connect(self.redo)
        self.alone.toggled.connect(lambda _: self._compare())
        self.menu.aboutToShow.connect(self._fill_menu)
        self.add_menu.aboutToShow.connect(self._fill_add)
        self.recipes.opened.connect(self._use)
        self.recipes.offered.connect(self._offered)
        self.recipes.silent.connect(self._silent)
        self.use.clicked.connect(self._use_offer)
        self.leave.clicked.connect(self._hide_offer)
        self._look_soon.timeout.connect(self._show)

    def _fill_menu(self) -> None:
        self.menu.clear()
        self.menu.addAction("Open a recipe…", self.recipes.ask_open)
        save = self.menu.addAction("Save as a recipe…", self.save_recipe)
        clear = self.menu.addAction("Remove all steps", lambda: self.chain.replace_all(()))
        for action in (save, clear):
            action.setEnabled(bool(self.steps()))
        self.recipes.fill(self.menu)

    def _fill_add(self) -> None:
        self.add_menu.clear()
        for kinds in GROUPS:
            self.add_menu.addSeparator()
            for kind in kinds:
                bare = kind.task not in ("", *step_lists.FALLBACK) and not step_lists.models_for(
                    kind
                )
                words = "No model for it is installed yet." if bare else SENTENCES[kind]
                action = self.add_menu.addAction(
                    f"{kind.title}\t{words}", partial(self.chain.add, kind())
                )
                action.setEnabled(not bare)

    # -- what happens ---------------------------------------------------------------------------

    def _changed(self) -> None:
        self._show()
        if not self._look_soon.isActive():
            self._look_soon.start()
        self.changed.emit()

    def _chosen(self, at: int) -> None:
        self._show()
        self.chosen_changed.emit(at)
        if self.alone.isChecked():
            self._compare()

    def _reveal_soon(self) -> None:
        """Once all of it is laid out."""
        QTimer.singleShot(0, self, self._reveal)

    def _reveal(self) -> None:
        """Scroll to the chosen step's settings, as far as its card stays in sight."""
        area, at = self.parent(), self.chosen()
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parent()
        inner = area.widget() if area is not None else None
        if area is None or inner is None or not 0 <= at < len(self.list.cards):
            return
        card = self.list.cards[at]
        top = card.mapTo(inner, QPoint(0, 0)).y() - GAP
        end = self.settings.mapTo(inner, QPoint(0, self.settings.height())).y()
        bar, room = area.verticalScrollBar(), area.viewport().height()
        bar.setValue(min(top, max(bar.value(), end - room)))

    def _compare(self) -> None:
        self.compared.emit(self.chosen() if self.alone.isChecked() else -1)

    def _set(self, step: PictureStep) -> None:
        self.chain.replace(self.chosen(), step, note=True)

    def _look(self) -> None:
        """Find what is wrong; folders of models are read for that."""
        self._looked = keys = self.keys()
        found = step_lists.faults(self.steps())
        self._faults = {keys[at]: words_of(why) for at, why in found.items()}

    def _show(self) -> None:
        """Show all of it as it is."""
        if self._looked != self.keys() or not self._look_soon.isActive():
            self._look()
        links, chosen = self.chain.links, self.chain.chosen
        cards = [self._card(at) for at in range(len(links))]
        self.list.show_cards(cards, chosen)
        self.settings.show_step(links[chosen].step if chosen >= 0 else None)
        self.empty.setVisible(not links and self.offered.isHidden())
        self.list.setVisible(bool(links))
        self.back.setEnabled(self.chain.may_undo)
        self.forth.setEnabled(self.chain.may_redo)
        self.alone.setEnabled(len(links) > 1)
        if len(links) < 2 and self.alone.isChecked():
            self.alone.setChecked(False)

    def _card(self, at: int) -> Card:
        link = self.chain.links[at]
        words = self._faults.get(link.key, "")
        at_fault = link.step.on and not unfinished(link.step)  # what it lacks, it says in brief
        fault = on_card(words, at + 1, link.step) if at_fault else ""
        return Card(link.key, link.step.title, in_brief(link.step), link.step.on, fault)

    # -- steps of files -------------------------------------------------------------------------

    def _use(self, steps: Steps, path: Path) -> None:
        self._hide_offer()
        self.chain.replace_all(steps)
        self.desk.notices.say(f"{named(path)}: {counted(steps)}.", kind="good")

    def _offered(self, steps: Steps) -> None:
        self._offer = steps
        names = ", ".join(step.title.lower() for step in steps)
        self.offer_words.setText(f"This picture says how it was made: {names}.")
        for button in (self.use, self.leave):
            button.show()
        self.offered.show()
        self._show()

    def _silent(self, words: str) -> None:
        self._hide_offer()
        if words:
            self.offer_words.setText(words)
            for button in (self.use, self.leave):
                button.hide()
            self.offered.show()

    def _use_offer(self) -> None:
        steps = self._offer
        self._hide_offer()
        self.chain.replace_all(steps)

    def _hide_offer(self) -> None:
        self._offer = ()
        self.offered.hide()
        self._show()


def _tool(tip: str) -> QToolButton:
    button = QToolButton()
    button.setProperty("role", "flat")
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    return button
