"""What stands in the middle of the Lab tab: one page an experiment, and which page is whose.

A module `gui/tabs/lab_*.py` with a `PAGE` is an experiment's own page; nothing else lists them. All
others get the general one, `gui.tabs.lab_report.ReportPage`.
"""

import importlib
import pkgutil
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from engine import files
from engine.specs_lab import Lab
from engine.specs_lab_live import LabResult, as_json
from gui import tabs
from gui.tabs import Desk

STATE = "page"  # where a page's own state lies in the JSON


class LabPage(QWidget):
    """Shows one experiment. The tab owns the form, the job and the files; it tells the page.

    The order is `set_spec` whenever a setting changes; `begun`, any number of `hear`, then one of
    `done`, `failed` and `stopped`. What a page asks of the engine besides (`Decode`) it asks
    by an `Asker` of its own.
    """

    experiment: ClassVar[str] = ""
    ask = Signal(object)  # run this as the page's job: a move in a duel; one that runs gives way
    halt = Signal()  # stop the page's job
    wish = Signal(object)  # a Lab spec to be shown in the form: something preset was chosen
    start = Signal()  # as if Start had been pressed
    folder = Signal()  # ask for a folder of pictures
    touched = Signal()  # `own` has changed: the spec is to be made anew

    def __init__(self, desk: Desk, kind: type[Lab]) -> None:
        super().__init__()
        self.desk, self.kind = desk, kind

    def recolour(self) -> None:
        """The theme has changed: `self.desk.theme`."""

    def own(self) -> dict[str, Any]:
        """Settings that the page asks for instead of the form, such as points drawn by hand."""
        return {}

    def set_spec(self, spec: Lab) -> None:
        """The settings as they stand; of a loaded state `own` is to become the spec's, too."""

    def job(self, spec: Lab) -> Any:
        """What Start runs: the spec itself, or a `DuelMove` with it."""
        return spec

    def begun(self, spec: Any) -> None:
        """`spec` was handed to the engine; it may have to wait for its turn."""

    def hear(self, event: Any) -> None:
        """An event of the job; a `Preview` comes as `gui.paint.Shown`."""

    def done(self, result: LabResult) -> None:
        """The job has ended."""

    def failed(self, words: str) -> None:
        """It could not go on; `words` say why and what to try. What was shown may stay."""

    def stopped(self) -> None:
        """It was stopped on request. What was shown may stay."""

    def stop(self) -> bool:
        """Esc: stop what is under way on the page itself; False where nothing is."""
        return False

    def take(self, paths: list[Path]) -> bool:
        """Files dropped on the tab; False where they are nothing for this page."""
        del paths
        return False

    # -- the one JSON ---------------------------------------------------------------------------

    def state(self) -> dict[str, Any]:
        """What is to be seen, as JSON can say it."""
        return {}

    def set_state(self, state: dict[str, Any]) -> None:
        """Show that again; what is missing or damaged is passed over."""

    def save_state(self, path: Path, spec: Lab) -> None:
        """Write settings and state. OSError where that cannot be."""
        with files.whole(path) as part:
            part.write_text(as_json(spec, **{STATE: self.state()}), encoding="utf-8")

    def open_state(self, path: Path, kept: dict[str, Any]) -> None:
        """Take up what `from_json` found in a file, once the form shows its settings."""
        del path
        state = kept.get(STATE)
        self.set_state(state if isinstance(state, dict) else {})


@cache
def pages() -> dict[str, type[LabPage]]:
    """The own pages, by the experiment's name."""
    names = [each.name for each in pkgutil.iter_modules(tabs.__path__)]
    modules = [importlib.import_module(f"gui.tabs.{n}") for n in names if n.startswith("lab_")]
    found = [module.PAGE for module in modules if hasattr(module, "PAGE")]
    return {page.experiment: page for page in found}
