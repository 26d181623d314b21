"""The tabs: every module here with a `TAB` is one. Nothing else lists them."""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

from PySide6.QtWidgets import QWidget

from gui.jobs import EngineThread
from gui.notices import Notices
from gui.prefs import Prefs
from gui.theme import Theme

GROUPS = ("pictures", "generators", "learning")  # from top to bottom


@dataclass(frozen=True, slots=True)
class Desk:
    """What a tab finds at its place; `send` goes to the tab of that name and opens files there."""

    engine: EngineThread
    prefs: Prefs
    notices: Notices
    theme: Theme
    send: Callable[[str, list[Path]], None] = lambda _name, _paths: None


class Page(Protocol):
    """What the frame asks of a tab's widget."""

    def start(self) -> None:
        """Ctrl+Enter."""

    def open_paths(self, paths: list[Path]) -> None:
        """Files or folders to work on."""

    def save(self) -> None:
        """Remember settings: the window closes."""


@runtime_checkable
class Stops(Protocol):
    """A page that may be at something which is no background job."""

    def stop(self) -> bool:
        """Esc; False where there was nothing to stop."""


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab's place in the rail; `order` within its group."""

    name: str
    group: str
    order: int
    icon: str
    tip: str
    make: Callable[[Desk], QWidget]


def found() -> list[Tab]:
    """Every tab of this folder, in the rail's order."""
    tabs: list[Tab] = []
    for info in pkgutil.iter_modules(__path__, __name__ + "."):
        tab = getattr(importlib.import_module(info.name), "TAB", None)
        if isinstance(tab, Tab):
            tabs.append(tab)
    return sorted(tabs, key=lambda tab: (GROUPS.index(tab.group), tab.order))
