"""What was before, to go back to, and forward again."""

from typing import Generic, TypeVar

T = TypeVar("T")
KEPT = 300


class History(Generic[T]):
    """States in the order they were; noting one after going back drops those that came after."""

    def __init__(self, first: T) -> None:
        self._states = [first]
        self._at = 0

    @property
    def now(self) -> T:
        """The state one is at."""
        return self._states[self._at]

    @property
    def may_undo(self) -> bool:
        """Whether there is an earlier one."""
        return self._at > 0

    @property
    def may_redo(self) -> bool:
        """Whether there is a later one."""
        return self._at < len(self._states) - 1

    def note(self, state: T) -> None:
        """The newest; the same twice is once."""
        if state == self.now:
            return
        self._states = [*self._states[: self._at + 1], state][-KEPT:]
        self._at = len(self._states) - 1

    def undo(self) -> T:
        """One back, if there is one."""
        self._at = max(0, self._at - 1)
        return self.now

    def redo(self) -> T:
        """One forward, if there is one."""
        self._at = min(len(self._states) - 1, self._at + 1)
        return self.now
