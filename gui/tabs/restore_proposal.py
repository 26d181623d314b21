"""Where a picture is scratched, outlined while one sets how fine a scratch may be."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QPoint, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent

from engine.specs import PictureStep, ProposeMask, ScratchesStep
from gui.notices import words_of
from gui.paint import Shown
from gui.tabs import Desk
from gui.tabs.follow import Follow
from gui.tabs.restore_tools import ScratchTools
from gui.widgets.mask import MaskSheet
from gui.widgets.mask_hand import MaskHand

PATIENCE_MS = 500
LIVE_PX = 4_000_000  # in larger pictures it takes too long to follow a slider
LOOKING = "Looking for scratches"


class FoundHand(MaskHand):
    """Shows a mask and leaves the mouse to the picture."""

    def press(self, at: QPointF, event: QMouseEvent) -> bool:  # noqa: ARG002
        """The picture's."""
        return False

    def hover(self, at: QPointF | None) -> None:
        """No ring."""

    def key(self, event: QKeyEvent) -> bool:  # noqa: ARG002
        """The picture's, too."""
        return False

    def cursor(self, at: QPointF) -> Qt.CursorShape:  # noqa: ARG002
        """One may move the picture."""
        return Qt.CursorShape.OpenHandCursor


class Proposal(QObject):
    """Asks for the mask as often as it can be answered; of a large picture, once it is wanted."""

    found = Signal()  # the mask that was wanted is there

    def __init__(self, parent: QObject, desk: Desk, tools: ScratchTools) -> None:
        super().__init__(parent)
        self._desk, self._tools = desk, tools
        self.hand = FoundHand()
        self._wanted: ProposeMask | None = None
        self._answered: ProposeMask | None = None
        self._live, self._fetched = True, False
        self.follow = Follow(
            self,
            desk.engine,
            "restore.scratches",
            self._question,
            label=LOOKING,
            patience_ms=PATIENCE_MS,
        )
        self.follow.shown.connect(self._heard)
        self.follow.failed.connect(self._broke)

    def look(
        self, path: Path, size: QSize, step: ScratchesStep, before: tuple[PictureStep, ...]
    ) -> None:
        """Find what this step would mend on that picture after the steps before it."""
        device = str(self._desk.prefs.read("device", "auto"))
        steps = tuple(each for each in before if each.on)
        wanted = ProposeMask(path, step.sensitivity, steps, step.model, device=device)
        self._live = size.width() * size.height() <= LIVE_PX
        if not self._live:
            if wanted != self._wanted:
                self._show(MaskSheet(QSize(1, 1)), "")
                self._tools.button.setEnabled(True)
        elif self._wanted is None or self._wanted.picture != path:
            self._show(MaskSheet(size), f"{LOOKING} …")
        if wanted != self._wanted:
            self._wanted = wanted
            if self._live:
                self.follow.ask()

    def fetch(self) -> None:
        """Say `found` once the mask as it is wanted now is there."""
        if self._wanted == self._answered:
            self.found.emit()
            return
        self._fetched = True
        self._tools.say(f"{LOOKING} …")
        self._tools.button.setEnabled(False)
        self.follow.ask()

    def forget(self) -> None:
        """Nobody looks at it any more."""
        self._wanted, self._answered, self._fetched = None, None, False
        self.follow.forget()

    def _question(self) -> ProposeMask | None:
        return self._wanted if self._wanted != self._answered else None

    def _heard(self, shown: Shown) -> None:
        if self._wanted is None or shown.name != "mask":
            return
        facts: dict[str, Any] = shown.facts
        self._answered = self._wanted
        image = QImage.fromData(facts["png"])
        sheet = MaskSheet(QSize(int(facts["width"]), int(facts["height"])))
        sheet.start(image, QPoint(0, 0))
        share = 100 * float(facts["share"])
        found = f"{share:.1f} % of the picture is outlined: that is mended."
        self._show(sheet, found if share else "No scratches were found. Raise the sensitivity.")
        if self._fetched:
            self._fetched = False
            self.found.emit()

    def _show(self, sheet: MaskSheet, words: str) -> None:
        self.hand.use(sheet)
        self.hand.show_done(True)
        self._tools.say(words)
        self._tools.button.setEnabled(not sheet.blank)

    def _broke(self, error: BaseException) -> None:
        self._answered, self._fetched = self._wanted, False
        self._tools.say(words_of(error), bad=True)
