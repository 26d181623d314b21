"""Steps from files and into files: recipes for pictures, and what a picture says of itself."""

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from engine import formats, places
from engine.specs import PictureStep, ReadSteps, WriteSteps
from gui.jobs import Ticket
from gui.notices import words_of
from gui.tabs import Desk

ENDING = ".toml"
SAVED = f"Recipes for pictures (*{ENDING})"
OPENED = f"{SAVED};;Pictures made by Safelight ({' '.join('*' + e for e in formats.ENDINGS)})"
RECENT = 8  # that are remembered
Steps = tuple[PictureStep, ...]


class Recipes(QObject):
    """Reads and writes them by the engine, and remembers the recent ones."""

    opened = Signal(object, object)  # steps, the file they come from
    offered = Signal(object)  # steps that the picture one opened says it was made with
    silent = Signal(str)  # why such a picture's steps cannot be read; "" where it says nothing

    def __init__(self, parent: QWidget, desk: Desk) -> None:
        super().__init__(parent)
        self._widget, self._desk = parent, desk
        self._newest: Ticket | None = None

    # -- asked by people ------------------------------------------------------------------------

    def ask_open(self) -> None:
        """A dialog for a recipe, or a picture that says how it was made."""
        name, _ = QFileDialog.getOpenFileName(self._widget, "Open a recipe", self._start(), OPENED)
        if name:
            self.open(Path(name))

    def ask_save(self, steps: Steps) -> None:
        """A dialog for where to save them."""
        start = str(Path(self._start()) / f"recipe{ENDING}")
        name, _ = QFileDialog.getSaveFileName(self._widget, "Save as a recipe", start, SAVED)
        if name:
            path = Path(name)
            self.save(path if path.suffix else path.with_suffix(ENDING), steps)

    def open(self, path: Path) -> None:
        """Read a file; `opened` follows, or words about why not."""
        ticket = Ticket(ReadSteps(path), "steps.open")
        ticket.finished.connect(partial(self._opened, path))
        ticket.failed.connect(self._failed)
        self._submit(ticket)

    def save(self, path: Path, steps: Steps) -> None:
        """Write a file."""
        ticket = Ticket(WriteSteps(path, steps), "steps.save")
        ticket.finished.connect(lambda _: self._saved(path, steps))
        ticket.failed.connect(self._failed)
        self._submit(ticket)

    def offer(self, path: Path) -> None:
        """Ask what a picture says it was made with; only the newest is heard."""
        ticket = self._newest = Ticket(ReadSteps(path), "steps.offer")
        ticket.finished.connect(lambda steps: self._told(ticket, steps, ""))
        ticket.failed.connect(lambda error: self._told(ticket, (), words_of(error)))
        self._submit(ticket)

    # -- a menu of them -------------------------------------------------------------------------

    def fill(self, menu: QMenu) -> None:
        """Those that come with Safelight, and the recent ones."""
        shipped = sorted((places.shipped("assets") / "recipes").glob(f"*{ENDING}"))
        for heading, paths in (("To begin with", shipped), ("Recent", self.recent())):
            if not paths:
                continue
            menu.addSeparator()
            menu.addAction(heading).setEnabled(False)
            for path in paths:
                action = menu.addAction(named(path), partial(self.open, path))
                action.setToolTip(str(path))

    def recent(self) -> list[Path]:
        """The newest first; those that are gone are left out."""
        kept = self._desk.prefs.read("steps/recent", [])
        paths = [Path(name) for name in kept if isinstance(name, str)] if kept else []
        return [path for path in paths if path.is_file()]

    def _remember(self, path: Path) -> None:
        if path.suffix != ENDING or path.is_relative_to(places.shipped("assets")):
            return
        paths = [path, *(each for each in self.recent() if each != path)][:RECENT]
        self._desk.prefs.write("steps/recent", [str(each) for each in paths])
        self._desk.prefs.write("last_recipes", str(path.parent))

    def _start(self) -> str:
        return str(self._desk.prefs.read("last_recipes", str(Path.home())))

    # -- what came of it ------------------------------------------------------------------------

    def _submit(self, ticket: Ticket) -> None:
        self._desk.engine.submit(ticket)

    def _opened(self, path: Path, steps: Any) -> None:
        if not steps:
            self._desk.notices.say(
                f"{path.name} does not say how it was made. Pictures that Safelight saved with "
                "“Note the settings” do, unless another program took it out.",
                kind="bad",
            )
            return
        self._remember(path)
        self.opened.emit(steps, path)

    def _saved(self, path: Path, steps: Steps) -> None:
        self._remember(path)
        painted = any(getattr(step, "png", b"") or getattr(step, "hints", ()) for step in steps)
        use = (
            "What you painted is in it, and fits this picture alone."
            if painted
            else "It can be used on other pictures, here or in the shell: "
            f"safelight apply {path.name} PICTURES -o FOLDER."
        )
        self._desk.notices.say(f"Saved as {path.name}. {use}", kind="good")

    def _failed(self, error: BaseException) -> None:
        self._desk.notices.complain(error)

    def _told(self, ticket: Ticket, steps: Any, words: str) -> None:
        if ticket is not self._newest:
            return
        if steps:
            self.offered.emit(steps)
        else:
            self.silent.emit(words)


def named(path: Path) -> str:
    """A recipe's name for people: "old-print.toml" is "Old print"."""
    words = path.stem.replace("-", " ").replace("_", " ").strip()
    return words[:1].upper() + words[1:]
