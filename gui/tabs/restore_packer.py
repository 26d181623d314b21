"""The mask painted last on its way into its step: a large one at a rest, and strip by strip."""

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from gui.widgets.mask import MaskSheet
from gui.widgets.mask_png import Packing, packed

LARGE_PX, REST_MS = 1_000_000, 200  # px from which on a mask waits for a rest


class Packer(QObject):
    """Small masks are packed at once; with a large one, no stroke has to wait for the last."""

    ready = Signal(object, int, object, object)  # picture, key of the step, PNG, its box

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._waiting: tuple[Path, int, MaskSheet] | None = None  # newer than its step
        self._packing: Packing | None = None
        self._soon, self._on = QTimer(self), QTimer(self)
        for timer, rest_ms, do in (
            (self._soon, REST_MS, self._begin),
            (self._on, 0, self._strip),
        ):
            timer.setSingleShot(True)
            timer.setInterval(rest_ms)
            timer.timeout.connect(do)

    @property
    def busy(self) -> bool:
        """Whether a part of a mask is packed already."""
        return self._packing is not None

    def offer(self, path: Path, key: int, sheet: MaskSheet) -> None:
        """The mask of that picture, for that step, is another now."""
        self._waiting, self._packing = (path, key, sheet), None
        box = sheet.box()
        if box.width() * box.height() > LARGE_PX:
            self._soon.start()
        else:
            self.finish()

    def finish(self) -> None:
        """What was painted last is needed now."""
        sheet = self._sheet()
        if sheet is not None:
            self._hand_over(packed(sheet))

    def _begin(self) -> None:
        sheet = self._sheet()
        if sheet is not None:
            self._packing = Packing(sheet)
            self._on.start()

    def _strip(self) -> None:
        """One, and then what else has happened comes first; a new stroke begins it anew."""
        if self._packing is None or self._sheet() is None:
            return
        if self._packing.more():
            self._on.start()
        else:
            self._hand_over(self._packing.result())

    def _sheet(self) -> MaskSheet | None:
        """What is to be packed; none while one paints on it: then later."""
        if self._waiting is not None and self._waiting[2].painting:
            self._packing = None
            self._soon.start()
            return None
        return self._waiting[2] if self._waiting is not None else None

    def _hand_over(self, made: tuple[bytes, tuple[int, int, int, int] | None]) -> None:
        assert self._waiting is not None
        path, key, _ = self._waiting
        self._soon.stop()
        self._waiting = self._packing = None
        self.ready.emit(path, key, *made)
