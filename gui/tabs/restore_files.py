"""Masks as files: asked for, read, written."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from engine.errors import UserError
from engine.files import whole
from gui.notices import words_of
from gui.tabs import Desk
from gui.widgets.mask import MaskSheet

FILTER = "Pictures (*.png *.jpg *.jpeg *.webp *.tif *.tiff *.bmp)"


class MaskFiles:
    """Remembers the folder; says what does not fit."""

    def __init__(self, parent: QWidget, desk: Desk) -> None:
        self._parent, self._desk = parent, desk

    def ask_load(self, load: Callable[[Path], None], picture: Path | None) -> None:
        """A dialog for a mask."""
        start = self._folder(picture)
        name, _ = QFileDialog.getOpenFileName(self._parent, "Load a mask", start, FILTER)
        if name:
            self._desk.prefs.write("restore/masks", str(Path(name).parent))
            load(Path(name))

    def ask_save(self, save: Callable[[Path], None], picture: Path | None) -> None:
        """A dialog for where to save one."""
        stem = picture.stem if picture else "picture"
        start = str(Path(self._folder(picture)) / f"{stem}_mask.png")
        name, _ = QFileDialog.getSaveFileName(self._parent, "Save the mask", start, "PNG (*.png)")
        if name:
            self._desk.prefs.write("restore/masks", str(Path(name).parent))
            save(Path(name).with_suffix(".png"))

    def read(self, file: Path, size: QSize) -> tuple[QImage | None, str]:
        """The mask in a file, or why it is none for a picture of that size."""
        image = QImage(str(file))
        if image.isNull():
            return None, f"{file.name} could not be read as a picture."
        if image.size() != size:
            return None, (
                f"{file.name} is {image.width()} \u00d7 {image.height()}, the picture "
                f"{size.width()} \u00d7 {size.height()}. Both must be of the same size."
            )
        return image, ""

    def named(self, mask: Path, picture: Path, size: QSize) -> tuple[QImage | None, str]:
        """The same; of a folder of masks, the one that is named like the picture."""
        from engine import masks

        try:
            return self.read(masks.file_for(mask, picture), size)
        except UserError as why:
            return None, words_of(why)

    def write(self, file: Path, sheet: MaskSheet) -> None:
        """Save a mask as a grey PNG, as large as its picture."""
        image = sheet.grey(sheet.image.rect())
        try:
            with whole(file) as part:
                if not image.save(str(part), "PNG"):  # type: ignore[call-overload]
                    raise OSError
        except UserError as why:
            self._desk.notices.complain(why)
        else:
            self._desk.notices.say(f"The mask is saved as {file.name}.", kind="good")

    def _folder(self, picture: Path | None) -> str:
        usual = str(picture.parent if picture else Path.home())
        return str(self._desk.prefs.read("restore/masks", usual))
