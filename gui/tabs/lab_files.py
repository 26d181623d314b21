"""What each experiment of the lab found, and with which settings; saved and opened."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from engine.errors import UserError
from engine.specs_lab import Lab
from engine.specs_lab_live import LabResult, SaveLab, from_json
from gui.asking import Asker
from gui.jobs import EngineThread
from gui.tabs.lab_page import LabPage


class LabFiles(QObject):
    """Keeps the newest result of each experiment beside the spec it came from."""

    saved = Signal(object, int)  # the folder, how many files
    failed = Signal(object)  # exception

    def __init__(self, parent: QObject, engine: EngineThread) -> None:
        super().__init__(parent)
        self._asker = Asker(self, engine, "lab.save")
        self._asker.failed.connect(lambda _, why: self.failed.emit(why))
        self._asked: dict[str, Lab] = {}
        self._specs: dict[str, Lab] = {}
        self._results: dict[str, LabResult] = {}

    def began(self, name: str, spec: Lab) -> None:
        """A job has begun with these settings."""
        self._asked[name] = spec

    def found(self, name: str, result: LabResult) -> None:
        """It has ended with this."""
        self._specs[name], self._results[name] = self._asked[name], result

    def ended(self, name: str, page: LabPage) -> None:
        """A job has ended with nothing: what the page shows of it has no result."""
        if getattr(page, "result", None) is None:
            self._results.pop(name, None)
            self._specs[name] = self._asked[name]

    def opened(self, name: str, spec: Lab, page: LabPage) -> None:
        """A state was opened; its result is the page's, if it shows one."""
        result = getattr(page, "result", None)
        self._specs[name] = spec
        self._results.pop(name, None)
        if isinstance(result, LabResult):
            self._results[name] = result

    def spec(self, name: str) -> Lab | None:
        """The settings that the result came from."""
        return self._specs.get(name)

    def result(self, name: str) -> LabResult | None:
        """The newest result."""
        return self._results.get(name)

    def read(self, path: Path) -> tuple[Lab, dict[str, Any]]:
        """A saved experiment. UserError where the file is none."""
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as why:
            remedy = "Choose a JSON file that the lab has written."
            raise UserError(f"{path.name} cannot be read.", remedy) from why
        return from_json(text)

    def save(self, name: str, folder: Path) -> None:
        """Write pictures, figures and settings; `saved` tells of it."""
        result, spec = self.result(name), self.spec(name)
        if result is not None and spec is not None:

            def done(written: LabResult) -> None:
                self.saved.emit(folder, len(written.files))

            self._asker.ask("save", SaveLab(result, spec, folder), done=done)

    def show(self, folder: Path) -> None:
        """Open the folder outside."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
