"""How pictures come in: dropped, pasted, chosen in a dialog."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, Signal
from PySide6.QtGui import QDragLeaveEvent, QDropEvent, QImage
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from engine import formats, places
from engine.specs_import import MODEL_ENDINGS
from gui.prefs import Prefs

FILTER = f"Pictures ({' '.join('*' + ending for ending in formats.ENDINGS)});;All files (*)"


class Intake(QObject):
    """Turns drops, the clipboard and dialogs into paths."""

    opened = Signal(list)  # paths, to be worked on instead of what was there
    added = Signal(list)  # paths, to be worked on as well
    over = Signal(bool)  # something that could be dropped is held over the widget

    def __init__(self, widget: QWidget, prefs: Prefs) -> None:
        super().__init__(widget)
        self._widget = widget
        self._prefs = prefs
        widget.setAcceptDrops(True)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Files, folders and pictures may be dropped anywhere on the widget."""
        match event:
            case QDropEvent() if event.type() == QEvent.Type.DragEnter:
                if takes(event.mimeData()):
                    event.acceptProposedAction()
                    self.over.emit(True)
            case QDropEvent() if event.type() == QEvent.Type.Drop:
                self.over.emit(False)
                if self.take(event.mimeData()):
                    event.acceptProposedAction()
            case QDragLeaveEvent():
                self.over.emit(False)
            case _:
                return super().eventFilter(watched, event)
        return True

    def ask_files(self, *, add: bool = False) -> None:
        """A dialog for files."""
        names, _ = QFileDialog.getOpenFileNames(self._widget, "Open photos", self._start(), FILTER)
        if names:
            paths = [Path(name) for name in names]
            self._prefs.write("last_folder", str(paths[0].parent))
            (self.added if add else self.opened).emit(paths)

    def ask_folder(self) -> None:
        """A dialog for a folder."""
        name = QFileDialog.getExistingDirectory(self._widget, "Open a folder", self._start())
        if name:
            self._prefs.write("last_folder", name)
            self.opened.emit([Path(name)])

    def paste(self) -> bool:
        """Whatever picture or files the clipboard holds; False if it holds neither."""
        return self.take(QApplication.clipboard().mimeData())

    def take(self, held: QMimeData | None) -> bool:
        """Files and folders of a drop or the clipboard, or the picture itself."""
        paths = split(paths_of(held))[1]
        if not paths and held is not None and held.hasImage():
            image = held.imageData()
            paths = [keep(image)] if isinstance(image, QImage) and not image.isNull() else []
        if paths:
            self.opened.emit(paths)
        return bool(paths)

    def _start(self) -> str:
        return str(self._prefs.read("last_folder", str(Path.home())))


def takes(held: QMimeData | None) -> bool:
    """Whether there is something in it to open; model files are for the window itself."""
    if held is None or split(paths_of(held))[0]:
        return False
    return bool(paths_of(held)) or held.hasImage()


def split(paths: Iterable[Path]) -> tuple[list[Path], list[Path]]:
    """Model files, and all the others."""
    paths = list(paths)
    models = [path for path in paths if path.suffix.lower() in MODEL_ENDINGS and not path.is_dir()]
    return models, [path for path in paths if path not in models]


def paths_of(held: QMimeData | None) -> list[Path]:
    """The files and folders on this computer that it names."""
    if held is None or not held.hasUrls():
        return []
    return [Path(url.toLocalFile()) for url in held.urls() if url.isLocalFile()]


def keep(image: QImage) -> Path:
    """A pasted picture as a PNG of the person's own, uncompressed because one waits for it."""
    folder = places.data() / "pasted"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"pasted {datetime.now():%Y-%m-%d %H.%M.%S.%f}.png"
    image.save(str(path), "PNG", 100)  # type: ignore[call-overload]
    return path
