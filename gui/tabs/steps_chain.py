"""The chain of steps as it stands: its order, the chosen one, what was before."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from engine.specs import CropStep, FillStep, PictureStep, ResizeStep, RotateStep, UpscaleStep
from gui.tabs.history import History

MOVING = (UpscaleStep, CropStep, RotateStep, ResizeStep)  # a mask does not fit behind them
PAINTED = (
    "png",
    "box",
    "mask",
    "hints",
    "full",
)  # what tools on the picture set, with an undo of theirs
REST_MS = 600  # changes of one setting that follow each other sooner are one to undo


@dataclass(frozen=True, slots=True)
class Link:
    """A step and the number that stays with it wherever it is moved."""

    key: int
    step: PictureStep


@dataclass(frozen=True, slots=True)
class State:
    """The links in order, and the key of the chosen one; 0 where none is."""

    links: tuple[Link, ...] = ()
    chosen: int = 0


class Chain(QObject):
    """Every change goes through here. Places count from 0; -1 is none."""

    added = Signal(int)  # before `changed`
    replaced = Signal()  # all of it is another; before `changed`
    changed = Signal()
    chosen_changed = Signal(int)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._keys = count(1)
        self._now = State()
        self._history = History(self._now)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(REST_MS)
        self._soon.timeout.connect(self._note)

    # -- as it stands ---------------------------------------------------------------------------

    @property
    def links(self) -> tuple[Link, ...]:
        """Steps with their keys."""
        return self._now.links

    @property
    def steps(self) -> tuple[PictureStep, ...]:
        """In order, those that are off too."""
        return tuple(link.step for link in self._now.links)

    @property
    def chosen(self) -> int:
        """The place of the chosen step, or -1."""
        return self.place(self._now.chosen)

    def place(self, key: int) -> int:
        """Where the step of that key is, or -1."""
        found = (at for at, link in enumerate(self._now.links) if link.key == key)
        return next(found, -1)

    @property
    def may_undo(self) -> bool:
        """Whether there is something to take back."""
        return self._history.may_undo or self._soon.isActive()

    @property
    def may_redo(self) -> bool:
        """Whether something was taken back."""
        return self._history.may_redo

    # -- changes --------------------------------------------------------------------------------

    def start(self, steps: Iterable[PictureStep], chosen: int = -1) -> None:
        """Another chain; what was before is forgotten."""
        self._soon.stop()
        if tuple(steps := tuple(steps)) == self.steps:
            self.choose(chosen if chosen >= 0 else self.chosen)
            return
        links = self._linked(steps)
        key = links[chosen].key if 0 <= chosen < len(links) else 0
        self._history = History(State(links, key))
        self._become(State(links, key))

    def replace_all(self, steps: Iterable[PictureStep]) -> None:
        """Another chain, that can be taken back."""
        links = self._linked(steps)
        self._become_noted(State(links, links[0].key if links else 0), self.replaced)

    def insert(self, at: int, step: PictureStep) -> None:
        """One more, chosen."""
        link = Link(next(self._keys), step)
        links = list(self.links)
        links.insert(at, link)
        self._become_noted(State(tuple(links), link.key), self.added, at)

    def add(self, step: PictureStep) -> None:
        """One more at the end; a mask before whatever moves pixels."""
        at = len(self.links)
        if isinstance(step, FillStep):
            moving = (n for n, each in enumerate(self.steps) if isinstance(each, MOVING))
            at = next(moving, at)
        self.insert(at, step)

    def remove(self, at: int) -> None:
        """Not that one; its neighbour is chosen."""
        links = (*self.links[:at], *self.links[at + 1 :])
        chosen = self._now.chosen
        if self.links[at].key == chosen:
            chosen = links[min(at, len(links) - 1)].key if links else 0
        self._become_noted(State(links, chosen))

    def move(self, before: int, after: int) -> None:
        """From place to place."""
        after = max(0, min(after, len(self.links) - 1))
        if before == after:
            return
        links = list(self.links)
        links.insert(after, links.pop(before))
        self._become_noted(State(tuple(links), self._now.chosen))

    def duplicate(self, at: int) -> None:
        """The same once more, behind it."""
        self.insert(at + 1, self.links[at].step)

    def replace(self, at: int, step: PictureStep, *, note: bool) -> None:
        """Other values of the step there."""
        links = list(self.links)
        if links[at].step == step:
            return
        links[at] = Link(links[at].key, step)
        if note:
            self._soon.start()
        self._become(State(tuple(links), self._now.chosen))

    def switch(self, at: int) -> None:
        """On or off."""
        step = self.links[at].step
        self._swap(at, replace(step, on=not step.on))

    def as_usual(self, at: int) -> None:
        """Its settings as they are at first; what was painted for it stays."""
        step = self.links[at].step
        self._swap(at, _painted(replace(type(step)(), on=step.on), step))

    def choose(self, at: int) -> None:
        """Look at that one, or at none."""
        key = self.links[at].key if 0 <= at < len(self.links) else 0
        if key != self._now.chosen:
            self._now = replace(self._now, chosen=key)
            self.chosen_changed.emit(self.chosen)

    def _swap(self, at: int, step: PictureStep) -> None:
        if step != self.links[at].step:
            link = Link(self.links[at].key, step)
            links = (*self.links[:at], link, *self.links[at + 1 :])
            self._become_noted(State(links, self._now.chosen))

    # -- back and forth -------------------------------------------------------------------------

    def undo(self) -> bool:
        """One back; False where there is nothing."""
        if self._soon.isActive():
            self._note()
        return self._go(self._history.may_undo, self._history.undo)

    def redo(self) -> bool:
        """One forward."""
        if self._soon.isActive():
            self._note()
        return self._go(self._history.may_redo, self._history.redo)

    def _go(self, may: bool, step: Any) -> bool:
        if not may:
            return False
        state = step()
        now = {link.key: link.step for link in self.links}
        links = (Link(link.key, _painted(link.step, now.get(link.key))) for link in state.links)
        self._become(State(tuple(links), state.chosen))
        return True

    def _linked(self, steps: Iterable[PictureStep]) -> tuple[Link, ...]:
        return tuple(Link(next(self._keys), step) for step in steps)

    def _note(self) -> None:
        self._soon.stop()
        self._history.note(self._now)

    def _become_noted(self, state: State, signal: Any = None, *where: int) -> None:
        if self._soon.isActive():
            self._note()
        self._history.note(state)
        self._become(state, signal, *where)

    def _become(self, state: State, signal: Any = None, *where: int) -> None:
        was, self._now = (self.chosen, self._now.chosen), state
        if signal is not None:
            signal.emit(*where)
        self.changed.emit()
        if (self.chosen, state.chosen) != was:
            self.chosen_changed.emit(self.chosen)


def _painted(step: PictureStep, now: PictureStep | None) -> PictureStep:
    """A step as it was, but with what tools have painted for it since."""
    if type(now) is not type(step):
        return step
    names = [name for name in PAINTED if hasattr(step, name)]
    return replace(step, **{name: getattr(now, name) for name in names})
