"""Model files that are dropped anywhere become models of one's own, if one wants."""

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QFileDialog, QWidget

from engine.specs import ImportModel, InspectModel, Recognised
from engine.specs_import import MODEL_ENDINGS
from gui.import_dialog import ImportDialog
from gui.jobs import EngineThread, Ticket
from gui.notices import words_of
from gui.tabs.intake import paths_of, split

LANE = "import"  # not the background: nobody waits for the end of a training
FILTER = f"Models ({' '.join('*' + ending for ending in MODEL_ENDINGS)});;All files (*)"


class Importing(QObject):
    """One file at a time: look, ask, import; the others wait.

    What no part of the window took of a drop comes here, so they may be dropped anywhere.
    """

    imported = Signal(object)  # Recognised
    others = Signal(list)  # paths that were dropped with them

    def __init__(self, window: QWidget, engine: EngineThread) -> None:
        super().__init__(window)
        self._window, self._engine = window, engine
        self._waiting: list[Path] = []
        self.dialog: ImportDialog | None = None
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take drops in which there are model files."""
        if not isinstance(event, QDropEvent):
            return super().eventFilter(watched, event)
        models, others = split(paths_of(event.mimeData()))
        if not models:
            return super().eventFilter(watched, event)
        event.acceptProposedAction()
        if event.type() == QEvent.Type.Drop:
            self.offer(models)
            if others:
                self.others.emit(others)
        return True

    def ask(self) -> None:
        """A dialog for files."""
        names, _ = QFileDialog.getOpenFileNames(self._window, "Import a model", "", FILTER)
        self.offer(Path(name) for name in names)

    def offer(self, files: Iterable[Path]) -> None:
        """Ask about these files, one after the other."""
        self._waiting += files
        if self.dialog is None:
            self._next()

    def _next(self) -> None:
        if not self._waiting:
            return
        file = self._waiting.pop(0)
        dialog = self.dialog = ImportDialog(self._window, file)
        dialog.wanted.connect(lambda name: self._import(dialog, file, name))
        dialog.finished.connect(self._closed)
        dialog.open()
        self._ask(dialog, InspectModel(file))

    def _import(self, dialog: ImportDialog, file: Path, name: str) -> None:
        self._ask(dialog, ImportModel(file=file, name=name))

    def _ask(self, dialog: ImportDialog, spec: InspectModel | ImportModel) -> None:
        ticket = Ticket(spec, LANE, label="Looking at the model file")
        ticket.finished.connect(lambda found: self._answered(dialog, found))
        ticket.failed.connect(lambda error: self._refused(dialog, error))
        self._engine.submit(ticket)

    def _answered(self, dialog: ImportDialog, found: Recognised) -> None:
        if found.path is not None:  # kept, even if the dialog was closed meanwhile
            self.imported.emit(found)
        if dialog is not self.dialog:
            return
        if found.path is None:
            dialog.show_found(found)
        else:
            dialog.accept()

    def _refused(self, dialog: ImportDialog, error: BaseException) -> None:
        if dialog is self.dialog:
            dialog.refuse(words_of(error))

    def _closed(self) -> None:
        self.dialog = None
        self._next()
