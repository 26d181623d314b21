"""The place one is at in a latent space, and the way there."""

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from engine.latent import pad
from engine.specs import Edit, Mix, Place
from gui.tabs.history import History

SETTLED_MS = 400  # without a change: then what was done is one step to be undone


class Journey(QObject):
    """One `Place` at a time; whatever shows or changes it is told by `changed`."""

    changed = Signal(object)  # Place
    noted = Signal()  # what may be undone is another

    def __init__(self, parent: QObject, first: Place) -> None:
        super().__init__(parent)
        self.place = first
        self.history = History(first)
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(SETTLED_MS)
        self._settled.timeout.connect(self.settle)

    def go(self, place: Place) -> None:
        """Be there."""
        if place != self.place:
            self.place = place
            self.changed.emit(place)
            self._settled.start()

    def change(self, **values: Any) -> None:
        """Another truncation, other mixes ..."""
        self.go(replace(self.place, **values))

    def begin(self, place: Place) -> None:
        """Be in another model: nothing of what was may be undone."""
        self._settled.stop()
        self.place = place
        self.history = History(place)
        self.changed.emit(place)
        self.noted.emit()

    def settle(self) -> None:
        """What was done up to here is one step."""
        self._settled.stop()
        self.history.note(self.place)
        self.noted.emit()

    def undo(self) -> None:
        """Back to what was before the last step."""
        self.settle()
        self._show(self.history.undo())

    def redo(self) -> None:
        """Forward again."""
        self.settle()
        self._show(self.history.redo())

    def _show(self, place: Place) -> None:
        self.place = place
        self.changed.emit(place)
        self.noted.emit()


def amount_of(place: Place, direction: str) -> float:
    """How far a place is moved along a direction, in standard deviations."""
    return sum(edit.amount for edit in place.edits if edit.direction == direction)


def edited(place: Place, edit: Edit) -> Place:
    """With that edit in place of any other along the same direction; 0 takes it away."""
    others = [each for each in place.edits if each.direction != edit.direction]
    return replace(place, edits=(*others, edit) if edit.amount else tuple(others))


def mixed(place: Place, source: Place, layers: tuple[str, ...]) -> Place:
    """With those layers from `source`, whose own mixes are left out."""
    plain = replace(source, mixes=())
    return replace(place, mixes=tuple(Mix(plain, each) for each in layers))


def name_of(place: Place) -> str:
    """For a file or a card: "seed 1301", or what it is near to."""
    seed = pad.seed_of(place)
    if place.w is not None:
        return "own face"
    return f"seed {seed}" if seed is not None else f"near seed {pad.seed_at(place.x, place.y)}"
